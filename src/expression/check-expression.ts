import { ExpressionError } from "./expression-error.ts";
import { type ExpressionNode, parseExpression } from "./parse-expression.ts";
import { personFunctions } from "./person-functions.ts";
import { findFunction, internalProperty, invalidFunction, invalidProperty } from "./resolve-names.ts";

/**
 * Refuses an expression that names an attribute or a function that does not exist, with Okta's wording.
 * @param known attribute names of the profiles that the expression may refer to, and whether it may ask for the person's groups
 * @throws {ExpressionError}
 */
export function checkExpression(
  expression: string,
  known: {
    readonly user?: ReadonlySet<string>;
    readonly appuser?: ReadonlySet<string>;
    readonly groups?: boolean;
  },
): void {
  const visit = (node: ExpressionNode): void => {
    if (node.kind === "property") {
      const names = node.object === "source" ? (known.user ?? known.appuser) : readKnown(node.object, known);
      if (names?.has(node.name) !== true) throw invalidProperty(expression, node);
    }
    if (node.kind === "call") {
      const found = node.name === internalProperty ? undefined : findFunction(expression, node);
      if (found?.isAboutGroups === true && known.groups !== true) throw invalidFunction(expression, node);
      node.parameters.forEach(visit);
    }
    listChildren(node).forEach(visit);
  };
  visit(parseExpression(expression));
}

function readKnown(object: string, known: Parameters<typeof checkExpression>[1]) {
  if (object === "user") return known.user;
  return object === "appuser" ? known.appuser : undefined;
}

function listChildren(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.kind === "array") return node.items;
  if (node.kind === "member") return [node.target];
  if (node.kind === "not" || node.kind === "negate") return [node.operand];
  if (node.kind === "binary") return [node.left, node.right];
  if (node.kind === "conditional") return [node.condition, node.whenTrue, node.whenFalse];
  return [];
}

/**
 * Whether an expression's value depends on more than the profiles: groups, linked people or the time. False for one that cannot be
 * read.
 */
export function asksBeyondProfile(expression: string): boolean {
  let asks = false;
  const visit = (node: ExpressionNode): void => {
    if (node.kind === "call") {
      asks ||= personFunctions.has(node.name);
      node.parameters.forEach(visit);
    }
    listChildren(node).forEach(visit);
  };
  try {
    visit(parseExpression(expression));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
  }
  return asks;
}
