import { defaultedKey } from "./check.ts";
import type { ResourceDefinition } from "./definition.ts";
import { findObjectType, type PackageSchema, type PropertySchema } from "./package-schema.ts";
import {
  equalValues,
  hasUnknown,
  isPropertyMap,
  type JsonObject,
  type JsonValue,
  mapProperties,
  type PropertyMap,
  type PropertyValue,
  revealSecrets,
  Secret,
  toJson,
  Unknown,
} from "./property-value.ts";

/**
 * The outputs that a preview of a creation shows: the inputs, and every output that only the API can tell as unknown.
 */
export function previewCreate(
  schema: PackageSchema,
  definition: ResourceDefinition<never>,
  inputs: PropertyMap,
): PropertyMap {
  const resource = schema.resources[definition.token];
  const outputs: PropertyMap = withoutDefaulted(inputs);
  for (const name of Object.keys(resource?.properties ?? {})) {
    const isInput = resource?.inputProperties[name] !== undefined;
    if (!isInput || (definition.computed?.includes(name) && outputs[name] === undefined)) {
      outputs[name] = Unknown.value;
    }
  }
  return outputs;
}

/** The outputs that a preview of an update shows: the state with the wanted inputs, volatile outputs as unknown. */
export function previewUpdate(
  definition: ResourceDefinition<never>,
  state: PropertyMap,
  inputs: PropertyMap,
): PropertyMap {
  const outputs = { ...state, ...withoutDefaulted(inputs) };
  for (const name of definition.volatile ?? []) outputs[name] = Unknown.value;
  return outputs;
}

/**
 * The outputs to keep after a call: the API's answer over what was known, without absent values.
 * What the schema or the inputs hold secret stays secret.
 * @param known the inputs (create, update) or the old state (read)
 * @param secrets where secrets were seen, see {@link findSecretPaths}
 */
export function mergeState(
  schema: PackageSchema,
  token: string,
  known: PropertyMap,
  answer: JsonObject,
  secrets: ReadonlySet<string>,
): PropertyMap {
  const merged: PropertyMap = { ...revealMap(withoutDefaulted(known)), ...answer };
  const properties = schema.resources[token]?.properties ?? {};
  const present = Object.entries(merged).filter(
    ([name, value]) => value !== null && properties[name] !== undefined,
  );
  return Object.fromEntries(
    present.map(([name, value]) => [name, markSecrets(schema, name, properties[name], value, secrets)]),
  );
}

/**
 * Paths of secrets. Inside a list the whole list counts as secret: the order of its items may change, and a secret
 * must not become readable by that.
 */
export function findSecretPaths(properties: PropertyMap): Set<string> {
  const found = new Set<string>();
  const visit = (path: string, value: PropertyValue): void => {
    if (value instanceof Secret) found.add(path);
    else if (Array.isArray(value)) {
      const inside = new Set<string>();
      for (const item of value) for (const inner of findSecretPaths({ item })) inside.add(inner);
      if (inside.size > 0) found.add(path);
    } else if (isPropertyMap(value)) {
      for (const [name, inner] of Object.entries(value)) visit(`${path}.${name}`, inner);
    }
  };
  for (const [name, value] of Object.entries(properties)) visit(name, value);
  return found;
}

function markSecrets(
  schema: PackageSchema,
  path: string,
  property: PropertySchema | undefined,
  value: PropertyValue,
  secrets: ReadonlySet<string>,
): PropertyValue {
  if (value === null) return value;
  if (property?.secret === true || secrets.has(path)) return new Secret(value);
  if (!isPropertyMap(value)) return value;
  const object = property === undefined ? undefined : findObjectType(schema, property);
  return mapProperties(value, (inner, name) =>
    markSecrets(
      schema,
      `${path}.${name}`,
      object?.type.properties[name] ?? property?.additionalProperties,
      inner,
      secrets,
    ),
  );
}

/**
 * The inputs that describe a resource as it was found. On a refresh only inputs that the program gave are told,
 * each with its present value; on an import all that differ from their defaults.
 */
export function readInputs(
  schema: PackageSchema,
  definition: ResourceDefinition<never>,
  oldInputs: PropertyMap,
  state: PropertyMap,
): PropertyMap {
  const resource = schema.resources[definition.token];
  const properties = resource?.inputProperties ?? {};
  const isImport = Object.keys(oldInputs).length === 0;
  const inputs: PropertyMap = {};
  for (const name of Object.keys(properties)) {
    const now = state[name];
    if (isImport) {
      const isDefault = equalValues(now, definition.defaults?.[name]);
      if (now !== undefined && !isDefault && !isBlank(now)) inputs[name] = now;
    } else if (oldInputs[name] !== undefined) {
      // An input that is no output can't be told by reading.
      const isOutput = resource?.properties[name] !== undefined;
      const value = isOutput ? projectInput(definition, name, oldInputs[name], now) : oldInputs[name];
      if (value !== undefined) inputs[name] = value;
    }
  }
  const defaulted = oldInputs[defaultedKey];
  return defaulted === undefined ? inputs : { ...inputs, [defaultedKey]: defaulted };
}

/** Keeps the program's own writing wherever it means the same as what was found. */
function projectInput<Client>(
  definition: ResourceDefinition<Client>,
  name: string,
  old: PropertyValue,
  now: PropertyValue | undefined,
): PropertyValue | undefined {
  if (now === undefined) return isBlank(old) ? old : undefined;
  const wasSecret = old instanceof Secret || now instanceof Secret;
  const before = revealSecrets(old);
  const found = revealSecrets(now);
  const wrap = (value: PropertyValue) => (wasSecret ? new Secret(value) : value);
  if (definition.sets?.[name] !== undefined && Array.isArray(before) && Array.isArray(found)) {
    const sort = (items: PropertyValue[]) => items.map((item) => JSON.stringify(item)).sort();
    return JSON.stringify(sort(before)) === JSON.stringify(sort(found)) ? old : wrap(found);
  }
  if (isPropertyMap(old) && isPropertyMap(now)) {
    return Object.fromEntries(
      Object.entries(old).flatMap(([key, inner]) => {
        const value = projectInput(definition, `${name}.${key}`, inner, now[key]);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  }
  if (equalValues(before, found) || hasUnknown(before)) return old;
  return definition.same?.[name]?.(toJson(before), toJson(found)) ? old : wrap(found);
}

/** Inputs with the state's values for whatever the API fills in and the program left out. */
export function completeInputs(
  definition: ResourceDefinition<never>,
  state: PropertyMap,
  inputs: PropertyMap,
): PropertyMap {
  const completed = { ...inputs };
  for (const name of definition.computed ?? []) {
    const value = state[name];
    if ((completed[name] ?? null) === null && value !== undefined) completed[name] = value;
  }
  return completed;
}

/** Properties as JSON for the API calls: secrets opened, the bridge's bookkeeping left out. */
export function toCallValues(properties: PropertyMap): JsonObject {
  return Object.fromEntries(
    Object.entries(withoutDefaulted(properties)).map(([name, value]): [string, JsonValue] => [
      name,
      toJson(value),
    ]),
  );
}

function revealMap(properties: PropertyMap): PropertyMap {
  return mapProperties(properties, revealSecrets);
}

function withoutDefaulted(properties: PropertyMap): PropertyMap {
  const { [defaultedKey]: _bookkeeping, ...rest } = properties;
  return rest;
}

function isBlank(value: PropertyValue): boolean {
  if (value === null || value === "" || value === false || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}
