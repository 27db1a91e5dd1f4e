import { isDeepStrictEqual } from "node:util";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";

/** The resources that the operations of a bulk request have made so far: their ids by bulkId. */
export type CreatedIds = ReadonlyMap<string, string>;

const prefix = "bulkId:";

function bulkIdIn(text: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}

/** The bulkIds that values refer to (RFC 7644 section 3.7.2). */
export function referencesIn(...values: readonly JsonValue[]): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (value: JsonValue): void => {
    if (typeof value === "string") {
      const bulkId = bulkIdIn(value);
      if (bulkId !== undefined) found.add(bulkId);
    } else if (Array.isArray(value)) {
      for (const item of value) collect(item);
    } else if (isJsonObject(value)) {
      for (const item of Object.values(value)) collect(item);
    }
  };
  for (const value of values) collect(value);
  return found;
}

/** The id in place of a reference; other text as it is. Throws 409 for a reference to nothing. */
export function resolveText(text: string, created: CreatedIds): string {
  const bulkId = bulkIdIn(text);
  if (bulkId === undefined) return text;
  const id = created.get(bulkId);
  if (id === undefined) throw new ScimError(409, `${text} names no operation that succeeded.`);
  return id;
}

/** A value with ids in place of references. Throws 409 for a reference to nothing. */
export function resolveReferences(value: JsonValue, created: CreatedIds): JsonValue {
  if (typeof value === "string") return resolveText(value, created);
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, created));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveReferences(item, created)]),
  );
}

/** A resource to create in two steps, because its references and those to it form a circle. */
export interface SplitData {
  /** Without what refers to resources that are still to come. */
  readonly first: JsonObject;
  /** The attributes that `first` lacks in whole or in part, complete. */
  readonly later: JsonObject;
}

/** Splits a resource. A reference takes the smallest object around it along: a member, a manager. */
export function splitData(data: JsonObject, created: CreatedIds): SplitData {
  const first: JsonObject = {};
  const later: JsonObject = {};
  for (const [key, value] of Object.entries(data)) {
    const kept = withoutUnresolved(value, created);
    if (kept !== undefined) first[key] = kept;
    if (!isDeepStrictEqual(kept, value)) later[key] = value;
  }
  return { first, later };
}

function withoutUnresolved(value: JsonValue, created: CreatedIds): JsonValue | undefined {
  if (typeof value === "string") {
    const bulkId = bulkIdIn(value);
    return bulkId === undefined || created.has(bulkId) ? value : undefined;
  }
  if (Array.isArray(value)) return value.flatMap((item) => withoutUnresolved(item, created) ?? []);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const keptItem = withoutUnresolved(item, created);
    if (keptItem === undefined && typeof item === "string") return undefined;
    if (keptItem !== undefined) kept[key] = keptItem;
  }
  return kept;
}
