import { describe, expect, it } from "vitest";
import { findWrongOrder } from "../../../src/checks/okta/assignments.ts";

describe("the order of assigned groups", () => {
  it("counts, and not the numbers: a group that another one still stands before is in order", () => {
    expect(findWrongOrder([{ group: "People Operations", expected: 0, actual: 1 }])).toEqual([]);
    expect(
      findWrongOrder([
        { group: "Finance", expected: 0, actual: 3 },
        { group: "Sales", expected: 5, actual: 4 },
      ]),
    ).toEqual([]);
  });

  it("is wrong when Okta ranks two groups the other way round", () => {
    expect(
      findWrongOrder([
        { group: "Finance", expected: 0, actual: 1 },
        { group: "Sales", expected: 1, actual: 0 },
      ]),
    ).toEqual(["the group Finance comes after Sales (priorities 1 and 0), the spec wants it first"]);
  });
});
