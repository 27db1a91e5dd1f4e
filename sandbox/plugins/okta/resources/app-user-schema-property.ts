import { setTimeout as sleep } from "node:timers/promises";
import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { OktaApiError, orAbsent } from "../okta-error.ts";
import { part } from "./app-settings.ts";

/** Okta refuses to take a name again until the attribute of that name is cleaned up. */
const deletionUnderWay = "deletion process for an attribute with the same variable name is incomplete";
/** Milliseconds; 30 s in all, as long as the official plugin waits for a schema to settle. */
const settleDelays = [500, 1000, 2000, 4000, 8000, 14_500];

/**
 * An attribute of an application's users.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/
 */
export const appUserSchemaProperty: ResourceDefinition<OktaClient> = {
  token: "okta:index/appUserSchemaProperty:AppUserSchemaProperty",
  defaults: {
    scope: "NONE",
    permissions: "READ_ONLY",
    master: "PROFILE_MASTER",
    union: false,
    userType: "default",
  },
  allowed: {
    type: ["string", "boolean", "number", "integer", "array", "object"],
    scope: ["NONE", "SELF", ""],
    permissions: ["HIDE", "READ_ONLY", "READ_WRITE"],
    master: ["PROFILE_MASTER", "OKTA"],
  },
  replaces: ["appId"],
  create: async (context, inputs) => {
    await postProperty(context, inputs, "custom", buildAttribute(inputs));
    const id = `${inputs.text("appId")}/${inputs.text("index")}`;
    return { id, state: (await settle(context, inputs)) ?? {} };
  },
  read: async (context, id, state) => {
    const [appId = "", index = ""] = id.split("/");
    const found = await readAttribute(context, appId, index, "custom");
    return found && { state: { ...readState(found, state), appId, index } };
  },
  update: async (context, _id, _state, inputs) => {
    await postProperty(context, inputs, "custom", buildAttribute(inputs));
    return (await settle(context, inputs)) ?? {};
  },
  delete: async (context, _id, state) => {
    await postProperty(context, state, "custom", null);
  },
};

/** An attribute that the application brings with it: it can be changed, not deleted. */
export const appUserBaseSchemaProperty: ResourceDefinition<OktaClient> = {
  token: "okta:index/appUserBaseSchemaProperty:AppUserBaseSchemaProperty",
  defaults: { permissions: "READ_ONLY", master: "PROFILE_MASTER", userType: "default" },
  replaces: ["appId"],
  create: async (context, inputs) => {
    await postProperty(context, inputs, "base", buildAttribute(inputs));
    const id = `${inputs.text("appId")}/${inputs.text("index")}`;
    const found = await readAttribute(context, inputs.text("appId"), inputs.text("index"), "base");
    return { id, state: found === undefined ? {} : readState(found, inputs) };
  },
  read: async (context, id, state) => {
    const [appId = "", index = ""] = id.split("/");
    const found = await readAttribute(context, appId, index, "base");
    return found && { state: { ...readState(found, state), appId, index } };
  },
  update: async (context, _id, _state, inputs) => {
    await postProperty(context, inputs, "base", buildAttribute(inputs));
    const found = await readAttribute(context, inputs.text("appId"), inputs.text("index"), "base");
    return found === undefined ? {} : readState(found, inputs);
  },
  delete: async () => {},
};

function schemaPath(appId: string): string {
  return `/api/v1/meta/schemas/apps/${appId}/default`;
}

async function postProperty(
  context: Context<OktaClient>,
  where: Properties,
  part: "base" | "custom",
  attribute: JsonObject | null,
): Promise<void> {
  const definition = { id: `#${part}`, type: "object", properties: { [where.text("index")]: attribute } };
  for (const delay of [...settleDelays, undefined]) {
    try {
      await context.client.v2.call({
        method: "POST",
        path: schemaPath(where.text("appId")),
        body: { definitions: { [part]: definition } },
      });
      return;
    } catch (error) {
      const isPassing = error instanceof OktaApiError && error.message.includes(deletionUnderWay);
      if (!isPassing || delay === undefined) throw error;
      await sleep(delay, undefined, { signal: context.signal });
    }
  }
}

/** Reads until the attribute is there, posting it again where it got lost. */
async function settle(context: Context<OktaClient>, inputs: Properties): Promise<JsonObject | undefined> {
  const read = () => readAttribute(context, inputs.text("appId"), inputs.text("index"), "custom");
  let found = await read();
  for (const delay of settleDelays) {
    if (found !== undefined) break;
    await sleep(delay, undefined, { signal: context.signal });
    await postProperty(context, inputs, "custom", buildAttribute(inputs));
    found = await read();
  }
  return found === undefined ? undefined : readState((await read()) ?? found, inputs);
}

async function readAttribute(
  context: Context<OktaClient>,
  appId: string,
  index: string,
  definition: "base" | "custom",
): Promise<JsonObject | undefined> {
  const schema = await orAbsent(context.client.v2.get(schemaPath(appId)));
  if (schema === undefined) return undefined;
  const attribute = part(part(part(schema, "definitions"), definition), "properties")[index];
  return isJsonObject(attribute) ? attribute : undefined;
}

function buildAttribute(inputs: Properties): JsonObject {
  const optional = (name: string, value: JsonValue | undefined) =>
    value === undefined ? {} : { [name]: value };
  const isArray = inputs.text("type") === "array";
  const enums = inputs.texts("enums");
  const oneOfs = inputs.objects("oneOfs").map((choice) => choice.values);
  return {
    title: inputs.text("title"),
    type: inputs.text("type"),
    ...optional("description", inputs.optionalText("description") || undefined),
    ...optional("required", inputs.optionalFlag("required")),
    permissions: [{ action: inputs.text("permissions"), principal: "SELF" }],
    ...optional("scope", inputs.optionalText("scope")),
    master: { type: inputs.text("master") },
    ...optional("externalName", inputs.optionalText("externalName") || undefined),
    ...optional("externalNamespace", inputs.optionalText("externalNamespace") || undefined),
    ...optional("unique", inputs.optionalText("unique") || undefined),
    ...optional("pattern", inputs.optionalText("pattern") || undefined),
    ...optional("minLength", inputs.optionalNumber("minLength")),
    ...optional("maxLength", inputs.optionalNumber("maxLength")),
    ...(enums.length > 0 && { enum: enums }),
    ...(oneOfs.length > 0 && { oneOf: oneOfs }),
    ...(isArray && { items: buildItems(inputs) }),
    ...optional("union", inputs.has("union") ? (inputs.flag("union") ? "ENABLE" : "DISABLE") : undefined),
  };
}

function buildItems(inputs: Properties): JsonObject {
  const enums = inputs.texts("arrayEnums");
  const oneOfs = inputs.objects("arrayOneOfs").map((choice) => choice.values);
  return {
    type: inputs.text("arrayType"),
    ...(enums.length > 0 && { enum: enums }),
    ...(oneOfs.length > 0 && { oneOf: oneOfs }),
  };
}

/** Okta's answer leaves out `permissions`, `master` and (but for lists) `union` of application schemas: those stay as known. */
function readState(attribute: JsonObject, known: Properties): JsonObject {
  const items = part(attribute, "items");
  const permissions = attribute["permissions"];
  const permission =
    Array.isArray(permissions) && isJsonObject(permissions[0]) ? permissions[0]["action"] : undefined;
  return {
    title: attribute["title"] ?? null,
    type: attribute["type"] ?? null,
    description: attribute["description"] ?? null,
    required: attribute["required"] ?? null,
    scope: attribute["scope"] ?? null,
    externalName: attribute["externalName"] ?? null,
    externalNamespace: attribute["externalNamespace"] ?? null,
    unique: attribute["unique"] ?? null,
    minLength: attribute["minLength"] ?? null,
    maxLength: attribute["maxLength"] ?? null,
    enums: attribute["enum"] ?? null,
    oneOfs: attribute["oneOf"] ?? null,
    arrayType: items["type"] ?? null,
    arrayEnums: items["enum"] ?? null,
    arrayOneOfs: items["oneOf"] ?? null,
    permissions: permission ?? known.optionalText("permissions") ?? "READ_ONLY",
    master: part(attribute, "master")["type"] ?? known.optionalText("master") ?? "PROFILE_MASTER",
    userType: known.optionalText("userType") ?? "default",
  };
}
