import { type Attribute, defineAttribute } from "../schema/attribute.ts";
import { resolveAttributePath } from "../schema/attribute-path.ts";
import { foldText } from "../schema/fold.ts";
import { parseDateTime } from "../schema/read-value.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import type { ComparisonOperator, FilterLiteral, FilterNode } from "./filter-node.ts";

/** A place in a resource, or in an element of a multi-valued attribute; without keys the element itself. */
export interface Field {
  readonly keys: readonly string[];
  readonly attribute: Attribute;
}

/** A comparison's right side, already folded as the attribute's values are. Dates are milliseconds. */
export type Operand = string | number | boolean;

/** A filter whose names are resolved and whose values have the attribute's type. */
export type BoundFilter =
  | { readonly kind: "and" | "or"; readonly operands: readonly BoundFilter[] }
  | { readonly kind: "not"; readonly operand: BoundFilter }
  | { readonly kind: "never" }
  | {
      readonly kind: "compare";
      readonly field: Field;
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
    }
  | { readonly kind: "present"; readonly field: Field }
  /** Some element of a multi-valued attribute matches. */
  | { readonly kind: "element"; readonly collection: Field; readonly filter: BoundFilter };

type Scope =
  | { readonly kind: "resource"; readonly model: ResourceModel; readonly unknownIsAbsent: boolean }
  | { readonly kind: "element"; readonly parent: Attribute; readonly prefix: readonly string[] };

/**
 * Resolves a parsed filter against a resource type. Throws {@link ScimError} (400 invalidFilter) for attributes
 * the schema lacks, so that a filter that was not understood never answers everybody; with `unknownIsAbsent`
 * (searches over several types, RFC 7644 section 3.4.2.1) such attributes count as having no value.
 */
export function bindFilter(model: ResourceModel, node: FilterNode, unknownIsAbsent = false): BoundFilter {
  return bindNode(node, { kind: "resource", model, unknownIsAbsent });
}

/** Resolves the filter of a PATCH value path against an element of the attribute. */
export function bindElementFilter(parent: Attribute, node: FilterNode): BoundFilter {
  return bindNode(node, { kind: "element", parent, prefix: [] });
}

function bindNode(node: FilterNode, scope: Scope): BoundFilter {
  switch (node.kind) {
    case "and":
    case "or":
      return { kind: node.kind, operands: node.operands.map((operand) => bindNode(operand, scope)) };
    case "not":
      return { kind: "not", operand: bindNode(node.operand, scope) };
    case "valuePath":
      return bindValuePath(node.path, node.filter, scope);
    case "present":
    case "compare":
      return bindCondition(node, scope);
  }
}

function bindValuePath(path: string, filter: FilterNode, scope: Scope): BoundFilter {
  const chain = resolveChain(path, scope);
  if (chain === undefined) return { kind: "never" };
  const leaf = leafOf(chain);
  if (leaf.type !== "complex" && !leaf.multiValued) {
    throw ScimError.invalidFilter(`${path} has no values to filter with brackets.`);
  }
  const keys = keysOf(chain);
  if (!leaf.multiValued) return bindNode(filter, { kind: "element", parent: leaf, prefix: keys });
  const inner = bindNode(filter, { kind: "element", parent: leaf, prefix: [] });
  return { kind: "element", collection: { keys, attribute: leaf }, filter: inner };
}

type Condition = Extract<FilterNode, { kind: "present" | "compare" }>;

function bindCondition(node: Condition, scope: Scope): BoundFilter {
  const chain = resolveChain(node.path, scope);
  if (chain === undefined) return { kind: "never" };
  const keys = keysOf(chain);
  const prefix = scope.kind === "element" ? scope.prefix : [];
  const multiple = chain.findIndex((attribute) => attribute.multiValued);
  const collectionAttribute = chain[multiple];
  if (collectionAttribute === undefined) {
    const leaf = leafOf(chain);
    return bindLeaf(node, { keys: [...prefix, ...keys], attribute: leaf });
  }
  const collection = { keys: [...prefix, ...keys.slice(0, multiple + 1)], attribute: collectionAttribute };
  const rest = chain.slice(multiple + 1);
  const field = { keys: keysOf(rest), attribute: leafOf(chain) };
  if (node.kind === "present" && rest.length === 0) return { kind: "present", field: collection };
  const inner = bindLeaf(node, field);
  const some: BoundFilter = { kind: "element", collection, filter: inner };
  if (node.kind === "present" || node.operator !== "ne") return some;
  // An attribute without any value differs from every value, as it does for single-valued attributes.
  const none: BoundFilter = { kind: "not", operand: { kind: "present", field: collection } };
  return { kind: "or", operands: [some, none] };
}

/** Comparing a complex attribute compares its `value` (RFC 7644 3.4.2.2: `emails co "x"`). */
function bindLeaf(node: Condition, field: Field): BoundFilter {
  if (node.kind === "present") return { kind: "present", field };
  refuseLocation(node.path, field);
  const value = field.attribute.subAttributeByName.get("value");
  if (field.attribute.type === "complex" && value === undefined) {
    throw ScimError.invalidFilter(`${node.path} has parts; name the one to compare.`);
  }
  const target = value === undefined ? field : { keys: [...field.keys, value.name], attribute: value };
  return {
    kind: "compare",
    field: target,
    operator: node.operator,
    operand: readOperand(target.attribute, node.operator, node.value, node.path),
  };
}

/** URIs of this server's resources are made when they are answered; there is nothing stored to compare. */
function refuseLocation(path: string, { attribute, keys }: Field): void {
  const isLocation = keys.join(".") === "meta.location";
  const isReference = attribute.name === "$ref" && attribute.mutability !== "readWrite";
  if (isLocation || isReference) throw ScimError.invalidFilter(`${path} cannot be compared; compare the id.`);
}

const substringOperators: ReadonlySet<string> = new Set(["co", "sw", "ew"]);
const orderings: ReadonlySet<string> = new Set(["gt", "ge", "lt", "le"]);

function readOperand(
  attribute: Attribute,
  operator: ComparisonOperator,
  value: FilterLiteral,
  path: string,
): Operand {
  const refuse = (need: string): never => {
    throw ScimError.invalidFilter(`${path} ${operator} needs ${need}.`);
  };
  if (attribute.type === "boolean") {
    if (operator !== "eq" && operator !== "ne") return refuse("another operator: it is true or false");
    const text = String(value).toLowerCase();
    return text === "true" ? true : text === "false" ? false : refuse("true or false");
  }
  if (attribute.type === "integer" || attribute.type === "decimal") {
    if (substringOperators.has(operator)) return refuse("another operator: it is a number");
    return typeof value === "number" ? value : refuse("a number");
  }
  if (attribute.type === "dateTime") {
    if (substringOperators.has(operator)) return refuse("another operator: it is a date");
    return (
      (typeof value === "string" ? parseDateTime(value) : undefined) ?? refuse("a date in double quotes")
    );
  }
  if (attribute.type === "binary" && orderings.has(operator)) return refuse("another operator: it is binary");
  if (typeof value !== "string") return refuse("text in double quotes");
  return attribute.caseExact || attribute.type === "binary" ? value : foldText(value);
}

/** The attributes along a path, an extension's URN first. Undefined where an unknown one counts as absent. */
function resolveChain(path: string, scope: Scope): readonly Attribute[] | undefined {
  if (scope.kind === "element") {
    const { parent } = scope;
    if (parent.type !== "complex" && path.toLowerCase() === "value") {
      return [{ ...parent, name: "", multiValued: false }];
    }
    const attribute = parent.subAttributeByName.get(path.toLowerCase());
    if (attribute === undefined) throw ScimError.invalidFilter(`${parent.name} has no part named ${path}.`);
    return [attribute];
  }
  const resolved = resolveAttributePath(scope.model, path);
  if (resolved?.attribute === undefined) {
    if (scope.unknownIsAbsent) return undefined;
    throw ScimError.invalidFilter(`${scope.model.type} has no attribute named ${path}.`);
  }
  if (resolved.attribute.returned === "never") {
    throw ScimError.invalidFilter(`${path} cannot be used in a filter.`);
  }
  const container =
    resolved.extension === undefined ? [] : [defineAttribute(resolved.extension.schema.id, "")];
  const sub = resolved.subAttribute === undefined ? [] : [resolved.subAttribute];
  return [...container, resolved.attribute, ...sub];
}

/** The element of a simple multi-valued attribute has no name, and so no key. */
function keysOf(chain: readonly Attribute[]): readonly string[] {
  return chain.map(({ name }) => name).filter((name) => name !== "");
}

function leafOf(chain: readonly Attribute[]): Attribute {
  const leaf = chain.at(-1);
  if (leaf === undefined) throw new TypeError("an attribute path has at least one attribute");
  return leaf;
}
