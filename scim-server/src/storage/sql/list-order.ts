import { readSortValue, type SortKey } from "../../filter/compile-sort.ts";
import type { ListPosition, ListQuery } from "../storage.ts";
import type { SqlFragment, SqlValue } from "./dialect.ts";
import { resourceColumnCount } from "./resource-row.ts";
import { integerAt, type Tuple } from "./sql-engine.ts";

/** How a page of `resource r` is ordered, and where it begins. */
export interface ListOrder {
  /** What follows ORDER BY. The ordinal comes last and makes the order total. */
  readonly order: string;
  /** The condition that continues after a position, with its AND; empty without one. */
  readonly after: SqlFragment;
  /** A further column for {@link positionOf}, with its comma. */
  readonly sortColumn: string;
}

const nothing: SqlFragment = { text: "", parameters: [] };

/**
 * Compiles a list's order. Resources without the attribute come last in ascending and first in descending order
 * (RFC 7644 section 3.4.2.3). Equal ones come in the order of creation, or against it in a descending list, so that
 * one comparison of rows continues a page, by index where the sort key has one.
 */
export function compileOrder({ sort, after }: Pick<ListQuery, "sort" | "after">): ListOrder {
  if (sort === undefined) {
    const text = after === undefined ? nothing : fragment(" AND r.ordinal > ?", after.ordinal);
    return { order: "r.ordinal", after: text, sortColumn: "" };
  }
  const { expression } = sort;
  const direction = sort.descending ? " DESC" : "";
  const absent = `CASE WHEN ${expression} IS NULL THEN 1 ELSE 0 END`;
  const keys = [...(sort.nullable ? [absent] : []), expression, "r.ordinal"];
  return {
    order: keys.map((key) => key + direction).join(", "),
    after: after === undefined ? nothing : compileAfter(sort, absent, after),
    sortColumn: `, ${expression} AS sort_value`,
  };
}

function compileAfter(sort: SortKey, absent: string, { ordinal, sortValue }: ListPosition): SqlFragment {
  const { expression, descending } = sort;
  const beyond = descending ? "<" : ">";
  // Cast, because PostgreSQL otherwise gives a parameter the column's own type, which may be smaller.
  const value = sort.kind === "integer" ? "CAST(? AS BIGINT)" : "?";
  if (!sort.nullable) {
    return fragment(` AND (${expression}, r.ordinal) ${beyond} (${value}, ?)`, sortValue, ordinal);
  }
  if (sortValue !== null) {
    const row = `(${absent}, ${expression}, r.ordinal)`;
    return fragment(` AND ${row} ${beyond} (0, ${value}, ?)`, sortValue, ordinal);
  }
  return descending
    ? fragment(` AND (${expression} IS NOT NULL OR r.ordinal < ?)`, ordinal)
    : fragment(` AND (${expression} IS NULL AND r.ordinal > ?)`, ordinal);
}

function fragment(text: string, ...parameters: readonly SqlValue[]): SqlFragment {
  return { text, parameters };
}

/** The position of a row: {@link resourceColumns}, then `sortColumn`. */
export function positionOf(sort: SortKey | undefined, tuple: Tuple | undefined): ListPosition | undefined {
  if (tuple === undefined) return undefined;
  const sortValue = sort === undefined ? null : (readSortValue(sort, tuple[resourceColumnCount]) ?? null);
  return { ordinal: integerAt(tuple, 0), sortValue };
}
