import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { ignoreAbsent } from "./app-lifecycle.ts";
import { part } from "./app-settings.ts";

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupRule/ */
export const groupRule: ResourceDefinition<OktaClient> = {
  token: "okta:group/rule:Rule",
  autoName: "name",
  defaults: { expressionType: "urn:okta:expression:1.0", status: "ACTIVE", removeAssignedUsers: false },
  allowed: { status: ["ACTIVE", "INACTIVE"] },
  sets: { groupAssignments: null, usersExcluded: null },
  create: async (context, inputs) => {
    const rule = await context.client.v2.callForObject({
      method: "POST",
      path: "/api/v1/groups/rules",
      body: buildBody(inputs),
    });
    const id = String(rule["id"]);
    if (inputs.text("status") === "ACTIVE") await setStatus(context, id, "activate");
    return { id, state: (await readRule(context, id)) ?? {} };
  },
  read: async (context, id) => {
    const state = await readRule(context, id);
    return state && { state };
  },
  update: async (context, id, state, inputs) => {
    // Okta takes changes of inactive rules only.
    const isActive = state.text("status") === "ACTIVE";
    if (isActive) await setStatus(context, id, "deactivate");
    await context.client.v2.call({ method: "PUT", path: pathOf(id), body: { id, ...buildBody(inputs) } });
    if (inputs.text("status") === "ACTIVE") await setStatus(context, id, "activate");
    return (await readRule(context, id)) ?? {};
  },
  delete: async (context, id, state) => {
    if (state.text("status") === "ACTIVE") await setStatus(context, id, "deactivate").catch(ignoreAbsent);
    const query = { removeUsers: String(state.flag("removeAssignedUsers")) };
    await context.client.v2.call({ method: "DELETE", path: pathOf(id), query }).catch(ignoreAbsent);
  },
};

function pathOf(id: string): string {
  return `/api/v1/groups/rules/${id}`;
}

async function setStatus(context: Context<OktaClient>, id: string, step: string): Promise<void> {
  await context.client.v2.call({ method: "POST", path: `${pathOf(id)}/lifecycle/${step}` });
}

function buildBody(inputs: Properties): JsonObject {
  const excluded = inputs.texts("usersExcluded");
  return {
    type: "group_rule",
    name: inputs.text("name"),
    actions: { assignUserToGroups: { groupIds: inputs.texts("groupAssignments") } },
    conditions: {
      expression: { type: inputs.text("expressionType"), value: inputs.text("expressionValue") },
      ...(excluded.length > 0 && { people: { users: { exclude: excluded } } }),
    },
  };
}

async function readRule(context: Context<OktaClient>, id: string): Promise<JsonObject | undefined> {
  const rule = await orAbsent(context.client.v2.get(pathOf(id)));
  // A rule whose group is gone stays behind as INVALID: it counts as gone.
  if (rule === undefined || rule["status"] === "INVALID") return undefined;
  const conditions = part(rule, "conditions");
  const expression = part(conditions, "expression");
  const excluded = part(part(conditions, "people"), "users")["exclude"];
  const groups = part(part(rule, "actions"), "assignUserToGroups")["groupIds"];
  return {
    name: rule["name"] ?? null,
    status: rule["status"] ?? null,
    expressionType: isJsonObject(expression) ? (expression["type"] ?? null) : null,
    expressionValue: isJsonObject(expression) ? (expression["value"] ?? null) : null,
    groupAssignments: groups ?? [],
    usersExcluded: Array.isArray(excluded) && excluded.length > 0 ? excluded : null,
  };
}
