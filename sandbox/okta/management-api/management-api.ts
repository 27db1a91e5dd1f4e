import type { Answer, IncomingRequest, RouteGroup } from "../http.ts";
import { UnknownFilterAttributeError } from "../store/filter-sql.ts";
import type { ApiCall, ApiDependencies, Caller, Endpoint } from "./api-call.ts";
import { APP_ENDPOINTS } from "./app-endpoints.ts";
import { APP_GROUP_ENDPOINTS } from "./app-group-endpoints.ts";
import { APP_SCHEMA_ENDPOINTS } from "./app-schema-endpoints.ts";
import { APP_USER_ENDPOINTS } from "./app-user-endpoints.ts";
import { authenticate, authorize } from "./authentication.ts";
import { CONNECTION_ENDPOINTS } from "./connection-endpoints.ts";
import { FEATURE_ENDPOINTS } from "./feature-endpoints.ts";
import { invalidSearch } from "./filters.ts";
import { GROUP_ENDPOINTS } from "./group-endpoints.ts";
import { GROUP_OWNER_ENDPOINTS } from "./group-owner-endpoints.ts";
import { GROUP_RULE_ENDPOINTS } from "./group-rule-endpoints.ts";
import { GROUP_SCHEMA_ENDPOINTS } from "./group-schema-endpoints.ts";
import { HOOK_ENDPOINTS } from "./hook-endpoints.ts";
import { IDENTITY_PROVIDER_ENDPOINTS } from "./identity-provider-endpoints.ts";
import { LINKED_OBJECT_ENDPOINTS } from "./linked-object-endpoints.ts";
import { LOG_ENDPOINTS } from "./log-endpoints.ts";
import { MAPPING_ENDPOINTS } from "./mapping-endpoints.ts";
import { NETWORK_ZONE_ENDPOINTS } from "./network-zone-endpoints.ts";
import { OAUTH_CLIENT_ENDPOINTS } from "./oauth-client-endpoints.ts";
import { OAUTH_CONNECTION_ENDPOINTS } from "./oauth-connection-endpoints.ts";
import { answerError, notEmulated, OktaApiError } from "./okta-error.ts";
import { ORG_ENDPOINTS } from "./org-endpoints.ts";
import { POLICY_ENDPOINTS } from "./policy-endpoints.ts";
import { POLICY_RULE_ENDPOINTS } from "./policy-rule-endpoints.ts";
import { PUSH_MAPPING_ENDPOINTS } from "./push-mapping-endpoints.ts";
import { ROLE_ENDPOINTS } from "./role-endpoints.ts";
import { ROLE_TARGET_ENDPOINTS } from "./role-target-endpoints.ts";
import { SCOPE_GRANT_ENDPOINTS } from "./scope-grant-endpoints.ts";
import { SIGNING_KEY_ENDPOINTS } from "./signing-keys.ts";
import { issueToken } from "./token-endpoint.ts";
import { TRUSTED_ORIGIN_ENDPOINTS } from "./trusted-origin-endpoints.ts";
import { USER_CREDENTIAL_ENDPOINTS } from "./user-credential-endpoints.ts";
import { USER_ENDPOINTS } from "./user-endpoints.ts";
import { USER_LIFECYCLE_ENDPOINTS } from "./user-lifecycle-endpoints.ts";
import { USER_SCHEMA_ENDPOINTS } from "./user-schema-endpoints.ts";
import { USER_TYPE_ENDPOINTS } from "./user-type-endpoints.ts";

/** Everything that the emulated org answers of Okta's Management API. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...ORG_ENDPOINTS,
  ...POLICY_ENDPOINTS,
  ...POLICY_RULE_ENDPOINTS,
  ...APP_ENDPOINTS,
  ...SIGNING_KEY_ENDPOINTS,
  ...OAUTH_CLIENT_ENDPOINTS,
  ...SCOPE_GRANT_ENDPOINTS,
  ...CONNECTION_ENDPOINTS,
  ...OAUTH_CONNECTION_ENDPOINTS,
  ...FEATURE_ENDPOINTS,
  ...PUSH_MAPPING_ENDPOINTS,
  ...APP_GROUP_ENDPOINTS,
  ...APP_USER_ENDPOINTS,
  ...APP_SCHEMA_ENDPOINTS,
  ...USER_SCHEMA_ENDPOINTS,
  ...LINKED_OBJECT_ENDPOINTS,
  ...GROUP_SCHEMA_ENDPOINTS,
  ...USER_TYPE_ENDPOINTS,
  ...MAPPING_ENDPOINTS,
  ...IDENTITY_PROVIDER_ENDPOINTS,
  ...GROUP_RULE_ENDPOINTS,
  ...GROUP_ENDPOINTS,
  ...GROUP_OWNER_ENDPOINTS,
  ...USER_LIFECYCLE_ENDPOINTS,
  ...USER_CREDENTIAL_ENDPOINTS,
  ...USER_ENDPOINTS,
  ...ROLE_ENDPOINTS,
  ...ROLE_TARGET_ENDPOINTS,
  ...NETWORK_ZONE_ENDPOINTS,
  ...TRUSTED_ORIGIN_ENDPOINTS,
  ...HOOK_ENDPOINTS,
  ...LOG_ENDPOINTS,
];

/** The route group of Okta's public API: `/api/**`, `/oauth2/v1/**` and `/.well-known/okta-organization`. */
export function createManagementApi(dependencies: ApiDependencies): RouteGroup {
  return async (request) => {
    const [root] = request.segments;
    if (root !== "api" && root !== "oauth2" && request.path !== "/.well-known/okta-organization")
      return undefined;
    try {
      return await answer(dependencies, request);
    } catch (error) {
      if (error instanceof OktaApiError) return answerError(error);
      if (error instanceof UnknownFilterAttributeError) return answerError(invalidSearch());
      throw error;
    }
  };
}

async function answer(dependencies: ApiDependencies, request: IncomingRequest): Promise<Answer> {
  if (request.path === "/oauth2/v1/token" && request.method === "POST")
    return issueToken(dependencies.store, request);
  const call = (params: Record<string, string>, caller: Caller): ApiCall => ({
    ...dependencies,
    orgUrl: request.orgUrl,
    request,
    params,
    caller,
  });
  const matching = matchPath(request);
  const found = matching.find(({ endpoint }) => endpoint.method === request.method);
  if (found?.endpoint.scopes === "public") {
    return found.endpoint.handle(call(found.params, NOBODY));
  }
  const caller = authenticate(dependencies.store, request);
  if (found === undefined && matching.length > 0) {
    throw new OktaApiError(405, "E0000022", "The endpoint does not support the provided HTTP method");
  }
  if (found === undefined) throw notEmulated(`${request.method} ${request.path}`);
  authorize(caller, found.endpoint);
  return dependencies.store.actAs(caller.actor, () => found.endpoint.handle(call(found.params, caller)));
}

const NOBODY: Caller = {
  actor: { id: "unknown", type: "User", alternateId: "unknown", displayName: "unknown" },
  scopes: new Set(),
  userId: null,
};

/** The endpoints of a request's path; a literal path wins over one with parameters. */
function matchPath(
  request: IncomingRequest,
): { readonly endpoint: Endpoint; readonly params: Record<string, string> }[] {
  const matching = PARTS.flatMap(({ endpoint, parts }) => {
    const params = matchParts(parts, request.segments);
    return params === undefined ? [] : [{ endpoint, params, count: Object.keys(params).length }];
  });
  const fewest = Math.min(...matching.map(({ count }) => count));
  return matching.filter(({ count }) => count === fewest);
}

const PARTS = ENDPOINTS.map((endpoint) => ({
  endpoint,
  parts: endpoint.path.split("/").filter((part) => part !== ""),
}));

function matchParts(
  parts: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
