import { describe, expect, it } from "vitest";
import { findNearestWord, findNearestWords } from "../../../src/spec/nearest-word.ts";

describe("the nearest word", () => {
  it.each([
    ["lable", ["label", "version"], "label"],
    ["Lable", ["label"], "label"],
    ["craete", ["create", "update"], "create"],
    ["grup", ["group", "grape"], "group"],
    ["Finance", ["finance team"], "finance team"],
    ["ada", ["the ada lovelace group"], "the ada lovelace group"],
    ["ad", ["the ad group"], undefined],
    ["xyz", ["label", "version"], undefined],
    ["a", ["b"], "b"],
    ["", ["label"], undefined],
    ["saml", [], undefined],
  ])("to %s among %j is %s", (word, candidates, nearest) => {
    expect(findNearestWord(word, candidates)).toBe(nearest);
  });

  it("lists several, the most alike first", () => {
    expect(
      findNearestWords(
        "Payroll Admin",
        ["Payroll Administrators", "Payroll Admins", "Sales", "Payrol Admin"],
        3,
      ),
    ).toEqual(["Payroll Admins", "Payrol Admin", "Payroll Administrators"]);
  });
});
