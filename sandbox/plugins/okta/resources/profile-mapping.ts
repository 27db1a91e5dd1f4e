import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { part } from "./app-settings.ts";

/**
 * The mapping of a user's attributes to an application's, or back. Mappings exist already: this sets properties.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ProfileMapping/
 */
export const profileMapping: ResourceDefinition<OktaClient> = {
  token: "okta:profile/mapping:Mapping",
  defaults: { alwaysApply: false },
  sets: { mappings: "id" },
  create: async (context, inputs) => {
    const { v2 } = context.client;
    const sourceId = inputs.text("sourceId");
    const targetId = inputs.text("targetId");
    const found = await v2.call({
      method: "GET",
      path: "/api/v1/mappings",
      query: { limit: "200", sourceId, targetId },
    });
    const mapping = (Array.isArray(found) ? found : [])
      .filter(isJsonObject)
      .find((candidate) => part(candidate, "source")["id"] === sourceId);
    if (mapping === undefined) throw noMapping(inputs);
    const id = String(mapping["id"]);
    await setProperties(context, id, inputs);
    return { id, state: (await readMapping(context, id, inputs)) ?? {} };
  },
  read: async (context, id, state) => {
    const found = await readMapping(context, id, state);
    return found && { state: found };
  },
  update: async (context, id, _state, inputs) => {
    await setProperties(context, id, inputs);
    return (await readMapping(context, id, inputs)) ?? {};
  },
  delete: async (context, id, state) => {
    const { v2 } = context.client;
    const mapping = await orAbsent(v2.get(pathOf(id)));
    if (mapping === undefined) throw noMapping(state);
    const properties = Object.entries(part(mapping, "properties")).map(
      ([name, property]): [string, JsonValue] => [name, name === "login" ? property : null],
    );
    await v2.call({
      method: "POST",
      path: pathOf(id),
      body: { ...mapping, properties: Object.fromEntries(properties) },
    });
  },
};

function pathOf(id: string): string {
  return `/api/v1/mappings/${id}`;
}

function noMapping(sides: Properties): Error {
  return new Error(
    `no profile mappings found for source ID '${sides.text("sourceId")}' and target ID '${sides.text("targetId")}'`,
  );
}

async function setProperties(context: Context<OktaClient>, id: string, inputs: Properties): Promise<void> {
  const { v2 } = context.client;
  const mapping = await v2.get(pathOf(id));
  const wanted: Record<string, JsonValue> = {};
  for (const entry of inputs.objects("mappings")) {
    wanted[entry.text("id")] = { expression: entry.text("expression"), pushStatus: entry.text("pushStatus") };
  }
  if (inputs.flag("deleteWhenAbsent")) {
    for (const name of Object.keys(part(mapping, "properties"))) wanted[name] ??= null;
  }
  await v2.call({ method: "POST", path: pathOf(id), body: { id, properties: wanted } });
  if (inputs.flag("alwaysApply")) await reapply(context, mapping, inputs);
}

/** `alwaysApply` uses an internal endpoint, which takes no OAuth token. */
async function reapply(context: Context<OktaClient>, mapping: JsonObject, inputs: Properties): Promise<void> {
  const { v2 } = context.client;
  if (v2.config.credentials.kind !== "apiToken") {
    context.log("warning", "setting always_apply is disabled with OAuth 2.0 API authentication");
    return;
  }
  const source = part(mapping, "source");
  const isFromApp = source["type"] === "appuser";
  const appId = String(isFromApp ? source["id"] : part(mapping, "target")["id"]);
  const types = await v2.call({ method: "GET", path: `/api/v1/apps/${appId}/user/types` });
  const typeId =
    Array.isArray(types) && types.length <= 2 && isJsonObject(types[0]) ? types[0]["id"] : undefined;
  if (typeof typeId !== "string") return;
  await v2.call({
    method: "PUT",
    path: "/api/internal/v1/mappings/reapply",
    query: {
      source: isFromApp ? typeId : inputs.text("sourceId"),
      target: isFromApp ? inputs.text("targetId") : typeId,
    },
  });
}

async function readMapping(
  context: Context<OktaClient>,
  id: string,
  known: Properties,
): Promise<JsonObject | undefined> {
  const mapping = await orAbsent(context.client.v2.get(pathOf(id)));
  if (mapping === undefined) return undefined;
  const source = part(mapping, "source");
  const target = part(mapping, "target");
  const managed = known.objects("mappings").map((entry) => entry.text("id"));
  // Nothing is known yet in an import: the official plugin then reads no entry at all.
  const showsAll = known.flag("deleteWhenAbsent");
  const found = Object.entries(part(mapping, "properties")).filter(
    ([name]) => showsAll || managed.includes(name),
  );
  // Okta sorts by name, the program as it likes: the program's order is kept so that reading changes nothing.
  const position = (name: string) => (managed.includes(name) ? managed.indexOf(name) : managed.length);
  found.sort(([left], [right]) => position(left) - position(right));
  return {
    sourceId: source["id"] ?? null,
    sourceName: source["name"] ?? null,
    sourceType: source["type"] ?? null,
    targetId: target["id"] ?? null,
    targetName: target["name"] ?? null,
    targetType: target["type"] ?? null,
    mappings: found.map(([name, property]) => ({
      id: name,
      expression: isJsonObject(property) ? (property["expression"] ?? "") : "",
      pushStatus: isJsonObject(property) ? (property["pushStatus"] ?? "") : "",
    })),
  };
}
