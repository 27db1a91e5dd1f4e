import { resolveAttributePath } from "../schema/attribute-path.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import type { Dialect } from "../storage/sql/dialect.ts";
import { storedColumns } from "./stored-columns.ts";

/** A sort key as an SQL expression over `resource r`; NULL where the attribute has no value. */
export interface SortKey {
  readonly expression: string;
  readonly descending: boolean;
  /** What the expression gives: integers and numbers are not compared with text in either engine. */
  readonly kind: "text" | "integer" | "number";
  /** False where every resource has a value; the database can then read the order off an index. */
  readonly nullable: boolean;
}

/** A value of a sort key, as a cursor carries it. */
export type SortValue = string | number | null;

/**
 * Resolves `sortBy` (RFC 7644 section 3.4.2.3) for a list of the models' resources. The first model that has the
 * attribute decides. A multi-valued attribute sorts by its primary value, else by its first. Undefined for an
 * attribute that no model has: the RFC lets such a sort be ignored.
 */
export function compileSort(
  dialect: Dialect,
  models: readonly ResourceModel[],
  sortBy: string,
  descending: boolean,
): SortKey | undefined {
  for (const model of models) {
    const key = compileSortOfModel(dialect, model, sortBy, descending);
    if (key !== undefined) return { ...key, nullable: key.nullable || models.length > 1 };
  }
  return undefined;
}

function compileSortOfModel(
  dialect: Dialect,
  model: ResourceModel,
  sortBy: string,
  descending: boolean,
): SortKey | undefined {
  const path = resolveAttributePath(model, sortBy);
  if (path?.attribute === undefined || path.attribute.returned === "never") return undefined;
  const { attribute, extension } = path;
  if (attribute.name === "members" || attribute.name === "groups") {
    throw ScimError.invalidValue(`sortBy cannot be ${attribute.name}.`);
  }
  const leaf = path.subAttribute ?? attribute.subAttributeByName.get("value") ?? attribute;
  const prefix = extension === undefined ? [] : [extension.schema.id];
  const own = leaf === attribute ? [] : [leaf.name];
  if (leaf.type === "complex") throw ScimError.invalidValue(`sortBy must name a sub-attribute of ${sortBy}.`);
  const kind = kindOf(leaf.type);
  if (attribute.multiValued) {
    const value = dialect.elementValue("e");
    const primary = dialect.jsonBoolean(value, ["primary"]);
    const read = readJson(dialect, value, own, leaf.type);
    const from = dialect.jsonElements("r.search", [...prefix, attribute.name], "e");
    const order = attribute.type === "complex" ? ` ORDER BY COALESCE(${primary}, 0) DESC` : "";
    const expression = `(SELECT ${read} FROM ${from}${order} LIMIT 1)`;
    return { expression, descending, kind, nullable: true };
  }
  const keys = [...prefix, attribute.name, ...own];
  const column = storedColumns.get(keys.join("."));
  if (column === undefined) {
    const expression = readJson(dialect, "r.search", keys, leaf.type);
    return { expression, descending, kind, nullable: true };
  }
  const isOurs = attribute.name === "id" || attribute.name === "meta";
  return {
    expression: column,
    descending,
    kind: kind === "number" ? "integer" : kind,
    nullable: !attribute.required && !isOurs,
  };
}

/** Reads a sort key's value from a row or a cursor. Undefined when it cannot be one. */
export function readSortValue(sort: SortKey, value: unknown): SortValue | undefined {
  if (value === null) return sort.nullable ? null : undefined;
  if (sort.kind === "text") {
    // PostgreSQL's text holds no NUL.
    return typeof value === "string" && !value.includes("\0") ? value : undefined;
  }
  const number = typeof value === "number" ? value : Number(value);
  return (sort.kind === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number))
    ? number
    : undefined;
}

/** Dates are compared as milliseconds. */
function kindOf(type: string): SortKey["kind"] {
  if (type === "boolean") return "integer";
  return type === "integer" || type === "decimal" || type === "dateTime" ? "number" : "text";
}

function readJson(dialect: Dialect, source: string, keys: readonly string[], type: string): string {
  if (type === "boolean") return dialect.jsonBoolean(source, keys);
  if (kindOf(type) === "number") return dialect.jsonNumber(source, keys);
  return dialect.jsonText(source, keys);
}
