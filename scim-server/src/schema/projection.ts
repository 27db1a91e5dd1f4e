import { isJsonObject, type JsonObject } from "../json.ts";
import type { Attribute } from "./attribute.ts";
import { resolveAttributePath } from "./attribute-path.ts";
import type { ResourceModel } from "./resource-model.ts";

/** Which attributes an answer has (RFC 7644 section 3.9). */
export interface Projection {
  /** Keys `attribute` or `attribute.sub`, extension ones as `urn:attribute`; undefined: the default set. */
  readonly only: ReadonlySet<string> | undefined;
  readonly except: ReadonlySet<string>;
}

/** Reads `attributes` and `excludedAttributes`. Undefined when neither names anything: the whole resource. */
export function readProjection(
  model: ResourceModel,
  attributes: readonly string[],
  excludedAttributes: readonly string[],
): Projection | undefined {
  if (attributes.length === 0 && excludedAttributes.length === 0) return undefined;
  return {
    only: attributes.length === 0 ? undefined : resolveNames(model, attributes),
    except: resolveNames(model, excludedAttributes),
  };
}

function resolveNames(model: ResourceModel, names: readonly string[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const name of names) {
    const path = resolveAttributePath(model, name);
    if (path === undefined) continue;
    const container = path.extension?.schema.id ?? "";
    if (path.attribute === undefined) {
      const all = path.extension?.attributes ?? model.attributes;
      for (const attribute of all.values()) keys.add(keyOf(container, attribute.name));
    } else {
      const key = keyOf(container, path.attribute.name);
      keys.add(path.subAttribute === undefined ? key : `${key}.${path.subAttribute.name}`);
    }
  }
  return keys;
}

function keyOf(container: string, name: string): string {
  return container === "" ? name : `${container}:${name}`;
}

/** Whether an answer needs a core attribute at all: members and groups are only read from storage if so. */
export function includesAttribute(projection: Projection | undefined, name: string): boolean {
  if (projection === undefined) return true;
  if (projection.except.has(name)) return false;
  if (projection.only === undefined || projection.only.has(name)) return true;
  for (const key of projection.only) if (key.startsWith(`${name}.`)) return true;
  return false;
}

/** Projects a whole representation. `returned: always` stays whatever was asked (RFC 7643 section 7). */
export function projectResource(
  model: ResourceModel,
  projection: Projection,
  resource: JsonObject,
): JsonObject {
  const projected: JsonObject = {};
  for (const [key, value] of Object.entries(resource)) {
    const extension = model.extensionByUrn.get(key.toLowerCase());
    if (extension !== undefined && isJsonObject(value)) {
      const content = projectAttributes(projection, extension.attributes, value, `${extension.schema.id}:`);
      if (Object.keys(content).length > 0) projected[key] = content;
    }
  }
  return { ...projectAttributes(projection, model.attributes, resource, ""), ...projected };
}

function projectAttributes(
  projection: Projection,
  attributes: ReadonlyMap<string, Attribute>,
  source: JsonObject,
  prefix: string,
): JsonObject {
  const projected: JsonObject = {};
  for (const attribute of attributes.values()) {
    const value = source[attribute.name];
    if (value === undefined) continue;
    const key = `${prefix}${attribute.name}`;
    if (attribute.returned === "always") {
      projected[attribute.name] = value;
      continue;
    }
    if (projection.except.has(key)) continue;
    const whole = projection.only === undefined || projection.only.has(key);
    const content = projectSubAttributes(projection, attribute, value, key, whole);
    if (content !== undefined) projected[attribute.name] = content;
  }
  return projected;
}

function projectSubAttributes(
  projection: Projection,
  attribute: Attribute,
  value: JsonObject[string],
  key: string,
  whole: boolean,
): JsonObject[string] | undefined {
  if (attribute.type !== "complex") return whole ? value : undefined;
  const project = (item: JsonObject[string]): JsonObject | undefined => {
    if (!isJsonObject(item)) return undefined;
    const kept = Object.entries(item).filter(([name]) => {
      const subKey = `${key}.${name}`;
      if (projection.only?.has(subKey) === true) return !projection.except.has(subKey);
      const onRequest = attribute.subAttributeByName.get(name.toLowerCase())?.returned === "request";
      return whole && !onRequest && !projection.except.has(subKey);
    });
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  };
  if (!Array.isArray(value)) return project(value);
  const items = value.flatMap((item) => project(item) ?? []);
  return items.length === 0 && !(whole && value.length === 0) ? undefined : items;
}
