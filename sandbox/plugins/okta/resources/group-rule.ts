import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import { equalValues, type JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { part } from "./app-settings.ts";

/** Inputs whose change needs a PUT; the status has calls of its own. */
const inRequest = ["expressionType", "expressionValue", "name", "groupAssignments", "usersExcluded"];

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
    await setStatus(context, id, inputs);
    return { id, state: (await readRule(context, id)) ?? {} };
  },
  read: async (context, id) => {
    const state = await readRule(context, id);
    return state && { state };
  },
  update: async (context, id, state, inputs) => {
    if (state.text("status") !== inputs.text("status")) await setStatus(context, id, inputs);
    if (inRequest.some((name) => !equalValues(inputs.values[name], state.values[name]))) {
      // Okta takes changes of inactive rules only.
      const isActive = inputs.text("status") === "ACTIVE";
      if (isActive) await runStep(context, id, "deactivate");
      await context.client.v2.call({ method: "PUT", path: pathOf(id), body: buildBody(inputs) });
      if (isActive) await runStep(context, id, "activate");
    }
    return (await readRule(context, id)) ?? {};
  },
  delete: async (context, id, state) => {
    if (state.text("status") === "ACTIVE") {
      await runStep(context, id, "deactivate").catch((error: unknown) => {
        // A rule that lost its group can only be deleted.
        if (!String(error).includes("Group Rule with the status INVALID")) throw error;
      });
    }
    const query = { removeUsers: String(state.flag("removeAssignedUsers")) };
    await context.client.v2.call({ method: "DELETE", path: pathOf(id), query });
  },
};

function pathOf(id: string): string {
  return `/api/v1/groups/rules/${id}`;
}

/** A new rule is inactive; the official plugin says so again where that is wanted. */
async function setStatus(context: Context<OktaClient>, id: string, inputs: Properties): Promise<void> {
  await runStep(context, id, inputs.text("status") === "ACTIVE" ? "activate" : "deactivate");
}

async function runStep(context: Context<OktaClient>, id: string, step: string): Promise<void> {
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
      people: { users: excluded.length > 0 ? { exclude: excluded } : {} },
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
