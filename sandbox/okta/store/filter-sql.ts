import type { FilterNode } from "./filter.ts";
import type { SqlValue } from "./sql.ts";

/** A WHERE condition with its values. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Where an attribute of a filter is stored: an SQL expression, or a table of related objects, one of which has to match. */
export type ResolveAttribute = (attribute: string) => string | RelatedObjects | undefined;

/** Objects that a filter asks about by their id: `exists` is a subquery up to its WHERE, `column` what is compared. */
export interface RelatedObjects {
  readonly exists: string;
  readonly column: string;
}

/** An attribute that cannot be searched by. */
export class UnknownFilterAttributeError extends Error {
  readonly code = "SANDBOX_FILTER_ATTRIBUTE";
  readonly remedy = "Filter by an attribute that the endpoint documents.";
  readonly attribute: string;

  constructor(attribute: string) {
    super(`Invalid search criteria: attribute ${attribute}.`);
    this.name = "UnknownFilterAttributeError";
    this.attribute = attribute;
  }
}

/** Compiles a filter. Throws UnknownFilterAttributeError for an attribute that `resolve` does not know. */
export function compileFilter(node: FilterNode, resolve: ResolveAttribute): SqlCondition {
  switch (node.kind) {
    case "and":
    case "or": {
      const left = compileFilter(node.left, resolve);
      const right = compileFilter(node.right, resolve);
      return {
        sql: `(${left.sql} ${node.kind === "and" ? "AND" : "OR"} ${right.sql})`,
        values: [...left.values, ...right.values],
      };
    }
    case "not": {
      const inner = compileFilter(node.inner, resolve);
      return { sql: `NOT (${inner.sql})`, values: inner.values };
    }
    case "compare": {
      const column = resolve(node.attribute);
      if (column === undefined) throw new UnknownFilterAttributeError(node.attribute);
      if (typeof column === "string") return compileComparison(column, node.operator, node.value);
      const related = compileComparison(column.column, node.operator, node.value);
      return { sql: `EXISTS (${column.exists} AND ${related.sql})`, values: related.values };
    }
  }
}

function compileComparison(
  column: string,
  operator: string,
  value: string | number | boolean | null,
): SqlCondition {
  if (operator === "pr") return { sql: `${column} IS NOT NULL`, values: [] };
  if (value === null) return { sql: `${column} IS ${operator === "ne" ? "NOT " : ""}NULL`, values: [] };
  const bound = typeof value === "boolean" ? Number(value) : value;
  const pattern = String(value).replaceAll(/[\\%_]/g, "\\$&");
  switch (operator) {
    case "sw":
      return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`${pattern}%`] };
    case "ew":
      return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%${pattern}`] };
    case "co":
      return { sql: `${column} LIKE ? ESCAPE '\\'`, values: [`%${pattern}%`] };
    case "ne":
      return { sql: `(${column} IS NULL OR ${column} <> ? COLLATE NOCASE)`, values: [bound] };
    case "eq":
      return { sql: `${column} = ? COLLATE NOCASE`, values: [bound] };
    default:
      return { sql: `${column} ${ORDERINGS[operator] ?? "="} ?`, values: [normalizeTime(bound)] };
  }
}

/** Times are stored with milliseconds in UTC and compared as text: another way to write one is brought into that form. */
function normalizeTime(value: string | number): string | number {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return value;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : time.toISOString();
}

const ORDERINGS: Readonly<Record<string, string>> = { gt: ">", ge: ">=", lt: "<", le: "<=" };
