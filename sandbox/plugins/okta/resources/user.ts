import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { sameJsonText } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import { equalValues, type JsonObject, type JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { profileAttributes, readUserState } from "../user-profile.ts";
import { withoutBlanks } from "./app-settings.ts";

/** The lifecycle operation that leads to ACTIVE; any other status needs "activate". */
const stepsToActive: Readonly<Record<string, string>> = { SUSPENDED: "unsuspend", LOCKED_OUT: "unlock" };

/** Inputs that a PUT of the profile carries. */
const inProfile = [...profileAttributes, "customProfileAttributes", "type"];

/** Optional inputs that Okta fills in. */
const computed = ["customProfileAttributes", "type", "realmId"];

const same: NonNullable<ResourceDefinition<OktaClient>["same"]> = {
  customProfileAttributes: sameJsonText,
  status: (old, next) => old === next || (old === "PROVISIONED" && next === "ACTIVE"),
};

/** Whether an input asks for something else than there is. */
function isChanged(name: string, state: Properties, inputs: Properties): boolean {
  if (computed.includes(name) && !inputs.has(name)) return false;
  const old = state.values[name];
  const next = inputs.values[name];
  const compare = same[name];
  return compare !== undefined && old !== undefined && next !== undefined
    ? !compare(old, next)
    : !equalValues(old, next);
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export const user: ResourceDefinition<OktaClient> = {
  token: "okta:user/user:User",
  defaults: { status: "ACTIVE", skipRoles: false, expirePasswordOnCreate: false },
  allowed: { status: ["ACTIVE", "STAGED", "DEPROVISIONED", "SUSPENDED"] },
  computed,
  same,
  volatile: ["rawStatus", "lastUpdated", "statusChanged"],
  create: async (context, inputs) => {
    const { v2 } = context.client;
    const status = inputs.text("status");
    const answer = await v2.callForObject({
      method: "POST",
      path: "/api/v1/users",
      query: status === "STAGED" ? { activate: "false" } : {},
      body: {
        credentials: buildCredentials(inputs),
        profile: buildProfile(inputs),
        ...buildType(inputs),
      },
    });
    const id = String(answer["id"]);
    if (status === "SUSPENDED" || status === "DEPROVISIONED") await setStatus(context, id, status);
    if (inputs.flag("expirePasswordOnCreate")) await runStep(context, id, "expire_password");
    return { id, state: (await readUser(context, id)) ?? {} };
  },
  read: async (context, id) => {
    const state = await readUser(context, id);
    return state && { state };
  },
  update: async (context, id, state, inputs) => {
    const { v2 } = context.client;
    const differs = (name: string) => isChanged(name, state, inputs);
    const status = inputs.text("status");
    if (differs("status") && status === "STAGED") {
      throw new Error(
        "Okta will not allow a user to be updated to STAGED. Can set to STAGED on user creation only",
      );
    }
    if (differs("password")) await refuseProvisioned(context, id);
    if (differs("status")) await setStatus(context, id, status);
    const hasNewHash = differs("passwordHash");
    if (inProfile.some(differs) || hasNewHash || differs("passwordInlineHook")) {
      if (status === "DEPROVISIONED") {
        throw new Error("Only the status of a DEPROVISIONED user can be updated, we detected other change");
      }
      const { password } = buildCredentials(inputs);
      const imports = hasNewHash || inputs.has("passwordInlineHook");
      const body = {
        profile: buildProfile(inputs),
        ...buildType(inputs),
        ...(imports && password !== undefined && { credentials: { password } }),
      };
      await v2.call({ method: "PUT", path: pathOf(id), body });
    }
    if (differs("password")) await changePassword(context, id, inputs);
    if (differs("recoveryQuestion") || differs("recoveryAnswer")) {
      await v2.call({
        method: "POST",
        path: `${pathOf(id)}/credentials/change_recovery_question`,
        body: {
          password: buildPassword(inputs.optionalText("password")),
          recovery_question: withoutBlanks({
            question: inputs.optionalText("recoveryQuestion") ?? null,
            answer: inputs.optionalText("recoveryAnswer") ?? null,
          }),
        },
      });
    }
    return (await readUser(context, id)) ?? {};
  },
  delete: async (context, id, state) => {
    // The first deletion deprovisions, the second one deletes.
    const times = state.optionalText("status") === "DEPROVISIONED" ? 1 : 2;
    for (let time = 0; time < times; time++) {
      await context.client.v2.call({ method: "DELETE", path: pathOf(id) });
    }
  },
};

function pathOf(id: string): string {
  return `/api/v1/users/${id}`;
}

async function runStep(context: Context<OktaClient>, id: string, step: string): Promise<void> {
  await context.client.v2.call({ method: "POST", path: `${pathOf(id)}/lifecycle/${step}` });
}

/** The official plugin looks at the person before and after the change of status. */
async function setStatus(context: Context<OktaClient>, id: string, wanted: string): Promise<void> {
  const { v2 } = context.client;
  const current = String((await v2.get(pathOf(id)))["status"]);
  if (wanted === "SUSPENDED") await runStep(context, id, "suspend");
  else if (wanted === "DEPROVISIONED") await runStep(context, id, "deactivate");
  else if (current === "PASSWORD_EXPIRED") return;
  else await runStep(context, id, stepsToActive[current] ?? "activate");
  await v2.get(pathOf(id));
}

async function refuseProvisioned(context: Context<OktaClient>, id: string): Promise<void> {
  const found = await context.client.v2.get(pathOf(id));
  if (found["status"] !== "PROVISIONED") return;
  throw new Error(
    "can not change password for provisioned user, the activation workflow should be finished first.",
  );
}

/** A PUT of nothing but the password, or Okta's own change where the old one is given. */
async function changePassword(context: Context<OktaClient>, id: string, inputs: Properties): Promise<void> {
  const { v2 } = context.client;
  const password = buildPassword(inputs.optionalText("password"));
  const old = inputs.optionalText("oldPassword");
  if (old === undefined || old === "") {
    await v2.call({ method: "PUT", path: pathOf(id), body: { credentials: { password } } });
    return;
  }
  await v2.call({
    method: "POST",
    path: `${pathOf(id)}/credentials/change_password`,
    body: { oldPassword: buildPassword(old), newPassword: password },
  });
}

function buildPassword(value: string | undefined): JsonObject {
  return withoutBlanks({ value: value ?? null });
}

function buildType(inputs: Properties): JsonObject {
  const type = inputs.object("type");
  return type === undefined ? {} : { type: type.values };
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
    password: hook
      ? { hook: { type: hook } }
      : {
          ...buildPassword(inputs.optionalText("password")),
          ...(hash && { hash: { workFactor: 0, ...hash.values } }),
        },
    ...(question && { recovery_question: { question, answer: inputs.optionalText("recoveryAnswer") ?? "" } }),
  };
}
