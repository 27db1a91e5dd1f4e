import { findCatalogEntry, ORG2ORG } from "../catalog/catalog.ts";
import type { App, Connection, JsonObject } from "../store/model.ts";
import type { ApiCall, ApiDependencies } from "./api-call.ts";

/**
 * Which schemes `connections/default` takes for an app. The org file can say that an app is served (as TOKEN) or not, where
 * Okta's documentation does not settle it; a served app outside the documented list takes a token.
 */
export function servedSchemes(
  dependencies: Pick<ApiDependencies, "connectionsServed">,
  app: App,
): readonly string[] {
  if (app.catalogName === null) return [];
  const entry = findCatalogEntry(app.catalogName);
  const served = dependencies.connectionsServed(app.catalogName);
  if (entry === undefined || served === false) return [];
  if (served === true && entry.connectionSchemes.length === 0) return ["TOKEN"];
  return entry.connectionSchemes;
}

/** The answer about an app's connection. Tokens, keys and what Okta was given of an administrator are never in it. */
export function presentConnection(call: ApiCall, app: App): JsonObject {
  const home = `${call.orgUrl}/api/v1/apps/${app.id}/connections/default`;
  const self = { self: { href: home, hints: { allow: ["POST", "GET"] } } };
  const connection = call.store.settings.connection(app.id);
  const schemes = servedSchemes(call, app);
  if (schemes.length === 0 || connection?.status === "UNKNOWN") {
    return { authScheme: "UNKNOWN", status: "UNKNOWN", profile: { authScheme: "UNKNOWN" }, _links: self };
  }
  if (connection === undefined) {
    const authScheme = schemes[0] ?? "UNKNOWN";
    return { authScheme, status: "DISABLED", profile: { authScheme }, _links: self };
  }
  const lifecycle = (verb: string): JsonObject => ({
    [verb]: { href: `${home}/lifecycle/${verb}`, hints: { allow: ["POST"] } },
  });
  return {
    authScheme: connection.authScheme,
    status: connection.status,
    ...(connection.baseUrl === null ? {} : { baseUrl: connection.baseUrl }),
    profile: { authScheme: connection.authScheme, ...presentOAuth(connection) },
    _links: {
      ...(connection.status === "ENABLED"
        ? { ...self, ...lifecycle("deactivate") }
        : { ...lifecycle("activate"), ...self }),
      ...linkToConsent(call, app, connection),
    },
  };
}

function presentOAuth({ oauth2 }: Connection): JsonObject {
  if (oauth2 === null) return {};
  const { clientId, rotationMode } = oauth2;
  return {
    ...(clientId === null ? {} : { clientId }),
    ...(rotationMode === null ? {} : { signing: { rotationMode } }),
  };
}

/** Where a browser gives the consent. In Okta it is the application's page; here a page that stands for it. */
function linkToConsent(call: ApiCall, app: App, { oauth2 }: Connection): JsonObject {
  if (app.catalogName === ORG2ORG || oauth2 === null || oauth2.consent === null) return {};
  const query = new URLSearchParams({
    response_type: "code",
    state: oauth2.consent.state,
    client_id: `emulated-${app.name}`,
    redirect_uri: `${call.orgUrl}/api/v1/apps/${app.name}/${app.id}/oauth2/callback`,
  });
  return {
    authorize: {
      href: `${call.orgUrl}/admin/consent/${app.id}?${query}`,
      hints: {
        allow: ["GET"],
        guidance: [
          "Specifies the URI to invoke in a browser for granting scope consent required to complete the OAuth 2.0 connection.",
        ],
      },
    },
  };
}
