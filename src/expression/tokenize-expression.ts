import { ExpressionError } from "./expression-error.ts";

export type TokenKind = "string" | "number" | "name" | "operator" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The operator or name as written (word operators in their symbol form), or the content of a string. */
  readonly text: string;
  /** Index of the first character. */
  readonly position: number;
}

/** Longest first, so that `==` is not read as two assignments. */
const operators = [
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "?",
  ":",
  "(",
  ")",
  "{",
  "}",
  ",",
  ".",
  "+",
  "-",
  "*",
  "/",
  "%",
  "<",
  ">",
  "!",
];
const wordOperators: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
]);
const whiteSpace = /\s/;
const namePattern = /[A-Za-z_$][\w$]*/y;
const numberPattern = /\d+(?:\.\d+)?/y;

/** Cuts an expression into tokens; the last one is `end`. Throws {@link ExpressionError} for a character that no token begins with. */
export function tokenizeExpression(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < expression.length) {
    const character = expression.charAt(position);
    if (whiteSpace.test(character)) {
      position += 1;
      continue;
    }
    const { token, end } = readToken(expression, position, character);
    tokens.push(token);
    position = end;
  }
  tokens.push({ kind: "end", text: "", position: expression.length });
  return tokens;
}

function readToken(expression: string, position: number, character: string): { token: Token; end: number } {
  if (character === "'" || character === '"') return readString(expression, position, character);
  const name = matchAt(namePattern, expression, position);
  if (name !== undefined) {
    const operator = wordOperators.get(name.toLowerCase());
    const kind = operator === undefined ? "name" : "operator";
    return { token: { kind, text: operator ?? name, position }, end: position + name.length };
  }
  const number = matchAt(numberPattern, expression, position);
  if (number !== undefined) {
    return { token: { kind: "number", text: number, position }, end: position + number.length };
  }
  const operator = operators.find((candidate) => expression.startsWith(candidate, position));
  if (operator === undefined) {
    const problem = character === "=" ? "assignment is not allowed" : `unexpected character ${character}`;
    throw new ExpressionError(
      "EXPRESSION_SYNTAX",
      `Invalid expression, ${problem} at position ${position} in expression ${expression}`,
      expression,
      position,
    );
  }
  return { token: { kind: "operator", text: operator, position }, end: position + operator.length };
}

/** Quotes inside a string are doubled, as in SpEL; a backslash has no meaning of its own. */
function readString(expression: string, position: number, quote: string): { token: Token; end: number } {
  let text = "";
  let index = position + 1;
  while (index < expression.length) {
    const character = expression.charAt(index);
    if (character !== quote) {
      text += character;
      index += 1;
    } else if (expression.charAt(index + 1) === quote) {
      text += quote;
      index += 2;
    } else {
      return { token: { kind: "string", text, position }, end: index + 1 };
    }
  }
  throw new ExpressionError(
    "EXPRESSION_SYNTAX",
    `Invalid expression, the string at position ${position} does not end in expression ${expression}`,
    expression,
    position,
  );
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
