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

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/ */
export const appAutoLogin: ResourceDefinition<OktaClient> = {
  token: "okta:app/autoLogin:AutoLogin",
  defaults: { ...appDefaults, credentialsScheme: "EDIT_USERNAME_AND_PASSWORD", revealPassword: false },
  allowed: appAllowed,
  computed: appComputed,
  same: appSame,
  volatile: ["logoUrl"],
  ...appOperations(buildBody, readState),
};

function buildBody(inputs: Properties): JsonObject {
  const name = inputs.optionalText("preconfiguredApp");
  return {
    ...buildAppBody(inputs),
    ...(name && { name }),
    signOnMode: "AUTO_LOGIN",
    credentials: {
      scheme: inputs.text("credentialsScheme"),
      revealPassword: inputs.flag("revealPassword"),
      userNameTemplate: buildUserNameTemplate(inputs),
      userName: inputs.optionalText("sharedUsername") ?? "",
      password: withoutBlanks({ value: inputs.optionalText("sharedPassword") ?? null }),
    },
    settings: {
      app: buildAppSettings(inputs),
      notes: buildNotes(inputs),
      signOn: withoutBlanks({
        loginUrl: inputs.optionalText("signOnUrl") ?? null,
        redirectUrl: inputs.optionalText("signOnRedirectUrl") ?? null,
      }),
    },
  };
}

async function readState(context: Context<OktaClient>, id: string): Promise<JsonObject | undefined> {
  const app = await orAbsent(context.client.v2.get(`/api/v1/apps/${id}`));
  if (app === undefined) return undefined;
  const credentials = part(app, "credentials");
  const signOn = part(part(app, "settings"), "signOn");
  return {
    ...readAppState(app),
    signOnUrl: signOn["loginUrl"] ?? null,
    signOnRedirectUrl: signOn["redirectUrl"] ?? null,
    credentialsScheme: credentials["scheme"] ?? null,
    revealPassword: credentials["revealPassword"] ?? false,
    sharedUsername: credentials["userName"] ?? null,
  };
}
