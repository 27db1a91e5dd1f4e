import { type Context, type ResourceDefinition, sameJsonText } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { ignoreAbsent } from "./app-lifecycle.ts";

/** All groups of an application: groups that are assigned elsewhere show up as drift. */
export const appGroupAssignments: ResourceDefinition<OktaClient> = {
  token: "okta:index/appGroupAssignments:AppGroupAssignments",
  sets: { groups: "id" },
  same: { "groups.profile": sameJsonText },
  create: async (context, inputs) => {
    const appId = inputs.text("appId");
    await assign(context, appId, inputs, (priority) => priority || undefined);
    return { id: appId, state: (await readAssignments(context, appId, inputs)) ?? {} };
  },
  read: async (context, id, state) => {
    const found = await readAssignments(context, id, state);
    return found && { state: { ...found, appId: id } };
  },
  update: async (context, id, state, inputs) => {
    const wanted = inputs.objects("groups").map((group) => group.text("id"));
    for (const group of state.objects("groups")) {
      if (!wanted.includes(group.text("id"))) await unassign(context, id, group.text("id"));
    }
    await assign(context, id, inputs, (priority) => priority ?? 0);
    return (await readAssignments(context, id, inputs)) ?? {};
  },
  delete: async (context, id, state) => {
    for (const group of state.objects("groups")) await unassign(context, id, group.text("id"));
  },
};

/**
 * Assigns every group, whether it was before or not.
 * @param send what of a priority is sent: in a creation Go takes 0 for "not set", in an update "not set" for 0
 */
async function assign(
  context: Context<OktaClient>,
  appId: string,
  inputs: Properties,
  send: (priority: number | undefined) => number | undefined,
): Promise<void> {
  for (const group of inputs.objects("groups")) {
    const priority = send(group.optionalNumber("priority"));
    await context.client.v2.call({
      method: "PUT",
      path: `/api/v1/apps/${appId}/groups/${group.text("id")}`,
      body: { ...(priority !== undefined && { priority }), profile: group.json("profile") ?? {} },
    });
  }
}

async function unassign(context: Context<OktaClient>, appId: string, groupId: string): Promise<void> {
  const path = `/api/v1/apps/${appId}/groups/${groupId}`;
  await context.client.v2.call({ method: "DELETE", path }).catch(ignoreAbsent);
}

async function readAssignments(
  context: Context<OktaClient>,
  appId: string,
  known: Properties,
): Promise<JsonObject | undefined> {
  const found = await orAbsent(context.client.v2.list(`/api/v1/apps/${appId}/groups`, { limit: "200" }));
  if (found === undefined) return undefined;
  const order = known.objects("groups").map((group) => group.text("id"));
  const withPriority = new Set(
    known.objects("groups").flatMap((group) => (group.has("priority") ? [group.text("id")] : [])),
  );
  const position = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  const groups = found.map((assignment) => {
    const id = String(assignment["id"]);
    // Okta numbers every assignment; only a priority that was asked for is the program's.
    const isAsked = withPriority.has(id) || order.length === 0;
    return {
      id,
      profile: JSON.stringify(assignment["profile"] ?? {}),
      ...(isAsked && { priority: assignment["priority"] ?? null }),
    };
  });
  return { groups: groups.sort((left, right) => position(left.id) - position(right.id)) };
}
