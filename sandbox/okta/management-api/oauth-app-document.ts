import { newId } from "../store/ids.ts";
import type { JsonObject, JsonValue } from "../store/model.ts";
import { isObject } from "../store/sql.ts";

/** Settings of an OpenID Connect app that Okta shows only where they were set, in Okta's order. */
const OPTIONAL_SETTINGS = [
  "tos_uri",
  "policy_uri",
  "initiate_login_uri",
  "post_logout_redirect_uris",
] as const;

/**
 * `credentials.oauthClient` of an OpenID Connect app without its secret, which is kept apart; the client id is the app's own id
 * unless another one was asked for.
 */
export function completeOAuthCredentials(sent: JsonObject): JsonObject {
  const clientId = sent["client_id"];
  return {
    autoKeyRotation: sent["autoKeyRotation"] !== false,
    ...(typeof clientId === "string" && clientId !== "" ? { client_id: clientId } : {}),
    token_endpoint_auth_method: sent["token_endpoint_auth_method"] ?? "client_secret_basic",
    pkce_required: sent["pkce_required"] === true,
  };
}

/** Whether a client of this authentication method has a secret. */
export function usesClientSecret(oauthClient: JsonObject): boolean {
  const method = oauthClient["token_endpoint_auth_method"];
  return method !== "none" && method !== "private_key_jwt";
}

/** `settings.oauthClient` of an OpenID Connect app, with Okta's defaults. */
export function completeOAuthSettings(sent: JsonObject): JsonObject {
  return {
    client_uri: textOrNull(sent["client_uri"]),
    logo_uri: textOrNull(sent["logo_uri"]),
    ...pick(sent, OPTIONAL_SETTINGS),
    redirect_uris: sent["redirect_uris"] ?? [],
    response_types: sent["response_types"] ?? [],
    grant_types: sent["grant_types"] ?? [],
    ...pick(sent, ["jwks_uri"]),
    ...completeKeys(sent["jwks"]),
    application_type: sent["application_type"] ?? "web",
    consent_method: sent["consent_method"] ?? "TRUSTED",
    issuer_mode: sent["issuer_mode"] ?? "DYNAMIC",
    ...completeRefreshToken(sent["refresh_token"]),
    idp_initiated_login: completeInitiatedLogin(sent["idp_initiated_login"]),
    wildcard_redirect: sent["wildcard_redirect"] ?? "DISABLED",
    dpop_bound_access_tokens: sent["dpop_bound_access_tokens"] === true,
    ...pick(sent, ["network"]),
    participate_slo: sent["participate_slo"] === true,
    ...completeFrontchannelLogout(sent),
  };
}

/** Public keys that were given: Okta adds an id, a status and what is left open. */
function completeKeys(sent: JsonValue | undefined): JsonObject {
  const keys = isObject(sent) && Array.isArray(sent["keys"]) ? sent["keys"].filter(isObject) : [];
  if (keys.length === 0) return {};
  const shown = keys.map((key): JsonObject => {
    const { kty, id, status, kid, use, crv, ...rest } = key;
    return {
      kty: kty ?? null,
      id: id ?? newId("pks"),
      status: status ?? "ACTIVE",
      kid: kid ?? null,
      use: use ?? null,
      ...rest,
      ...(kty === "EC" ? { crv: crv ?? null } : {}),
    };
  });
  return { jwks: { keys: shown } };
}

/** A leeway has a meaning, and is shown, only where refresh tokens rotate. */
function completeRefreshToken(sent: JsonValue | undefined): JsonObject {
  if (!isObject(sent)) return {};
  const rotation = sent["rotation_type"] ?? "STATIC";
  return {
    refresh_token: {
      rotation_type: rotation,
      ...(rotation === "ROTATE" ? { leeway: sent["leeway"] ?? 0 } : {}),
    },
  };
}

function completeInitiatedLogin(sent: JsonValue | undefined): JsonObject {
  const login = isObject(sent) ? sent : {};
  return { mode: login["mode"] ?? "DISABLED", default_scope: login["default_scope"] ?? [] };
}

function completeFrontchannelLogout(sent: JsonObject): JsonObject {
  const uri = textOrNull(sent["frontchannel_logout_uri"]);
  if (uri === null) return {};
  return {
    frontchannel_logout_uri: uri,
    frontchannel_logout_session_required: sent["frontchannel_logout_session_required"] === true,
  };
}

function pick(sent: JsonObject, names: readonly string[]): JsonObject {
  const given = names.flatMap((name) => {
    const value = sent[name];
    return value === undefined || value === null || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

function textOrNull(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
