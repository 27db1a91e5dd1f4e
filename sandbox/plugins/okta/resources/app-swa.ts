import type { Context, ResourceDefinition } from "../../protocol/definition.ts";
import type { Properties } from "../../protocol/properties.ts";
import type { JsonObject } from "../../protocol/property-value.ts";
import type { OktaClient } from "../okta-api.ts";
import { orAbsent } from "../okta-error.ts";
import { appOperations } from "./app-lifecycle.ts";
import {
  appAllowed,
  appComputed,
  appDefaults,
  appSame,
  buildAppBody,
  buildAppSettings,
  buildNotes,
  buildUserNameTemplate,
  part,
  readAppState,
  withoutBlanks,
} from "./app-settings.ts";

/** Input -> name inside `settings.app` of a custom SWA application (Okta's template_swa). */
const templateFields = {
  buttonField: "buttonField",
  passwordField: "passwordField",
  usernameField: "usernameField",
  checkbox: "checkbox",
  url: "url",
  redirectUrl: "redirectUrl",
  urlRegex: "loginUrlRegex",
} as const;

/** A Secure Web Authentication application, custom or from the catalog. */
export const appSwa: ResourceDefinition<OktaClient> = {
  token: "okta:app/swa:Swa",
  defaults: appDefaults,
  allowed: appAllowed,
  computed: appComputed,
  same: appSame,
  volatile: ["logoUrl"],
  ...appOperations(buildBody, readState),
};

function buildBody(inputs: Properties): JsonObject {
  const name = inputs.optionalText("preconfiguredApp");
  const template = Object.fromEntries(
    Object.entries(templateFields).map(([input, field]) => [field, inputs.optionalText(input) ?? null]),
  );
  return {
    ...buildAppBody(inputs),
    name: name || "template_swa",
    signOnMode: name ? "AUTO_LOGIN" : "BROWSER_PLUGIN",
    credentials: { userNameTemplate: buildUserNameTemplate(inputs), userName: "" },
    settings: {
      app: { ...buildAppSettings(inputs), ...withoutBlanks(template) },
      notes: buildNotes(inputs),
    },
  };
}

async function readState(context: Context<OktaClient>, id: string): Promise<JsonObject | undefined> {
  const app = await orAbsent(context.client.v2.get(`/api/v1/apps/${id}`));
  if (app === undefined) return undefined;
  const settings = part(part(app, "settings"), "app");
  const fields = Object.entries(templateFields).map(
    ([input, field]) => [input, settings[field] ?? null] as const,
  );
  return { ...readAppState(app), ...Object.fromEntries(fields) };
}
