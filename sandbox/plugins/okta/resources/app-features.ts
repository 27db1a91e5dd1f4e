import type { ResourceDefinition } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { part } from "./app-settings.ts";

const featureNames = ["USER_PROVISIONING", "INBOUND_PROVISIONING"];

/**
 * What provisioning does. Features can't be deleted: they go with their application.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationFeatures/
 */
export const appFeatures: ResourceDefinition<OktaClient> = {
  token: "okta:app/features:Features",
  allowed: { name: featureNames },
  replaces: ["appId", "name"],
  computed: ["status", "description"],
  validate: (inputs) =>
    inputs.has("name") ? [] : [{ path: "name", reason: `missing; it is one of ${featureNames.join(", ")}` }],
  create: async (context, inputs) => {
    const id = `${inputs.text("appId")}/${inputs.text("name")}`;
    return { id, state: readAnswer(await putFeatures(context.client, inputs)) };
  },
  read: async (context, id, state) => {
    const [appId = "", name = ""] = id.split("/");
    const answer = await context.client.v5.get(pathOf(appId, name));
    return {
      state: { ...readAnswer(answer), appId, name: answer["name"] ?? state.optionalText("name") ?? null },
    };
  },
  update: async (context, _id, _state, inputs) => readAnswer(await putFeatures(context.client, inputs)),
  delete: async (context) => {
    context.log("warning", "Delete Not Supported: This resource cannot be deleted via Terraform.");
  },
};

function pathOf(appId: string, name: string): string {
  return `/api/v1/apps/${appId}/features/${name}`;
}

function putFeatures(client: OktaClient, inputs: Properties): Promise<JsonObject> {
  return client.v5.callForObject({
    method: "PUT",
    path: pathOf(inputs.text("appId"), inputs.text("name")),
    body: buildBody(inputs.object("capabilities")),
  });
}

/** Import settings win over create and update, as in the official plugin. */
function buildBody(capabilities: Properties | undefined): JsonObject {
  const { importRules, importSettings, create, update } = capabilities?.values ?? {};
  const given =
    importRules || importSettings
      ? { importRules: importRules ?? {}, importSettings: importSettings ?? {} }
      : { create, update };
  const body = Object.entries(given).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  return renameKeys(Object.fromEntries(body), toApiName);
}

function readAnswer(answer: JsonObject): JsonObject {
  const capabilities = renameKeys(part(answer, "capabilities"), toInputName);
  const isInbound = answer["name"] === "INBOUND_PROVISIONING";
  return {
    name: answer["name"] ?? null,
    status: answer["status"] ?? null,
    // The official plugin does not look at the description of what goes to the application.
    ...(isInbound && { description: answer["description"] ?? null }),
    capabilities: isInbound ? readInbound(capabilities) : capabilities,
  };
}

/**
 * Okta spells the format `userNameFormat`, the official plugin's SDK looks for `usernameFormat` only and so finds none; what is not
 * there is an empty text to it. A program that declares the format sees a difference for ever, here as there.
 */
function readInbound(capabilities: JsonObject): JsonObject {
  const settings = part(capabilities, "importSettings");
  const { usernameFormat, usernameExpression } = part(settings, "username");
  const schedule = part(settings, "schedule");
  const readTimes = (times: JsonObject) => ({
    expression: times["expression"] ?? "",
    timezone: times["timezone"] ?? "",
  });
  return {
    ...capabilities,
    importSettings: {
      username: { usernameFormat: usernameFormat ?? "", usernameExpression: usernameExpression ?? "" },
      ...(isJsonObject(settings["schedule"]) && {
        schedule: {
          status: schedule["status"] ?? "",
          fullImport: readTimes(part(schedule, "fullImport")),
          incrementalImport: readTimes(part(schedule, "incrementalImport")),
        },
      }),
    },
  };
}

/** Two names differ between the plugin's schema and the API. */
const apiNames: Readonly<Record<string, string>> = {
  autoconfirmExactMatch: "autoConfirmExactMatch",
  autoconfirmNewUsers: "autoConfirmNewUsers",
  autoconfirmPartialMatch: "autoConfirmPartialMatch",
  usernameExpression: "userNameExpression",
};
const inputNames = Object.fromEntries(Object.entries(apiNames).map(([input, api]) => [api, input]));

function toApiName(name: string): string {
  return apiNames[name] ?? name;
}

function toInputName(name: string): string {
  return inputNames[name] ?? name;
}

function renameKeys(value: JsonObject, rename: (name: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      rename(name),
      isJsonObject(inner) ? renameKeys(inner, rename) : inner,
    ]),
  );
}
