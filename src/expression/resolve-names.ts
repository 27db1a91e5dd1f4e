import { ExpressionError } from "./expression-error.ts";
import { expressionFunctions } from "./expression-functions.ts";
import type { ExpressionNode } from "./parse-expression.ts";
import { type PersonFunction, personFunctions } from "./person-functions.ts";

/** The one method that an expression may call on a person. */
export const internalProperty = "user.getInternalProperty";

export type CallNode = Extract<ExpressionNode, { kind: "call" }>;
export type PropertyNode = Extract<ExpressionNode, { kind: "property" }>;

/** The refusal of an attribute that a profile does not have, in Okta's words. */
export function invalidProperty(expression: string, node: PropertyNode): ExpressionError {
  const path = `${node.object}.${node.name}`;
  return new ExpressionError(
    "EXPRESSION_PROPERTY",
    `Invalid property ${node.name} in expression ${path}`,
    expression,
    node.position,
  );
}

/** The names of all functions, for whoever looks for the one that was meant. */
export function listFunctionNames(): string[] {
  return [...personFunctions.keys(), ...expressionFunctions.keys()];
}

/** A function of its parameters alone. */
function findPlainFunction(name: string): PersonFunction | undefined {
  const plain = expressionFunctions.get(name);
  if (plain === undefined) return undefined;
  return { ...plain, isAboutGroups: false, call: (_lookups, parameters) => plain.call(parameters) };
}

/** The refusal of a function that does not exist, or not in this place. */
export function invalidFunction(expression: string, node: CallNode): ExpressionError {
  const shortName = node.name.slice(node.name.lastIndexOf(".") + 1);
  return new ExpressionError(
    "EXPRESSION_FUNCTION",
    `Invalid function name ${shortName} in expression ${expression}`,
    expression,
    node.position,
  );
}

/** The function that a call names. Throws {@link ExpressionError} when there is none, or not with that many parameters. */
export function findFunction(expression: string, node: CallNode): PersonFunction {
  const found = personFunctions.get(node.name) ?? findPlainFunction(node.name);
  const count = node.parameters.length;
  if (found === undefined) throw invalidFunction(expression, node);
  if (count < found.minParameters || count > found.maxParameters) {
    throw new ExpressionError(
      "EXPRESSION_FUNCTION",
      `Invalid number of parameters (${count}) for function ${node.name} in expression ${expression}`,
      expression,
      node.position,
    );
  }
  return found;
}
