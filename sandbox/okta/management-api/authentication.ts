import type { IncomingRequest } from "../http.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { Caller, Endpoint } from "./api-call.ts";
import { checkDpopProof } from "./dpop.ts";
import { invalidToken, OktaApiError } from "./okta-error.ts";

/** Finds out who calls. Throws 401 E0000011 (SSWS), or Okta's 401 for a bearer token. */
export function authenticate(store: OrgStore, request: IncomingRequest): Caller {
  const [scheme, token] = splitAuthorization(request.headers["authorization"]);
  if (scheme === "ssws") return authenticateApiToken(store, token);
  if (scheme === "bearer" || scheme === "dpop") return authenticateAccessToken(store, request, scheme, token);
  throw invalidToken();
}

/** Refuses callers who may not use an endpoint: 403 E0000005 or E0000006, with the header that names the missing scopes. */
export function authorize(caller: Caller, endpoint: Endpoint): void {
  if (caller.scopes === "all" || endpoint.scopes === "public") return;
  if (endpoint.scopes === "session") throw new OktaApiError(403, "E0000005", "Invalid session");
  const granted = caller.scopes;
  const missing = endpoint.scopes.filter((scope) => !granted.has(scope) && !granted.has(manageScope(scope)));
  if (missing.length === 0) return;
  throw new OktaApiError(403, "E0000006", "You do not have permission to perform the requested action", [], {
    "www-authenticate": `Bearer realm="API", scope="${missing.join(" ")}", error="insufficient_scope", error_description="The access token provided does not contain the required scopes."`,
  });
}

/** A manage scope includes reading. */
function manageScope(scope: string): string {
  return scope.replace(/\.read$/, ".manage");
}

function authenticateApiToken(store: OrgStore, value: string): Caller {
  const token = store.credentials.findApiToken(value);
  if (token === undefined) throw invalidToken();
  const owner = token.userId === null ? undefined : store.users.get(token.userId);
  const login = String(owner?.profile["login"] ?? token.name);
  return {
    actor: {
      id: owner?.id ?? token.id,
      type: "User",
      alternateId: login,
      displayName:
        owner === undefined ? token.name : `${owner.profile["firstName"]} ${owner.profile["lastName"]}`,
    },
    scopes: "all",
    userId: token.userId,
  };
}

function authenticateAccessToken(
  store: OrgStore,
  request: IncomingRequest,
  scheme: "bearer" | "dpop",
  value: string,
): Caller {
  const token = store.credentials.findAccessToken(value);
  if (token === undefined) throw expiredToken();
  if ((token.dpopThumbprint !== null) !== (scheme === "dpop")) throw expiredToken();
  if (token.dpopThumbprint !== null) {
    const proof = checkDpopProof(store, request, { accessToken: value });
    if (!("thumbprint" in proof) || proof.thumbprint !== token.dpopThumbprint) {
      throw new OktaApiError(400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.", [], {
        "www-authenticate": 'DPoP error="invalid_dpop_proof"',
      });
    }
  }
  return {
    actor: {
      id: token.client.clientId,
      type: "PublicClientApp",
      alternateId: token.client.clientId,
      displayName: token.client.name,
    },
    scopes: new Set(token.scopes),
    userId: null,
  };
}

function expiredToken(): OktaApiError {
  return new OktaApiError(401, "E0000011", "Invalid token provided", [], {
    "www-authenticate":
      'Bearer realm="API", error="invalid_token", error_description="The access token is invalid or has expired."',
  });
}

function splitAuthorization(header: string | undefined): [scheme: string, token: string] {
  const space = header?.indexOf(" ") ?? -1;
  if (header === undefined || space < 0) return ["", ""];
  return [header.slice(0, space).toLowerCase(), header.slice(space + 1).trim()];
}
