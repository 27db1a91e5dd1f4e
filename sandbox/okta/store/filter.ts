/** A parsed `filter` or `search` expression (SCIM filter syntax as Okta takes it). */
export type FilterNode =
  | { readonly kind: "and" | "or"; readonly left: FilterNode; readonly right: FilterNode }
  | { readonly kind: "not"; readonly inner: FilterNode }
  | {
      readonly kind: "compare";
      readonly attribute: string;
      readonly operator: string;
      readonly value: string | number | boolean | null;
    };

/** A filter that does not parse. */
export class FilterSyntaxError extends Error {
  readonly code = "SANDBOX_FILTER_SYNTAX";
  readonly remedy = 'Write it like: status eq "ACTIVE" and lastUpdated gt "2026-01-01T00:00:00.000Z".';

  constructor() {
    super("Invalid search criteria.");
    this.name = "FilterSyntaxError";
  }
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()])|([^\s()"]+))/y;
const OPERATORS = new Set(["eq", "ne", "sw", "ew", "co", "gt", "ge", "lt", "le", "pr"]);

/** Parses a filter. Throws FilterSyntaxError. */
export function parseFilter(text: string): FilterNode {
  const tokens = tokenize(text);
  let position = 0;
  const peek = (): string | undefined => tokens[position]?.toLowerCase();
  const take = (): string => {
    const token = tokens[position++];
    if (token === undefined) throw new FilterSyntaxError();
    return token;
  };

  const parseOr = (): FilterNode => {
    let left = parseAnd();
    while (peek() === "or") {
      take();
      left = { kind: "or", left, right: parseAnd() };
    }
    return left;
  };
  const parseAnd = (): FilterNode => {
    let left = parseTerm();
    while (peek() === "and") {
      take();
      left = { kind: "and", left, right: parseTerm() };
    }
    return left;
  };
  const parseTerm = (): FilterNode => {
    const token = take();
    if (token.toLowerCase() === "not") return { kind: "not", inner: parseTerm() };
    if (token === "(") {
      const inner = parseOr();
      if (take() !== ")") throw new FilterSyntaxError();
      return inner;
    }
    if (token.startsWith('"')) throw new FilterSyntaxError();
    const operator = take().toLowerCase();
    if (!OPERATORS.has(operator)) throw new FilterSyntaxError();
    const value = operator === "pr" ? null : readValue(take());
    return { kind: "compare", attribute: token, operator, value };
  };

  const node = parseOr();
  if (position < tokens.length) throw new FilterSyntaxError();
  return node;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = text.trimEnd();
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    const token = match?.[1] ?? match?.[2] ?? match?.[3];
    if (token === undefined) throw new FilterSyntaxError();
    tokens.push(token);
  }
  return tokens;
}

function readValue(token: string): string | number | boolean | null {
  if (token.startsWith('"')) {
    try {
      return String(JSON.parse(token));
    } catch {
      throw new FilterSyntaxError();
    }
  }
  if (token === "true" || token === "false") return token === "true";
  if (token === "null") return null;
  const number = Number(token);
  if (Number.isNaN(number)) throw new FilterSyntaxError();
  return number;
}
