import { setTimeout as sleep } from "node:timers/promises";
import { type Context, type ResourceDefinition, sameJsonText } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { part } from "./app-settings.ts";

/** Milliseconds; a new group may take some seconds to be found, in all 10 s as the official plugin waits. */
const appearDelays = [500, 1000, 2000, 6500];

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
export const group: ResourceDefinition<OktaClient> = {
  token: "okta:group/group:Group",
  autoName: "name",
  defaults: { skipUsers: false },
  computed: ["customProfileAttributes"],
  same: { customProfileAttributes: sameJsonText },
  deleteBeforeReplace: false,
  create: async (context, inputs) => {
    const answer = await context.client.v2.callForObject({
      method: "POST",
      path: "/api/v1/groups",
      body: { profile: buildProfile(inputs) },
    });
    const id = String(answer["id"]);
    await waitUntilFound(context, id);
    return { id, state: (await readGroup(context, id)) ?? {} };
  },
  read: async (context, id) => {
    const state = await readGroup(context, id);
    return state && { state };
  },
  update: async (context, id, _state, inputs) => {
    await context.client.v2.call({
      method: "PUT",
      path: pathOf(id),
      body: { profile: buildProfile(inputs) },
    });
    return (await readGroup(context, id)) ?? {};
  },
  delete: async (context, id) => {
    await context.client.v2.call({ method: "DELETE", path: pathOf(id) });
  },
};

function pathOf(id: string): string {
  return `/api/v1/groups/${id}`;
}

function buildProfile(inputs: Properties): JsonObject {
  const custom = inputs.json("customProfileAttributes");
  return {
    name: inputs.text("name"),
    description: inputs.optionalText("description") ?? "",
    ...(isJsonObject(custom) && custom),
  };
}

async function waitUntilFound(context: Context<OktaClient>, id: string): Promise<void> {
  for (const delay of [...appearDelays, undefined]) {
    const found = await orAbsent(context.client.v2.get(pathOf(id)));
    if (found !== undefined) return;
    if (delay === undefined) throw new Error(`group ${id} was created, but Okta does not find it`);
    await sleep(delay, undefined, { signal: context.signal });
  }
}

async function readGroup(context: Context<OktaClient>, id: string): Promise<JsonObject | undefined> {
  const answer = await orAbsent(context.client.v2.get(pathOf(id)));
  if (answer === undefined) return undefined;
  const { name, description, ...custom } = part(answer, "profile");
  return {
    name: name ?? null,
    description: description ?? null,
    customProfileAttributes: JSON.stringify(custom),
  };
}
