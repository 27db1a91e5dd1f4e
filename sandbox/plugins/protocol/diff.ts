import type { ResourceDefinition } from "./definition.ts";
import { findObjectType, type PackageSchema, type PropertySchema } from "./package-schema.ts";
import {
  equalValues,
  isPropertyMap,
  type JsonValue,
  type PropertyMap,
  type PropertyValue,
  revealSecrets,
  toJson,
  Unknown,
} from "./property-value.ts";

/** One property that differs. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** The change needs a new resource. */
  readonly replace: boolean;
}

/**
 * What an update would change: the wanted inputs against the state, as Terraform plans it. So a refresh that finds
 * drift in the state is enough for the next preview to show it. Inputs that are absent stand for "nothing", except
 * those the API fills in.
 * @param state the outputs of the last update or refresh
 * @param oldInputs stand in for the few inputs that are no outputs
 * @param inputs the checked inputs that are wanted
 * @param ignored property paths in the resource's `ignoreChanges`
 */
export function diffResource<Client>(
  schema: PackageSchema,
  definition: ResourceDefinition<Client>,
  state: PropertyMap,
  oldInputs: PropertyMap,
  inputs: PropertyMap,
  ignored: readonly string[],
): PropertyChange[] {
  const resource = schema.resources[definition.token];
  const properties = resource?.inputProperties ?? {};
  const differ = new Differ(schema, definition);
  return Object.entries(properties).flatMap(([name, property]) => {
    if (ignored.some((path) => path === name)) return [];
    if ((inputs[name] ?? null) === null && (definition.computed ?? []).includes(name)) return [];
    const replace = definition.replaces?.includes(name) ?? false;
    const before = resource?.properties[name] === undefined ? oldInputs[name] : state[name];
    return differ
      .diffValue(name, name, property, before ?? null, inputs[name] ?? null, replace)
      .filter((change) => !ignored.includes(change.path));
  });
}

class Differ<Client> {
  private readonly schema: PackageSchema;
  private readonly definition: ResourceDefinition<Client>;

  constructor(schema: PackageSchema, definition: ResourceDefinition<Client>) {
    this.schema = schema;
    this.definition = definition;
  }

  diffValue(
    top: string,
    path: string,
    property: PropertySchema,
    oldValue: PropertyValue,
    newValue: PropertyValue,
    inheritedReplace: boolean,
  ): PropertyChange[] {
    const replace = inheritedReplace || property.willReplaceOnChanges === true;
    const old = revealSecrets(oldValue);
    const next = revealSecrets(newValue);
    if (next instanceof Unknown) return [{ path, kind: isEmpty(old) ? "add" : "update", replace }];
    if (isEmpty(old) && isEmpty(next)) return [];
    if (isEmpty(old)) return [{ path, kind: "add", replace }];
    if (next === null) return [{ path, kind: "delete", replace }];
    if (isPropertyMap(old) && isPropertyMap(next)) {
      return this.diffObjects(top, path, property, old, next, replace);
    }
    if (Array.isArray(old) && Array.isArray(next)) {
      return this.diffLists(top, path, property, old, next, replace);
    }
    return this.sameScalar(path, old, next) ? [] : [{ path, kind: "update", replace }];
  }

  private diffObjects(
    top: string,
    path: string,
    property: PropertySchema,
    old: PropertyMap,
    next: PropertyMap,
    replace: boolean,
  ): PropertyChange[] {
    const object = findObjectType(this.schema, property);
    // Derived inputs, such as a folder's hash, are in no schema.
    const names = new Set([
      ...Object.keys(object?.type.properties ?? {}),
      ...Object.keys(old),
      ...Object.keys(next),
    ]);
    return [...names].flatMap((name) => {
      const inner = object?.type.properties[name] ?? property.additionalProperties ?? {};
      return this.diffValue(top, joinPath(path, name), inner, old[name] ?? null, next[name] ?? null, replace);
    });
  }

  private diffLists(
    top: string,
    path: string,
    property: PropertySchema,
    old: PropertyValue[],
    next: PropertyValue[],
    replace: boolean,
  ): PropertyChange[] {
    const items = property.items ?? {};
    const key = path === top ? this.definition.sets?.[top] : undefined;
    if (key === undefined) {
      const length = Math.max(old.length, next.length);
      return Array.from({ length }, (_, index) => index).flatMap((index) =>
        this.diffItem(top, `${path}[${index}]`, items, old[index], next[index], replace),
      );
    }
    const matches = (left: PropertyValue, right: PropertyValue) =>
      key === null
        ? equalValues(left, right)
        : isPropertyMap(left) && isPropertyMap(right) && equalValues(left[key], right[key]);
    const changed = next.flatMap((item, index) => {
      const before = old.find((candidate) => matches(candidate, item));
      return this.diffItem(top, `${path}[${index}]`, items, before, item, replace);
    });
    const gone = old.flatMap((item, index) =>
      next.some((candidate) => matches(item, candidate))
        ? []
        : this.diffItem(top, `${path}[${index}]`, items, item, undefined, replace),
    );
    // One item less and another more in the same place is a change of that place.
    const removed = new Set(gone.map((change) => change.path));
    const added = new Set(changed.map((change) => change.path));
    return [
      ...changed.map((change) =>
        removed.has(change.path) ? { ...change, kind: "update" as const } : change,
      ),
      ...gone.filter((change) => !added.has(change.path)),
    ];
  }

  /** Unlike a property, an item of a list counts though it is empty: its presence is what matters. */
  private diffItem(
    top: string,
    path: string,
    items: PropertySchema,
    old: PropertyValue | undefined,
    next: PropertyValue | undefined,
    inheritedReplace: boolean,
  ): PropertyChange[] {
    const replace = inheritedReplace || items.willReplaceOnChanges === true;
    if (old === undefined) return next === undefined ? [] : [{ path, kind: "add", replace }];
    if (next === undefined) return [{ path, kind: "delete", replace }];
    return this.diffValue(top, path, items, old, next, replace);
  }

  private sameScalar(path: string, old: PropertyValue, next: PropertyValue): boolean {
    if (equalValues(old, next)) return true;
    // A rule for a list's items holds for each of them, whatever its index.
    const same = this.definition.same?.[path.replaceAll(/\[\d+\]/g, "")];
    return same?.(plain(old), plain(next)) ?? false;
  }
}

/** Keys that are no identifiers are quoted, as in the engine's property paths. */
function joinPath(path: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

function plain(value: PropertyValue): JsonValue {
  return toJson(value);
}

/** Terraform's SDK does not tell "not set" from a type's zero value; neither do the official plugins. */
function isEmpty(value: PropertyValue): boolean {
  if (value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.values(value).every(isEmpty);
}
