import { type CatalogEntry, findCatalogEntry } from "../catalog/catalog.ts";
import { type OrgEdition, readEdition } from "../org-edition.ts";
import type { App, Features, JsonObject } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import type { ApiCall } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";

/** An application as the Management API shows it; with the client secret of an OpenID Connect app where that is to be told. */
export function presentApp(
  { store, orgUrl }: Pick<ApiCall, "store" | "orgUrl">,
  app: App,
  clientSecret?: string,
): JsonObject {
  const home = `${orgUrl}/api/v1/apps/${app.id}`;
  const entry = app.catalogName === null ? undefined : findCatalogEntry(app.catalogName);
  const edition = readEdition(store);
  const classic = edition.engine === "classic";
  const saml = app.signOnMode?.startsWith("SAML") === true;
  const profile = store.apps.document(app.id, "profile");
  const shownLinks = isObject(app.visibility["appLinks"]) ? Object.keys(app.visibility["appLinks"]) : [];
  return {
    id: app.id,
    orn: `orn:okta:idp:${store.orgId}:apps:${app.name}:${app.id}`,
    name: app.name,
    label: app.label,
    status: app.status,
    lastUpdated: wholeSeconds(app.lastUpdated),
    created: wholeSeconds(app.created),
    accessibility: app.accessibility,
    ...(entry?.licensed === true ? { licensing: { seatCount: 0 } } : {}),
    visibility: app.visibility,
    features: store.settings.isEnabled(app.id)
      ? listFeatures(
          store.settings.features(app.id),
          store.pushMappings.list({ appId: app.id, limit: 1 }).length > 0,
          entry?.speaksScim ?? true,
        )
      : [],
    signOnMode: app.signOnMode,
    credentials: showCredentials(app.credentials, clientSecret),
    universalLogout: showUniversalLogout(app, entry, edition),
    settings: classic ? withoutConsent(app.settings) : app.settings,
    ...(profile === undefined || Object.keys(profile).length === 0 ? {} : { profile }),
    _links: {
      ...(saml
        ? {
            help: {
              href: `${orgUrl}/app/${app.name}/${app.id}/setup/help/${app.signOnMode}/instructions`,
              type: "text/html",
            },
            metadata: { href: `${home}/sso/saml/metadata`, type: "application/xml" },
          }
        : {}),
      uploadLogo: { href: `${home}/logo`, hints: { allow: ["POST"] } },
      appLinks: shownLinks.map((name) => ({
        name,
        href: `${orgUrl}/home/${app.name}/${app.id}/aln${app.id.slice(3)}`,
        type: "text/html",
      })),
      ...(classic
        ? {}
        : {
            profileEnrollment: {
              href: `${orgUrl}/api/v1/policies/${store.policies.defaultOf("PROFILE_ENROLLMENT").id}`,
            },
          }),
      ...(app.status === "INACTIVE" ? { activate: { href: `${home}/lifecycle/activate` } } : {}),
      ...(classic ? {} : { policies: { href: `${home}/policies`, hints: { allow: ["PUT"] } } }),
      groups: { href: `${home}/groups` },
      logo: [
        {
          name: "medium",
          href: `${orgUrl}${app.logoUrl ?? "/assets/img/logos/default.png"}`,
          type: "image/png",
        },
      ],
      ...(app.signOnMode === "OPENID_CONNECT" ? { clientCredentials: linkClientCredentials(app, home) } : {}),
      ...(classic ? {} : { accessPolicy: { href: `${orgUrl}/api/v1/policies/${app.accessPolicyId}` } }),
      users: { href: `${home}/users` },
      ...(app.status === "ACTIVE" ? { deactivate: { href: `${home}/lifecycle/deactivate` } } : {}),
    },
  };
}

/** Universal Logout is for apps that an org describes itself, where it has Identity Threat Protection. */
function showUniversalLogout(
  app: App,
  entry: CatalogEntry | undefined,
  { features }: OrgEdition,
): JsonObject | null {
  if (entry !== undefined && entry.isTemplate !== true) return { status: "UNSUPPORTED" };
  if (!features.includes("identityThreatProtection")) return null;
  if (app.signOnMode !== "OPENID_CONNECT" && app.signOnMode !== "SAML_2_0") return { status: "UNSUPPORTED" };
  return {
    status: "DISABLED",
    supportType: "FULL",
    identityStack: "NOT_SHARED",
    protocol: "GLOBAL_TOKEN_REVOCATION",
  };
}

/** Classic Engine asks nobody for consent. */
function withoutConsent(settings: JsonObject): JsonObject {
  const { oauthClient, ...rest } = settings;
  if (!isObject(oauthClient)) return settings;
  const { consent_method: _consent, ...client } = oauthClient;
  return { ...rest, oauthClient: client };
}

/** Okta names the secret between the client's id and how it is used. */
function showCredentials(credentials: JsonObject, clientSecret: string | undefined): JsonObject {
  const oauthClient = credentials["oauthClient"];
  if (clientSecret === undefined || !isObject(oauthClient)) return credentials;
  const { autoKeyRotation, client_id, ...rest } = oauthClient;
  return {
    ...credentials,
    oauthClient: {
      autoKeyRotation: autoKeyRotation ?? true,
      client_id: client_id ?? null,
      client_secret: clientSecret,
      ...rest,
    },
  };
}

/** Where the keys of a client that signs its requests are, or the secrets of any other. */
function linkClientCredentials(app: App, home: string): JsonObject[] {
  const oauthClient = app.credentials["oauthClient"];
  const signs = isObject(oauthClient) && oauthClient["token_endpoint_auth_method"] === "private_key_jwt";
  const name = signs ? "jwks" : "secrets";
  return [{ name, href: `${home}/credentials/${name}` }];
}

/** The read-only `features` of an app, which mirror its provisioning settings, in Okta's order. */
function listFeatures(features: Features, pushesGroups: boolean, speaksScim: boolean): string[] {
  const deactivates = features.deactivateUsers === "ENABLED";
  const listed: readonly (readonly [name: string, on: boolean])[] = [
    ["PUSH_NEW_USERS", features.createUsers === "ENABLED"],
    ["PUSH_USER_DEACTIVATION", deactivates],
    ["SCIM_PROVISIONING", speaksScim],
    ["GROUP_PUSH", pushesGroups],
    ["REACTIVATE_USERS", deactivates],
    ["PUSH_PROFILE_UPDATES", features.updateProfiles === "ENABLED"],
    ["PUSH_PASSWORD_UPDATES", features.password.status === "ENABLED"],
    ["IMPORT_NEW_USERS", features.inbound !== null],
    ["IMPORT_PROFILE_UPDATES", features.inbound !== null],
  ];
  return listed.filter(([, on]) => on).map(([name]) => name);
}
