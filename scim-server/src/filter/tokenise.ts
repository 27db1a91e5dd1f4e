import { ScimError } from "../scim-error.ts";

export type Token =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "(" | ")" | "[" | "]" };

const word = /[A-Za-z$][\w\-.:$]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const string = /"(?:[^"\\]|\\.)*"/y;
/** After a value path's bracket the sub-attribute follows at once: `emails[type eq "work"].value`. */
const subAttribute = /\.[A-Za-z$][\w\-$]*/y;

/** Splits a filter into tokens. Throws {@link ScimError} (400 invalidFilter) for text outside the grammar. */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  };
  while (position < text.length) {
    const character = text.charAt(position);
    if (character === " " || character === "\t") {
      position += 1;
      continue;
    }
    if (character === "(" || character === ")" || character === "[" || character === "]") {
      tokens.push({ kind: character });
      position += 1;
      continue;
    }
    const start = position;
    const quoted = match(string);
    if (quoted !== undefined) {
      tokens.push({ kind: "string", value: readQuoted(quoted) });
      continue;
    }
    const digits = match(number);
    if (digits !== undefined) {
      tokens.push({ kind: "number", value: Number(digits) });
      continue;
    }
    const name = match(word) ?? match(subAttribute);
    if (name === undefined) {
      throw ScimError.invalidFilter(`The filter cannot be understood at position ${start + 1}.`);
    }
    tokens.push({ kind: "word", text: name });
  }
  return tokens;
}

function readQuoted(quoted: string): string {
  let value: unknown;
  try {
    value = JSON.parse(quoted);
  } catch {
    throw ScimError.invalidFilter("Text in a filter must be a JSON string.");
  }
  if (typeof value !== "string" || value.includes("\u0000") || !value.isWellFormed()) {
    throw ScimError.invalidFilter("Text in a filter must be well-formed Unicode without NUL characters.");
  }
  return value;
}
