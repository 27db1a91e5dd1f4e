import { evaluateFilter } from "../filter/evaluate-filter.ts";
import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Attribute } from "../schema/attribute.ts";
import { completeDocument, type Document } from "../schema/document.ts";
import { foldValue } from "../schema/fold.ts";
import { isPrimary, orderBySchema } from "../schema/read-value.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import type { AttributeTarget, DocumentMutation } from "./patch-mutation.ts";

/**
 * Applies mutations to a document and answers the changed one; the given one stays as it is. Throws
 * {@link ScimError}: 400 noTarget when a replaced element does not exist, mutability when a required attribute
 * would go. A person whose `active` is removed has none, as removal means, and is found and counted as inactive.
 */
export function applyPatch(
  model: ResourceModel,
  document: Document,
  mutations: readonly DocumentMutation[],
): Document {
  const changed: Document = cloneJson(document);
  for (const mutation of mutations) {
    if (mutation.kind === "removeExtension") {
      delete changed[mutation.urn];
      continue;
    }
    const container = containerOf(changed, mutation.target.extension);
    if (mutation.kind === "set") applySet(container, mutation.operation, mutation.target, mutation.value);
    else applyRemove(container, mutation.target, mutation.elements);
  }
  return completeDocument(model, changed);
}

function containerOf(document: Document, extension: string | undefined): JsonObject {
  if (extension === undefined) return document;
  const content = document[extension];
  if (isJsonObject(content)) return content;
  const created: JsonObject = {};
  document[extension] = created;
  return created;
}

function refuseRemoval(attribute: Attribute): void {
  if (attribute.required) throw ScimError.mutability(`${attribute.name} is required and cannot be removed.`);
}

function unassign(container: JsonObject, attribute: Attribute): void {
  refuseRemoval(attribute);
  delete container[attribute.name];
}

function assign(container: JsonObject, attribute: Attribute, items: readonly JsonValue[]): void {
  if (items.length === 0) unassign(container, attribute);
  else container[attribute.name] = [...items];
}

function itemsOf(container: JsonObject, attribute: Attribute): readonly JsonValue[] {
  const items = container[attribute.name];
  return Array.isArray(items) ? items : [];
}

function applySet(
  container: JsonObject,
  operation: "add" | "replace",
  target: AttributeTarget,
  value: JsonValue | undefined,
): void {
  const { attribute, subAttribute } = target;
  if (attribute.multiValued) {
    if (target.filter !== undefined || subAttribute !== undefined) {
      setInElements(container, operation, target, value);
      return;
    }
    const added = Array.isArray(value) ? value : [];
    const merged =
      operation === "replace" ? added : addItems(attribute, itemsOf(container, attribute), added);
    assign(container, attribute, merged);
    return;
  }
  if (subAttribute !== undefined) {
    const current = container[attribute.name];
    const object: JsonObject = isJsonObject(current) ? { ...current } : {};
    setObject(container, attribute, setPart(object, subAttribute, value));
    return;
  }
  if (value === undefined) {
    unassign(container, attribute);
    return;
  }
  container[attribute.name] = value;
}

function setPart(object: JsonObject, subAttribute: Attribute, value: JsonValue | undefined): JsonObject {
  if (value !== undefined) return { ...object, [subAttribute.name]: value };
  const { [subAttribute.name]: _removed, ...rest } = object;
  return rest;
}

function setObject(container: JsonObject, attribute: Attribute, object: JsonObject): void {
  const ordered = orderBySchema(attribute.subAttributes, object);
  if (ordered === undefined) unassign(container, attribute);
  else container[attribute.name] = ordered;
}

function setInElements(
  container: JsonObject,
  operation: "add" | "replace",
  target: AttributeTarget,
  value: JsonValue | undefined,
): void {
  const { attribute, subAttribute, filter } = target;
  const items = itemsOf(container, attribute);
  const selected = items.map(
    (item) => filter === undefined || evaluateFilter(filter, foldValue(attribute, item)),
  );
  if (!selected.includes(true)) {
    const created = operation === "add" || filter === undefined ? createElement(target, value) : undefined;
    if (created === undefined)
      throw ScimError.noTarget(`No value of ${attribute.name} matches the path's filter.`);
    assign(container, attribute, addItems(attribute, items, [created]));
    return;
  }
  const change = (item: JsonValue): JsonValue | undefined => {
    if (subAttribute === undefined) {
      const merges = operation === "add" && isJsonObject(item) && isJsonObject(value);
      return merges ? orderBySchema(attribute.subAttributes, { ...item, ...value }) : value;
    }
    const object = isJsonObject(item) ? item : {};
    return orderBySchema(attribute.subAttributes, setPart(object, subAttribute, value));
  };
  const changed = items.map((item, index) => (selected[index] === true ? change(item) : item));
  const newPrimary = changed.findIndex((item, index) => isPrimary(item) && !isPrimary(items[index]));
  const unique = changed.map((item, index) =>
    newPrimary === -1 || index === newPrimary ? item : demote(item),
  );
  assign(
    container,
    attribute,
    unique.filter((item) => item !== undefined),
  );
}

function createElement(target: AttributeTarget, value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || (target.filter !== undefined && target.implied === undefined)) return undefined;
  const { attribute, subAttribute, implied } = target;
  if (subAttribute !== undefined) {
    return orderBySchema(attribute.subAttributes, { ...implied, [subAttribute.name]: value });
  }
  return isJsonObject(value) ? orderBySchema(attribute.subAttributes, { ...implied, ...value }) : value;
}

/** At most one element is primary: a new one takes it from the old (RFC 7644 section 3.5.2). */
function demote(item: JsonValue): JsonValue;
function demote(item: JsonValue | undefined): JsonValue | undefined;
function demote(item: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(item) && isPrimary(item) ? { ...item, primary: false } : item;
}

/** Appends what is not there yet. An element with the same value and type is the same one: it is merged. */
function addItems(
  attribute: Attribute,
  items: readonly JsonValue[],
  added: readonly JsonValue[],
): readonly JsonValue[] {
  let merged = [...items];
  for (const item of added) {
    const index = merged.findIndex((existing) => isSameElement(attribute, existing, item));
    const existing = merged[index];
    const result =
      existing !== undefined && isJsonObject(existing) && isJsonObject(item)
        ? (orderBySchema(attribute.subAttributes, { ...existing, ...item }) ?? item)
        : item;
    if (isPrimary(item)) merged = merged.map((other) => demote(other));
    if (index === -1) merged.push(result);
    else merged[index] = result;
  }
  return merged;
}

/** Compared as the schema compares: addresses that differ in case alone are one address. */
function isSameElement(attribute: Attribute, present: JsonValue, named: JsonValue): boolean {
  const [left, right] = [foldValue(attribute, present), foldValue(attribute, named)];
  if (!isJsonObject(left) || !isJsonObject(right)) return left === right;
  if (left["value"] === undefined) return JSON.stringify(left) === JSON.stringify(right);
  return left["value"] === right["value"] && (right["type"] === undefined || left["type"] === right["type"]);
}

function applyRemove(
  container: JsonObject,
  target: AttributeTarget,
  elements: readonly JsonValue[] | undefined,
): void {
  const { attribute, subAttribute, filter } = target;
  if (subAttribute === undefined && filter === undefined && elements === undefined) {
    unassign(container, attribute);
    return;
  }
  if (!attribute.multiValued) {
    const current = container[attribute.name];
    if (subAttribute === undefined || !isJsonObject(current)) return;
    setObject(container, attribute, setPart(current, subAttribute, undefined));
    return;
  }
  const items = itemsOf(container, attribute);
  const isSelected = (item: JsonValue): boolean => {
    if (filter !== undefined) return evaluateFilter(filter, foldValue(attribute, item));
    return elements === undefined || elements.some((element) => isSameElement(attribute, item, element));
  };
  const kept = items.flatMap((item): readonly JsonValue[] => {
    if (!isSelected(item)) return [item];
    if (subAttribute === undefined || !isJsonObject(item)) return [];
    const rest = orderBySchema(attribute.subAttributes, setPart(item, subAttribute, undefined));
    return rest === undefined ? [] : [rest];
  });
  assign(container, attribute, kept);
}
