import { ExpressionError } from "./expression-error.ts";
import { isPlainFunction } from "./expression-functions.ts";
import { type ExpressionNode, parseExpression } from "./parse-expression.ts";
import { findFunction, internalProperty, invalidFunction, invalidProperty } from "./resolve-names.ts";

/**
 * Refuses an expression that names an attribute or a function that does not exist, with Okta's wording.
 * @param known names of attributes and of app settings that the expression may refer to ("any" where they are not known), and whether it may ask
 * for the person's groups
 * @throws {ExpressionError}
 */
export function checkExpression(
  expression: string,
  known: {
    readonly user?: ReadonlySet<string> | "any";
    readonly appuser?: ReadonlySet<string> | "any";
    readonly app?: ReadonlySet<string> | "any";
    readonly groups?: boolean;
  },
): void {
  const visit = (node: ExpressionNode): void => {
    if (node.kind === "property") {
      const names = node.object === "source" ? (known.user ?? known.appuser) : readKnown(node.object, known);
      if (names !== "any" && names?.has(node.name) !== true) throw invalidProperty(expression, node);
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
  if (object === "app") return known.app;
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

const profiles: ReadonlySet<string> = new Set(["user", "appuser", "source"]);

/**
 * Whether an expression's value can't be foreseen from the profiles: it asks for groups, linked people, a directory or the time, or for
 * something that this project does not know and Okta may.
 */
export function asksBeyondProfile(expression: string): boolean {
  if (expression.trim() === "") return false;
  const asks = (node: ExpressionNode): boolean => {
    if (node.kind === "property" && !profiles.has(node.object)) return true;
    if (node.kind !== "call") return listChildren(node).some(asks);
    const isForeseen = node.name === internalProperty || isPlainFunction(node.name);
    return !isForeseen || node.parameters.some(asks);
  };
  try {
    return asks(parseExpression(expression));
  } catch (error) {
    if (error instanceof ExpressionError) return true;
    throw error;
  }
}
