import type { App, Features, JsonObject } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import type { ApiCall } from "./api-call.ts";
import { wholeSeconds } from "./okta-time.ts";

/** An application as the Management API shows it. */
export function presentApp({ store, orgUrl }: Pick<ApiCall, "store" | "orgUrl">, app: App): JsonObject {
  const home = `${orgUrl}/api/v1/apps/${app.id}`;
  const saml = app.signOnMode?.startsWith("SAML") === true;
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
    visibility: app.visibility,
    features: store.settings.isEnabled(app.id)
      ? listFeatures(
          store.settings.features(app.id),
          store.pushMappings.list({ appId: app.id, limit: 1 }).length > 0,
        )
      : [],
    signOnMode: app.signOnMode,
    credentials: app.credentials,
    universalLogout: app.signOnMode === "OPENID_CONNECT" ? null : { status: "UNSUPPORTED" },
    settings: app.settings,
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
      profileEnrollment: {
        href: `${orgUrl}/api/v1/policies/${store.policies.defaultOf("PROFILE_ENROLLMENT").id}`,
      },
      ...(app.status === "INACTIVE" ? { activate: { href: `${home}/lifecycle/activate` } } : {}),
      policies: { href: `${home}/policies`, hints: { allow: ["PUT"] } },
      groups: { href: `${home}/groups` },
      logo: [
        {
          name: "medium",
          href: `${orgUrl}${app.logoUrl ?? "/assets/img/logos/default.png"}`,
          type: "image/png",
        },
      ],
      ...(app.signOnMode === "OPENID_CONNECT"
        ? { clientCredentials: [{ name: "secrets", href: `${home}/credentials/secrets` }] }
        : {}),
      accessPolicy: { href: `${orgUrl}/api/v1/policies/${app.accessPolicyId}` },
      users: { href: `${home}/users` },
      ...(app.status === "ACTIVE" ? { deactivate: { href: `${home}/lifecycle/deactivate` } } : {}),
    },
  };
}

/** The read-only `features` of an app, which mirror its provisioning settings. */
function listFeatures(features: Features, pushesGroups: boolean): string[] {
  const names: string[] = [];
  if (pushesGroups) names.push("GROUP_PUSH");
  if (features.createUsers === "ENABLED") names.push("PUSH_NEW_USERS");
  if (features.deactivateUsers === "ENABLED") names.push("PUSH_USER_DEACTIVATION", "REACTIVATE_USERS");
  if (features.updateProfiles === "ENABLED") names.push("PUSH_PROFILE_UPDATES");
  if (features.password.status === "ENABLED") names.push("PUSH_PASSWORD_UPDATES");
  if (features.inbound !== null) names.push("IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES");
  return names;
}
