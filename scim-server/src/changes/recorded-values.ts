import { isJsonObject, type JsonObject } from "../json.ts";

/** Whose values the change feed and the audit trail may hold: everybody's, or those of the named attributes. */
export type RecordedValues = "all" | ReadonlySet<string>;

/**
 * A change's details without the values that the tenant does not allow. The names of what changed stay, and so do
 * the ids of members. Applied when a change is recorded, and again when it is sent: the setting may have become
 * narrower since.
 */
export function withAllowedValues(details: JsonObject, allowed: RecordedValues): JsonObject {
  if (allowed === "all") return details;
  const filtered: JsonObject = { ...details };
  for (const side of ["before", "after"]) {
    const values = details[side];
    if (!isJsonObject(values)) continue;
    filtered[side] = Object.fromEntries(Object.entries(values).filter(([name]) => allowed.has(name)));
  }
  return filtered;
}
