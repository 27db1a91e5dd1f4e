import type { Properties } from "./engine-step.ts";
import type { ChangeKind, Names } from "./resource-change.ts";

/** How one resource type is told in Okta's words. */
interface Words {
  readonly kind: ChangeKind;
  readonly title: (inputs: Properties, names: Names) => string;
  /** Property path -> label as Okta's console says it. Paths without a row are shown as they are. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Property path -> value as the provider says it -> as Okta says it. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Paths that only repeat what the title says. */
  readonly silent?: readonly string[];
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === "string" && value !== "" ? value : otherwise;

const appWords: Words = {
  kind: "app",
  title: (inputs) => text(inputs["label"], "application"),
  labels: {
    label: "Application label",
    status: "Status",
    preconfiguredApp: "Catalog integration",
    appSettingsJson: "Application settings",
    userNameTemplate: "Application username",
    userNameTemplateType: "Application username format",
    userNameTemplateSuffix: "Application username suffix",
    userNameTemplatePushStatus: "Update application username on",
    accessibilitySelfService: "Self-service",
    accessibilityErrorRedirectUrl: "Error page URL",
    accessibilityLoginRedirectUrl: "Login page URL",
    signOnUrl: "Login URL",
    signOnRedirectUrl: "Redirect URL after login",
    credentialsScheme: "Who sets the credentials",
    revealPassword: "People may reveal their password",
    urlRegex: "App's login page URL, as a pattern",
    usernameField: "Username field",
    passwordField: "Password field",
    buttonField: "Login button",
    checkbox: "Checkbox",
    redirectUrl: "Redirect URL",
    defaultRelayState: "Default RelayState",
    authenticationPolicy: "Authentication policy",
    honorForceAuthn: "Honor Force Authentication",
    idpIssuer: "SAML Issuer ID",
    hideWeb: "Hidden from users (web)",
    hideIos: "Hidden from users (mobile)",
    autoSubmitToolbar: "Auto-submit",
    ssoUrl: "Single sign-on URL",
    audience: "Audience URI (SP Entity ID)",
    recipient: "Recipient URL",
    destination: "Destination URL",
    subjectNameIdFormat: "Name ID format",
    subjectNameIdTemplate: "Name ID",
    signatureAlgorithm: "Signature algorithm",
    digestAlgorithm: "Digest algorithm",
    responseSigned: "Response signed",
    assertionSigned: "Assertion signed",
    authnContextClassRef: "Authentication context class",
    attributeStatements: "Attribute statements",
    adminNote: "Note for administrators",
    enduserNote: "Note for people",
    url: "App's login page URL",
  },
  values: {
    userNameTemplatePushStatus: { PUSH: "create and update", DONT_PUSH: "create only" },
    userNameTemplateType: { BUILT_IN: "Okta's", CUSTOM: "custom", NONE: "none" },
  },
};

const byType: Readonly<Record<string, Words>> = {
  "okta:app/autoLogin:AutoLogin": appWords,
  "okta:app/swa:Swa": appWords,
  "okta:app/saml:Saml": appWords,
  "okta:app/connection:Connection": {
    kind: "connection",
    title: () => "Provisioning connection",
    labels: {
      baseUrl: "SCIM connector base URL",
      action: "Connection",
      "profile.authScheme": "Authentication",
      "profile.token": "API token",
      "profile.clientId": "OAuth client",
    },
    values: { action: { activate: "ENABLED", deactivate: "DISABLED" } },
    silent: ["idProperty"],
  },
  "okta:app/features:Features": {
    kind: "features",
    title: () => "Provisioning to app",
    labels: {
      "capabilities.create.lifecycleCreate.status": "Create Users",
      "capabilities.update.profile.status": "Update User Attributes",
      "capabilities.update.lifecycleDeactivate.status": "Deactivate Users",
      "capabilities.update.password.status": "Sync Password",
      "capabilities.update.password.seed": "Password seed",
      "capabilities.update.password.change": "Password change",
      status: "Provisioning",
    },
    silent: ["appId", "name"],
  },
  "okta:index/appUserSchemaProperty:AppUserSchemaProperty": {
    kind: "attribute",
    title: (inputs) => text(inputs["index"], "?"),
    labels: {
      title: "Display name",
      description: "Description",
      arrayType: "Data type of the elements",
      arrayEnums: "Enumerated values",
      enums: "Enumerated values",
      minLength: "Shortest length",
      maxLength: "Longest length",
      type: "Data type",
      externalName: "External name",
      externalNamespace: "External namespace",
      required: "Required",
    },
    silent: ["appId", "index"],
  },
  "okta:profile/mapping:Mapping": {
    kind: "mapping",
    title: () => "Attribute mappings, Okta to app",
    labels: { deleteWhenAbsent: "Mappings that the spec does not list" },
    values: { deleteWhenAbsent: { true: "removed", false: "kept" } },
    silent: ["sourceId", "targetId", "alwaysApply"],
  },
  "okta:index/pushGroup:PushGroup": {
    kind: "push group",
    title: (inputs, names) =>
      `${names.group(text(inputs["sourceGroupId"], "?"))} -> ${text(inputs["targetGroupName"] ?? inputs["targetGroupId"], "same name")}`,
    labels: {
      status: "Push status",
      targetGroupName: "Target group",
      targetGroupId: "Target group's id",
      deleteTargetGroupOnDestroy: "Delete the target group on removal",
    },
    silent: ["appId", "sourceGroupId"],
  },
  "okta:app/groupAssignment:GroupAssignment": {
    kind: "group assignment",
    title: (inputs, names) => names.group(text(inputs["groupId"], "?")),
    labels: {
      priority: "Priority",
      profile: "Application profile",
      retainAssignment: "Keep the assignment on removal",
    },
    silent: ["appId", "groupId"],
  },
  "okta:app/user:User": {
    kind: "person assignment",
    title: (inputs, names) => names.user(text(inputs["userId"], "?")),
    labels: { username: "Application username", profile: "Application profile" },
    silent: ["appId", "userId"],
  },
  "docker:index/image:Image": { kind: "SCIM server", title: () => "Image" },
  "docker:index/remoteImage:RemoteImage": { kind: "SCIM server", title: () => "Image" },
  "docker:index/container:Container": {
    kind: "SCIM server",
    title: (inputs) => {
      const name = text(inputs["name"], "");
      return name.endsWith("-config")
        ? `List of applications and tokens (${name})`
        : `Container ${name}`.trim();
    },
    labels: { uploads: "the list", image: "Image" },
  },
  "docker:index/network:Network": { kind: "SCIM server", title: () => "Network" },
  "docker:index/volume:Volume": {
    kind: "SCIM server",
    title: (inputs) => `Volume ${text(inputs["name"], "")}`.trim(),
  },
};

/** Inputs that name what a resource is part of: nobody sets them, and they change when that is made anew. */
const ownerInputs: ReadonlySet<string> = new Set(["appId", "idProperty", "targetId", "sourceId"]);

/** Why a replacement is one, in Okta's words: the setting that can't change in place, or the app, that is made anew with all that is in it. */
export function replacementReason(words: Words, key: string): string {
  return ownerInputs.has(key) ? "the application" : (labelFor(words, key) ?? key);
}

/** The words for a resource type; types without a row are told by their type's last part. */
export function wordsFor(type: string): Words {
  return byType[type] ?? { kind: "other", title: () => type.split(":").at(-1) ?? type };
}

/** A label for one property path of a type, or undefined when the title already says it. */
export function labelFor(words: Words, path: string): string | undefined {
  if (words.silent?.includes(path) === true) return undefined;
  const exact = words.labels?.[path];
  if (exact !== undefined) return exact;
  const mappingEntry = /^mappings\["(?<name>[^"]+)"\](?:\.(?<part>.+))?$/.exec(path)?.groups;
  if (mappingEntry !== undefined) {
    if (mappingEntry["part"] === "id") return undefined;
    const part = mappingEntry["part"] === "pushStatus" ? "apply on" : mappingEntry["part"];
    return part === undefined ? `${mappingEntry["name"]}` : `${mappingEntry["name"]}, ${part}`;
  }
  const tenant = /\.tenants\["(?<name>[^"]+)"\](?<rest>.*)$/.exec(path)?.groups;
  if (tenant !== undefined) {
    const token = /^\.tokens\["(?<id>[^"]+)"\]$/.exec(tenant["rest"] ?? "")?.groups;
    return `Tenant ${tenant["name"]}${token === undefined ? tenant["rest"] : `, token ${token["id"]}`}`;
  }
  const parent = Object.entries(words.labels ?? {}).find(
    ([known]) => path.startsWith(`${known}.`) || path.startsWith(`${known}[`),
  );
  return parent === undefined ? path : `${parent[1]} ${path.slice(parent[0].length).replace(/^\./, "")}`;
}
