import { type Context, type ResourceDefinition, sameJsonText } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGroups/ */
export const appGroupAssignment: ResourceDefinition<OktaClient> = {
  token: "okta:app/groupAssignment:GroupAssignment",
  defaults: { retainAssignment: false },
  computed: ["profile"],
  same: { profile: sameJsonText },
  create: async (context, inputs) => {
    const answer = await putAssignment(context, inputs);
    return { id: String(answer["id"]), state: (await readAssignment(context, inputs)) ?? {} };
  },
  read: async (context, id, state) => {
    // Imported as <app id>/<group id>; afterwards the id is the group's.
    const [appId = "", groupId] = id.split("/");
    const where =
      groupId === undefined ? state : { text: (name: string) => (name === "appId" ? appId : groupId) };
    const found = await readAssignment(context, where);
    return found && { id: where.text("groupId"), state: found };
  },
  update: async (context, _id, _state, inputs) => {
    await putAssignment(context, inputs);
    return (await readAssignment(context, inputs)) ?? {};
  },
  // An assignment that somebody has taken away is an error here, as in the official plugin: a refresh finds it out before.
  delete: async (context, _id, state) => {
    if (state.flag("retainAssignment")) return;
    await context.client.v2.call({ method: "DELETE", path: pathOf(state) });
  },
};

function pathOf(where: Pick<Properties, "text">): string {
  return `/api/v1/apps/${where.text("appId")}/groups/${where.text("groupId")}`;
}

function putAssignment(context: Context<OktaClient>, inputs: Properties): Promise<JsonObject> {
  const priority = inputs.optionalNumber("priority");
  const profile = inputs.json("profile");
  return context.client.v2.callForObject({
    method: "PUT",
    path: pathOf(inputs),
    body: {
      // Go's GetOk takes 0 for "not set", so that a first priority is never sent.
      ...(priority && { priority }),
      ...(profile !== undefined && { profile }),
    },
  });
}

async function readAssignment(
  context: Context<OktaClient>,
  where: Pick<Properties, "text">,
): Promise<JsonObject | undefined> {
  const answer = await orAbsent(context.client.v2.get(pathOf(where)));
  if (answer === undefined) return undefined;
  return {
    appId: where.text("appId"),
    groupId: where.text("groupId"),
    profile: JSON.stringify(answer["profile"] ?? {}),
    priority: answer["priority"] ?? null,
  };
}
