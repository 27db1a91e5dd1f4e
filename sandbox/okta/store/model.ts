/** What the emulated org knows, in Okta's own terms. Times are ISO 8601 strings in UTC with milliseconds. */

import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import type { JsonValue } from "../../../src/spec/json-value.ts";
import type { OAuthConnection } from "./oauth-connection.ts";

export type { JsonValue };
export type JsonObject = { [key: string]: JsonValue };
/** A user's, an app user's or a group's profile: variable name -> value. */
export type Profile = Record<string, JsonValue>;

/** Source of the org's time; tests and the control API drive it. */
export interface Clock {
  now(): Date;
}

export const USER_STATUSES = [
  "STAGED",
  "PROVISIONED",
  "ACTIVE",
  "RECOVERY",
  "PASSWORD_EXPIRED",
  "LOCKED_OUT",
  "SUSPENDED",
  "DEPROVISIONED",
] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export interface User {
  readonly id: string;
  readonly status: UserStatus;
  readonly typeId: string;
  readonly profile: Profile;
  readonly created: string;
  readonly activated: string | null;
  readonly statusChanged: string | null;
  readonly lastLogin: string | null;
  readonly lastUpdated: string;
  readonly passwordChanged: string | null;
}

export const GROUP_TYPES = ["OKTA_GROUP", "APP_GROUP", "BUILT_IN"] as const;
export type GroupType = (typeof GROUP_TYPES)[number];

export interface Group {
  readonly id: string;
  readonly type: GroupType;
  /** Always has `name` and `description` (null when unset). */
  readonly profile: Profile;
  readonly name: string;
  /** The app that an APP_GROUP belongs to. */
  readonly sourceAppId: string | null;
  /** The id that the app's SCIM server gave to an APP_GROUP; null until it is known. */
  readonly externalId: string | null;
  readonly created: string;
  readonly lastUpdated: string;
  readonly lastMembershipUpdated: string;
}

export const APP_STATUSES = ["ACTIVE", "INACTIVE"] as const;
export type AppStatus = (typeof APP_STATUSES)[number];

/** Which SCIM requests Okta sends: OIN integrations PATCH, custom apps (App Integration Wizard) GET + PUT. */
export type ScimDialect = "oin" | "aiw";

/** An application (app instance). The four documents are kept as the Management API returns them. */
export interface App {
  readonly id: string;
  /** Name of the catalog entry, or the generated name of a custom app. */
  readonly name: string;
  /** The catalog entry, null for a custom app. */
  readonly catalogName: string | null;
  readonly label: string;
  readonly status: AppStatus;
  readonly signOnMode: string | null;
  readonly dialect: ScimDialect;
  readonly accessibility: JsonObject;
  readonly visibility: JsonObject;
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
  readonly accessPolicyId: string;
  readonly logoUrl: string | null;
  readonly created: string;
  readonly lastUpdated: string;
}

export const APP_USER_STATUSES = [
  "ACTIVE",
  "APPROVED",
  "DEPROVISIONED",
  "IMPLICIT",
  "IMPORTED",
  "INACTIVE",
  "MATCHED",
  "PENDING",
  "PROVISIONED",
  "REVOKED",
  "STAGED",
  "SUSPENDED",
  "UNASSIGNED",
] as const;
export type AppUserStatus = (typeof APP_USER_STATUSES)[number];

export const SYNC_STATES = ["DISABLED", "ERROR", "OUT_OF_SYNC", "SYNCHRONIZED", "SYNCING"] as const;
export type SyncState = (typeof SYNC_STATES)[number];

export type AppUserScope = "USER" | "GROUP";

/** One person's account in one app. */
export interface AppUser {
  readonly appId: string;
  readonly userId: string;
  /** The SCIM server's id of the account; null until it was created or matched. */
  readonly externalId: string | null;
  readonly scope: AppUserScope;
  readonly status: AppUserStatus;
  /** DISABLED: assigned while provisioning was off, therefore never pushed. */
  readonly syncState: SyncState;
  /** What Okta shows as the reason of syncState ERROR. */
  readonly syncError: string | null;
  readonly lastSync: string | null;
  readonly userName: string;
  /** Every attribute of the app-user schema that has a value, as mappings and overrides give it. */
  readonly profile: Profile;
  /** Values set for this person by the API; they win over the mapping until they are taken back. */
  readonly overrides: Profile;
  readonly created: string;
  readonly lastUpdated: string;
  readonly statusChanged: string | null;
  readonly passwordChanged: string | null;
}

/** A group assigned to an app. */
export interface AppGroupAssignment {
  readonly appId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly profile: Profile;
  readonly lastUpdated: string;
}

export const CONNECTION_STATUSES = ["ENABLED", "DISABLED", "UNKNOWN"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];
export type AuthScheme = "TOKEN" | "OAUTH2" | "UNKNOWN";
/** How the provisioning client authenticates to the SCIM server. `header` sends the token exactly as typed. */
export type ConnectionAuthentication = "header" | "bearer" | "basic" | "oauth2";

/** The default provisioning connection of an app. It holds secrets: never log it, never put it on a page. */
export interface Connection {
  readonly appId: string;
  readonly authScheme: AuthScheme;
  readonly status: ConnectionStatus;
  readonly baseUrl: string | null;
  readonly authentication: ConnectionAuthentication;
  readonly token: string | null;
  readonly username: string | null;
  readonly oauth2: OAuthConnection | null;
  /** Where it was set: the Management API, or the admin console's form. */
  readonly setBy: "api" | "console";
  readonly lastUpdated: string;
}

export type Enablement = "ENABLED" | "DISABLED";

/** Provisioning features of an app: USER_PROVISIONING (to the app) and INBOUND_PROVISIONING (from it). */
export interface Features {
  readonly appId: string;
  readonly createUsers: Enablement;
  readonly updateProfiles: Enablement;
  readonly deactivateUsers: Enablement;
  readonly password: {
    readonly status: Enablement;
    readonly seed: "OKTA" | "RANDOM";
    readonly change: "CHANGE" | "KEEP_EXISTING";
  };
  /** `importRules` and `importSettings` as the API takes and returns them; null until they were set. */
  readonly inbound: JsonObject | null;
}

/** One attribute of an app-user or user schema, as in Okta's JSON Schema documents. */
export type SchemaAttribute = JsonObject;

/** The schema of an app's users. Attribute order is kept. */
export interface AppUserSchema {
  readonly appId: string;
  readonly name: string;
  readonly base: Readonly<Record<string, SchemaAttribute>>;
  readonly custom: Readonly<Record<string, SchemaAttribute>>;
  readonly created: string;
  readonly lastUpdated: string;
}

export type PushStatus = "PUSH" | "DONT_PUSH";

export interface MappingProperty {
  readonly expression: string;
  /** DONT_PUSH: evaluated when the account is made, never again. */
  readonly pushStatus: PushStatus;
}

/** A profile mapping between the org's users and one app's users. */
export interface ProfileMapping {
  readonly id: string;
  readonly appId: string;
  readonly direction: "user-to-app" | "app-to-user";
  readonly properties: Readonly<Record<string, MappingProperty>>;
}

export const PUSH_MAPPING_STATUSES = ["ACTIVE", "INACTIVE", "ERROR"] as const;
export type PushMappingStatus = (typeof PUSH_MAPPING_STATUSES)[number];

/** A group-push mapping. Its target is an APP_GROUP of the same app, standing for the group in the SCIM server. */
export interface GroupPushMapping {
  readonly id: string;
  readonly appId: string;
  readonly sourceGroupId: string;
  readonly targetGroupId: string;
  readonly status: PushMappingStatus;
  readonly errorSummary: string | null;
  readonly lastPush: string | null;
  readonly created: string;
  readonly lastUpdated: string;
}

/** A row of the System Log, as `GET /api/v1/logs` returns it. */
export interface LogEvent {
  readonly uuid: string;
  readonly published: string;
  readonly eventType: string;
  readonly displayMessage: string;
  readonly severity: "DEBUG" | "INFO" | "WARN" | "ERROR";
  readonly outcome: {
    readonly result: "SUCCESS" | "FAILURE" | "SKIPPED" | "ALLOW" | "DENY";
    readonly reason: string | null;
  };
  readonly actor: LogTarget;
  readonly target: readonly LogTarget[];
  readonly debugData: JsonObject;
}

export interface LogTarget {
  readonly id: string;
  /** For example User, AppInstance, AppUser, UserGroup, AppGroup. */
  readonly type: string;
  readonly alternateId: string;
  readonly displayName: string;
}

export const TASK_STATUSES = ["pending", "running", "failed", "done", "cancelled"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** One job of the provisioning engine. Tasks of one app run in the order of `sequence`. */
export interface ProvisioningTask {
  readonly id: string;
  readonly sequence: number;
  readonly appId: string;
  /** The engine's own name of the job, for example `user.create` or `group.push`. */
  readonly kind: string;
  /** The person, group or mapping that it is about. */
  readonly subjectId: string;
  readonly payload: JsonObject;
  readonly status: TaskStatus;
  readonly attempts: number;
  /** Not to be run before this time. */
  readonly notBefore: string;
  readonly error: string | null;
  readonly created: string;
  readonly lastUpdated: string;
}

/** Evaluates a mapping for one person: every property of it, whatever its push status; a failing or empty one gives null. */
export type EvaluateMapping = (
  mapping: ProfileMapping,
  user: User,
  appUser: AppUser | undefined,
  lookups: PersonLookups,
) => Profile;

/** What the store needs of Okta Expression Language; `sandbox/okta/expression/` has it. */
export interface Evaluation {
  readonly evaluateMapping: EvaluateMapping;
  /** Evaluates one expression; throws an Error with Okta's text when it cannot. */
  readonly evaluateExpression: (
    expression: string,
    scope: { readonly user?: Profile; readonly appuser?: Profile; readonly lookups?: PersonLookups },
  ) => JsonValue;
}
