import { describe, expect, it } from "vitest";
import { shorten } from "../../../src/checks/check.ts";
import { describeRead, excerpt } from "../../../src/checks/exchange.ts";
import { countOf } from "../../../src/text/count-of.ts";

describe("what a finding says", () => {
  it("counts in words", () => {
    expect([0, 1, 2].map((number) => countOf(number, "person", "people"))).toEqual([
      "0 people",
      "1 person",
      "2 people",
    ]);
  });

  it("lists ten names and how many more there are", () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    expect(shorten(names.slice(0, 10))).toEqual(names.slice(0, 10));
    expect(shorten(names.slice(0, 11)).at(-1)).toBe("… and 1 more");
    expect(shorten(names)).toEqual([...names.slice(0, 10), "… and 2 more"]);
  });

  it("has the beginning of a body on one line", () => {
    expect(excerpt('  {\n  "a": 1\t}\n')).toBe('{ "a": 1 }');
    expect(excerpt("x".repeat(300))).toBe("x".repeat(300));
    expect(excerpt("x".repeat(301))).toBe(`${"x".repeat(300)}…`);
  });

  it("has what was read without its secrets", () => {
    expect(describeRead("GET /api/v1/apps", { profile: { token: "t" } })).toEqual({
      request: "GET /api/v1/apps",
      answer: '{"profile":{"token":"[secret]"}}',
    });
    expect(describeRead("GET /x", undefined).answer).toBe("nothing");
  });
});
