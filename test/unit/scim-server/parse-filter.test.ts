import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queryFilterLimits } from "../../../scim-server/src/filter/filter-node.ts";
import { parseFilter } from "../../../scim-server/src/filter/parse-filter.ts";
import { ScimError } from "../../../scim-server/src/scim-error.ts";

function explain(filter: string): string {
  try {
    return JSON.stringify(parseFilter(filter, queryFilterLimits));
  } catch (error) {
    if (error instanceof ScimError) return `${error.scimType}: ${error.message}`;
    throw error;
  }
}

describe("parseFilter", () => {
  it("binds `and` tighter than `or`, and nests by parentheses", () => {
    expect(explain('a eq 1 or b pr and not (c co "x")')).toBe(
      '{"kind":"or","operands":[{"kind":"compare","path":"a","operator":"eq","value":1},{"kind":"and","operands":[{"kind":"present","path":"b"},{"kind":"not","operand":{"kind":"compare","path":"c","operator":"co","value":"x"}}]}]}',
    );
  });

  it("takes what follows a bracket as one more condition on the same value", () => {
    const inside = '{"kind":"compare","path":"type","operator":"eq","value":"work"}';
    expect(explain('emails[type eq "work"] and a pr')).toBe(
      `{"kind":"and","operands":[{"kind":"valuePath","path":"emails","filter":${inside}},{"kind":"present","path":"a"}]}`,
    );
    expect(explain('emails[type eq "work"].value pr')).toBe(
      `{"kind":"valuePath","path":"emails","filter":{"kind":"and","operands":[${inside},{"kind":"present","path":"value"}]}}`,
    );
  });

  it("reads strings as JSON does", () => {
    expect(explain('a eq "\\u00e9\\"\\\\"')).toContain('"value":"é\\"\\\\"');
  });

  it("counts how deep it nests, and not how much stands side by side", () => {
    const { maxDepth } = queryFilterLimits;
    const nested = (levels: number): string => `${"(".repeat(levels)}a pr${")".repeat(levels)}`;
    const sideBySide = Array.from({ length: maxDepth + 2 }, () => "(b pr or c[d pr])").join(" and ");
    expect(explain(`${sideBySide} and ${nested(maxDepth)}`)).toMatch(/^\{"kind":"and"/);
    expect(explain(`${sideBySide} and ${nested(maxDepth + 1)}`)).toBe(
      `invalidFilter: The filter nests deeper than ${maxDepth} levels.`,
    );
  });

  it("takes as much as its limits say, and no more", () => {
    const { maxLength, maxTerms } = queryFilterLimits;
    const terms = (count: number): string => Array.from({ length: count }, () => "a pr").join(" or ");
    expect(explain(terms(maxTerms))).toMatch(/^\{"kind":"or"/);
    expect(explain(terms(maxTerms + 1))).toBe(
      `invalidFilter: The filter has more than ${maxTerms} conditions.`,
    );
    expect(explain("a pr".padEnd(maxLength))).toBe('{"kind":"present","path":"a"}');
    const tooLong = `invalidFilter: The filter is longer than ${maxLength} characters.`;
    expect(explain("a pr".padEnd(maxLength + 1))).toBe(tooLong);
  });

  it("says what is wrong", () => {
    const wrong = [
      "",
      "a",
      "a eq",
      "a eq x",
      'a eq "x',
      "a is 1",
      "(a pr",
      "a pr)",
      "a[b[c pr]]",
      "a pr b pr",
      "a eq \u0007",
    ];
    expect(wrong.map((filter) => `${filter} -> ${explain(filter)}`).join("\n")).toMatchInlineSnapshot(`
      " -> invalidFilter: The filter is empty.
      a -> invalidFilter: The filter needs an operator such as eq after a.
      a eq -> invalidFilter: The filter needs a value for a; put text in double quotes.
      a eq x -> invalidFilter: The filter needs a value for a; put text in double quotes.
      a eq "x -> invalidFilter: The filter cannot be understood at position 6.
      a is 1 -> invalidFilter: The filter needs an operator such as eq after a.
      (a pr -> invalidFilter: The filter lacks a closing ).
      a pr) -> invalidFilter: The filter has text after its end; join conditions with \`and\` or \`or\`.
      a[b[c pr]] -> invalidFilter: A filter in brackets cannot have brackets itself.
      a pr b pr -> invalidFilter: The filter has text after its end; join conditions with \`and\` or \`or\`.
      a eq  -> invalidFilter: The filter cannot be understood at position 6."
    `);
  });

  it("answers every text by a filter or by invalidFilter", () => {
    const words = fc.constantFrom(
      "a",
      "eq",
      "and",
      "or",
      "not",
      "(",
      ")",
      "[",
      "]",
      '"x"',
      "1",
      "pr",
      ".v",
      "urn:x:2.0:U:a",
      " ",
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(words, { maxLength: 30 }).map((parts) => parts.join(" ")),
    );
    const property = fc.property(texts, (filter) => {
      expect(explain(filter)).toMatch(/^(\{|invalidFilter: )/);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
