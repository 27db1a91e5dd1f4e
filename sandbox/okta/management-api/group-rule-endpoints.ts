import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { GroupRule } from "../store/group-rules.ts";
import type { JsonObject } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, queryFlag, readBody } from "./api-call.ts";
import { logChange } from "./log-change.ts";
import { invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

const ruleBody = z.looseObject({
  type: z.literal("group_rule").optional(),
  name: z.string().min(1).max(50),
  conditions: z.looseObject({
    expression: z.looseObject({ value: z.string().min(1), type: z.string().optional() }),
    people: z
      .looseObject({ users: z.looseObject({ exclude: z.array(z.string()).nullish() }).nullish() })
      .nullish(),
  }),
  actions: z
    .looseObject({ assignUserToGroups: z.looseObject({ groupIds: z.array(z.string()).min(1) }) })
    .optional(),
});

const PAGE_SIZE: PageSize = { default: 50, max: 200 };

function findRule(call: ApiCall): GroupRule {
  const id = param(call, "ruleId");
  const rule = call.store.groupRules.get(id);
  if (rule === undefined) throw notFound(id, "PolicyRule");
  return rule;
}

/** A rule; `expand=groupIdToGroupNameMap` adds the names of its groups. */
function presentRule(call: ApiCall, rule: GroupRule): JsonObject {
  const expanded = call.request.query.get("expand") === "groupIdToGroupNameMap";
  const names = Object.fromEntries(
    rule.groupIds.flatMap((id) => {
      const group = expanded ? call.store.groups.get(id) : undefined;
      return group === undefined ? [] : [[id, group.name]];
    }),
  );
  return {
    type: "group_rule",
    id: rule.id,
    status: rule.status,
    name: rule.name,
    created: wholeSeconds(rule.created),
    lastUpdated: wholeSeconds(rule.lastUpdated),
    conditions: {
      people: { users: { exclude: [...rule.excludedUserIds] }, groups: { exclude: [] } },
      expression: { value: rule.expression, type: "urn:okta:expression:1.0" },
    },
    actions: { assignUserToGroups: { groupIds: [...rule.groupIds] } },
    ...(expanded ? { _embedded: { groupIdToGroupNameMap: names } } : {}),
    allGroupsValid: rule.status !== "INVALID",
  };
}

const INVALID_CONDITION = "conditions: Invalid expression";

/** Okta says of an expression that it cannot read no more than that; of names that it does not know, which. */
function describeProblem({ message }: Error, expression: string): string {
  return /^Invalid expression\b/.test(message) ? `Invalid expression syntax ${expression}` : message;
}

function readRule(call: ApiCall): Pick<GroupRule, "name" | "expression" | "groupIds" | "excludedUserIds"> {
  const body = readBody(call, ruleBody, "groupRule");
  const type = call.store.userTypes.default();
  try {
    call.checkExpression(body.conditions.expression.value, {
      user: new Set([...Object.keys(type.base), ...Object.keys(type.custom)]),
      groups: true,
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw invalid(
      "validateRule",
      describeProblem(error, body.conditions.expression.value),
      INVALID_CONDITION,
    );
  }
  return {
    name: body.name,
    expression: body.conditions.expression.value,
    groupIds: body.actions?.assignUserToGroups.groupIds ?? [],
    excludedUserIds: body.conditions.people?.users?.exclude ?? [],
  };
}

function createRule(call: ApiCall): Answer {
  const rule = readRule(call);
  if (rule.groupIds.length === 0) throw invalid("groupIds", "groupIds: The field cannot be left blank");
  for (const id of rule.groupIds) {
    if (call.store.groups.get(id)?.type !== "OKTA_GROUP") throw notFound(id, "UserGroup");
  }
  const stored = call.store.groupRules.create(rule);
  logChange(call, "group.rule.create", "Create group rule", []);
  return answerJson(200, presentRule(call, stored));
}

/** A rule whose group was deleted can be read and deleted, nothing else. The official provider knows the refusal by its text. */
function refuseInvalid(rule: GroupRule, operation: "activate or deactivate" | "update"): void {
  if (rule.status !== "INVALID") return;
  throw invalid("groupRule", `Cannot ${operation} a Group Rule with the status INVALID`);
}

function updateRule(call: ApiCall): Answer {
  const rule = findRule(call);
  refuseInvalid(rule, "update");
  if (rule.status === "ACTIVE") {
    throw invalid("groupRule", "The group rule must be deactivated before it can be updated.");
  }
  return answerJson(200, presentRule(call, call.store.groupRules.update(rule.id, readRule(call)) ?? rule));
}

function setStatus(call: ApiCall, status: "ACTIVE" | "INACTIVE"): Answer {
  const rule = findRule(call);
  refuseInvalid(rule, "activate or deactivate");
  call.store.groupRules.setStatus(rule.id, status);
  const verb = status === "ACTIVE" ? "activate" : "deactivate";
  logChange(call, `group.rule.${verb}`, `${verb === "activate" ? "Activate" : "Deactivate"} group rule`, []);
  return { status: 204 };
}

function deleteRule(call: ApiCall): Answer {
  const rule = findRule(call);
  call.store.groupRules.delete(rule.id, queryFlag(call, "removeUsers", false));
  logChange(call, "group.rule.delete", "Delete group rule", []);
  return answerJson(202, {});
}

function listRules(call: ApiCall): Answer {
  const limit = readLimit(call, PAGE_SIZE);
  const afterId = readAfter(call);
  const search = call.request.query.get("search") ?? "";
  const rules = call.store.groupRules.list({
    limit: limit + 1,
    ...(afterId === undefined ? {} : { afterId }),
    ...(search === "" ? {} : { search }),
  });
  const { page, next } = cutPage(rules, limit, (rule) => rule.id);
  return answerPage(
    call,
    page.map((rule) => presentRule(call, rule)),
    next,
    PAGE_SIZE,
  );
}

/** Group rules. */
export const GROUP_RULE_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups/rules", scopes: ["okta.groups.read"], handle: listRules },
  { method: "POST", path: "/api/v1/groups/rules", scopes: ["okta.groups.manage"], handle: createRule },
  {
    method: "GET",
    path: "/api/v1/groups/rules/:ruleId",
    scopes: ["okta.groups.read"],
    handle: (call) => answerJson(200, presentRule(call, findRule(call))),
  },
  { method: "PUT", path: "/api/v1/groups/rules/:ruleId", scopes: ["okta.groups.manage"], handle: updateRule },
  {
    method: "DELETE",
    path: "/api/v1/groups/rules/:ruleId",
    scopes: ["okta.groups.manage"],
    handle: deleteRule,
  },
  {
    method: "POST",
    path: "/api/v1/groups/rules/:ruleId/lifecycle/activate",
    scopes: ["okta.groups.manage"],
    handle: (call) => setStatus(call, "ACTIVE"),
  },
  {
    method: "POST",
    path: "/api/v1/groups/rules/:ruleId/lifecycle/deactivate",
    scopes: ["okta.groups.manage"],
    handle: (call) => setStatus(call, "INACTIVE"),
  },
];
