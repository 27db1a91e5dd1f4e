import { sameJsonText } from "../../protocol/definition.ts";
import { isJsonObject, type Properties } from "../../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../../protocol/property-value.ts";

/** What every kind of application has in common: inputs' defaults, the parts of a request, and their reading. */
export const appDefaults = {
  status: "ACTIVE",
  accessibilitySelfService: false,
  autoSubmitToolbar: false,
  hideIos: false,
  hideWeb: false,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is Okta's
  userNameTemplate: "${source.login}",
  userNameTemplateType: "BUILT_IN",
} satisfies JsonObject;

export const appAllowed = { status: ["ACTIVE", "INACTIVE"] } as const;
/** The official plugin keeps these as they are when the program leaves them out. */
export const appComputed = ["appLinksJson", "appSettingsJson", "logo", "userNameTemplatePushStatus"];
export const appSame = { appLinksJson: sameJsonText, appSettingsJson: sameJsonText };

/** The parts of a request body that all applications share. */
export function buildAppBody(inputs: Properties): JsonObject {
  return {
    label: inputs.text("label"),
    accessibility: withoutBlanks({
      selfService: inputs.flag("accessibilitySelfService"),
      errorRedirectUrl: inputs.optionalText("accessibilityErrorRedirectUrl") ?? null,
      loginRedirectUrl: inputs.optionalText("accessibilityLoginRedirectUrl") ?? null,
    }),
    visibility: {
      ...(inputs.json("appLinksJson") === undefined ? {} : { appLinks: inputs.json("appLinksJson") ?? {} }),
      autoSubmitToolbar: inputs.flag("autoSubmitToolbar"),
      hide: { iOS: inputs.flag("hideIos"), web: inputs.flag("hideWeb") },
    },
  };
}

/** The notes of a request, which are sent even when absent. */
export function buildNotes(inputs: Properties): JsonObject {
  return {
    admin: inputs.optionalText("adminNote") || null,
    enduser: inputs.optionalText("enduserNote") || null,
  };
}

/** `appSettingsJson` as the request carries it. */
export function buildAppSettings(inputs: Properties): JsonObject {
  const settings = inputs.json("appSettingsJson");
  return isJsonObject(settings) ? settings : {};
}

/** The username format as the request carries it; empty where the inputs have none. */
export function buildUserNameTemplate(inputs: Properties): JsonObject {
  return withoutBlanks({
    template: inputs.optionalText("userNameTemplate") ?? null,
    type: inputs.optionalText("userNameTemplateType") ?? null,
    suffix: inputs.optionalText("userNameTemplateSuffix") ?? null,
    pushStatus: inputs.optionalText("userNameTemplatePushStatus") ?? null,
  });
}

/** The state that all applications share, from Okta's answer. */
export function readAppState(app: JsonObject): JsonObject {
  const accessibility = part(app, "accessibility");
  const visibility = part(app, "visibility");
  const hide = part(visibility, "hide");
  const notes = part(part(app, "settings"), "notes");
  const template = part(part(app, "credentials"), "userNameTemplate");
  const appLinks = part(visibility, "appLinks");
  return {
    name: app["name"] ?? null,
    label: app["label"] ?? null,
    status: app["status"] ?? null,
    signOnMode: app["signOnMode"] ?? null,
    logoUrl: linkOf(app, "logo"),
    accessibilitySelfService: accessibility["selfService"] ?? false,
    accessibilityErrorRedirectUrl: accessibility["errorRedirectUrl"] ?? null,
    accessibilityLoginRedirectUrl: accessibility["loginRedirectUrl"] ?? null,
    autoSubmitToolbar: visibility["autoSubmitToolbar"] ?? false,
    hideIos: hide["iOS"] ?? false,
    hideWeb: hide["web"] ?? false,
    adminNote: notes["admin"] ?? null,
    enduserNote: notes["enduser"] ?? null,
    ...(Object.keys(appLinks).length > 0 && { appLinksJson: JSON.stringify(appLinks) }),
    appSettingsJson: JSON.stringify(withoutBlanks(part(part(app, "settings"), "app"))),
    userNameTemplate: template["template"] ?? null,
    userNameTemplateType: template["type"] ?? null,
    userNameTemplateSuffix: template["suffix"] ?? null,
    userNameTemplatePushStatus: template["pushStatus"] ?? null,
  };
}

/** The address of a link, which Okta gives as one object or as a list. */
export function linkOf(resource: JsonObject, relation: string): JsonValue {
  const link = part(resource, "_links")[relation];
  const first = Array.isArray(link) ? link[0] : link;
  return isJsonObject(first) ? (first["href"] ?? null) : null;
}

/** A nested object of an answer; absent is empty. */
export function part(value: JsonObject, name: string): JsonObject {
  const inner = value[name];
  return isJsonObject(inner) ? inner : {};
}

/** Leaves out nulls and empty texts, as Go's `omitempty` does. */
export function withoutBlanks(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== ""));
}
