import { describe, expect, it } from "vitest";
import { findNextPage } from "../../../src/okta/link-header.ts";

describe("the next page", () => {
  it.each([
    [undefined, undefined],
    ['<https://o/api?x=1>; rel="self"', undefined],
    ['<https://o/api?after=1>; rel="next"', "/api?after=1"],
    ["<https://o/api?after=1>; rel=next", "/api?after=1"],
    [
      ['<https://o/api?x=1>; rel="self"', '<https://o/api?after=2&limit=1>; rel="next"'],
      "/api?after=2&limit=1",
    ],
    ['<https://o/api?x=1>; rel="self", <https://o/api?after=3>; rel="next"', "/api?after=3"],
    ['<https://o/api?after=4,5>; title="a"; rel="next"', "/api?after=4,5"],
    ['<https://o/api?x=1>; rel="self"; title="next", <https://o/a>; rel="prev"', undefined],
  ])("of %j is %j", (header, next) => {
    expect(findNextPage(header)).toBe(next);
  });
});
