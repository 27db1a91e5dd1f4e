import { describe, expect, it } from "vitest";
import { chooseCanaryChange } from "../../../src/checks/loop/canary-change.ts";
import { compareValues } from "../../../src/checks/loop/compare-values.ts";
import { makeApp } from "./run-for-app.ts";

const app = {
  ...makeApp(),
  mapping: [
    { property: "title", expression: "user.title", pushStatus: "DONT_PUSH" as const },
    { property: "department", expression: "user.department", pushStatus: "PUSH" as const },
    { property: "nick", expression: 'user.nickName + "!"', pushStatus: "PUSH" as const },
  ],
  attributes: [
    { property: "userName", scim: "userName" },
    { property: "title", scim: "title" },
    { property: "department", scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department" },
    { property: "level", scim: "urn:example:User:level" },
    { property: "tags", scim: "urn:example:User:tags" },
    { property: "nick", scim: "nickName" },
  ],
};

function compare(
  userName: string,
  profile: Readonly<Record<string, unknown>>,
  account: unknown,
): readonly string[] {
  return compareValues(app, { id: "00u1", status: "ACTIVE", credentials: { userName }, profile }, account);
}

describe("values", () => {
  it.each([
    [
      "the same",
      { department: "Finance" },
      { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Finance" } },
    ],
    ["nothing in both", { department: null, tags: [] }, { userName: "ada" }],
    ["an empty text for nothing", { department: "" }, {}],
    ["a number as text", { level: 7 }, { "urn:example:User": { level: "7" } }],
    ["a boolean as text", { level: true }, { "urn:example:User": { level: "true" } }],
    ["lists in another order", { tags: ["a", "b"] }, { "urn:example:User": { tags: ["b", "a"] } }],
    ["what is sent once and never again", { title: "CFO" }, { title: "CEO" }],
  ])("%s are equal", (_name, profile, account) => {
    expect(compare("Ada", profile, { userName: "ada", ...account })).toEqual([]);
  });

  it.each([
    ["one value and a list of it", { tags: "a" }, { tags: ["a"] }],
    ["a list and a longer one", { tags: ["a"] }, { tags: ["a", "a"] }],
    ["an object and its text", { tags: "[object Object]" }, { tags: { a: 1 } }],
    ["text in another case", { level: "A" }, { level: "a" }],
    ["false and nothing", { level: false }, {}],
  ])("%s differ", (_name, profile, account) => {
    expect(compare("ada", profile, { userName: "ada", "urn:example:User": account })).toHaveLength(1);
  });

  it("that differ are told with both sides", () => {
    expect(
      compare(
        "ada",
        { department: "Finance", tags: ["a"] },
        { userName: "bob", "urn:example:User": { tags: ["b"] } },
      ),
    ).toMatchInlineSnapshot(`
      [
        "userName is "bob" in userName, Okta has "ada"",
        "department is nothing in urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department, Okta has "Finance"",
        "tags is ["b"] in urn:example:User:tags, Okta has ["a"]",
      ]
    `);
  });
});

describe("the canary's change", () => {
  it("is made where the value that arrives is known", () => {
    expect(chooseCanaryChange(app)).toEqual({
      userAttribute: "department",
      scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    });
  });

  it("is not made where nothing is pushed as it is", () => {
    expect(
      chooseCanaryChange({
        ...app,
        mapping: app.mapping.filter(({ property }) => property !== "department"),
      }),
    ).toBeUndefined();
  });
});
