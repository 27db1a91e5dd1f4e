import { createHash } from "node:crypto";
import { type Answer, answerJson, type IncomingRequest, readForm } from "../http.ts";
import type { OAuthClient } from "../store/credentials.ts";
import type { OrgStore } from "../store/org-store.ts";
import { checkDpopProof } from "./dpop.ts";
import { isSignedBy, type ParsedJwt, parseJwt } from "./jwt.ts";
import { findServiceClient } from "./service-client.ts";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** Seconds for which an access token is valid. */
const ACCESS_TOKEN_LIFETIME = 3600;

/** `POST /oauth2/v1/token` of the org authorization server: client credentials with private_key_jwt, bearer or DPoP. */
export function issueToken(store: OrgStore, request: IncomingRequest): Answer {
  const form = readForm(request);
  if (form.get("grant_type") !== "client_credentials") {
    return refuse(
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server.",
    );
  }
  const assertion = form.get("client_assertion");
  if (form.get("client_assertion_type") !== ASSERTION_TYPE || assertion === null) {
    return refuse(
      401,
      "invalid_client",
      "Client authentication failed. Either the client or the client credentials are invalid.",
    );
  }
  const checked = checkAssertion(store, request, assertion);
  if ("refusal" in checked) return checked.refusal;
  const { client } = checked;
  const scopes = (form.get("scope") ?? "").split(/\s+/).filter((scope) => scope !== "");
  if (scopes.length === 0) {
    return refuse(
      400,
      "invalid_scope",
      "The scope parameter is required when using the client_credentials grant.",
    );
  }
  const missing = scopes.filter((scope) => !client.scopes.includes(scope));
  if (missing.length > 0) {
    return refuse(
      400,
      "consent_required",
      `You are not allowed any of the requested scopes. (${missing.join(", ")})`,
    );
  }
  const bound = bindToKey(store, request, client);
  if ("refusal" in bound) return bound.refusal;
  const accessToken = store.credentials.issueAccessToken({
    clientId: client.clientId,
    scopes,
    lifetimeSeconds: ACCESS_TOKEN_LIFETIME,
    dpopThumbprint: bound.thumbprint,
  });
  return answerJson(200, {
    token_type: bound.thumbprint === null ? "Bearer" : "DPoP",
    expires_in: ACCESS_TOKEN_LIFETIME,
    access_token: accessToken,
    scope: scopes.join(" "),
  });
}

function checkAssertion(
  store: OrgStore,
  request: IncomingRequest,
  assertion: string,
): { readonly client: OAuthClient } | { readonly refusal: Answer } {
  const jwt = parseJwt(assertion);
  const issuer = jwt?.claims["iss"];
  if (jwt === undefined || typeof issuer !== "string" || jwt.claims["sub"] !== issuer) {
    return { refusal: refuse(401, "invalid_client", "The client_assertion token is not well-formed.") };
  }
  const client = findServiceClient(store, issuer);
  if (client === undefined) {
    return { refusal: refuse(401, "invalid_client", "Invalid value for 'client_id' parameter.") };
  }
  const kid = jwt.header["kid"];
  const keys = client.keys.filter(
    (key) => kid === undefined || key["kid"] === undefined || key["kid"] === kid,
  );
  if (!keys.some((key) => isSignedBy(jwt, key))) {
    return { refusal: refuse(401, "invalid_client", "The client_assertion signature is invalid.") };
  }
  return checkClaims(store, request, client, jwt);
}

function checkClaims(
  store: OrgStore,
  request: IncomingRequest,
  client: OAuthClient,
  jwt: ParsedJwt,
): { readonly client: OAuthClient } | { readonly refusal: Answer } {
  const { aud, exp, jti } = jwt.claims;
  const now = Math.floor(store.clock.now().getTime() / 1000);
  const audiences = Array.isArray(aud) ? aud : [aud];
  const expected = `${request.orgUrl}/oauth2/v1/token`;
  if (!audiences.some((audience) => audience === expected || audience === request.orgUrl)) {
    return {
      refusal: refuse(
        401,
        "invalid_client",
        `The audience claim for client_assertion must be the endpoint invoked for the request: ${expected}.`,
      ),
    };
  }
  if (typeof exp !== "number" || exp <= now) {
    return { refusal: refuse(401, "invalid_client", "The client_assertion token is expired.") };
  }
  if (exp > now + 3660) {
    return {
      refusal: refuse(
        401,
        "invalid_client",
        "The client_assertion token has an expiration too far into the future.",
      ),
    };
  }
  if (
    typeof jti === "string" &&
    !store.credentials.useOnce(`assertion:${client.clientId}:${jti}`, new Date(exp * 1000))
  ) {
    return { refusal: refuse(401, "invalid_client", "The client_assertion token was already used.") };
  }
  return { client };
}

function bindToKey(
  store: OrgStore,
  request: IncomingRequest,
  client: OAuthClient,
): { readonly thumbprint: string | null } | { readonly refusal: Answer } {
  if (!client.dpopRequired && request.headers["dpop"] === undefined) return { thumbprint: null };
  const nonce = currentNonce(store);
  const proof = checkDpopProof(store, request, { nonce });
  if ("thumbprint" in proof) return proof;
  if (proof.failure === "nonce") {
    const refusal = refuse(400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.");
    return { refusal: { ...refusal, headers: { ...refusal.headers, "dpop-nonce": nonce } } };
  }
  const text =
    proof.failure === "missing" ? "The DPoP proof JWT header is missing." : "The DPoP proof JWT is invalid.";
  return { refusal: refuse(400, "invalid_dpop_proof", text) };
}

/** The nonce of the day, as Okta's rotates daily. */
function currentNonce(store: OrgStore): string {
  const day = store.clock.now().toISOString().slice(0, 10);
  return createHash("sha256").update(`${store.orgId}:${day}`).digest("base64url").slice(0, 32);
}

function refuse(status: number, error: string, description: string): Answer {
  return answerJson(status, { error, error_description: description });
}
