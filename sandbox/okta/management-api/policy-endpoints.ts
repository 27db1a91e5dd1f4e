import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { readEdition } from "../org-edition.ts";
import type { JsonObject } from "../store/model.ts";
import type { Policy, PolicyStatus } from "../store/policies.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { blankField, forbidden, invalid, notEmulated, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage } from "./pagination.ts";
import { DEFAULT_PASSWORD_SETTINGS } from "./password-policy.ts";

const policyBody = z.looseObject({
  type: z.string(),
  name: z.string().min(1).max(255),
  description: z.string().nullish(),
  priority: z.number().int().nullish(),
});

/** A policy as the API shows it: what it protects is told by lists only, between links and type. */
function presentPolicy(call: ApiCall, policy: Policy, listed = false): JsonObject {
  const home = `${call.orgUrl}/api/v1/policies/${policy.id}`;
  const fixed = isFixed(policy);
  const link = (path: string, allow: string[]): JsonObject => ({ href: `${home}${path}`, hints: { allow } });
  const change = policy.status === "ACTIVE" ? "deactivate" : "activate";
  return {
    id: policy.id,
    status: policy.status,
    name: policy.name,
    ...(policy.description === null ? {} : { description: policy.description }),
    priority: policy.priority,
    system: policy.system,
    conditions: presentConditions(call, policy),
    created: wholeSeconds(policy.created),
    lastUpdated: wholeSeconds(policy.lastUpdated),
    ...(policy.type === "PASSWORD" ? { settings: DEFAULT_PASSWORD_SETTINGS } : {}),
    _links: {
      ...(policy.system || fixed ? {} : { mappings: link("/mappings", ["GET", "POST"]) }),
      self: link("", fixed ? ["GET"] : policy.system ? ["GET", "PUT"] : ["GET", "PUT", "DELETE"]),
      rules: link("/rules", ["GET", "POST"]),
      ...(policy.system || fixed ? {} : { [change]: link(`/lifecycle/${change}`, ["POST"]) }),
    },
    ...(listed && policy.resourceType !== null ? { _embedded: { resourceType: policy.resourceType } } : {}),
    type: policy.type,
  };
}

function isFixed(policy: Policy): boolean {
  return policy.resourceType === "END_USER_ACCOUNT_MANAGEMENT";
}

/** Kinds of policies that are for whoever comes by; those of the other, old kinds are for groups. */
const FOR_EVERYBODY: readonly string[] = ["ACCESS_POLICY", "PROFILE_ENROLLMENT", "IDP_DISCOVERY"];

function presentConditions(call: ApiCall, { type }: Policy): JsonObject | null {
  if (FOR_EVERYBODY.includes(type)) return null;
  const people: JsonObject = { groups: { include: [call.store.groups.everyone().id] } };
  return type === "PASSWORD" ? { people, authProvider: { provider: "OKTA" } } : { people };
}

function listPolicies(call: ApiCall): Answer {
  const type = call.request.query.get("type");
  if (type === null || type === "") throw blankField("type");
  refuseInClassicEngine(call, type);
  const policies = call.store.policies.list(type).map((policy) => presentPolicy(call, policy, true));
  return answerPage(call, policies, undefined);
}

/** Policies of apps and of self-registration came with Identity Engine; what Classic Engine answers is not recorded. */
function refuseInClassicEngine(call: ApiCall, type: string): void {
  const newer = ["ACCESS_POLICY", "PROFILE_ENROLLMENT"].includes(type);
  if (newer && readEdition(call.store).engine === "classic") {
    throw notEmulated(`policies of type ${type} in Classic Engine`);
  }
}

/** The policy of a call's `policyId`. Throws 404. */
export function findPolicy(call: ApiCall): Policy {
  const id = param(call, "policyId");
  const policy = call.store.policies.get(id);
  if (policy === undefined) throw notFound(id, "Policy");
  refuseInClassicEngine(call, policy.type);
  return policy;
}

/** A policy that may be changed by the API: access policies for apps. Throws 501 and 403. */
export function findChangeable(call: ApiCall): Policy {
  const policy = findPolicy(call);
  if (policy.type !== "ACCESS_POLICY") throw notEmulated(`changes of policies of type ${policy.type}`);
  if (isFixed(policy)) throw forbidden();
  return policy;
}

function readValues(call: ApiCall, before?: Policy) {
  const body = readBody(call, policyBody, "policy");
  if (body.type !== "ACCESS_POLICY") throw notEmulated(`policies of type ${body.type}`);
  refuseInClassicEngine(call, body.type);
  const taken = call.store.policies
    .list("ACCESS_POLICY")
    .some(({ id, name }) => name === body.name && id !== before?.id);
  if (taken) throw invalid("name", "name: Policy name already in use");
  return {
    name: body.name,
    description: body.description === "" ? null : (body.description ?? null),
    priority: body.priority ?? before?.priority ?? 1,
  };
}

function createPolicy(call: ApiCall): Answer {
  const policy = call.store.policies.create(readValues(call));
  return answerJson(200, presentPolicy(call, policy));
}

function updatePolicy(call: ApiCall): Answer {
  const policy = findChangeable(call);
  const saved = call.store.policies.update(policy.id, readValues(call, policy));
  return answerJson(200, presentPolicy(call, saved));
}

/** Neither the default policy goes nor one that apps still have. */
function deletePolicy(call: ApiCall): Answer {
  const policy = findChangeable(call);
  if (policy.system) throw forbidden();
  const users = call.store.apps.page({
    where: { sql: "access_policy_id = ?", values: [policy.id] },
    limit: 1,
  });
  if (users.length > 0) throw invalid("policy", "Cannot delete a policy that is assigned to applications.");
  call.store.policies.delete(policy.id);
  return { status: 204 };
}

function setStatus(call: ApiCall, status: PolicyStatus): Answer {
  const policy = findChangeable(call);
  if (policy.system) throw forbidden();
  call.store.policies.setStatus(policy.id, status);
  return { status: 204 };
}

const POLICY = "/api/v1/policies/:policyId";
const READ = ["okta.policies.read"];
const MANAGE = ["okta.policies.manage"];

/** Policies: all can be read, access policies be made and changed. */
export const POLICY_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/policies", scopes: READ, handle: listPolicies },
  { method: "POST", path: "/api/v1/policies", scopes: MANAGE, handle: createPolicy },
  {
    method: "GET",
    path: POLICY,
    scopes: READ,
    handle: (call) => answerJson(200, presentPolicy(call, findPolicy(call))),
  },
  { method: "PUT", path: POLICY, scopes: MANAGE, handle: updatePolicy },
  { method: "DELETE", path: POLICY, scopes: MANAGE, handle: deletePolicy },
  {
    method: "POST",
    path: `${POLICY}/lifecycle/activate`,
    scopes: MANAGE,
    handle: (call) => setStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: `${POLICY}/lifecycle/deactivate`,
    scopes: MANAGE,
    handle: (call) => setStatus(call, "INACTIVE"),
  },
];
