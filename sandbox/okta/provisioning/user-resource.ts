import { type ScimUser, scimUrn } from "../../../src/scim/scim-messages.ts";
import type { AppUser, AppUserSchema, JsonObject, JsonValue, Profile } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type AttributePath, parseAttributePath } from "./attribute-path.ts";

/** An app-user attribute with its value and its place in the SCIM resource. */
interface PlacedAttribute {
  readonly variable: string;
  readonly namespace: string;
  readonly path: AttributePath;
  readonly value: JsonValue;
}

/**
 * The body of `POST /Users`: mapped attributes that have a value, a password, `externalId` = the Okta user's id, an empty
 * `groups`, and the enterprise (or another) extension only when one of its attributes has a value.
 */
export function buildNewUser(appUser: AppUser, schema: AppUserSchema, password: string): JsonObject {
  const resource: JsonObject = { schemas: [scimUrn.user], userName: appUser.userName };
  const extensions: JsonObject = {};
  for (const attribute of placeAttributes(appUser, schema)) {
    if (attribute.value === null) continue;
    const target = isExtension(attribute) ? openExtension(extensions, attribute.namespace) : resource;
    writeValue(target, attribute.path, attribute.value);
  }
  const { schemas, userName, name, emails, displayName, locale, ...rest } = resource;
  return {
    schemas: [scimUrn.user, ...Object.keys(extensions)],
    userName: userName ?? null,
    ...present({ name, emails, displayName, locale }),
    ...rest,
    ...extensions,
    externalId: appUser.userId,
    groups: [],
    password,
    active: true,
  };
}

/**
 * The body of `PUT /Users/{id}`: what the server has, with Okta's values merged in. Attributes that Okta does not know stay as
 * they are; one that is unset in Okta is taken away where Okta owns it (it is mapped, or it was just changed).
 */
export function mergeUser(
  current: ScimUser,
  appUser: AppUser,
  schema: AppUserSchema,
  owned: ReadonlySet<string>,
): JsonObject {
  const resource = copyJson(current);
  resource["userName"] = appUser.userName;
  resource["active"] = true;
  const schemas = new Set(Array.isArray(resource["schemas"]) ? resource["schemas"] : [scimUrn.user]);
  for (const attribute of placeAttributes(appUser, schema)) {
    if (attribute.value === null && !owned.has(attribute.variable)) continue;
    const target = isExtension(attribute) ? openExtension(resource, attribute.namespace) : resource;
    if (attribute.value === null) removeValue(target, attribute.path);
    else writeValue(target, attribute.path, attribute.value);
    if (isExtension(attribute) && Object.keys(target).length === 0) delete resource[attribute.namespace];
    if (!isExtension(attribute)) continue;
    if (Object.hasOwn(resource, attribute.namespace)) schemas.add(attribute.namespace);
    else schemas.delete(attribute.namespace);
  }
  resource["schemas"] = [...schemas];
  return resource;
}

/** The app-user attributes that a SCIM user has (import): the way back of {@link buildNewUser}. */
export function readAppUserProfile(resource: JsonObject, schema: AppUserSchema): Profile {
  const profile: Profile = {};
  for (const [variable, attribute] of Object.entries({ ...schema.base, ...schema.custom })) {
    const { externalName, externalNamespace } = attribute;
    const path = parseAttributePath(typeof externalName === "string" ? externalName : variable);
    if (variable === "userName" || path === undefined) continue;
    const isCore = typeof externalNamespace !== "string" || externalNamespace === scimUrn.user;
    const source = isCore ? resource : resource[externalNamespace];
    const value = isObject(source) ? readValue(source, path) : undefined;
    if (value !== undefined && value !== null) profile[variable] = value;
  }
  return profile;
}

/** A deep copy of a SCIM resource as JSON. */
export function copyJson(resource: object): JsonObject {
  return JSON.parse(JSON.stringify(resource));
}

/** What Okta sends where a person has no value of their own. */
const defaults: ReadonlyMap<string, JsonValue> = new Map([["locale", "en-US"]]);

function placeAttributes(appUser: AppUser, schema: AppUserSchema): PlacedAttribute[] {
  const placed = placesOf(schema).map((place) => {
    const value = appUser.profile[place.variable] ?? defaults.get(place.variable) ?? null;
    return { ...place, value: toScimValue(value) };
  });
  return applyTypes(placed);
}

/** Where the attributes of a schema go; the same for everybody. */
const places = new WeakMap<AppUserSchema, readonly Omit<PlacedAttribute, "value">[]>();

function placesOf(schema: AppUserSchema): readonly Omit<PlacedAttribute, "value">[] {
  const known = places.get(schema);
  if (known !== undefined) return known;
  const found: Omit<PlacedAttribute, "value">[] = [];
  for (const [variable, attribute] of Object.entries({ ...schema.base, ...schema.custom })) {
    if (variable === "userName") continue;
    const { externalName, externalNamespace } = attribute;
    const path = parseAttributePath(typeof externalName === "string" ? externalName : variable);
    if (path === undefined) continue;
    const namespace = typeof externalNamespace === "string" ? externalNamespace : scimUrn.user;
    found.push({ variable, namespace, path });
  }
  places.set(schema, found);
  return found;
}

/**
 * `emailType`, `addressType` and the like are no values: they say of which type the list element is that the attributes with
 * the same selector belong to.
 */
function applyTypes(placed: readonly PlacedAttribute[]): PlacedAttribute[] {
  const types = new Map<string, string>();
  for (const attribute of placed) {
    if (isTypeOnly(attribute) && typeof attribute.value === "string")
      types.set(elementOf(attribute), attribute.value);
  }
  return placed
    .filter((attribute) => !isTypeOnly(attribute))
    .map((attribute) => {
      const type = types.get(elementOf(attribute));
      if (attribute.path.selector?.attribute !== "type" || type === undefined) return attribute;
      return { ...attribute, path: { ...attribute.path, selector: { attribute: "type", value: type } } };
    });
}

function elementOf({ path }: PlacedAttribute): string {
  return `${path.name}[${path.selector?.attribute} ${path.selector?.value}]`;
}

function isTypeOnly({ path }: PlacedAttribute): boolean {
  return path.selector !== undefined && path.subAttribute === "type";
}

/** An empty text is no value in SCIM. */
function toScimValue(value: JsonValue): JsonValue {
  return value === "" || (Array.isArray(value) && value.length === 0) ? null : value;
}

function isExtension(attribute: PlacedAttribute): boolean {
  return attribute.namespace !== scimUrn.user && attribute.namespace !== "";
}

function openExtension(resource: JsonObject, namespace: string): JsonObject {
  const existing = resource[namespace];
  if (isObject(existing)) return existing;
  const created: JsonObject = {};
  resource[namespace] = created;
  return created;
}

function writeValue(resource: JsonObject, path: AttributePath, value: JsonValue): void {
  const { name, selector, subAttribute } = path;
  if (selector !== undefined) {
    const element = findElement(resource, path) ?? addElement(resource, path);
    element[subAttribute ?? "value"] = value;
  } else if (subAttribute === undefined) {
    resource[name] = value;
  } else {
    const parent = resource[name];
    resource[name] = { ...(isObject(parent) ? parent : {}), [subAttribute]: value };
  }
}

function readValue(resource: JsonObject, path: AttributePath): JsonValue | undefined {
  const { name, selector, subAttribute } = path;
  if (selector !== undefined) return findElement(resource, path)?.[subAttribute ?? "value"];
  const value = resource[name];
  if (subAttribute === undefined) return value;
  return isObject(value) ? value[subAttribute] : undefined;
}

function removeValue(resource: JsonObject, path: AttributePath): void {
  const { name, selector, subAttribute } = path;
  if (selector !== undefined) {
    const element = findElement(resource, path);
    if (element === undefined) return;
    delete element[subAttribute ?? "value"];
    const isBare = Object.keys(element).every((key) => ["type", "primary", "display"].includes(key));
    const list = resource[name];
    if (isBare && Array.isArray(list)) resource[name] = list.filter((item) => item !== element);
  } else if (subAttribute === undefined) {
    delete resource[name];
  } else {
    const parent = resource[name];
    if (isObject(parent)) delete parent[subAttribute];
  }
}

function findElement(resource: JsonObject, { name, selector }: AttributePath): JsonObject | undefined {
  const list = resource[name];
  if (!Array.isArray(list) || selector === undefined) return undefined;
  return list.filter(isObject).find((element) => element[selector.attribute] === selector.value);
}

function addElement(resource: JsonObject, { name, selector }: AttributePath): JsonObject {
  const list = resource[name];
  const existing = Array.isArray(list) ? list : [];
  const element: JsonObject = {
    ...(existing.length === 0 ? { primary: true } : {}),
    ...(selector === undefined ? {} : { [selector.attribute]: selector.value }),
  };
  resource[name] = [...existing, element];
  return element;
}

function present(attributes: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
