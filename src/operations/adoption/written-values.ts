import type { JsonValue } from "../../spec/json-value.ts";

/** A part of a spec as it is written into a file. */
export type Written = { [key: string]: JsonValue };

/** A key where there is something to say: not nothing, not an empty text, not what a spec means without the key. */
export function given(key: string, value: JsonValue | undefined, byDefault?: JsonValue): Written {
  return value === undefined || value === null || value === "" || value === byDefault ? {} : { [key]: value };
}
