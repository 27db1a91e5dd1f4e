import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { Policy, PolicyStatus } from "../store/policies.ts";
import type { PolicyRule, PolicyRuleValues } from "../store/policy-rules.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { forbidden, invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { findChangeable, findPolicy } from "./policy-endpoints.ts";

const json = z.record(z.string(), z.json());
const ruleBody = z.looseObject({
  name: z.string().min(1).max(255),
  priority: z.number().int().min(0).nullish(),
  conditions: json.nullish(),
  actions: json.nullish(),
});

function presentRule(call: ApiCall, policy: Policy, rule: PolicyRule): JsonObject {
  const home = `${call.orgUrl}/api/v1/policies/${policy.id}/rules/${rule.id}`;
  const change = rule.status === "ACTIVE" ? "deactivate" : "activate";
  return {
    id: rule.id,
    status: rule.status,
    name: rule.name,
    priority: rule.priority,
    created: wholeSeconds(rule.created),
    lastUpdated: wholeSeconds(rule.lastUpdated),
    system: rule.system,
    conditions: rule.conditions,
    actions: rule.actions,
    _links: {
      self: { href: home, hints: { allow: rule.system ? ["GET", "PUT"] : ["GET", "PUT", "DELETE"] } },
      ...(rule.system
        ? {}
        : { [change]: { href: `${home}/lifecycle/${change}`, hints: { allow: ["POST"] } } }),
    },
    type: policy.type,
  };
}

function findRule(call: ApiCall, policy: Policy): PolicyRule {
  const id = param(call, "ruleId");
  const rule = call.store.policyRules.get(policy, id);
  if (rule === undefined) throw notFound(id, "PolicyRule");
  return rule;
}

/** What a rule is saved with. The catch-all rule keeps its name, place and conditions. */
function readValues(call: ApiCall, policy: Policy, before?: PolicyRule): PolicyRuleValues {
  const body = readBody(call, ruleBody, "policyRule");
  const rules = call.store.policyRules.list(policy);
  if (rules.some(({ id, name }) => name === body.name && id !== before?.id)) {
    throw invalid("name", "name: Policy rule name already in use");
  }
  const actions = completeActions(body.actions ?? {});
  if (before?.system === true) {
    return { name: before.name, priority: before.priority, conditions: before.conditions, actions };
  }
  const others = rules.filter(({ system }) => !system).length;
  return {
    name: body.name,
    priority: body.priority ?? before?.priority ?? others,
    conditions: completeConditions(body.conditions ?? {}),
    actions,
  };
}

/** Whom a rule concerns where nothing was said: everybody, from anywhere. */
function completeConditions(sent: JsonObject): JsonObject {
  return {
    people: { users: { exclude: [] } },
    network: { connection: "ANYWHERE" },
    riskScore: { level: "ANY" },
    userType: { include: [], exclude: [] },
    ...Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)),
  };
}

function completeActions(sent: JsonObject): JsonObject {
  const { appSignOn } = sent;
  if (typeof appSignOn !== "object" || appSignOn === null || Array.isArray(appSignOn)) return sent;
  return { ...sent, appSignOn: { keepMeSignedIn: { postAuth: "NOT_ALLOWED" }, ...appSignOn } };
}

function saveRule(call: ApiCall): Answer {
  const policy = findChangeable(call);
  const rule = findRule(call, policy);
  call.store.policyRules.update(rule, readValues(call, policy, rule));
  return answerJson(200, presentRule(call, policy, findRule(call, policy)));
}

function createRule(call: ApiCall): Answer {
  const policy = findChangeable(call);
  const rule = call.store.policyRules.create(policy.id, readValues(call, policy));
  return answerJson(200, presentRule(call, policy, rule));
}

function deleteRule(call: ApiCall): Answer {
  const rule = findRule(call, findChangeable(call));
  if (rule.system) throw forbidden();
  call.store.policyRules.delete(rule);
  return { status: 204 };
}

function setStatus(call: ApiCall, status: PolicyStatus): Answer {
  const rule = findRule(call, findChangeable(call));
  if (rule.system) throw forbidden();
  call.store.policyRules.setStatus(rule, status);
  return { status: 204 };
}

const RULES = "/api/v1/policies/:policyId/rules";
const READ = ["okta.policies.read"];
const MANAGE = ["okta.policies.manage"];

/** Rules of access policies: kept, never applied. */
export const POLICY_RULE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: RULES,
    scopes: READ,
    handle: (call) => {
      const policy = findPolicy(call);
      const rules = call.store.policyRules.list(policy);
      return answerJson(
        200,
        rules.map((rule) => presentRule(call, policy, rule)),
      );
    },
  },
  { method: "POST", path: RULES, scopes: MANAGE, handle: createRule },
  {
    method: "GET",
    path: `${RULES}/:ruleId`,
    scopes: READ,
    handle: (call) => {
      const policy = findPolicy(call);
      return answerJson(200, presentRule(call, policy, findRule(call, policy)));
    },
  },
  { method: "PUT", path: `${RULES}/:ruleId`, scopes: MANAGE, handle: saveRule },
  { method: "DELETE", path: `${RULES}/:ruleId`, scopes: MANAGE, handle: deleteRule },
  {
    method: "POST",
    path: `${RULES}/:ruleId/lifecycle/activate`,
    scopes: MANAGE,
    handle: (call) => setStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: `${RULES}/:ruleId/lifecycle/deactivate`,
    scopes: MANAGE,
    handle: (call) => setStatus(call, "INACTIVE"),
  },
];
