import type { JsonValue } from "./json-value.ts";
import type { AppSpec, SignOnSpec } from "./schema/spec-schema.ts";
import type { ScimAttributePath } from "./scim-path.ts";
import type { SourcePosition } from "./source-node.ts";

/** Everything that is to be true of one stack, resolved from its specs and its configuration. Plain data. */
export interface StackPlan {
  readonly stack: string;
  /** Sorted by name. */
  readonly apps: readonly AppPlan[];
  /** Whether the stack runs the bundled SCIM server, i.e. an app asks for it. */
  readonly needsServer: boolean;
}

/** One application, resolved. */
export interface AppPlan {
  /** The spec's file name without `.yaml`: the component's name. */
  readonly name: string;
  /** The spec's file, relative to the project. */
  readonly file: string;
  readonly lifecycle: AppSpec["lifecycle"];
  /** Whether the engine refuses to delete the app. */
  readonly protect: boolean;
  readonly label: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly catalogName: string | undefined;
  readonly signOn: SignOnSpec;
  /** The rest of the spec's `app`: settings, visibility, notes, user name template. */
  readonly app: AppSpec["app"];
  readonly server: AppServerPlan;
  readonly connection: ConnectionPlan;
  readonly provisioning: AppSpec["provisioning"];
  readonly declares: Declarations;
  /** What the spec asks for and is not declared yet, with the reason. */
  readonly heldBack: readonly HeldBack[];
  /** All attributes that Okta sends or that the spec adds, the default list first. */
  readonly attributes: readonly AttributePlan[];
  /** Entries of the mapping from Okta's user to the app user. */
  readonly mapping: readonly MappingEntryPlan[];
  readonly pushGroups: readonly PushGroupPlan[];
  readonly groupAssignments: readonly GroupAssignmentPlan[];
  readonly userAssignments: readonly UserAssignmentPlan[];
  readonly protection: AppSpec["protection"];
  readonly acknowledgements: AppSpec["acknowledgements"];
  readonly checks: AppSpec["checks"];
  readonly adopt: AppSpec["adopt"];
  readonly previousNames: readonly string[];
  /** What an administrator does in Okta's console, line by line; empty where nothing is to do. */
  readonly consoleSteps: readonly string[];
}

type BundledServerSpec = NonNullable<AppSpec["server"]["bundled"]>;

export interface AppServerPlan {
  readonly kind: "bundled" | "external";
  /** The SCIM base URL as Okta is told, without a slash at its end. */
  readonly baseUrl: string;
  /** Of a bundled server: the tenant's public address. */
  readonly publicUrl: string | undefined;
  /** Of a bundled server: the tenant's name there. */
  readonly tenant: string | undefined;
  readonly reactivateOnCreate: boolean;
  readonly rateLimit: { readonly requestsPerSecond: number; readonly burst: number } | undefined;
  readonly webhooks: BundledServerSpec["webhooks"];
  readonly changes: BundledServerSpec["changes"];
}

export interface ConnectionPlan {
  readonly management: "api" | "manual";
  /** Whether the spec said so, or `auto` chose it by Okta's list. */
  readonly chosenBy: "spec" | "list";
  /** Whether people can be provisioned as far as the spec knows: always with `api`, with `manual` as the spec says. */
  readonly configured: boolean;
  /** Whether `configured` comes from the sandbox, whose console the CLI used itself. */
  readonly configuredBySandbox: boolean;
  readonly authentication: AppSpec["connection"]["authentication"];
  readonly username: string | undefined;
  readonly clientId: string | undefined;
  readonly tokenVersion: number;
  readonly acceptPreviousToken: boolean;
}

/** What the program declares of an app besides the app itself and its attributes. */
export interface Declarations {
  readonly connection: boolean;
  readonly features: boolean;
  readonly mapping: boolean;
  readonly pushGroups: boolean;
  readonly assignments: boolean;
}

export interface HeldBack {
  readonly what: keyof Declarations;
  readonly reason: "manual-connection" | "offboarding";
  readonly message: string;
}

export interface AttributePlan {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly type: "string" | "boolean" | "integer" | "number" | "array";
  readonly items: "string" | "integer" | "number" | undefined;
  readonly required: boolean;
  readonly enum: readonly string[] | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  /** `false`: Okta's own, only its mapping is declared. */
  readonly custom: boolean;
  /** Where it goes, in one spelling: core attributes without their URN. */
  readonly scim: string;
  readonly path: ScimAttributePath;
  /** The place in the terms of Okta's profile editor. */
  readonly externalName: string;
  readonly externalNamespace: string;
  readonly expression: string | undefined;
  readonly push: "always" | "on_create" | "never";
}

export interface MappingEntryPlan {
  readonly attribute: string;
  readonly expression: string;
  readonly pushStatus: "PUSH" | "DONT_PUSH";
}

export interface PushGroupPlan {
  readonly resourceName: string;
  readonly group: string;
  readonly target: string;
  /** Links to this group, by the id of its counterpart in Okta, instead of to the one named `target`. */
  readonly targetId: string | undefined;
  readonly deleteTarget: boolean;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly at: SourcePosition;
}

export interface GroupAssignmentPlan {
  readonly resourceName: string;
  readonly group: string;
  readonly priority: number | undefined;
  readonly profile: Readonly<Record<string, JsonValue>>;
  readonly at: SourcePosition;
}

export interface UserAssignmentPlan {
  readonly resourceName: string;
  readonly login: string;
  readonly userName: string;
  readonly at: SourcePosition;
}
