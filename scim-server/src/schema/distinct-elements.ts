import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Attribute } from "./attribute.ts";
import { foldValue } from "./fold.ts";
import { isPrimary, orderBySchema } from "./read-value.ts";

/**
 * The elements of a multi-valued attribute, each value once for each of its types (RFC 7643 section 2.4), compared as
 * the schema compares. What was said of a value twice is put together, the later word before the earlier one.
 */
export function distinctElements(attribute: Attribute, items: JsonValue[]): JsonValue[] {
  if (items.length < 2) return items;
  const distinct = new Map<string, JsonValue>();
  for (const item of items) {
    const key = keyOf(attribute, item);
    const earlier = distinct.get(key);
    distinct.set(key, isJsonObject(earlier) && isJsonObject(item) ? unite(attribute, earlier, item) : item);
  }
  return [...distinct.values()];
}

function keyOf(attribute: Attribute, item: JsonValue): string {
  const folded = foldValue(attribute, item);
  const hasValue = isJsonObject(folded) && folded["value"] !== undefined;
  return JSON.stringify(hasValue ? [folded["value"], folded["type"]] : folded);
}

function unite(attribute: Attribute, earlier: JsonObject, later: JsonObject): JsonValue {
  const primary = isPrimary(earlier) ? { primary: true } : {};
  return orderBySchema(attribute.subAttributes, { ...earlier, ...later, ...primary }) ?? later;
}
