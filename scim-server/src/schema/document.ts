import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";
import type { Attribute } from "./attribute.ts";
import { distinctElements } from "./distinct-elements.ts";
import { orderBySchema, readValue } from "./read-value.ts";
import type { ResourceModel } from "./resource-model.ts";

/**
 * A resource's own attributes in canonical form: names as the schema spells them, extensions under their URN.
 * It has neither `schemas`, `id`, `meta`, nor the relations `members` and `groups`, nor a password.
 */
export type Document = JsonObject;

/** What a client sent for a resource: its document, and the ids of its members if it named any. */
export interface ResourceInput {
  readonly document: Document;
  readonly memberIds: readonly string[];
}

/** Attributes kept outside the document: what the server makes, and relations kept as rows. */
const outsideDocument = new Set(["schemas", "id", "meta", "members", "groups"]);

/** Whether a client's value of the attribute goes into the document. readOnly ones are ignored (RFC 7644 3.3). */
export function belongsInDocument(attribute: Attribute): boolean {
  return (
    !outsideDocument.has(attribute.name) &&
    attribute.mutability !== "readOnly" &&
    attribute.mutability !== "writeOnly"
  );
}

/**
 * Reads the body of a POST or PUT. Unknown attributes are ignored, as are readOnly ones; a password is dropped. What the
 * body says nothing of is as `defaults` have it. Throws {@link ScimError} for bodies the schema does not allow.
 */
export function readResource(model: ResourceModel, body: JsonValue, defaults: Document = {}): ResourceInput {
  if (!isJsonObject(body)) throw ScimError.invalidSyntax("The request body must be a JSON object.");
  const document: Document = { ...defaults };
  let memberIds: readonly string[] = [];
  for (const [key, value] of Object.entries(body)) {
    const attribute = model.attributes.get(key.toLowerCase());
    if (attribute?.name === "schemas") checkSchemas(model, value);
    if (attribute?.name === "members") memberIds = readMemberIds(value);
    if (attribute !== undefined && belongsInDocument(attribute)) {
      const read = readValue(attribute, value, attribute.name);
      if (read !== undefined) document[attribute.name] = read;
    }
    const extension = model.extensionByUrn.get(key.toLowerCase());
    if (extension !== undefined) {
      const read = readExtension(extension.attributes, value, extension.schema.id);
      if (read !== undefined) document[extension.schema.id] = read;
    }
  }
  return { document: completeDocument(model, document), memberIds };
}

/** Reads an extension's object. Undefined when nothing in it is assigned. */
function readExtension(
  attributes: ReadonlyMap<string, Attribute>,
  value: JsonValue,
  urn: string,
): JsonObject | undefined {
  if (value === null) return undefined;
  if (!isJsonObject(value)) throw ScimError.invalidValue(`${urn} must be an object.`);
  const read: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const attribute = attributes.get(key.toLowerCase());
    if (attribute === undefined || !belongsInDocument(attribute)) continue;
    const itemValue = readValue(attribute, item, attribute.name);
    if (itemValue !== undefined) read[attribute.name] = itemValue;
  }
  return orderBySchema(attributes.values(), read);
}

/** Reads `members` as ids. Clients send objects with `value`, or bare ids. */
export function readMemberIds(value: JsonValue): readonly string[] {
  if (value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  const ids = items.map((item) => {
    const id = isJsonObject(item)
      ? Object.entries(item).find(([key]) => key.toLowerCase() === "value")?.[1]
      : item;
    if (typeof id !== "string" || id === "")
      throw ScimError.invalidValue("A member needs its id as `value`.");
    return id;
  });
  return [...new Set(ids)];
}

/**
 * Brings a document into the schema's order, each of an attribute's values there once, and checks what must be there.
 * Throws 400 invalidValue.
 */
export function completeDocument(model: ResourceModel, document: Document): Document {
  const ordered: Document = arrange(model.attributes, document);
  for (const { schema, attributes } of model.extensions) {
    const content = document[schema.id];
    const complete = isJsonObject(content) ? arrange(attributes, content) : {};
    if (Object.keys(complete).length > 0) ordered[schema.id] = complete;
  }
  for (const attribute of model.attributes.values()) {
    if (!attribute.required) continue;
    const value = ordered[attribute.name];
    if (typeof value === "string" ? value.trim() === "" : value === undefined) {
      throw ScimError.invalidValue(`${attribute.name} is required.`);
    }
  }
  return ordered;
}

function arrange(attributes: ReadonlyMap<string, Attribute>, object: JsonObject): JsonObject {
  const arranged: JsonObject = {};
  for (const attribute of attributes.values()) {
    const value = object[attribute.name];
    if (value === undefined) continue;
    arranged[attribute.name] = Array.isArray(value) ? distinctElements(attribute, value) : value;
  }
  return arranged;
}

/** The URNs of `schemas` for a document: the core schema, and each extension with content. */
export function schemasOf(model: ResourceModel, document: Document): string[] {
  const used = model.extensions.filter(({ schema }) => document[schema.id] !== undefined);
  return [model.schema.id, ...used.map(({ schema }) => schema.id)];
}

function checkSchemas(model: ResourceModel, value: JsonValue): void {
  if (value === null) return;
  const urns = Array.isArray(value) ? value : [value];
  if (!urns.every((urn) => typeof urn === "string")) {
    throw ScimError.invalidValue("schemas must be a list of URNs.");
  }
  const core = model.schema.id.toLowerCase();
  if (!urns.some((urn) => typeof urn === "string" && urn.toLowerCase() === core)) {
    throw ScimError.invalidValue(`schemas must name ${model.schema.id}.`);
  }
}
