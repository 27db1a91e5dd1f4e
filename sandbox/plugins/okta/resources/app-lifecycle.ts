import { setTimeout as sleep } from "node:timers/promises";
import { type Context, PartialFailure, type ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import { equalValues, type JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { OktaApiError } from "../okta-error.ts";

type OktaContext = Context<OktaClient>;

/** Milliseconds between the tries of an app's deletion, which Okta's eventual consistency may refuse at first. */
const deleteRetryDelays = [500, 1000, 1500, 2000];

/**
 * Makes an application, then does what follows its creation; whatever fails there, the application is kept.
 * @param finish the calls after the creation, which end in the state
 */
export async function createApp(
  context: OktaContext,
  inputs: Properties,
  body: JsonObject,
  finish: (id: string, app: JsonObject) => Promise<JsonObject>,
) {
  const app = await context.client.v2.callForObject({
    method: "POST",
    path: "/api/v1/apps",
    query: { activate: String(inputs.text("status") === "ACTIVE") },
    body,
  });
  const id = String(app["id"]);
  try {
    return { id, state: await finish(id, app) };
  } catch (error) {
    throw new PartialFailure(id, {}, error);
  }
}

/**
 * Sets the status first, then everything else: Okta refuses changes to an inactive application.
 * @returns false when the status was all that changed
 */
export async function updateAppStatus(
  context: OktaContext,
  id: string,
  state: Properties,
  inputs: Properties,
): Promise<boolean> {
  const wanted = inputs.text("status");
  if (state.optionalText("status") === wanted) return true;
  const step = wanted === "ACTIVE" ? "activate" : "deactivate";
  await context.client.v2.call({ method: "POST", path: `/api/v1/apps/${id}/lifecycle/${step}` });
  return Object.keys(inputs.values).some(
    (name) => name !== "status" && !equalValues(inputs.values[name], state.values[name]),
  );
}

/** Deactivates an application where needed and deletes it. One that is gone is an error until a refresh has found that out. */
export async function deleteApp(context: OktaContext, id: string, state: Properties): Promise<void> {
  const { v2 } = context.client;
  if (state.optionalText("status") === "ACTIVE") {
    await v2.call({ method: "POST", path: `/api/v1/apps/${id}/lifecycle/deactivate` });
  }
  for (let attempt = 0; ; attempt++) {
    try {
      await v2.call({ method: "DELETE", path: `/api/v1/apps/${id}` });
      return;
    } catch (error) {
      const delay = deleteRetryDelays[attempt];
      if (delay === undefined || (error instanceof OktaApiError && error.status === 404)) throw error;
      await sleep(delay, undefined, { signal: context.signal });
    }
  }
}

/** Takes "it is not there" for done; used where the aim is that it is not there. */
export function ignoreAbsent(error: unknown): undefined {
  if (error instanceof OktaApiError && error.status === 404) return undefined;
  throw error;
}

/**
 * Create, read, update and delete of an application that Okta needs no further call for (auto login, SWA): only its body, and what of the
 * answer is state, differ.
 */
export function appOperations(
  buildBody: (inputs: Properties) => JsonObject,
  readState: (context: Context<OktaClient>, id: string) => Promise<JsonObject | undefined>,
): Pick<ResourceDefinition<OktaClient>, "create" | "read" | "update" | "delete"> {
  return {
    create: (context, inputs) =>
      createApp(context, inputs, buildBody(inputs), async (id) => (await readState(context, id)) ?? {}),
    read: async (context, id) => {
      const state = await readState(context, id);
      return state && { state };
    },
    update: async (context, id, state, inputs) => {
      if (await updateAppStatus(context, id, state, inputs)) {
        await context.client.v2.call({ method: "PUT", path: `/api/v1/apps/${id}`, body: buildBody(inputs) });
      }
      return (await readState(context, id)) ?? {};
    },
    delete: deleteApp,
  };
}
