import type { JsonValue } from "../spec/json-value.ts";
import { ExpressionError } from "./expression-error.ts";
import { FunctionValueError } from "./function-values.ts";
import { type BinaryOperator, type ExpressionNode, parseExpression } from "./parse-expression.ts";
import type { PersonLookups } from "./person-functions.ts";
import {
  type CallNode,
  findFunction,
  internalProperty,
  invalidProperty,
  type PropertyNode,
} from "./resolve-names.ts";

/** A person's or an account's attributes, by variable name. */
export type Profile = Readonly<Record<string, JsonValue>>;

/** What an expression may refer to. `source` in an expression means `user`, or `appuser` where there is no user. */
export interface ExpressionScope {
  readonly user?: Profile;
  readonly appuser?: Profile;
  /** What `user.getInternalProperty("id")` and the like read. */
  readonly internal?: Profile;
  /** What functions about the person's groups, linked people and the time ask. */
  readonly lookups?: PersonLookups;
}

const parsed = new Map<string, ExpressionNode>();
const parsedLimit = 1000;

/**
 * The value of an expression. An attribute that the profile does not have is null.
 * @throws {ExpressionError} when the expression is not valid or cannot be evaluated for these profiles
 */
export function evaluateExpression(expression: string, scope: ExpressionScope): JsonValue {
  return new Evaluator(expression, scope).evaluate(parseCached(expression));
}

/**
 * Fills a user name template such as `${source.login}` or `${fn:substringBefore(source.login, "@")}`; text outside of
 * `${…}` stays. A template without `${…}` is one expression. Null gives an empty text.
 */
export function evaluateTemplate(template: string, scope: ExpressionScope): string {
  if (!template.includes("${") && template !== "") return String(evaluateExpression(template, scope) ?? "");
  return template.replaceAll(/\$\{(?:fn:)?([^}]*)\}/g, (_, expression: string) => {
    const value = evaluateExpression(expression, scope);
    return value === null ? "" : String(value);
  });
}

class Evaluator {
  readonly #expression: string;
  readonly #scope: ExpressionScope;

  constructor(expression: string, scope: ExpressionScope) {
    this.#expression = expression;
    this.#scope = scope;
  }

  evaluate(node: ExpressionNode): JsonValue {
    switch (node.kind) {
      case "literal":
        return node.value;
      case "array":
        return node.items.map((item) => this.evaluate(item));
      case "property":
        return this.#readProperty(node);
      case "call":
        return this.#call(node);
      case "member":
        return this.#readMember(node.target, node.name);
      case "not":
        return !this.#readBoolean(node.operand);
      case "negate":
        return -this.#readNumber(node.operand);
      case "conditional":
        return this.evaluate(this.#readBoolean(node.condition) ? node.whenTrue : node.whenFalse);
      case "binary":
        return this.#combine(node.operator, node.left, node.right);
    }
  }

  #readProperty(node: PropertyNode): JsonValue {
    const { user, appuser } = this.#scope;
    const profiles: Readonly<Record<string, Profile | undefined>> = {
      user,
      appuser,
      source: user ?? appuser,
      app: node.object === "app" ? this.#scope.lookups?.app?.() : undefined,
    };
    const profile = Object.hasOwn(profiles, node.object) ? profiles[node.object] : undefined;
    if (profile === undefined) throw invalidProperty(this.#expression, node);
    return Object.hasOwn(profile, node.name) ? (profile[node.name] ?? null) : null;
  }

  #call(node: CallNode): JsonValue {
    if (node.name === internalProperty) return this.#readInternal(node);
    const found = findFunction(this.#expression, node);
    const parameters = node.parameters.map((parameter) => this.evaluate(parameter));
    try {
      return found.call(this.#scope.lookups ?? {}, parameters);
    } catch (cause) {
      if (cause instanceof FunctionValueError) throw this.#fail(node, `${node.name}: ${cause.message}`);
      throw cause;
    }
  }

  #readInternal(node: CallNode): JsonValue {
    const [parameter] = node.parameters;
    const name = parameter === undefined ? null : this.evaluate(parameter);
    const internal = this.#scope.internal;
    if (typeof name !== "string" || internal === undefined || !Object.hasOwn(internal, name)) {
      throw this.#fail(node, `there is no internal property ${JSON.stringify(name)}`);
    }
    return internal[name] ?? null;
  }

  #readMember(target: ExpressionNode, name: string): JsonValue {
    const object = this.evaluate(target);
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      throw this.#fail(target, `there is no property ${name} of ${JSON.stringify(object)}`);
    }
    return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
  }

  #combine(operator: BinaryOperator, left: ExpressionNode, right: ExpressionNode): JsonValue {
    switch (operator) {
      case "&&":
        return this.#readBoolean(left) && this.#readBoolean(right);
      case "||":
        return this.#readBoolean(left) || this.#readBoolean(right);
      case "==":
        return isSame(this.evaluate(left), this.evaluate(right));
      case "!=":
        return !isSame(this.evaluate(left), this.evaluate(right));
      case "+":
        return this.#add(left, right);
      case "-":
        return this.#readNumber(left) - this.#readNumber(right);
      case "*":
        return this.#readNumber(left) * this.#readNumber(right);
      case "/":
      case "%":
        return this.#divide(operator, left, right);
      default:
        return this.#compare(operator, left, right);
    }
  }

  /** As SpEL: a text on either side makes it a concatenation, in which null reads "null". */
  #add(left: ExpressionNode, right: ExpressionNode): JsonValue {
    const values = [this.evaluate(left), this.evaluate(right)] as const;
    const [first, second] = values;
    if (typeof first === "number" && typeof second === "number") return first + second;
    const isText = typeof first === "string" || typeof second === "string";
    if (!isText || values.some((value) => typeof value === "object" && value !== null)) {
      throw this.#fail(left, `cannot add ${JSON.stringify(second)} to ${JSON.stringify(first)}`);
    }
    return `${first}${second}`;
  }

  #divide(operator: "/" | "%", left: ExpressionNode, right: ExpressionNode): number {
    const dividend = this.#readNumber(left);
    const divisor = this.#readNumber(right);
    if (divisor === 0) throw this.#fail(right, "division by zero");
    if (operator === "%") return dividend % divisor;
    const quotient = dividend / divisor;
    return Number.isInteger(dividend) && Number.isInteger(divisor) ? Math.trunc(quotient) : quotient;
  }

  #compare(operator: "<" | "<=" | ">" | ">=", left: ExpressionNode, right: ExpressionNode): boolean {
    const first = this.evaluate(left);
    const second = this.evaluate(right);
    const isOrdered =
      (typeof first === "number" && typeof second === "number") ||
      (typeof first === "string" && typeof second === "string");
    if (!isOrdered)
      throw this.#fail(left, `cannot compare ${JSON.stringify(first)} with ${JSON.stringify(second)}`);
    if (operator === "<") return first < second;
    if (operator === "<=") return first <= second;
    return operator === ">" ? first > second : first >= second;
  }

  #readBoolean(node: ExpressionNode): boolean {
    const value = this.evaluate(node);
    if (typeof value !== "boolean")
      throw this.#fail(node, `${JSON.stringify(value)} is neither true nor false`);
    return value;
  }

  #readNumber(node: ExpressionNode): number {
    const value = this.evaluate(node);
    if (typeof value !== "number") throw this.#fail(node, `${JSON.stringify(value)} is no number`);
    return value;
  }

  #fail(node: ExpressionNode, problem: string): ExpressionError {
    return new ExpressionError(
      "EXPRESSION_VALUE",
      `Failed to evaluate expression ${this.#expression}: ${problem}`,
      this.#expression,
      node.position,
    );
  }
}

function isSame(left: JsonValue, right: JsonValue): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null));
  }
  return left === right;
}

function parseCached(expression: string): ExpressionNode {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const node = parseExpression(expression);
  if (parsed.size >= parsedLimit) parsed.clear();
  parsed.set(expression, node);
  return node;
}
