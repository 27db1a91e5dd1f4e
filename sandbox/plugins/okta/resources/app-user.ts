import { type Context, type ResourceDefinition, sameJsonText } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { part, withoutBlanks } from "./app-settings.ts";

const sharedScheme = "SHARED_USERNAME_AND_PASSWORD";

/** A person assigned to an application by name. */
export const appUser: ResourceDefinition<OktaClient> = {
  token: "okta:app/user:User",
  defaults: { retainAssignment: false },
  computed: ["profile"],
  same: { profile: sameJsonText },
  create: async (context, inputs) => {
    await checkUsername(context, inputs);
    const answer = await context.client.v2.callForObject({
      method: "POST",
      path: `/api/v1/apps/${inputs.text("appId")}/users`,
      body: buildBody(inputs),
    });
    const state = await readAppUser(context, inputs.text("appId"), inputs.text("userId"));
    return { id: String(answer["id"]), state: state ?? {} };
  },
  read: async (context, id, known) => {
    // Imported as <app id>/<user id>; afterwards the id is the person's.
    const [first = "", second] = id.split("/");
    const appId = second === undefined ? known.text("appId") : first;
    const userId = second ?? known.text("userId");
    const state = await readAppUser(context, appId, userId);
    return state && { id: userId, state };
  },
  update: async (context, _id, _state, inputs) => {
    await checkUsername(context, inputs);
    await context.client.v2.call({ method: "POST", path: pathOf(inputs), body: buildBody(inputs) });
    return (await readAppUser(context, inputs.text("appId"), inputs.text("userId"))) ?? {};
  },
  // An assignment that somebody has taken away is an error here, as in the official plugin: a refresh finds it out before.
  delete: async (context, _id, state) => {
    if (state.flag("retainAssignment")) return;
    await context.client.v2.call({ method: "DELETE", path: pathOf(state) });
  },
};

function pathOf(where: Pick<Properties, "text">): string {
  return `/api/v1/apps/${where.text("appId")}/users/${where.text("userId")}`;
}

async function checkUsername(context: Context<OktaClient>, inputs: Properties): Promise<void> {
  const app = await context.client.v2.get(`/api/v1/apps/${inputs.text("appId")}`);
  const isShared = part(app, "credentials")["scheme"] === sharedScheme;
  const username = inputs.optionalText("username") ?? "";
  if (isShared && username !== "") {
    throw new Error(
      `'username' should not be set if it is assigned to the app with '${sharedScheme}' credentials scheme`,
    );
  }
  if (!isShared && username === "") {
    throw new Error(
      `'username' is required (the only exception is when the assigned app has '${sharedScheme}' credentials scheme)`,
    );
  }
}

function buildBody(inputs: Properties): JsonObject {
  const profile = inputs.json("profile");
  return {
    id: inputs.text("userId"),
    credentials: {
      ...withoutBlanks({ userName: inputs.optionalText("username") ?? null }),
      password: withoutBlanks({ value: inputs.optionalText("password") ?? null }),
    },
    ...(profile !== undefined && { profile }),
  };
}

async function readAppUser(
  context: Context<OktaClient>,
  appId: string,
  userId: string,
): Promise<JsonObject | undefined> {
  const app = await orAbsent(context.client.v2.get(`/api/v1/apps/${appId}`));
  if (app === undefined) return undefined;
  const user = await orAbsent(context.client.v2.get(`/api/v1/apps/${appId}/users/${userId}`));
  if (user === undefined) return undefined;
  return {
    appId,
    userId,
    hasSharedUsername: part(app, "credentials")["scheme"] === sharedScheme,
    profile: JSON.stringify(user["profile"] ?? {}),
    username: part(user, "credentials")["userName"] ?? null,
  };
}
