import { AccessTokens, type ServiceApp } from "./access-tokens.ts";
import type { DpopProver } from "./dpop.ts";
import { readSigningKey } from "./jwt.ts";
import { type OktaRequest, readHeader, type Transport, type TransportLayer } from "./transport.ts";

/** How the client authenticates: an API token, or a service app with a private key. All values are secrets but ids and scopes. */
export type OktaCredentials =
  | { readonly kind: "api-token"; readonly apiToken: string }
  | {
      readonly kind: "private-key";
      readonly clientId: string;
      readonly privateKeyPem: string;
      readonly keyId?: string;
      readonly scopes: readonly string[];
    };

/** Scopes with which every read of this client works; the canary check also needs `okta.apps.manage` and `okta.users.manage`. */
export const readScopes: readonly string[] = [
  "okta.apps.read",
  "okta.groups.read",
  "okta.users.read",
  "okta.schemas.read",
  "okta.profileMappings.read",
  "okta.logs.read",
];

/** The layer that adds `Authorization` (and `DPoP`) to each request. `tokenTransport` carries the calls for access tokens. */
export function authorize(
  credentials: OktaCredentials,
  orgUrl: string,
  tokenTransport: Transport,
): TransportLayer {
  if (credentials.kind === "api-token") {
    return (next) => (request) =>
      next(withHeaders(request, { authorization: `SSWS ${credentials.apiToken}` }));
  }
  const app: ServiceApp = {
    orgUrl,
    clientId: credentials.clientId,
    key: readSigningKey(credentials.privateKeyPem),
    scopes: credentials.scopes,
    ...(credentials.keyId === undefined ? {} : { keyId: credentials.keyId }),
  };
  return authorizeByToken(new AccessTokens(app, tokenTransport), orgUrl);
}

function authorizeByToken(tokens: AccessTokens, orgUrl: string): TransportLayer {
  return (next) => {
    const send: Transport = async (request) => {
      const token = await tokens.get();
      const dpop = token.scheme === "DPoP" ? tokens.dpop : undefined;
      return next(
        withHeaders(request, {
          authorization: `${token.scheme} ${token.value}`,
          ...proveHeaders(dpop, request, orgUrl, token.value),
        }),
      );
    };
    return async (request) => {
      const response = await send(request);
      const newNonce = tokens.dpop?.takeNonce(readHeader(response, "dpop-nonce")) ?? false;
      if (response.status === 401 && !newNonce) tokens.forget();
      const nonceAsked = newNonce && (response.status === 400 || response.status === 401);
      return response.status === 401 || nonceAsked ? send(request) : response;
    };
  };
}

function proveHeaders(
  dpop: DpopProver | undefined,
  request: OktaRequest,
  orgUrl: string,
  token: string,
): Record<string, string> {
  if (dpop === undefined) return {};
  return {
    dpop: dpop.prove(request.method, orgUrl + request.path, token),
    "x-okta-user-agent-extended": "isDPoP:true",
  };
}

function withHeaders(request: OktaRequest, headers: Readonly<Record<string, string>>): OktaRequest {
  return { ...request, headers: { ...request.headers, ...headers } };
}
