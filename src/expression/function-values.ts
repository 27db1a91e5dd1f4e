import type { JsonValue } from "../spec/json-value.ts";

/** A function of the language. `call` throws {@link FunctionValueError} for a value that it cannot take. */
export interface ExpressionFunction {
  readonly minParameters: number;
  readonly maxParameters: number;
  readonly call: (parameters: readonly JsonValue[]) => JsonValue;
}

/** A parameter of the wrong kind; the evaluator adds where. */
export class FunctionValueError extends Error {}

/** A function by the number of its parameters. */
export function defineFunction(
  minParameters: number,
  maxParameters: number,
  call: (parameters: readonly JsonValue[]) => JsonValue,
): ExpressionFunction {
  return { minParameters, maxParameters, call };
}

/** A parameter as text; null where it has no value. Throws FunctionValueError for a list or an object. */
export function readText(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "object") throw new FunctionValueError("a text is needed, not a list or an object");
  return String(value);
}
