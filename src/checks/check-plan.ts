/**
 * What the checks need to know of one stack: the outcome that its specs promise, in the terms of Okta's API and of SCIM.
 * It is plain data (JSON), so that the Pulumi program and `okta-scim check` build it the same way.
 */
export interface CheckPlan {
  /** The stack, e.g. `dev`. It is part of the left-over prefix, so two stacks never clean up each other's throw-away people. */
  readonly stack: string;
  /** The org's URL, e.g. `https://example.okta.com`; used to tell people where to look. */
  readonly orgUrl: string;
  /** When the last update began (ISO 8601); System Log failures since then are counted. Without it: those of the last hour. */
  readonly updatedSince?: string;
  readonly apps: readonly AppCheckPlan[];
}

export type AppStatus = "ACTIVE" | "INACTIVE";
export type SignOnMode = "AUTO_LOGIN" | "BROWSER_PLUGIN" | "SAML_2_0" | "SECURE_PASSWORD_STORE";

export interface AppCheckPlan {
  /** The spec's file name without its ending: the app's name in every report. */
  readonly name: string;
  /** The label that people see in Okta. */
  readonly label: string;
  /** Okta's id, `0oa…`. */
  readonly appId: string;
  readonly expectedStatus: AppStatus;
  readonly signOnMode: SignOnMode;
  readonly server: ServerCheckPlan;
  readonly connection: ConnectionCheckPlan;
  readonly provisioning: ProvisioningCheckPlan;
  /** Properties that the spec adds to the app-user schema (custom ones, not Okta's base ones). */
  readonly schemaProperties: readonly SchemaPropertyCheckPlan[];
  /** Entries of the mapping from Okta's user to the app user that the spec declares. */
  readonly mapping: readonly MappingCheckPlan[];
  /** Where each app-user property lands in SCIM; the values of every assigned person are compared by it. */
  readonly attributes: readonly AttributeCheckPlan[];
  readonly pushGroups: readonly PushGroupCheckPlan[];
  readonly assignments: AssignmentsCheckPlan;
  /** `enforce`: a failed check fails the update. `warn`: it is shown as a warning and nothing fails. */
  readonly mode: "enforce" | "warn";
  /** Whether checks only read from this app's server and from Okta: no throw-away people, no canary. Default: they write and clean up. */
  readonly readOnly?: boolean;
  /** A person whose whole life cycle is played through Okta. The login of an existing, active Okta user that is not assigned to the app. */
  readonly canary?: { readonly login: string };
}

/** Which SCIM requests Okta sends: PATCH for catalog apps (`oin`), GET and PUT for custom ones (`aiw`). */
export type ScimDialect = "oin" | "aiw";

export interface ServerCheckPlan {
  /** How Okta talks to this server. Default `oin`; with `aiw` an external server is not asked for PATCH. */
  readonly dialect?: ScimDialect;
  readonly kind: "bundled" | "external";
  /** The SCIM base URL, without a slash at its end, as Okta calls it. */
  readonly baseUrl: string;
  /** The whole value of the `Authorization` header, e.g. `Bearer …`. A secret: never printed. */
  readonly authorization: string;
  /** A credential that has expired or was taken back, as a whole header value; the server must refuse it. A secret. */
  readonly expiredAuthorization?: string;
  /** Health address of a bundled server (answers 200 without authentication). */
  readonly healthUrl?: string;
  /** The evidence address of a bundled server's tenant (`GET /{tenant}/evidence`); external servers have none. */
  readonly evidenceUrl?: string;
}

export interface ConnectionCheckPlan {
  /** `api`: declared by the program. `manual`: an administrator enters it in Okta's console. */
  readonly management: "api" | "manual";
  /** With `manual`: whether the spec says that the administrator's step is done. Always `true` with `api`. */
  readonly configured: boolean;
  readonly authentication: "header" | "bearer" | "basic" | "oauth2";
}

export interface ProvisioningCheckPlan {
  readonly createUsers: boolean;
  readonly updateProfiles: boolean;
  readonly deactivateUsers: boolean;
  readonly syncPassword: boolean;
}

export interface SchemaPropertyCheckPlan {
  /** The variable name in the app-user schema. */
  readonly name: string;
  readonly type: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly externalName?: string;
  readonly externalNamespace?: string;
}

export interface MappingCheckPlan {
  /** The app-user property that is set. */
  readonly property: string;
  /** An Okta expression, e.g. `user.department`. */
  readonly expression: string;
  readonly pushStatus: "PUSH" | "DONT_PUSH";
}

export interface AttributeCheckPlan {
  /** The app-user property, e.g. `department`; `userName` stands for the app user's `credentials.userName`. */
  readonly property: string;
  /** A SCIM attribute path (RFC 7644 section 3.10), e.g. `name.givenName` or `emails[type eq "work"].value`. */
  readonly scim: string;
}

export interface PushGroupCheckPlan {
  /** The Okta group's name. */
  readonly group: string;
  /** The Okta group's id where the program knows it; looked up by name otherwise. */
  readonly groupId?: string;
  /** The group's `displayName` in the SCIM server. */
  readonly target: string;
  readonly status: "ACTIVE" | "INACTIVE";
}

export interface AssignmentsCheckPlan {
  readonly groups: readonly GroupAssignmentCheckPlan[];
  readonly users: readonly UserAssignmentCheckPlan[];
}

export interface GroupAssignmentCheckPlan {
  readonly group: string;
  /** Looked up by name where it is missing. */
  readonly groupId?: string;
  readonly priority?: number;
}

export interface UserAssignmentCheckPlan {
  readonly login: string;
  /** Looked up by login where it is missing. */
  readonly userId?: string;
}
