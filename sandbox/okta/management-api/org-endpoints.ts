import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { Policy } from "../store/policies.ts";
import { type ApiCall, type Endpoint, param } from "./api-call.ts";
import { blankField, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage } from "./pagination.ts";
import { DEFAULT_PASSWORD_SETTINGS } from "./password-policy.ts";

/** `/.well-known/okta-organization`: `pipeline` `idx` makes the official provider use access policies. */
function describeOrg(call: ApiCall): Answer {
  return answerJson(200, {
    id: call.store.orgId,
    cell: "sandbox",
    _links: { organization: { href: call.orgUrl } },
    pipeline: "idx",
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: true,
      omEnabled: false,
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: false,
    },
  });
}

function presentPolicy(call: ApiCall, policy: Policy): JsonObject {
  const home = `${call.orgUrl}/api/v1/policies/${policy.id}`;
  const fixed = policy.resourceType === "END_USER_ACCOUNT_MANAGEMENT";
  const link = (path: string, allow: string[]): JsonObject => ({ href: `${home}${path}`, hints: { allow } });
  return {
    id: policy.id,
    status: "ACTIVE",
    name: policy.name,
    ...(policy.description === null ? {} : { description: policy.description }),
    priority: policy.priority,
    system: policy.system,
    conditions: presentConditions(call, policy),
    created: wholeSeconds(policy.created),
    lastUpdated: wholeSeconds(policy.created),
    ...(policy.type === "PASSWORD" ? { settings: DEFAULT_PASSWORD_SETTINGS } : {}),
    _links: {
      ...(policy.system || fixed ? {} : { mappings: link("/mappings", ["GET", "POST"]) }),
      self: link("", fixed ? ["GET"] : policy.system ? ["GET", "PUT"] : ["GET", "PUT", "DELETE"]),
      rules: link("/rules", ["GET", "POST"]),
      ...(policy.system || fixed ? {} : { deactivate: link("/lifecycle/deactivate", ["POST"]) }),
    },
    ...(policy.resourceType === null ? {} : { _embedded: { resourceType: policy.resourceType } }),
    type: policy.type,
  };
}

/** Whom a policy is for: access policies are for whoever uses their apps, those of the old kind for groups. */
function presentConditions(call: ApiCall, { type }: Policy): JsonObject | null {
  if (type === "ACCESS_POLICY" || type === "PROFILE_ENROLLMENT") return null;
  const people: JsonObject = { groups: { include: [call.store.groups.everyone().id] } };
  return type === "PASSWORD" ? { people, authProvider: { provider: "OKTA" } } : { people };
}

function listPolicies(call: ApiCall): Answer {
  const type = call.request.query.get("type");
  if (type === null || type === "") throw blankField("type");
  return answerPage(
    call,
    call.store.policies.list(type).map((policy) => presentPolicy(call, policy)),
    undefined,
  );
}

function getPolicy(call: ApiCall): Answer {
  const id = param(call, "policyId");
  const policy = call.store.policies.get(id);
  if (policy === undefined) throw notFound(id, "Policy");
  return answerJson(200, presentPolicy(call, policy));
}

/** The org itself and its policies. */
export const ORG_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/.well-known/okta-organization", scopes: "public", handle: describeOrg },
  { method: "GET", path: "/api/v1/policies", scopes: ["okta.policies.read"], handle: listPolicies },
  { method: "GET", path: "/api/v1/policies/:policyId", scopes: ["okta.policies.read"], handle: getPolicy },
];
