import { ScimError } from "./scim-error.ts";

/** A JSON value as RFC 8259 has it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. Only own keys count: look keys up with {@link Object.entries} or through the schema. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Limits on a parsed request body; they bound the work any later step can be made to do. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxKeys: number;
}

const refusedKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a JSON value is an object: not an array, not null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy that shares nothing with the original. Ten times as fast as structuredClone, which can do more than JSON. */
export function cloneJson(value: JsonObject): JsonObject;
export function cloneJson(value: JsonValue): JsonValue;
export function cloneJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => cloneJson(item));
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) copy[key] = cloneJson(value[key] ?? null);
  return copy;
}

/** Parses text that this server wrote itself (stored documents). */
export function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

/** Parses a stored JSON object. Throws TypeError when the text holds something else. */
export function parseJsonObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new TypeError("a stored document is not a JSON object");
  return value;
}

/**
 * Parses a request body. Throws {@link ScimError} (400 invalidSyntax) on bad JSON, on keys that could reach an
 * object's prototype (GHSA-9m6g-wc8r-q59c), on text no database can hold, and beyond the limits.
 */
export function parseUntrustedJson(text: string, limits: JsonLimits): JsonValue {
  let value: JsonValue;
  try {
    // A byte order mark may be ignored (RFC 8259 section 8.1), and .NET clients send it.
    value = parseJson(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch {
    throw ScimError.invalidSyntax("The request body is not valid JSON.");
  }
  let keys = 0;
  const visit = (node: JsonValue, depth: number): void => {
    if (typeof node === "string") {
      refuseUnstorableText(node);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    if (depth > limits.maxDepth) {
      throw ScimError.invalidSyntax(`The request body nests deeper than ${limits.maxDepth} levels.`);
    }
    if (Array.isArray(node)) {
      for (const item of node) visit(item, depth + 1);
      return;
    }
    for (const key of Object.keys(node)) {
      keys += 1;
      if (keys > limits.maxKeys) {
        throw ScimError.invalidSyntax(`The request body has more than ${limits.maxKeys} attributes.`);
      }
      if (refusedKeys.has(key)) throw ScimError.invalidSyntax(`The attribute name ${key} is not allowed.`);
      refuseUnstorableText(key);
      visit(node[key] ?? null, depth + 1);
    }
  };
  visit(value, 1);
  return value;
}

/** PostgreSQL can hold neither NUL nor a lone surrogate; both engines refuse them so that both answer alike. */
function refuseUnstorableText(text: string): void {
  if (text.includes("\u0000") || !text.isWellFormed()) {
    throw ScimError.invalidValue("Text must be well-formed Unicode without NUL characters.");
  }
}
