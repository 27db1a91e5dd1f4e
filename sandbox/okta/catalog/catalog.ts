import type { App, AuthScheme, ConnectionAuthentication, JsonObject, ScimDialect } from "../store/model.ts";

/** Where Okta says which connection schemes the Management API serves for an app. */
const CONNECTIONS_SOURCE = "okta-management-openapi-spec 2026.06.3, ApplicationConnections";

/** The integration that provisions another Okta org. */
export const ORG2ORG = "okta_org2org";

/** An integration of the catalog (OIN), or a kind of custom app. */
export interface CatalogEntry {
  /** `name` of the application object; null for the custom kinds, whose name is generated. */
  readonly name: string | null;
  readonly displayName: string;
  /** Sign-on modes that it can be created with. */
  readonly signOnModes: readonly string[];
  /** Sign-on mode in the answer where it is not the one asked for. */
  readonly answeredSignOnMode?: string | null;
  readonly dialect: ScimDialect;
  readonly speaksScim: boolean;
  /** How its connection authenticates to the SCIM server. */
  readonly authentication: ConnectionAuthentication;
  /** What `connections/default` takes for it officially; empty = the API answers UNKNOWN. */
  readonly connectionSchemes: readonly Exclude<AuthScheme, "UNKNOWN">[];
  readonly connectionSource: string;
  /** Fields of `settings.app` that Okta demands. */
  readonly requiredSettings: readonly string[];
  /** Every field of `settings.app` where Okta shows those that were not sent as null. */
  readonly settingsFields?: readonly string[];
  /** What fields of `settings.app` are where nothing was sent; null for the others of `settingsFields`. */
  readonly settingsDefaults?: JsonObject;
  /** Names of its links on the dashboard where it is not one, `<name>_link`. */
  readonly linkNames?: readonly string[];
  /** Whether it is no integration of somebody's product: an administrator describes the app. */
  readonly isTemplate?: boolean;
  /** Whether Okta counts seats of it. */
  readonly licensed?: boolean;
  /** Its attributes; `scimLater`: there is the user name only until provisioning is turned on for the first time. */
  readonly schema: "scim" | "scimLater" | "oidc" | "userName" | "mastered";
  /** Whether its accounts can be the source of people: attributes of its schema then have a `master`. */
  readonly canMaster?: boolean;
}

const NOT_DOCUMENTED = "not on the documented list; unverified on a real org";

const SCIM_APP = {
  signOnModes: ["AUTO_LOGIN", "BROWSER_PLUGIN", "SAML_2_0"],
  dialect: "oin",
  speaksScim: true,
  authentication: "header",
  connectionSchemes: [],
  connectionSource: NOT_DOCUMENTED,
  requiredSettings: [],
  schema: "scim",
} as const satisfies Partial<CatalogEntry>;

const SIGN_ON_ONLY = {
  ...SCIM_APP,
  speaksScim: false,
  schema: "userName",
} as const satisfies Partial<CatalogEntry>;

/** An app that an administrator describes field by field; it has no schema but the user name, unless it is said otherwise. */
const TEMPLATE = {
  ...SIGN_ON_ONLY,
  linkNames: ["login"],
  isTemplate: true,
} as const satisfies Partial<CatalogEntry>;

/** `settings.app` of a new AWS Account Federation app. */
const AMAZON_AWS_SETTINGS = {
  appFilter: "okta",
  groupFilter: "aws_(?{{accountid}}\\d+)_(?{{role}}[a-zA-Z0-9+=,.@\\-_]+)",
  secretKey: null,
  webSSOAllowedClient: null,
  useGroupMapping: false,
  joinAllRoles: false,
  identityProviderArn: null,
  overrideAcsURL: null,
  sessionDuration: 3600,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the integration's own placeholders
  roleValuePattern: "arn:aws:iam::${accountid}:saml-provider/OKTA,arn:aws:iam::${accountid}:role/${role}",
  awsEnvironmentType: "aws.amazon",
  accessKey: null,
  loginURL: "https://console.aws.amazon.com/ec2/home",
  secretKeyEnc: null,
} as const satisfies JsonObject;

/** The part of the Okta Integration Network that the emulated org knows. */
export const CATALOG: readonly CatalogEntry[] = [
  { ...SCIM_APP, name: "scim2headerauth", displayName: "SCIM 2.0 Test App (Header Auth)" },
  {
    ...SCIM_APP,
    name: "scim2testapp",
    displayName: "SCIM 2.0 Test App (OAuth Bearer Token)",
    authentication: "bearer",
  },
  {
    ...SCIM_APP,
    name: "scim2basicauth",
    displayName: "SCIM 2.0 Test App (Basic Auth)",
    authentication: "basic",
  },
  {
    ...SCIM_APP,
    name: "zscalerbyz",
    displayName: "Zscaler 2.0",
    authentication: "bearer",
    connectionSchemes: ["TOKEN"],
    connectionSource: CONNECTIONS_SOURCE,
  },
  {
    ...SCIM_APP,
    name: ORG2ORG,
    displayName: "Okta Org2Org",
    authentication: "bearer",
    connectionSchemes: ["TOKEN", "OAUTH2"],
    connectionSource: CONNECTIONS_SOURCE,
  },
  {
    ...SCIM_APP,
    name: "slack",
    displayName: "Slack",
    authentication: "oauth2",
    connectionSchemes: ["OAUTH2"],
    connectionSource: CONNECTIONS_SOURCE,
  },
  {
    ...SCIM_APP,
    name: "google",
    displayName: "Google Workspace",
    authentication: "oauth2",
    connectionSchemes: ["OAUTH2"],
    connectionSource: CONNECTIONS_SOURCE,
    requiredSettings: ["domain"],
    settingsFields: ["afwOnly", "domain", "afwId", "rpId"],
    settingsDefaults: { afwOnly: false },
    linkNames: ["calendar", "mail", "keep", "sites", "accounts", "drive"],
    licensed: true,
    schema: "mastered",
    canMaster: true,
  },
  {
    ...SCIM_APP,
    name: "zoomus",
    displayName: "Zoom",
    authentication: "oauth2",
    connectionSchemes: ["OAUTH2"],
    connectionSource: CONNECTIONS_SOURCE,
  },
  {
    ...SCIM_APP,
    name: "office365",
    displayName: "Microsoft Office 365",
    signOnModes: ["AUTO_LOGIN", "BROWSER_PLUGIN", "SAML_1_1", "SAML_2_0", "WS_FEDERATION"],
    authentication: "oauth2",
    connectionSchemes: ["OAUTH2"],
    connectionSource: CONNECTIONS_SOURCE,
  },
  {
    ...SIGN_ON_ONLY,
    name: "deelhr",
    displayName: "Deel HR",
    answeredSignOnMode: null,
    speaksScim: true,
    schema: "scim",
  },
  { ...SIGN_ON_ONLY, name: "pagerduty", displayName: "PagerDuty", answeredSignOnMode: "BROWSER_PLUGIN" },
  {
    ...SIGN_ON_ONLY,
    name: "aws_console",
    displayName: "AWS Console",
    answeredSignOnMode: "BROWSER_PLUGIN",
    linkNames: ["aws_console_login"],
  },
  {
    ...SIGN_ON_ONLY,
    name: "amazon_aws",
    displayName: "AWS Account Federation",
    signOnModes: ["SAML_2_0"],
    linkNames: ["login"],
    settingsFields: Object.keys(AMAZON_AWS_SETTINGS),
    settingsDefaults: AMAZON_AWS_SETTINGS,
  },
  {
    ...TEMPLATE,
    name: "template_swa",
    displayName: "Template App (SWA)",
    signOnModes: ["BROWSER_PLUGIN"],
    dialect: "aiw",
    speaksScim: true,
    schema: "scimLater",
    requiredSettings: ["buttonField", "passwordField", "usernameField", "url"],
    settingsFields: [
      "loginUrlRegex",
      "usernameField",
      "redirectUrl",
      "buttonField",
      "checkbox",
      "passwordField",
      "url",
    ],
  },
  {
    ...TEMPLATE,
    name: "template_swa3field",
    displayName: "Template App (SWA, three fields)",
    signOnModes: ["BROWSER_PLUGIN"],
    requiredSettings: [
      "buttonSelector",
      "passwordSelector",
      "userNameSelector",
      "targetURL",
      "extraFieldSelector",
      "extraFieldValue",
    ],
    settingsFields: [
      "loginUrlRegex",
      "extraFieldSelector",
      "extraFieldValue",
      "redirectUrl",
      "userNameSelector",
      "passwordSelector",
      "buttonSelector",
      "targetURL",
    ],
  },
  {
    ...TEMPLATE,
    name: "template_sps",
    displayName: "Template App (secure password store)",
    signOnModes: ["SECURE_PASSWORD_STORE"],
    requiredSettings: ["passwordField", "usernameField", "url"],
    settingsFields: [
      "usernameField",
      "optionalField1",
      "optionalField2Value",
      "optionalField3Value",
      "passwordField",
      "url",
      "optionalField1Value",
      "optionalField2",
      "optionalField3",
    ],
  },
  {
    ...TEMPLATE,
    name: "template_basic_auth",
    displayName: "Template App (Basic Auth)",
    signOnModes: ["BASIC_AUTH"],
    requiredSettings: ["authURL", "url"],
    settingsFields: ["loginUrlRegex", "authURL", "url"],
  },
  {
    ...TEMPLATE,
    name: "bookmark",
    displayName: "Bookmark App",
    signOnModes: ["BOOKMARK"],
    requiredSettings: ["url"],
    settingsFields: ["requestIntegration", "url"],
  },
  {
    ...SIGN_ON_ONLY,
    name: "oidc_client",
    isTemplate: true,
    displayName: "OpenID Connect Client",
    signOnModes: ["OPENID_CONNECT"],
    schema: "oidc",
  },
];

const CUSTOM_APP = {
  ...SCIM_APP,
  name: null,
  dialect: "aiw",
  schema: "scimLater",
} as const satisfies Partial<CatalogEntry>;

/** Apps made without a catalog entry (App Integration Wizard), by sign-on mode. */
const CUSTOM_KINDS: readonly CatalogEntry[] = [
  { ...CUSTOM_APP, displayName: "SWA app", signOnModes: ["AUTO_LOGIN"] },
  { ...CUSTOM_APP, displayName: "SAML 2.0 app", signOnModes: ["SAML_2_0"] },
];

/** A catalog entry by its name. */
export function findCatalogEntry(name: string): CatalogEntry | undefined {
  return CATALOG.find((entry) => entry.name === name);
}

/** The kind of custom app for a sign-on mode. */
export function findCustomKind(signOnMode: string): CatalogEntry | undefined {
  return CUSTOM_KINDS.find((kind) => kind.signOnModes.includes(signOnMode));
}

/** The entry of an app: of the catalog, or its kind of custom app. */
export function entryOf(app: App): CatalogEntry | undefined {
  return app.catalogName === null ? findCustomKind(app.signOnMode ?? "") : findCatalogEntry(app.catalogName);
}
