import type { JsonObject, JsonValue } from "./property-value.ts";

/**
 * Typed access to a resource's properties. Check has compared them with the schema before, so that a wrong type
 * here is a fault of the stand-in, not of the user.
 */
export class Properties {
  readonly values: JsonObject;

  constructor(values: JsonObject) {
    this.values = values;
  }

  /** True when the property has a value. */
  has(name: string): boolean {
    return (this.values[name] ?? null) !== null;
  }

  /** @throws TypeError when the property is absent or no string. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new TypeError(`The property ${name} has no value.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.optional(name, (value): value is string => typeof value === "string");
  }

  /** Absent is false, as in Terraform's schemas. */
  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }

  optionalFlag(name: string): boolean | undefined {
    return this.optional(name, (value): value is boolean => typeof value === "boolean");
  }

  optionalNumber(name: string): number | undefined {
    return this.optional(name, (value): value is number => typeof value === "number");
  }

  /** A list of strings; absent is empty. */
  texts(name: string): string[] {
    return this.items(name).filter((item) => typeof item === "string");
  }

  /** A list of objects; absent is empty. */
  objects(name: string): Properties[] {
    return this.items(name)
      .filter(isJsonObject)
      .map((item) => new Properties(item));
  }

  /** A nested object, or undefined. */
  object(name: string): Properties | undefined {
    const value = this.optional(name, isJsonObject);
    return value === undefined ? undefined : new Properties(value);
  }

  /** A map of strings; absent is empty. */
  record(name: string): Record<string, string> {
    const value = this.optional(name, isJsonObject) ?? {};
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
  }

  /**
   * A property that holds JSON text, parsed; undefined when absent or blank.
   * @throws SyntaxError when it is no JSON: Check rejects that earlier.
   */
  json(name: string): JsonValue | undefined {
    const text = this.optionalText(name);
    if (text === undefined || text === "") return undefined;
    const value: JsonValue = JSON.parse(text);
    return value;
  }

  private items(name: string): JsonValue[] {
    return this.optional(name, (value): value is JsonValue[] => Array.isArray(value)) ?? [];
  }

  private optional<T extends JsonValue>(
    name: string,
    accepts: (value: JsonValue) => value is T,
  ): T | undefined {
    const value = this.values[name] ?? null;
    if (value === null) return undefined;
    if (!accepts(value)) throw new TypeError(`The property ${name} has a value of another type.`);
    return value;
  }
}

/** True for a JSON object, not a list. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
