import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";
import type { Attribute } from "./attribute.ts";

/**
 * Reads a client's value of an attribute into its canonical form. Answers undefined for what RFC 7643 section 2.5
 * calls unassigned: null, an empty list, an object without content. An empty string is a value and stays.
 * Throws {@link ScimError} (400 invalidValue) for a value the schema does not allow.
 */
export function readValue(attribute: Attribute, value: JsonValue, where: string): JsonValue | undefined {
  if (value === null) return undefined;
  if (!attribute.multiValued) return readSingleValue(attribute, value, where);
  const items = Array.isArray(value) ? value : [value];
  const read = items.flatMap((item) => readElement(attribute, item, where) ?? []);
  if (read.filter(isPrimary).length > 1) {
    throw ScimError.invalidValue(`${where} marks more than one value as primary.`);
  }
  return read.length === 0 ? undefined : read;
}

/** Reads an element of a multi-valued attribute. Entra wraps simple ones as well: `[{"value": "x"}]`. */
export function readElement(attribute: Attribute, item: JsonValue, where: string): JsonValue | undefined {
  const isWrapped = attribute.type !== "complex" && isJsonObject(item);
  return readSingleValue(attribute, isWrapped ? (item["value"] ?? item) : item, where);
}

/** Whether an element of a multi-valued attribute is its primary one. */
export function isPrimary(item: JsonValue | undefined): boolean {
  return isJsonObject(item) && item["primary"] === true;
}

/** Reads one value: an element of a multi-valued attribute, or the value of a single-valued one. */
export function readSingleValue(
  attribute: Attribute,
  value: JsonValue,
  where: string,
): JsonValue | undefined {
  if (value === null) return undefined;
  switch (attribute.type) {
    case "complex":
      return readComplexValue(attribute, value, where);
    case "boolean":
      return readBoolean(value, where);
    case "integer":
    case "decimal":
      return readNumber(attribute, value, where);
    case "dateTime":
      return readDateTime(value, where);
    case "binary":
      return readBinary(value, where);
    default:
      return readString(attribute, value, where);
  }
}

/** Entra sends `manager` as a bare id, other clients do so for e-mail addresses: that is the `value`. */
function readComplexValue(attribute: Attribute, value: JsonValue, where: string): JsonObject | undefined {
  // Nobody is named by an empty id: so Entra takes a manager away.
  if (value === "") return undefined;
  const object = typeof value === "string" && attribute.subAttributeByName.has("value") ? { value } : value;
  if (!isJsonObject(object)) throw ScimError.invalidValue(`${where} must be an object.`);
  const read: JsonObject = {};
  for (const [key, item] of Object.entries(object)) {
    const subAttribute = attribute.subAttributeByName.get(key.toLowerCase());
    if (subAttribute === undefined) continue;
    const subValue = readValue(subAttribute, item, `${where}.${subAttribute.name}`);
    if (subValue !== undefined) read[subAttribute.name] = subValue;
  }
  return orderBySchema(attribute.subAttributes, read);
}

/** Puts the attributes into the schema's order, so that equal content is equal text. Undefined when empty. */
export function orderBySchema(attributes: Iterable<Attribute>, object: JsonObject): JsonObject | undefined {
  const ordered: JsonObject = {};
  let empty = true;
  for (const { name } of attributes) {
    const value = object[name];
    if (value === undefined) continue;
    ordered[name] = value;
    empty = false;
  }
  return empty ? undefined : ordered;
}

/** Entra and others send booleans as the texts "True" and "False". */
function readBoolean(value: JsonValue, where: string): boolean {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (text === "true") return true;
  if (text === "false") return false;
  throw ScimError.invalidValue(`${where} must be true or false.`);
}

function readNumber(attribute: Attribute, value: JsonValue, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw ScimError.invalidValue(`${where} must be a number.`);
  }
  if (attribute.type === "integer" && !Number.isSafeInteger(value)) {
    throw ScimError.invalidValue(`${where} must be an integer.`);
  }
  return value;
}

const dateTimePattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

/** Milliseconds since 1970 of an xsd:dateTime (RFC 7643 section 2.3.5), or undefined for other text. */
export function parseDateTime(text: string): number | undefined {
  const match = dateTimePattern.exec(text);
  if (match === null) return undefined;
  const milliseconds = Date.parse(match[2] === undefined ? `${text}Z` : text);
  if (Number.isNaN(milliseconds)) return undefined;
  // The parser takes February 30th for March 2nd: a day that is none comes out as another.
  const day = match[1] ?? "";
  return new Date(day).toISOString().startsWith(day) ? milliseconds : undefined;
}

function readDateTime(value: JsonValue, where: string): string {
  if (typeof value !== "string" || parseDateTime(value) === undefined) {
    throw ScimError.invalidValue(`${where} must be a date and time such as 2026-01-31T09:30:00Z.`);
  }
  return value;
}

function readBinary(value: JsonValue, where: string): string {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/_\-\s]*={0,2}\s*$/.test(value)) {
    throw ScimError.invalidValue(`${where} must be base64 text.`);
  }
  return value;
}

function readString(attribute: Attribute, value: JsonValue, where: string): string {
  if (typeof value !== "string") throw ScimError.invalidValue(`${where} must be a string.`);
  if (attribute.canonicalValues.length === 0) return value;
  const lower = value.toLowerCase();
  return attribute.canonicalValues.find((canonical) => canonical.toLowerCase() === lower) ?? value;
}
