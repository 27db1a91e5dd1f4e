import type { ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { part, withoutBlanks } from "./app-settings.ts";

/**
 * The default provisioning connection of an application. It can't be deleted: it goes with its application.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationConnections/
 */
export const appConnection: ResourceDefinition<OktaClient> = {
  token: "okta:app/connection:Connection",
  allowed: {
    action: ["activate", "deactivate"],
    "profile.authScheme": ["TOKEN", "OAUTH2"],
    "profile.signing.rotationMode": ["AUTO", "MANUAL"],
  },
  // The id is the application's, and an update can't change a resource's id.
  replaces: ["idProperty"],
  volatile: ["status"],
  create: async (context, inputs) => {
    const appId = inputs.text("idProperty");
    const answer = await context.client.v5.callForObject({
      method: "POST",
      path: pathOf(appId),
      body: buildBody(inputs),
    });
    if (inputs.text("action") === "activate") await setStatus(context.client, appId, "activate");
    return { id: appId, state: { ...readAnswer(answer, inputs), status: statusAfter(inputs, answer) } };
  },
  read: async (context, id, state) => {
    const answer = await context.client.v5.get(pathOf(id));
    const status = String(answer["status"] ?? "UNKNOWN");
    const action = status === "ENABLED" ? "activate" : status === "DISABLED" ? "deactivate" : "";
    return { state: { ...readAnswer(answer, state), idProperty: id, status, action } };
  },
  update: async (context, id, _state, inputs) => {
    const answer = await context.client.v5.callForObject({
      method: "POST",
      path: pathOf(id),
      body: buildBody(inputs),
    });
    await setStatus(context.client, id, inputs.text("action"));
    return {
      ...readAnswer(answer, inputs),
      status: inputs.text("action") === "activate" ? "ENABLED" : "DISABLED",
    };
  },
  delete: async (context) => {
    context.log(
      "warning",
      "Delete Not Supported: This resource cannot be deleted via Terraform. App connections are managed through the application lifecycle.",
    );
  },
};

function pathOf(appId: string): string {
  return `/api/v1/apps/${appId}/connections/default`;
}

async function setStatus(client: OktaClient, appId: string, action: string): Promise<void> {
  await client.v5.call({ method: "POST", path: `${pathOf(appId)}/lifecycle/${action}` });
}

function buildBody(inputs: Properties): JsonObject {
  const profile = inputs.object("profile");
  if (profile?.text("authScheme") === "OAUTH2") {
    const settings = profile.object("settings");
    return {
      profile: {
        authScheme: "OAUTH2",
        ...withoutBlanks({ clientId: profile.optionalText("clientId") ?? null }),
        ...(settings && { settings: settings.values }),
      },
    };
  }
  return {
    baseUrl: inputs.text("baseUrl"),
    profile: { authScheme: "TOKEN", token: profile?.optionalText("token") ?? "" },
  };
}

/** Okta returns neither the token nor other secrets: those stay as they were given. */
function readAnswer(answer: JsonObject, known: Properties): JsonObject {
  const authScheme: JsonValue = part(answer, "profile")["authScheme"] ?? answer["authScheme"] ?? null;
  return {
    baseUrl: answer["baseUrl"] ?? known.optionalText("baseUrl") ?? null,
    profile: { ...known.object("profile")?.values, authScheme },
  };
}

/** The plugin does not read again after activating. On UNKNOWN the truth shows up at the next read. */
function statusAfter(inputs: Properties, answer: JsonObject): JsonValue {
  return inputs.text("action") === "activate" ? "ENABLED" : (answer["status"] ?? null);
}
