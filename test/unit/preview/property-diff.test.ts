import { describe, expect, it } from "vitest";
import { diffProperties } from "../../../src/preview/changes/property-diff.ts";

describe("diffProperties", () => {
  it("compares JSON in strings as structure", () => {
    const before = { appSettingsJson: '{"a":1,"b":{"c":true}}' };
    const after = { appSettingsJson: '{"b":{"c":false},"a":1}' };
    expect(diffProperties(before, after, [])).toEqual([
      { path: "appSettingsJson.b.c", secret: false, before: true, after: false },
    ]);
  });

  it("shows a changed secret as changed and never its value, whichever way it is masked", () => {
    const sig = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "[secret]",
    };
    const masked = { profile: { token: "[secret]", authScheme: "TOKEN" } };
    expect(diffProperties(masked, masked, ["profile.token"])).toEqual([
      { path: "profile.token", secret: true },
    ]);
    expect(diffProperties(masked, masked, [])).toEqual([]);
    expect(diffProperties({ profile: { token: sig } }, { profile: { token: sig } }, ["profile"])).toEqual([
      { path: "profile.token", secret: true },
    ]);
    expect(diffProperties({}, { token: "[secret]" }, [])).toEqual([{ path: "token", secret: true }]);
  });

  it("compares lists by their key, so that one insertion is one change", () => {
    const entry = (id: string): Record<string, string> => ({
      id,
      expression: `user.${id}`,
      pushStatus: "PUSH",
    });
    const before = { mappings: [entry("email"), entry("title")] };
    const after = {
      mappings: [entry("department"), entry("email"), { ...entry("title"), expression: "user.rank" }],
    };
    expect(diffProperties(before, after, [])).toEqual([
      { path: 'mappings["title"].expression', secret: false, before: "user.title", after: "user.rank" },
      { path: 'mappings["department"]', secret: false, before: undefined, after: entry("department") },
    ]);
  });

  it("takes null and a missing property for the same", () => {
    expect(diffProperties({ a: null, b: 1 }, { b: 1 }, [])).toEqual([]);
  });

  it("compares lists without a key by position", () => {
    expect(diffProperties({ enums: ["a", "b"] }, { enums: ["a", "c", "d"] }, [])).toEqual([
      { path: "enums[1]", secret: false, before: "b", after: "c" },
      { path: "enums[2]", secret: false, before: undefined, after: "d" },
    ]);
  });
});
