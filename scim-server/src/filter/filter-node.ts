/** The comparison operators of RFC 7644 section 3.4.2.2. */
export type ComparisonOperator = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";

export type FilterLiteral = string | number | boolean;

/**
 * A filter as parsed: names are text still, see `bind-filter.ts` for what the schema makes of them. There is no null:
 * to equal it is to have no value (RFC 7643 section 2.5), which is what `not` and `pr` say.
 */
export type FilterNode =
  | { readonly kind: "and" | "or"; readonly operands: readonly FilterNode[] }
  | { readonly kind: "not"; readonly operand: FilterNode }
  | {
      readonly kind: "compare";
      readonly path: string;
      readonly operator: ComparisonOperator;
      readonly value: FilterLiteral;
    }
  | { readonly kind: "present"; readonly path: string }
  | { readonly kind: "valuePath"; readonly path: string; readonly filter: FilterNode };

/** Bounds on a filter, so that no request can make the server work without limit. */
export interface FilterLimits {
  readonly maxLength: number;
  readonly maxTerms: number;
  readonly maxDepth: number;
}

export const queryFilterLimits: FilterLimits = { maxLength: 4096, maxTerms: 50, maxDepth: 20 };
export const searchFilterLimits: FilterLimits = { maxLength: 32_768, maxTerms: 50, maxDepth: 20 };
