import { z } from "zod";
import type { CatalogEntry } from "../catalog/catalog.ts";
import type { AppDocuments } from "../store/apps.ts";
import type { JsonObject, JsonValue } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { completeOAuthCredentials, completeOAuthSettings } from "./oauth-app-document.ts";
import { blankField, invalid } from "./okta-error.ts";

const json = z.record(z.string(), z.json());

/** What a client may send for an application; unknown parts are ignored, as Okta does. */
export const appBody = z.looseObject({
  label: z.string().min(1).max(100),
  name: z.string().optional(),
  signOnMode: z.string().nullish(),
  accessibility: json.nullish(),
  visibility: json.nullish(),
  credentials: json.nullish(),
  settings: json.nullish(),
  profile: json.nullish(),
});
export type AppBody = z.infer<typeof appBody>;

/**
 * The documents of an app as Okta keeps them: what the client sent, completed with Okta's defaults, without what is read-only.
 * Throws E0000001 for settings that the integration demands.
 */
export function completeApp(
  body: AppBody,
  entry: CatalogEntry,
  name: string,
  kid: string | undefined,
): AppDocuments {
  const signOnMode =
    entry.answeredSignOnMode === undefined
      ? (body.signOnMode ?? entry.signOnModes[0] ?? null)
      : entry.answeredSignOnMode;
  const settings = objectAt(body.settings);
  checkRequiredSettings(entry, settings);
  return {
    label: body.label,
    signOnMode,
    accessibility: completeAccessibility(objectAt(body.accessibility)),
    visibility: completeVisibility(objectAt(body.visibility), entry.linkNames ?? [`${name}_link`]),
    credentials: completeCredentials(objectAt(body.credentials), signOnMode, kid),
    settings: completeSettings(settings, entry, signOnMode),
  };
}

function completeAccessibility(sent: JsonObject): JsonObject {
  return {
    selfService: sent["selfService"] === true,
    errorRedirectUrl: textOrNull(sent["errorRedirectUrl"]),
    loginRedirectUrl: textOrNull(sent["loginRedirectUrl"]),
  };
}

function completeVisibility(sent: JsonObject, linkNames: readonly string[]): JsonObject {
  const hide = objectAt(sent["hide"]);
  const links = objectAt(sent["appLinks"]);
  return {
    autoLaunch: sent["autoLaunch"] === true,
    autoSubmitToolbar: sent["autoSubmitToolbar"] === true,
    hide: { iOS: hide["iOS"] === true, web: hide["web"] === true },
    appLinks:
      Object.keys(links).length > 0 ? links : Object.fromEntries(linkNames.map((name) => [name, true])),
  };
}

function completeCredentials(
  sent: JsonObject,
  signOnMode: string | null,
  kid: string | undefined,
): JsonObject {
  const scheme = sent["scheme"] ?? defaultScheme(signOnMode);
  const template = completeUserNameTemplate(objectAt(sent["userNameTemplate"]));
  const signing: JsonObject = kid === undefined ? {} : { kid };
  if (signOnMode === "OPENID_CONNECT") {
    const oauthClient = completeOAuthCredentials(objectAt(sent["oauthClient"]));
    return { userNameTemplate: template, signing, oauthClient };
  }
  if (typeof scheme !== "string") return { userNameTemplate: template, signing };
  const shared = scheme === "SHARED_USERNAME_AND_PASSWORD";
  return {
    scheme,
    userNameTemplate: template,
    ...(shared ? { userName: textOrNull(sent["userName"]), password: {} } : {}),
    revealPassword: sent["revealPassword"] === true,
    signing,
  };
}

/** Apps that people sign in to with a password have a scheme, whether it was sent or not. */
function defaultScheme(signOnMode: string | null): string | undefined {
  const usesPassword = ["BROWSER_PLUGIN", "AUTO_LOGIN", "SECURE_PASSWORD_STORE", "BASIC_AUTH"];
  return signOnMode !== null && usesPassword.includes(signOnMode) ? "EDIT_USERNAME_AND_PASSWORD" : undefined;
}

/** Okta adds a push status to custom templates only. */
function completeUserNameTemplate(sent: JsonObject): JsonObject {
  const type = typeof sent["type"] === "string" ? sent["type"] : "BUILT_IN";
  const suffix = sent["suffix"] ?? sent["userSuffix"];
  const pushStatus = sent["pushStatus"] ?? (type === "CUSTOM" ? "DONT_PUSH" : undefined);
  return {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
    template: typeof sent["template"] === "string" ? sent["template"] : "${source.login}",
    type,
    ...(suffix === undefined ? {} : { suffix }),
    ...(pushStatus === undefined ? {} : { pushStatus }),
  };
}

function completeSettings(sent: JsonObject, entry: CatalogEntry, signOnMode: string | null): JsonObject {
  const notes = objectAt(sent["notes"]);
  const notifications = objectAt(sent["notifications"]);
  const signOn = objectAt(sent["signOn"]);
  const vpn = objectAt(notifications["vpn"]);
  const common: JsonObject = {
    app: completeAppSettings(objectAt(sent["app"]), entry),
    notifications: {
      vpn: {
        network: { connection: "DISABLED", ...objectAt(vpn["network"]) },
        message: textOrNull(vpn["message"]),
        helpUrl: textOrNull(vpn["helpUrl"]),
      },
    },
    manualProvisioning: false,
    implicitAssignment: sent["implicitAssignment"] === true,
    emOptInStatus: "NONE",
    notes: { admin: textOrNull(notes["admin"]), enduser: textOrNull(notes["enduser"]) },
  };
  if (signOnMode === "OPENID_CONNECT") {
    return { ...common, oauthClient: completeOAuthSettings(objectAt(sent["oauthClient"])) };
  }
  if (signOnMode?.startsWith("SAML") === true) {
    return {
      ...common,
      signOn: entry.name === null ? completeSamlSignOn(signOn) : completeCatalogSamlSignOn(signOn),
    };
  }
  return Object.keys(signOn).length === 0 ? common : { ...common, signOn: completeSwaSignOn(signOn) };
}

/** `settings.app`: what was sent, and null for every other field of a template. */
function completeAppSettings(sent: JsonObject, entry: CatalogEntry): JsonObject {
  const fields = entry.settingsFields ?? [];
  const known = fields.map((field) => {
    const value = sent[field] ?? entry.settingsDefaults?.[field] ?? null;
    return [field, value === "" ? null : value] as const;
  });
  const others = Object.entries(sent).filter(([field]) => !fields.includes(field));
  return Object.fromEntries([...known, ...others]);
}

function completeSwaSignOn(sent: JsonObject): JsonObject {
  const { redirectUrl, loginUrl, ...others } = sent;
  return {
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    ...(loginUrl === undefined ? {} : { loginUrl }),
    ...others,
  };
}

/** `settings.signOn` of a custom SAML 2.0 app, every field in Okta's order. */
function completeSamlSignOn(sent: JsonObject): JsonObject {
  for (const field of [
    "ssoAcsUrl",
    "audience",
    "recipient",
    "destination",
    "subjectNameIdTemplate",
    "subjectNameIdFormat",
  ]) {
    if (textOrNull(sent[field]) === null) throw blankField(field);
  }
  const acsEndpoints = Array.isArray(sent["acsEndpoints"]) ? sent["acsEndpoints"] : [];
  const logout = objectAt(sent["slo"]);
  const logoutIssuer = logout["enabled"] === true ? textOrNull(logout["issuer"]) : null;
  return {
    defaultRelayState: textOrNull(sent["defaultRelayState"]) ?? "",
    ssoAcsUrl: sent["ssoAcsUrl"] ?? null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
    idpIssuer: textOrNull(sent["idpIssuer"]) ?? "http://www.okta.com/${org.externalKey}",
    audience: sent["audience"] ?? null,
    recipient: sent["recipient"] ?? null,
    destination: sent["destination"] ?? null,
    subjectNameIdTemplate: sent["subjectNameIdTemplate"] ?? null,
    subjectNameIdFormat: sent["subjectNameIdFormat"] ?? null,
    responseSigned: sent["responseSigned"] !== false,
    assertionSigned: sent["assertionSigned"] !== false,
    signatureAlgorithm: sent["signatureAlgorithm"] ?? "RSA_SHA256",
    digestAlgorithm: sent["digestAlgorithm"] ?? "SHA256",
    honorForceAuthn: sent["honorForceAuthn"] === true,
    authnContextClassRef:
      sent["authnContextClassRef"] ?? "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    spIssuer: textOrNull(sent["spIssuer"]) ?? logoutIssuer,
    requestCompressed: sent["requestCompressed"] === true,
    attributeStatements: completeStatements(sent["attributeStatements"]),
    inlineHooks: sent["inlineHooks"] ?? [],
    ...(isObject(sent["spCertificate"]) ? { spCertificate: sent["spCertificate"] } : {}),
    assertionEncryption: { enabled: false },
    allowMultipleAcsEndpoints: sent["allowMultipleAcsEndpoints"] === true,
    acsEndpoints,
    samlSignedRequestEnabled: sent["samlSignedRequestEnabled"] === true,
    slo: { enabled: false, ...logout },
  };
}

/** Attribute statements with their parts in Okta's order. */
function completeStatements(sent: JsonValue | undefined): JsonValue {
  if (!Array.isArray(sent)) return [];
  return sent.map((statement): JsonValue => {
    if (!isObject(statement)) return statement;
    const parts = ["type", "name", "namespace"].filter((part) => Object.hasOwn(statement, part));
    return Object.fromEntries(
      [...parts, ...Object.keys(statement)].map((part) => [part, statement[part] ?? null]),
    );
  });
}

/** `settings.signOn` of a catalog app with SAML: only what may be overridden. */
function completeCatalogSamlSignOn(sent: JsonObject): JsonObject {
  return {
    defaultRelayState: textOrNull(sent["defaultRelayState"]),
    ssoAcsUrlOverride: textOrNull(sent["ssoAcsUrlOverride"]),
    audienceOverride: textOrNull(sent["audienceOverride"]),
    recipientOverride: textOrNull(sent["recipientOverride"]),
    destinationOverride: textOrNull(sent["destinationOverride"]),
    attributeStatements: completeStatements(sent["attributeStatements"]),
  };
}

function checkRequiredSettings(entry: CatalogEntry, settings: JsonObject): void {
  const app = objectAt(settings["app"]);
  for (const field of entry.requiredSettings) {
    if (textOrNull(app[field]) === null) throw blankField(field);
  }
  if (
    entry.name === "office365" &&
    app["wsFedConfigureType"] === "AUTO" &&
    app["requireAdminConsent"] !== true
  ) {
    throw invalid(
      "settings",
      "In order to continue using WS-FED Auto for SSO, you must grant admin consent.",
    );
  }
}

function objectAt(value: JsonValue | null | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
