import { ExpressionError } from "./expression-error.ts";
import { type Token, tokenizeExpression } from "./tokenize-expression.ts";

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** A parsed expression. `position` is the index of the node's first character. */
export type ExpressionNode = { readonly position: number } & (
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "array"; readonly items: readonly ExpressionNode[] }
  | { readonly kind: "property"; readonly object: string; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly parameters: readonly ExpressionNode[] }
  /** A property of what a call gave. */
  | { readonly kind: "member"; readonly target: ExpressionNode; readonly name: string }
  | { readonly kind: "not" | "negate"; readonly operand: ExpressionNode }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | {
      readonly kind: "conditional";
      readonly condition: ExpressionNode;
      readonly whenTrue: ExpressionNode;
      readonly whenFalse: ExpressionNode;
    }
);

/** Weakest binding first; the operators of one row bind equally, to the left. */
const precedence: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
const constants: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const maxDepth = 200;

/**
 * Parses an Okta Expression Language expression (the subset of SpEL that profile mappings use).
 * @throws {ExpressionError} with code EXPRESSION_SYNTAX and the position
 */
export function parseExpression(expression: string): ExpressionNode {
  return new Parser(expression).parse();
}

class Parser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenizeExpression(expression);
  }

  parse(): ExpressionNode {
    const node = this.#parseConditional();
    if (this.#peek().kind !== "end") throw this.#unexpected();
    return node;
  }

  #parseConditional(): ExpressionNode {
    this.#depth += 1;
    if (this.#depth > maxDepth)
      throw this.#fail(`nested deeper than ${maxDepth} levels`, this.#peek().position);
    const condition = this.#parseBinary(0);
    if (!this.#take("?")) {
      this.#depth -= 1;
      return condition;
    }
    const whenTrue = this.#parseConditional();
    this.#expect(":");
    const whenFalse = this.#parseConditional();
    this.#depth -= 1;
    return { kind: "conditional", condition, whenTrue, whenFalse, position: condition.position };
  }

  #parseBinary(row: number): ExpressionNode {
    const operators = precedence[row];
    if (operators === undefined) return this.#parseUnary();
    let left = this.#parseBinary(row + 1);
    while (true) {
      const operator = operators.find((candidate) => this.#take(candidate));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.#parseBinary(row + 1), position: left.position };
    }
  }

  #parseUnary(): ExpressionNode {
    const { position } = this.#peek();
    const kind = this.#take("!") ? "not" : this.#take("-") ? "negate" : undefined;
    if (kind === undefined) return this.#parsePrimary();
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#fail(`nested deeper than ${maxDepth} levels`, position);
    const operand = this.#parseUnary();
    this.#depth -= 1;
    return { kind, operand, position };
  }

  #parsePrimary(): ExpressionNode {
    const token = this.#peek();
    const { position } = token;
    if (this.#take("(")) {
      const inner = this.#parseConditional();
      this.#expect(")");
      return inner;
    }
    if (this.#take("{")) return { kind: "array", items: this.#parseList("}"), position };
    if (token.kind === "operator" || token.kind === "end") throw this.#unexpected();
    this.#next += 1;
    if (token.kind === "string") return { kind: "literal", value: token.text, position };
    if (token.kind === "number") return { kind: "literal", value: Number(token.text), position };
    return this.#parseName(token);
  }

  #parseName(first: Token): ExpressionNode {
    const { position } = first;
    const constant = constants.get(first.text.toLowerCase());
    if (constant !== undefined) return { kind: "literal", value: constant, position };
    const names = [first.text];
    while (this.#take(".")) names.push(this.#takeName());
    const path = names.join(".");
    if (this.#take("(")) {
      let node: ExpressionNode = { kind: "call", name: path, parameters: this.#parseList(")"), position };
      while (this.#take(".")) node = { kind: "member", target: node, name: this.#takeName(), position };
      return node;
    }
    const [object, name] = names;
    if (object === undefined || name === undefined || names.length > 2) {
      const wrong = names.at(-1) ?? "";
      throw new ExpressionError(
        "EXPRESSION_PROPERTY",
        `Invalid property ${wrong} in expression ${path}`,
        this.#expression,
        position,
      );
    }
    return { kind: "property", object, name, position };
  }

  #takeName(): string {
    const token = this.#peek();
    if (token.kind !== "name") throw this.#unexpected();
    this.#next += 1;
    return token.text;
  }

  #parseList(close: "}" | ")"): ExpressionNode[] {
    const items: ExpressionNode[] = [];
    if (this.#take(close)) return items;
    do {
      items.push(this.#parseConditional());
    } while (this.#take(","));
    this.#expect(close);
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", position: this.#expression.length };
  }

  #take(operator: string): boolean {
    const token = this.#peek();
    if (token.kind !== "operator" || token.text !== operator) return false;
    this.#next += 1;
    return true;
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) throw this.#unexpected(operator);
  }

  #unexpected(wanted?: string): ExpressionError {
    const token = this.#peek();
    const found = token.kind === "end" ? "it ends too early" : `unexpected ${token.text}`;
    return this.#fail(wanted === undefined ? found : `${found}, expected ${wanted}`, token.position);
  }

  #fail(problem: string, position: number): ExpressionError {
    return new ExpressionError(
      "EXPRESSION_SYNTAX",
      `Invalid expression, ${problem} at position ${position} in expression ${this.#expression}`,
      this.#expression,
      position,
    );
  }
}
