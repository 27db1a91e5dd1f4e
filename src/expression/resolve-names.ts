import { ExpressionError } from "./expression-error.ts";
import { type ExpressionFunction, expressionFunctions } from "./expression-functions.ts";
import type { ExpressionNode } from "./parse-expression.ts";

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

/** The function that a call names. Throws {@link ExpressionError} when there is none, or not with that many parameters. */
export function findFunction(expression: string, node: CallNode): ExpressionFunction {
  const found = expressionFunctions.get(node.name);
  const shortName = node.name.slice(node.name.lastIndexOf(".") + 1);
  const count = node.parameters.length;
  if (found === undefined) {
    throw new ExpressionError(
      "EXPRESSION_FUNCTION",
      `Invalid function name ${shortName} in expression ${expression}`,
      expression,
      node.position,
    );
  }
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
