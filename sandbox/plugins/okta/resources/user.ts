import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { sameJsonText } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { profileAttributes, readUserState } from "../user-profile.ts";
import { ignoreAbsent } from "./app-lifecycle.ts";
import { withoutBlanks } from "./app-settings.ts";

/** The lifecycle operation that leads from a status to another. */
const steps: Readonly<Record<string, string>> = {
  "ACTIVE>SUSPENDED": "suspend",
  "ACTIVE>DEPROVISIONED": "deactivate",
  "SUSPENDED>ACTIVE": "unsuspend",
  "SUSPENDED>DEPROVISIONED": "deactivate",
  "STAGED>ACTIVE": "activate",
  "STAGED>DEPROVISIONED": "deactivate",
  "DEPROVISIONED>ACTIVE": "activate",
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export const user: ResourceDefinition<OktaClient> = {
  token: "okta:user/user:User",
  defaults: { status: "ACTIVE", skipRoles: false, expirePasswordOnCreate: false },
  allowed: { status: ["ACTIVE", "STAGED", "DEPROVISIONED", "SUSPENDED"] },
  computed: ["customProfileAttributes", "type", "realmId"],
  same: { customProfileAttributes: sameJsonText },
  volatile: ["rawStatus", "lastUpdated", "statusChanged"],
  create: async (context, inputs) => {
    const { v2 } = context.client;
    const status = inputs.text("status");
    const answer = await v2.callForObject({
      method: "POST",
      path: "/api/v1/users",
      query: { activate: String(status === "ACTIVE" || status === "SUSPENDED") },
      body: {
        credentials: buildCredentials(inputs),
        profile: buildProfile(inputs),
        ...(inputs.object("type") && { type: inputs.object("type")?.values ?? {} }),
      },
    });
    const id = String(answer["id"]);
    if (status === "SUSPENDED") await runStep(context, id, "suspend");
    if (status === "DEPROVISIONED") await runStep(context, id, "deactivate");
    return { id, state: (await readUser(context, id)) ?? {} };
  },
  read: async (context, id) => {
    const state = await readUser(context, id);
    return state && { state };
  },
  update: async (context, id, state, inputs) => {
    const before = state.text("status");
    const step = steps[`${before}>${inputs.text("status")}`];
    if (step !== undefined) await runStep(context, id, step);
    else if (before !== inputs.text("status")) {
      throw new Error(`failed to set user status: a ${before} user can't become ${inputs.text("status")}`);
    }
    const credentials = buildCredentials(inputs);
    const hasNewPassword = state.optionalText("password") !== inputs.optionalText("password");
    await context.client.v2.call({
      method: "PUT",
      path: pathOf(id),
      body: { profile: buildProfile(inputs), ...(hasNewPassword && { credentials }) },
    });
    return (await readUser(context, id)) ?? {};
  },
  delete: async (context, id, state) => {
    // The first deletion deprovisions, the second one deletes.
    const times = state.optionalText("rawStatus") === "DEPROVISIONED" ? 1 : 2;
    for (let time = 0; time < times; time++) {
      await context.client.v2.call({ method: "DELETE", path: pathOf(id) }).catch(ignoreAbsent);
    }
  },
};

function pathOf(id: string): string {
  return `/api/v1/users/${id}`;
}

async function runStep(context: Context<OktaClient>, id: string, step: string): Promise<void> {
  await context.client.v2.call({ method: "POST", path: `${pathOf(id)}/lifecycle/${step}` });
}

async function readUser(context: Context<OktaClient>, id: string): Promise<JsonObject | undefined> {
  const found = await orAbsent(context.client.v2.get(pathOf(id)));
  if (found === undefined) return undefined;
  // An attribute that lost its value must not keep the one that was known.
  const blank = Object.fromEntries(profileAttributes.map((name) => [name, null]));
  return { ...blank, ...readUserState(found) };
}

function buildProfile(inputs: Properties): JsonObject {
  const given = profileAttributes.map((name): [string, JsonValue] => [
    name,
    inputs.optionalText(name) ?? null,
  ]);
  const custom = inputs.json("customProfileAttributes");
  return {
    ...withoutBlanks(Object.fromEntries(given)),
    postalAddress: inputs.optionalText("postalAddress") ?? null,
    ...(isJsonObject(custom) && custom),
  };
}

function buildCredentials(inputs: Properties): JsonObject {
  const hash = inputs.object("passwordHash");
  const hook = inputs.optionalText("passwordInlineHook");
  const question = inputs.optionalText("recoveryQuestion");
  return {
    password: {
      ...withoutBlanks({ value: inputs.optionalText("password") ?? null }),
      ...(hash && { hash: hash.values }),
      ...(hook && { hook: { type: hook } }),
    },
    ...(question && { recovery_question: { question, answer: inputs.optionalText("recoveryAnswer") ?? "" } }),
  };
}
