import { isJsonObject, type JsonValue } from "../json.ts";
import type { BoundFilter, Field, Operand } from "./bind-filter.ts";
import type { ComparisonOperator } from "./filter-node.ts";

/**
 * Whether a folded value (see `schema/fold.ts`) matches a filter: the semantics that `compile-filter.ts` gives to
 * the database, as a predicate for PATCH value paths.
 */
export function evaluateFilter(filter: BoundFilter, value: JsonValue): boolean {
  switch (filter.kind) {
    case "and":
      return filter.operands.every((operand) => evaluateFilter(operand, value));
    case "or":
      return filter.operands.some((operand) => evaluateFilter(operand, value));
    case "not":
      return !evaluateFilter(filter.operand, value);
    case "never":
      return false;
    case "present":
      return isPresent(readField(filter.field, value));
    case "element": {
      const items = readField(filter.collection, value);
      return Array.isArray(items) && items.some((item) => evaluateFilter(filter.filter, item));
    }
    case "compare":
      return compare(readField(filter.field, value), filter.operator, filter.operand);
  }
}

function readField(field: Field, value: JsonValue): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of field.keys) {
    current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
  }
  return current;
}

function isPresent(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  return !Array.isArray(value) || value.length > 0;
}

function compare(value: JsonValue | undefined, operator: ComparisonOperator, operand: Operand): boolean {
  if (typeof value !== typeof operand) return operator === "ne";
  if (operator === "eq") return value === operand;
  if (operator === "ne") return value !== operand;
  if (typeof value === "string" && typeof operand === "string") {
    if (operator === "co") return value.includes(operand);
    if (operator === "sw") return value.startsWith(operand);
    if (operator === "ew") return value.endsWith(operand);
    return isOrdered(Buffer.compare(Buffer.from(value), Buffer.from(operand)), operator);
  }
  if (typeof value !== "number" || typeof operand !== "number") return false;
  return isOrdered(value - operand, operator);
}

function isOrdered(difference: number, operator: ComparisonOperator): boolean {
  switch (operator) {
    case "gt":
      return difference > 0;
    case "ge":
      return difference >= 0;
    case "lt":
      return difference < 0;
    case "le":
      return difference <= 0;
    default:
      return false;
  }
}
