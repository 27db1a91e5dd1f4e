import { AdoptionError } from "./adoption-error.ts";
import type { AdoptionNote } from "./adoption-note.ts";
import type { OktaSignOn } from "./app-details.ts";
import type { OrgApp } from "./read-org-app.ts";
import { given, type Written } from "./written-values.ts";

interface DescribedSignOn {
  /** `undefined` for a custom app. */
  readonly catalogName: string | undefined;
  readonly signOn: Written;
  readonly notes: readonly AdoptionNote[];
}

/** Okta writes its own entity id by this pattern where an administrator gave none. */
const ownIssuer = `http://www.okta.com/\${org.externalKey}`;

/**
 * How people sign on, in the words of a spec, and whether the app is one of the catalog.
 * @throws AdoptionError ADOPT_SIGN_ON_UNSUPPORTED for a way that a spec does not have
 */
export function describeSignOn(org: OrgApp): DescribedSignOn {
  const { app, details } = org;
  const signOn = details.settings?.signOn ?? {};
  const scheme = details.credentials?.scheme ?? undefined;
  if (scheme === "SHARED_USERNAME_AND_PASSWORD")
    throw unsupported(org, "signs everybody on with one shared account");
  switch (app.signOnMode ?? "none") {
    case "SAML_2_0":
      return describeSaml(org, signOn);
    case "AUTO_LOGIN":
      return describeAutoLogin(org, signOn, scheme);
    case "BROWSER_PLUGIN":
      return app.name === "template_swa" ? describeSwa(org) : describeAutoLogin(org, signOn, scheme);
    case "none":
      return { catalogName: app.name, signOn: { mode: "swa" }, notes: [] };
    default:
      throw unsupported(org, `signs on by ${app.signOnMode}`);
  }
}

function unsupported({ app }: OrgApp, what: string): AdoptionError {
  return new AdoptionError(
    "ADOPT_SIGN_ON_UNSUPPORTED",
    `The app ${JSON.stringify(app.label)} (${app.id}) ${what}; a spec has auto_login, swa and saml.`,
    "Okta adds SCIM to apps of these three kinds only. Connect the product by another app of the catalog, or leave this one as it is.",
  );
}

function describeAutoLogin(
  { app, details }: OrgApp,
  signOn: OktaSignOn,
  scheme: string | undefined,
): DescribedSignOn {
  if (scheme === undefined) return { catalogName: app.name, signOn: { mode: "swa" }, notes: [] };
  // An app that an organisation made itself has a name that Okta made, <org>_<label>_<number>, and a login page of its own.
  const isCustom = /_\d+$/.test(app.name) && typeof signOn.loginUrl === "string";
  return {
    catalogName: isCustom ? undefined : app.name,
    signOn: {
      mode: "auto_login",
      ...given("signOnUrl", signOn.loginUrl ?? undefined),
      ...given("signOnRedirectUrl", signOn.redirectUrl ?? undefined),
      ...given("credentialsScheme", scheme, "EDIT_USERNAME_AND_PASSWORD"),
      ...given("revealPassword", details.credentials?.revealPassword ?? false, false),
    },
    notes: [],
  };
}

/** Custom apps of the browser plugin keep their fields among the app's settings. */
function describeSwa({ details }: OrgApp): DescribedSignOn {
  const settings = details.settings?.app ?? {};
  const names = [
    "url",
    "urlRegex",
    "usernameField",
    "passwordField",
    "buttonField",
    "checkbox",
    "redirectUrl",
  ];
  const fields = names.map((name) => given(name, settings[name === "urlRegex" ? "loginUrlRegex" : name]));
  const signOn: Written = { mode: "swa" };
  for (const field of fields) Object.assign(signOn, field);
  const isRevealed = details.credentials?.revealPassword === true;
  const text =
    "People may see their password in Okta. A spec does not say that of an swa app, and an update of the app's settings switches it off.";
  return {
    catalogName: undefined,
    signOn,
    notes: isRevealed ? [{ kind: "kept", section: "app", text }] : [],
  };
}

function describeSaml({ app, details }: OrgApp, signOn: OktaSignOn): DescribedSignOn {
  // Only a SAML app of the catalog has addresses of its own, which can be overridden.
  const isCustom = !Object.hasOwn(signOn, "ssoAcsUrlOverride");
  const policy = details._links?.accessPolicy?.href.split("/").at(-1);
  const { ssoAcsUrl: ssoUrl } = signOn;
  return {
    catalogName: isCustom ? undefined : app.name,
    signOn: {
      mode: "saml",
      ...given("ssoUrl", ssoUrl ?? undefined),
      ...given("audience", signOn.audience ?? undefined),
      ...given("recipient", signOn.recipient ?? undefined, ssoUrl ?? undefined),
      ...given("destination", signOn.destination ?? undefined, ssoUrl ?? undefined),
      ...(isCustom ? describeAssertion(signOn) : {}),
      ...given("defaultRelayState", signOn.defaultRelayState ?? undefined),
      ...given("authenticationPolicy", policy),
      ...describeStatements(signOn),
    },
    notes: [...noteUnsaid(signOn, details.settings?.implicitAssignment === true), ...noteOverrides(signOn)],
  };
}

/** What a custom SAML app states about its assertion, where it is not what a spec means without it. */
function describeAssertion(signOn: OktaSignOn): Written {
  return {
    ...given("subjectNameIdTemplate", signOn.subjectNameIdTemplate ?? undefined, `\${user.userName}`),
    ...given(
      "subjectNameIdFormat",
      signOn.subjectNameIdFormat ?? undefined,
      "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    ),
    ...given("responseSigned", signOn.responseSigned ?? false, true),
    ...given("assertionSigned", signOn.assertionSigned ?? false, true),
    ...given("signatureAlgorithm", signOn.signatureAlgorithm ?? undefined, "RSA_SHA256"),
    ...given("digestAlgorithm", signOn.digestAlgorithm ?? undefined, "SHA256"),
    ...given("honorForceAuthn", signOn.honorForceAuthn ?? false, true),
    ...given(
      "authnContextClassRef",
      signOn.authnContextClassRef ?? undefined,
      "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    ),
    ...given("idpIssuer", signOn.idpIssuer ?? undefined, ownIssuer),
  };
}

function describeStatements({ attributeStatements }: OktaSignOn): Written {
  const statements = (attributeStatements ?? []).map(
    ({ name, namespace, type, values, filterType, filterValue }): Written => ({
      ...given("name", name ?? undefined),
      ...given(
        "namespace",
        namespace ?? undefined,
        "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
      ),
      ...given("type", type ?? undefined, "EXPRESSION"),
      ...(type === "GROUP"
        ? {
            ...given("filterType", filterType ?? undefined),
            ...given("filterValue", filterValue ?? undefined),
          }
        : given("values", values ?? undefined)),
    }),
  );
  return statements.length === 0 ? {} : { attributeStatements: statements };
}

/** The plugin reads these settings back, and a spec has no word for them: the takeover switches them off. */
function noteUnsaid(signOn: OktaSignOn, implicitAssignment: boolean): AdoptionNote[] {
  const unsaid = [
    ["single logout", signOn.slo?.enabled === true],
    ["further assertion consumer services", signOn.allowMultipleAcsEndpoints === true],
    ["an inline hook for the assertion", (signOn.inlineHooks ?? []).length > 0],
    ["signed SAML requests", signOn.samlSignedRequestEnabled === true],
    ["assignment of everybody (federation broker mode)", implicitAssignment],
  ] as const;
  const found = unsaid.filter(([, on]) => on).map(([name]) => name);
  const text = `The app has what a spec has no word for: ${found.join(", ")}. The takeover switches it off, and the preview shows that: leave the app to an administrator where it is needed.`;
  return [
    ...(found.length === 0 ? [] : [{ kind: "lost", section: "app", text } as const]),
    ...(signOn.assertionEncryption?.enabled === true ? [resetNote("Assertions are encrypted")] : []),
  ];
}

function noteOverrides(signOn: OktaSignOn): AdoptionNote[] {
  const overrides = [
    "ssoAcsUrlOverride",
    "audienceOverride",
    "recipientOverride",
    "destinationOverride",
  ] as const;
  const found = overrides.filter((name) => typeof signOn[name] === "string" && signOn[name] !== "");
  return found.length === 0
    ? []
    : [resetNote(`The catalog app's addresses are overridden (${found.join(", ")})`)];
}

function resetNote(what: string): AdoptionNote {
  const text = `${what}. The plugin can't send that: the takeover leaves it, an update that changes the app itself resets it.`;
  return { kind: "kept", section: "app", text };
}
