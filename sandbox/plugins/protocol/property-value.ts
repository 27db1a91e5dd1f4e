/**
 * Pulumi property values, as the provider protocol carries them.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/proto/pulumi/provider.proto
 */

/** A JSON value: a property value without unknowns, secrets or assets. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [property: string]: JsonValue;
}

/** Stands for a value that is only known after another resource exists (previews only). */
export class Unknown {
  /** The one instance: unknowns carry nothing, so that they compare by identity. */
  static readonly value: Unknown = new Unknown();
  private constructor() {}
}

/** A value that must never be shown. */
export class Secret {
  readonly value: PropertyValue;
  constructor(value: PropertyValue) {
    this.value = value;
  }
}

/** An asset, archive or resource reference, handed back exactly as it came. */
export class Opaque {
  readonly fields: PropertyMap;
  constructor(fields: PropertyMap) {
    this.fields = fields;
  }
}

export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | Unknown
  | Secret
  | Opaque
  | PropertyValue[]
  | PropertyMap;

export interface PropertyMap {
  [property: string]: PropertyValue;
}

/** True for a plain object of properties, not a list, secret, unknown or asset. */
export function isPropertyMap(value: PropertyValue | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret) &&
    !(value instanceof Opaque)
  );
}

/** The same value with every secret opened, at any depth. */
export function revealSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return revealSecrets(value.value);
  if (Array.isArray(value)) return value.map(revealSecrets);
  if (isPropertyMap(value)) return mapProperties(value, revealSecrets);
  return value;
}

/** True when anything inside is unknown. */
export function hasUnknown(value: PropertyValue): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isPropertyMap(value)) return Object.values(value).some(hasUnknown);
  return false;
}

/**
 * The value as JSON. Unknowns and assets have no JSON form.
 * @throws TypeError when the value holds one: callers ask only where the engine has resolved everything.
 */
export function toJson(value: PropertyValue): JsonValue {
  if (value instanceof Secret) return toJson(value.value);
  if (value instanceof Unknown || value instanceof Opaque) {
    throw new TypeError("The value holds an unknown or an asset and cannot be sent as JSON.");
  }
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
  }
  return value;
}

/** Deep equality; secrets compare by content, unknowns are equal to nothing. */
export function equalValues(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  const one = left instanceof Secret ? revealSecrets(left) : left;
  const other = right instanceof Secret ? revealSecrets(right) : right;
  if (one instanceof Unknown || other instanceof Unknown) return false;
  if (one instanceof Opaque && other instanceof Opaque) return equalValues(one.fields, other.fields);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => equalValues(item, other[index]));
  }
  if (isPropertyMap(one) && isPropertyMap(other)) {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...keys].every((key) => equalValues(one[key], other[key]));
  }
  return (one ?? null) === (other ?? null);
}

/** The map with each value replaced. */
export function mapProperties(
  properties: PropertyMap,
  change: (value: PropertyValue, key: string) => PropertyValue,
): PropertyMap {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, change(value, key)]));
}
