import type { Tenant } from "../config/tenant.ts";
import type { JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";
import type { Origin, Storage } from "../storage/storage.ts";

/** What a handler gets: the request in SCIM's terms, authenticated, with its body parsed. */
export interface ScimRequest {
  readonly storage: Storage;
  readonly tenant: Tenant;
  readonly origin: Origin;
  /** The `{id}` of the path, "" where there is none. */
  readonly id: string;
  readonly query: QueryParameters;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: JsonValue | undefined;
  /** Told of members that were passed over, because no resource has their id. */
  readonly onUnknownMembers: (ids: readonly string[]) => void;
}

/** What a handler answers. `body` is JSON text. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type QueryParameters = Readonly<Record<string, unknown>>;

/**
 * A query parameter given once, its name in any case: `Filter=` that is not understood would answer everybody. Throws
 * 400 invalidValue when it is repeated.
 */
export function readParameter(query: QueryParameters, name: string): string | undefined {
  let found: string | undefined;
  for (const key in query) {
    if (key !== name && (key.length !== name.length || key.toLowerCase() !== name.toLowerCase())) continue;
    const value = query[key];
    if (typeof value !== "string" || found !== undefined) {
      throw ScimError.invalidValue(`The parameter ${name} may be given once.`);
    }
    found = value;
  }
  return found;
}

/** The body of a request that must have one. Throws 400 invalidSyntax. */
export function requireBody(request: ScimRequest): JsonValue {
  if (request.body === undefined) throw ScimError.invalidSyntax("The request needs a JSON body.");
  return request.body;
}
