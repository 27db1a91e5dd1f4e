import { ScimError } from "../scim-error.ts";
import type { ComparisonOperator, FilterLimits, FilterLiteral, FilterNode } from "./filter-node.ts";
import { type Token, tokenise } from "./tokenise.ts";

const comparisonOperators: ReadonlySet<string> = new Set([
  "eq",
  "ne",
  "co",
  "sw",
  "ew",
  "gt",
  "ge",
  "lt",
  "le",
]);

function isComparisonOperator(text: string): text is ComparisonOperator {
  return comparisonOperators.has(text);
}

/**
 * Parses a filter by the grammar of RFC 7644 figure 1, operators in any case, and in addition
 * `emails[type eq "work"].value eq "x"`, which clients send though the grammar lacks it.
 * Throws {@link ScimError} (400 invalidFilter).
 */
export function parseFilter(text: string, limits: FilterLimits): FilterNode {
  if (text.length > limits.maxLength) {
    throw ScimError.invalidFilter(`The filter is longer than ${limits.maxLength} characters.`);
  }
  return new FilterParser(tokenise(text), limits).parse();
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #limits: FilterLimits;
  #position = 0;
  #terms = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], limits: FilterLimits) {
    this.#tokens = tokens;
    this.#limits = limits;
  }

  parse(): FilterNode {
    if (this.#tokens.length === 0) throw ScimError.invalidFilter("The filter is empty.");
    const node = this.#parseOr(false);
    if (this.#position < this.#tokens.length) {
      throw ScimError.invalidFilter("The filter has text after its end; join conditions with `and` or `or`.");
    }
    return node;
  }

  #parseOr(inValuePath: boolean): FilterNode {
    const operands = [this.#parseAnd(inValuePath)];
    while (this.#takeKeyword("or")) operands.push(this.#parseAnd(inValuePath));
    const [only, ...more] = operands;
    return only !== undefined && more.length === 0 ? only : { kind: "or", operands };
  }

  #parseAnd(inValuePath: boolean): FilterNode {
    const operands = [this.#parseTerm(inValuePath)];
    while (this.#takeKeyword("and")) operands.push(this.#parseTerm(inValuePath));
    const [only, ...more] = operands;
    return only !== undefined && more.length === 0 ? only : { kind: "and", operands };
  }

  #parseTerm(inValuePath: boolean): FilterNode {
    const token = this.#peek();
    if (token?.kind === "(") return this.#parseNested(")", inValuePath);
    if (token?.kind !== "word") throw ScimError.invalidFilter("The filter needs an attribute name here.");
    if (token.text.toLowerCase() === "not" && this.#tokens[this.#position + 1]?.kind === "(") {
      this.#position += 1;
      return { kind: "not", operand: this.#parseNested(")", inValuePath) };
    }
    this.#position += 1;
    if (this.#peek()?.kind !== "[") return this.#parseCondition(token.text);
    if (inValuePath) throw ScimError.invalidFilter("A filter in brackets cannot have brackets itself.");
    return this.#parseValuePath(token.text);
  }

  #parseNested(end: ")" | "]", inValuePath: boolean): FilterNode {
    this.#position += 1;
    this.#depth += 1;
    if (this.#depth > this.#limits.maxDepth) {
      throw ScimError.invalidFilter(`The filter nests deeper than ${this.#limits.maxDepth} levels.`);
    }
    const node = this.#parseOr(inValuePath);
    if (this.#peek()?.kind !== end) throw ScimError.invalidFilter(`The filter lacks a closing ${end}.`);
    this.#position += 1;
    this.#depth -= 1;
    return node;
  }

  #parseValuePath(path: string): FilterNode {
    const filter = this.#parseNested("]", true);
    const next = this.#peek();
    if (next?.kind !== "word" || !next.text.startsWith(".")) return { kind: "valuePath", path, filter };
    this.#position += 1;
    const condition = this.#parseCondition(next.text.slice(1));
    return { kind: "valuePath", path, filter: { kind: "and", operands: [filter, condition] } };
  }

  #parseCondition(path: string): FilterNode {
    this.#terms += 1;
    if (this.#terms > this.#limits.maxTerms) {
      throw ScimError.invalidFilter(`The filter has more than ${this.#limits.maxTerms} conditions.`);
    }
    const token = this.#peek();
    const operator = token?.kind === "word" ? token.text.toLowerCase() : "";
    this.#position += 1;
    if (operator === "pr") return { kind: "present", path };
    if (!isComparisonOperator(operator)) {
      throw ScimError.invalidFilter(`The filter needs an operator such as eq after ${path}.`);
    }
    if (!this.#takeKeyword("null")) {
      return { kind: "compare", path, operator, value: this.#parseLiteral(path) };
    }
    if (operator === "ne") return { kind: "present", path };
    if (operator === "eq") return { kind: "not", operand: { kind: "present", path } };
    throw ScimError.invalidFilter(`null can only be compared by eq and ne, not by ${operator}.`);
  }

  #parseLiteral(path: string): FilterLiteral {
    const token = this.#peek();
    this.#position += 1;
    if (token?.kind === "string" || token?.kind === "number") return token.value;
    const text = token?.kind === "word" ? token.text.toLowerCase() : "";
    if (text === "true") return true;
    if (text === "false") return false;
    throw ScimError.invalidFilter(`The filter needs a value for ${path}; put text in double quotes.`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #takeKeyword(keyword: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "word" || token.text.toLowerCase() !== keyword) return false;
    this.#position += 1;
    return true;
  }
}
