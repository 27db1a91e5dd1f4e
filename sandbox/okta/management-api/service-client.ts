import type { OAuthClient } from "../store/credentials.ts";
import type { App, JsonObject } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";

/** The service app of a client id that may ask for tokens now: one of the org's own, or an active app with public keys. */
export function findServiceClient(store: OrgStore, clientId: string): OAuthClient | undefined {
  const app = findAppOfClient(store, clientId);
  if (app === undefined) return store.credentials.getOAuthClient(clientId);
  const client = asClient(store, app, clientId);
  if (client !== undefined) store.credentials.saveOAuthClient(client);
  return client;
}

/** An app that is gone or inactive gets no tokens, and those that it got end. */
export function forgetServiceClient(store: OrgStore, app: App): void {
  const oauthClient = app.credentials["oauthClient"];
  const clientId = isObject(oauthClient) ? oauthClient["client_id"] : undefined;
  if (typeof clientId === "string") store.credentials.removeOAuthClient(clientId);
}

/** The app that has a client id, whatever its status. */
export function findAppOfClient(store: OrgStore, clientId: string): App | undefined {
  const where = { sql: "json_extract(credentials, '$.oauthClient.client_id') = ?", values: [clientId] };
  return store.apps.page({ where, limit: 1 })[0];
}

function asClient(store: OrgStore, app: App, clientId: string): OAuthClient | undefined {
  const settings = app.settings["oauthClient"];
  const oauthClient = app.credentials["oauthClient"];
  if (app.status !== "ACTIVE" || !isObject(settings) || !isObject(oauthClient)) return undefined;
  if (oauthClient["token_endpoint_auth_method"] !== "private_key_jwt") return undefined;
  const jwks = isObject(settings["jwks"]) ? settings["jwks"]["keys"] : undefined;
  const keys = Array.isArray(jwks) ? jwks.filter(isObject).filter(({ status }) => status === "ACTIVE") : [];
  return {
    clientId,
    name: app.label,
    scopes: store.scopeGrants.list(app.id).map(({ scopeId }) => scopeId),
    keys: keys.map(asPublicKey),
    dpopRequired: settings["dpop_bound_access_tokens"] === true,
  };
}

/** A key as JOSE knows it: Okta's own fields and what is unknown left out; a curve that was not given is P-256. */
function asPublicKey({ id: _id, status: _status, ...key }: JsonObject): JsonObject {
  const known = Object.fromEntries(Object.entries(key).filter(([, value]) => value !== null));
  return known["kty"] === "EC" ? { crv: "P-256", ...known } : known;
}
