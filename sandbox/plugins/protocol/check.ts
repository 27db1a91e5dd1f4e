import type { CheckFailure, ProviderDefinition, ResourceDefinition } from "./definition.ts";
import { findObjectType, type PackageSchema, type PropertySchema } from "./package-schema.ts";
import { Properties } from "./properties.ts";
import {
  hasUnknown,
  isPropertyMap,
  Opaque,
  type PropertyMap,
  type PropertyValue,
  revealSecrets,
  Secret,
  toJson,
  Unknown,
} from "./property-value.ts";

/** Inputs after Check, or what is wrong with them. */
export interface Checked {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** The inputs whose values were generated, kept in the inputs as the official plugins' bridge keeps them. */
export const defaultedKey = "__defaults";

/**
 * Checks a resource's inputs against the schema, and completes them: defaults, generated name, derived inputs.
 * Secrets stay secret; inputs that are secret by the schema become so.
 * @param previous the inputs of the last update, for a generated name to stay
 * @param randomName a name to use when one must be generated
 */
export async function checkResource<Client>(
  provider: ProviderDefinition<Client>,
  definition: ResourceDefinition<Client>,
  news: PropertyMap,
  previous: PropertyMap,
  randomName: string,
): Promise<Checked> {
  const schema = provider.schema.resources[definition.token];
  if (schema === undefined) throw new TypeError(`The schema has no resource ${definition.token}.`);
  const checker = new Checker(provider.schema, provider.typeDefaults ?? {});
  const given = nameResource(definition, news, previous, randomName);
  const inputs = checker.checkObject(
    "",
    { [defaultedKey]: { type: "array" }, ...schema.inputProperties },
    schema.requiredInputs ?? [],
    { ...definition.defaults, ...withoutNulls(given) },
  );
  const known = new Properties(knownInputs(inputs));
  const failures = [
    ...checker.failures,
    ...checkAllowed(definition.allowed ?? {}, known),
    ...(checker.failures.length === 0 ? (definition.validate?.(known) ?? []) : []),
  ];
  if (failures.length > 0 || definition.derive === undefined) return { inputs, failures };
  return { inputs: mergeDerived(inputs, await definition.derive(known)), failures };
}

/** Adds what was derived next to what was given, at any depth: what was given stays, secrets included. */
function mergeDerived(given: PropertyMap, derived: PropertyMap): PropertyMap {
  const merged = { ...given };
  for (const [name, value] of Object.entries(derived)) {
    const before = merged[name];
    if (isPropertyMap(before) && isPropertyMap(value)) merged[name] = mergeDerived(before, value);
    else if (before === undefined) merged[name] = value;
  }
  return merged;
}

/** Checks the arguments of a function call. */
export function checkObjectInputs<Client>(
  provider: ProviderDefinition<Client>,
  properties: Readonly<Record<string, PropertySchema>>,
  required: readonly string[],
  inputs: PropertyMap,
): Checked {
  const checker = new Checker(provider.schema, provider.typeDefaults ?? {});
  return {
    inputs: checker.checkObject("", properties, required, withoutNulls(inputs)),
    failures: checker.failures,
  };
}

function nameResource<Client>(
  definition: ResourceDefinition<Client>,
  news: PropertyMap,
  previous: PropertyMap,
  randomName: string,
): PropertyMap {
  const property = definition.autoName;
  if (property === undefined || (news[property] ?? null) !== null) return news;
  const generatedBefore = toList(previous[defaultedKey]).includes(property);
  const name = generatedBefore ? (previous[property] ?? randomName) : randomName;
  return { ...news, [property]: name, [defaultedKey]: [property] };
}

function toList(value: PropertyValue | undefined): PropertyValue[] {
  return Array.isArray(value) ? value : [];
}

function checkAllowed(
  allowed: Readonly<Record<string, readonly string[]>>,
  inputs: Properties,
): CheckFailure[] {
  return Object.entries(allowed).flatMap(([path, values]) => {
    const names = path.split(".");
    const last = names.pop() ?? path;
    const owner = names.reduce<Properties | undefined>((object, name) => object?.object(name), inputs);
    const value = owner?.optionalText(last);
    if (value === undefined || values.includes(value)) return [];
    return [{ path, reason: `expected one of ${values.join(", ")}` }];
  });
}

function knownInputs(inputs: PropertyMap) {
  const known = Object.entries(inputs).filter(
    ([, value]) => !hasUnknown(value) && !(value instanceof Opaque),
  );
  return Object.fromEntries(known.map(([key, value]) => [key, toJson(revealSecrets(value))]));
}

function withoutNulls(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

class Checker {
  readonly failures: CheckFailure[] = [];
  private readonly schema: PackageSchema;
  private readonly typeDefaults: Readonly<Record<string, PropertyMap>>;

  constructor(schema: PackageSchema, typeDefaults: Readonly<Record<string, PropertyMap>>) {
    this.schema = schema;
    this.typeDefaults = typeDefaults;
  }

  checkObject(
    path: string,
    properties: Readonly<Record<string, PropertySchema>>,
    required: readonly string[],
    values: PropertyMap,
  ): PropertyMap {
    for (const name of required) {
      if (values[name] === undefined) this.fail(join(path, name), "missing required property");
    }
    const checked: PropertyMap = {};
    for (const [name, value] of Object.entries(values)) {
      const property = properties[name];
      if (property === undefined) this.fail(join(path, name), "unexpected property");
      else checked[name] = this.checkValue(join(path, name), property, value);
    }
    return checked;
  }

  private checkValue(path: string, property: PropertySchema, value: PropertyValue): PropertyValue {
    if (value instanceof Secret) return new Secret(this.checkPlain(path, property, value.value));
    const checked = this.checkPlain(path, property, value);
    return property.secret === true && checked !== null ? new Secret(checked) : checked;
  }

  private checkPlain(path: string, property: PropertySchema, value: PropertyValue): PropertyValue {
    if (value instanceof Unknown || value === null) return value;
    if (value instanceof Secret) return this.checkPlain(path, property, value.value);
    const object = findObjectType(this.schema, property);
    if (object?.type.enum !== undefined) return this.checkEnum(path, object.type.enum, value);
    if (object !== undefined) {
      if (!isPropertyMap(value)) return this.fail(path, "expected an object");
      const defaults = this.typeDefaults[object.token] ?? {};
      const given = { ...defaults, ...withoutNulls(value) };
      return this.checkObject(path, object.type.properties, object.type.required ?? [], given);
    }
    if (property.type === "array") return this.checkList(path, property.items, value);
    if (property.type === "object") return this.checkRecord(path, property.additionalProperties, value);
    return this.checkScalar(path, property.type ?? "string", value);
  }

  private checkEnum(
    path: string,
    members: readonly { readonly value: string }[],
    value: PropertyValue,
  ): PropertyValue {
    const values = members.map((member) => member.value);
    if (typeof value === "string" && values.includes(value)) return value;
    return this.fail(path, `expected one of ${values.join(", ")}`);
  }

  private checkList(path: string, items: PropertySchema | undefined, value: PropertyValue): PropertyValue {
    if (!Array.isArray(value)) return this.fail(path, "expected a list");
    if (items === undefined) return value;
    return value.map((item, index) => this.checkValue(`${path}[${index}]`, items, item));
  }

  private checkRecord(path: string, values: PropertySchema | undefined, value: PropertyValue): PropertyValue {
    if (!isPropertyMap(value)) return this.fail(path, "expected a map");
    if (values === undefined) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.checkValue(join(path, key), values, item)]),
    );
  }

  private checkScalar(path: string, type: string, value: PropertyValue): PropertyValue {
    const expected = type === "integer" ? "number" : type;
    if (typeof value !== expected)
      return this.fail(path, `expected ${type === "integer" ? "an" : "a"} ${type}, got ${describe(value)}`);
    if (type === "integer" && !Number.isInteger(value)) return this.fail(path, "expected a whole number");
    return value;
  }

  private fail(path: string, reason: string): null {
    this.failures.push({ path, reason });
    return null;
  }
}

function describe(value: PropertyValue): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
