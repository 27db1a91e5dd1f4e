import type { PackageSchema } from "./package-schema.ts";
import type { Properties } from "./properties.ts";
import type { JsonObject, JsonValue } from "./property-value.ts";

/** What a resource's calls get besides its properties. */
export interface Context<Client> {
  readonly client: Client;
  /** Aborted when the engine cancels the update. */
  readonly signal: AbortSignal;
  /** Shows a line to the user, attributed to the resource. */
  readonly log: (severity: "info" | "warning", message: string) => void;
}

/** One wrong input. */
export interface CheckFailure {
  /** Where it is, such as `profile.authScheme` or `mappings[2].expression`. */
  readonly path: string;
  readonly reason: string;
}

/**
 * What a resource type does. Inputs, their types, what is required, secret and what forces a replacement come from
 * the package schema; this adds what a schema can't tell, and the API calls.
 */
export interface ResourceDefinition<Client> {
  readonly token: string;
  /** Values of inputs that the program leaves out. */
  readonly defaults?: JsonObject;
  /** Inputs that may only have one of these values. */
  readonly allowed?: Readonly<Record<string, readonly string[]>>;
  /** Optional inputs that the API fills in: left out by the program, they keep their value. */
  readonly computed?: readonly string[];
  /** Inputs whose change replaces the resource though the schema does not say so (the plugin's plan does). */
  readonly replaces?: readonly string[];
  /** Inputs whose old and new value may be the same though written differently. */
  readonly same?: Readonly<Record<string, (old: JsonValue, next: JsonValue) => boolean>>;
  /** Lists whose order has no meaning, with the property that identifies an item, or null for plain values. */
  readonly sets?: Readonly<Record<string, string | null>>;
  /** The input that gets a generated name when left out. */
  readonly autoName?: string;
  /** Outputs that an update may change, so that previews show them as not known yet. */
  readonly volatile?: readonly string[];
  /** Whether the old one must go first when it is replaced. */
  readonly deleteBeforeReplace?: boolean;
  /** Rules between inputs. Inputs that are not known yet are absent. */
  readonly validate?: (inputs: Properties) => CheckFailure[];
  /** Inputs that are computed where the program runs, such as the hash of a folder. */
  readonly derive?: (inputs: Properties) => Promise<JsonObject>;
  /** Makes it. @returns its id and state; properties left out of the state are the inputs. */
  readonly create: (context: Context<Client>, inputs: Properties) => Promise<CreatedResource>;
  /**
   * Reads it as it is now; undefined when it is gone. With an import `state` is empty, and the answer may carry the
   * id that the resource goes by from then on.
   */
  readonly read: (
    context: Context<Client>,
    id: string,
    state: Properties,
  ) => Promise<{ readonly id?: string; readonly state: JsonObject } | undefined>;
  /** Changes it in place. @returns its new state. Absent: there is nothing to change in place. */
  readonly update?: (
    context: Context<Client>,
    id: string,
    state: Properties,
    inputs: Properties,
  ) => Promise<JsonObject>;
  readonly delete: (context: Context<Client>, id: string, state: Properties) => Promise<void>;
}

export interface CreatedResource {
  readonly id: string;
  readonly state: JsonObject;
}

/** A function that a program may call. */
export interface FunctionDefinition<Client> {
  readonly token: string;
  readonly invoke: (context: Context<Client>, inputs: Properties) => Promise<JsonObject>;
}

/** A plugin: its schema and its tables. */
export interface ProviderDefinition<Client> {
  readonly schema: PackageSchema;
  /** The version to pass for: the one that the SDK in use asks for. */
  readonly version: string;
  /** Defaults of nested objects, by the token of their type. */
  readonly typeDefaults?: Readonly<Record<string, JsonObject>>;
  readonly resources: readonly ResourceDefinition<Client>[];
  readonly functions: readonly FunctionDefinition<Client>[];
  /** Connects. @throws Error with a text for people when the configuration can't work. */
  readonly configure: (config: Properties, context: Omit<Context<never>, "client">) => Promise<Client>;
}

/** The resource exists, but something after its creation went wrong: it must not be lost from the state. */
export class PartialFailure extends Error {
  readonly code = "SANDBOX_PLUGIN_PARTIAL";
  readonly id: string;
  readonly state: JsonObject;

  constructor(id: string, state: JsonObject, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.id = id;
    this.state = state;
  }
}

/** Compares JSON texts by content; used in {@link ResourceDefinition.same}. */
export function sameJsonText(old: JsonValue, next: JsonValue): boolean {
  try {
    return canonicalJson(JSON.parse(String(old))) === canonicalJson(JSON.parse(String(next)));
  } catch {
    return old === next;
  }
}

function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
