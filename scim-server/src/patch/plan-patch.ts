import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Attribute } from "../schema/attribute.ts";
import { resolveAttributePath } from "../schema/attribute-path.ts";
import { belongsInDocument, readMemberIds } from "../schema/document.ts";
import { readElement, readSingleValue, readValue } from "../schema/read-value.ts";
import type { ExtensionModel, ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { type PatchPath, parsePatchPath } from "./parse-patch-path.ts";
import type { AttributeTarget, DocumentMutation, MemberMutation, PatchPlan } from "./patch-mutation.ts";

type Operation = "add" | "replace" | "remove";

const maxOperations = 1000;

/**
 * Turns the body of a PATCH (RFC 7644 section 3.5.2) into typed mutations, or throws {@link ScimError}. Nothing of
 * the body but canonical values gets past here. Leniencies, each seen in the field: op names in any case, values
 * without a path, booleans as text, single values wrapped in a list or an object.
 */
export function planPatch(model: ResourceModel, body: JsonValue): PatchPlan {
  const planner = new PatchPlanner(model);
  for (const operation of readOperations(body)) planner.addOperation(operation);
  return { document: planner.document, members: planner.members };
}

function readOperations(body: JsonValue): readonly JsonObject[] {
  const operations = isJsonObject(body) ? readMember(body, "operations") : undefined;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw ScimError.invalidSyntax("A PATCH needs a list of Operations.");
  }
  if (operations.length > maxOperations) {
    throw new ScimError(413, `A PATCH may have ${maxOperations} operations.`);
  }
  return operations.map((operation) => {
    if (!isJsonObject(operation)) throw ScimError.invalidSyntax("Each of the Operations must be an object.");
    return operation;
  });
}

function readMember(object: JsonObject, name: string): JsonValue | undefined {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
}

class PatchPlanner {
  readonly document: DocumentMutation[] = [];
  readonly members: MemberMutation[] = [];
  readonly #model: ResourceModel;

  constructor(model: ResourceModel) {
    this.#model = model;
  }

  addOperation(body: JsonObject): void {
    const name = readMember(body, "op");
    const operation = typeof name === "string" ? name.toLowerCase() : "";
    if (operation !== "add" && operation !== "replace" && operation !== "remove") {
      throw ScimError.invalidSyntax("The op of each operation must be add, replace or remove.");
    }
    const path = readMember(body, "path");
    const value = readMember(body, "value");
    if (path !== undefined && path !== null && typeof path !== "string") {
      throw ScimError.invalidPath("The path of an operation must be text.");
    }
    if (typeof path !== "string" || path.trim() === "") {
      this.#addContainer(operation, undefined, value);
      return;
    }
    const target = parsePatchPath(this.#model, path);
    if (target.attribute === undefined) {
      this.#addContainer(operation, target.extension, value);
      return;
    }
    this.#addAttribute(operation, target, target.attribute, value);
  }

  /** A value for the whole resource or extension: each attribute in it is an operation of its own. */
  #addContainer(
    operation: Operation,
    extension: ExtensionModel | undefined,
    value: JsonValue | undefined,
  ): void {
    if (extension !== undefined && (operation === "remove" || value === null)) {
      this.document.push({ kind: "removeExtension", urn: extension.schema.id });
      return;
    }
    if (operation === "remove") throw ScimError.noTarget("A remove operation needs a path to an attribute.");
    if (!isJsonObject(value))
      throw ScimError.invalidValue(`The ${operation} of a whole resource or extension needs an object.`);
    for (const [key, item] of Object.entries(value)) {
      const path = resolveKey(this.#model, extension === undefined ? key : `${extension.schema.id}:${key}`);
      if (path === undefined) continue;
      if (path.attribute === undefined) {
        this.#addContainer(operation, path.extension, item);
        continue;
      }
      // Okta repeats the id and other readOnly attributes here; they are ignored, unlike in a path.
      if (path.attribute.mutability === "readOnly" || path.attribute.name === "schemas") continue;
      this.#addAttribute(operation, path, path.attribute, item);
    }
  }

  #addAttribute(
    operation: Operation,
    path: PatchPath,
    attribute: Attribute,
    value: JsonValue | undefined,
  ): void {
    if (attribute.name === "members") {
      this.#addMembers(operation, path, attribute, value);
      return;
    }
    const leaf = path.subAttribute ?? attribute;
    if (
      attribute.mutability === "readOnly" ||
      leaf.mutability === "readOnly" ||
      attribute.name === "schemas"
    ) {
      throw ScimError.mutability(`${leaf.name} is read-only.`);
    }
    if (!belongsInDocument(attribute)) {
      if (value === undefined && operation !== "remove") throw needsValue(leaf);
      return;
    }
    const target: AttributeTarget = {
      extension: path.extension?.schema.id,
      attribute,
      filter: path.filter,
      implied: path.implied,
      subAttribute: path.subAttribute,
    };
    if (operation === "remove") {
      this.document.push({ kind: "remove", target, elements: readElements(attribute, path, value) });
      return;
    }
    if (value === undefined) throw needsValue(leaf);
    if (attribute.type === "complex" && !attribute.multiValued && path.subAttribute === undefined) {
      this.#setParts(operation, target, value);
      return;
    }
    this.document.push({ kind: "set", operation, target, value: readPatchValue(target, value) });
  }

  /**
   * The parts of a complex attribute that the value does not name stay (RFC 7644 section 3.5.2.3); those it names
   * with null go (RFC 7643 section 2.5).
   */
  #setParts(operation: "add" | "replace", target: AttributeTarget, value: JsonValue): void {
    const { attribute } = target;
    const parts = unwrap(attribute, value);
    if (!isJsonObject(parts)) {
      this.document.push({ kind: "set", operation, target, value: readPatchValue(target, value) });
      return;
    }
    for (const [key, item] of Object.entries(parts)) {
      const subAttribute = attribute.subAttributeByName.get(key.toLowerCase());
      if (subAttribute === undefined || subAttribute.mutability === "readOnly") continue;
      const part = { ...target, subAttribute };
      this.document.push({ kind: "set", operation, target: part, value: readPatchValue(part, item) });
    }
  }

  #addMembers(
    operation: Operation,
    path: PatchPath,
    attribute: Attribute,
    value: JsonValue | undefined,
  ): void {
    if (path.subAttribute !== undefined) {
      throw ScimError.mutability("The parts of a member cannot change; remove the member and add another.");
    }
    if (operation === "remove") {
      if (path.filter !== undefined) {
        const named = memberNamed(path.implied);
        this.members.push(
          named === undefined
            ? { kind: "removeMatchingMembers", filter: path.filter }
            : { kind: "removeMembers", ids: [named] },
        );
      } else if (value === undefined || value === null) {
        this.members.push({ kind: "replaceMembers", ids: [] });
      } else {
        this.members.push({ kind: "removeMembers", ids: readMemberIds(value) });
      }
      return;
    }
    if (path.filter !== undefined) {
      throw ScimError.invalidPath(`${attribute.name} with a filter can only be removed.`);
    }
    if (value === undefined) throw needsValue(attribute);
    const ids = readMemberIds(value);
    this.members.push({ kind: operation === "add" ? "addMembers" : "replaceMembers", ids });
  }
}

/** A key of a value without a path. Entra writes whole paths there: `emails[type eq "work"].value`. */
function resolveKey(model: ResourceModel, key: string): PatchPath | undefined {
  const bracket = key.indexOf("[");
  const resolved = resolveAttributePath(model, (bracket === -1 ? key : key.slice(0, bracket)).trim());
  if (resolved === undefined || bracket === -1) {
    return resolved && { ...resolved, filter: undefined, implied: undefined };
  }
  return parsePatchPath(model, key);
}

/** The id in Okta's `members[value eq "…"]`, which needs no search. */
function memberNamed(implied: PatchPath["implied"]): string | undefined {
  const keys = implied === undefined ? [] : Object.keys(implied);
  const value = implied?.["value"];
  return keys.length === 1 && typeof value === "string" ? value : undefined;
}

function needsValue(attribute: Attribute): ScimError {
  return ScimError.invalidValue(`The operation on ${attribute.name} needs a value.`);
}

function readElements(
  attribute: Attribute,
  path: PatchPath,
  value: JsonValue | undefined,
): readonly JsonValue[] | undefined {
  const namesElements = attribute.multiValued && path.filter === undefined && path.subAttribute === undefined;
  if (!namesElements || value === undefined || value === null) return undefined;
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => readElement(attribute, item, attribute.name) ?? []);
}

/** Older Entra clients wrap a single value as `[{"value": x}]`. */
function unwrap(attribute: Attribute, value: JsonValue): JsonValue {
  if (attribute.multiValued) return value;
  const [only, ...more] = Array.isArray(value) ? value : [value];
  if (only === undefined || more.length > 0) return value;
  if (attribute.type === "complex" || !isJsonObject(only)) return only;
  return only["value"] ?? value;
}

function readPatchValue(target: AttributeTarget, value: JsonValue): JsonValue | undefined {
  const { attribute, subAttribute } = target;
  if (subAttribute !== undefined) {
    return readValue(subAttribute, unwrap(subAttribute, value), `${attribute.name}.${subAttribute.name}`);
  }
  if (target.filter === undefined) return readValue(attribute, unwrap(attribute, value), attribute.name);
  const element = unwrap({ ...attribute, multiValued: false }, value);
  return readSingleValue(attribute, element, attribute.name);
}
