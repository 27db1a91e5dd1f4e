import { describe, expect, it } from "vitest";
import { readScimPath } from "../../../src/checks/read-scim-path.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const user = {
  userName: "ada",
  name: { givenName: "Ada" },
  emails: [
    { type: "home", value: "ada@home" },
    { type: "Work", value: "ada@work", primary: true },
  ],
  phoneNumbers: [{ value: "1" }, { value: "2" }],
  [enterprise]: { department: "Finance", manager: { value: "26" } },
};

describe("the value at a SCIM path", () => {
  it.each([
    ["userName", "ada"],
    ["USERNAME", "ada"],
    ["name.givenName", "Ada"],
    ['emails[type eq "work"].value', "ada@work"],
    ['emails[type eq "other"].value', undefined],
    ["emails.value", "ada@work"],
    ["phoneNumbers.value", "1"],
    [`${enterprise}:department`, "Finance"],
    [`${enterprise.toUpperCase().replace("URN", "urn")}:department`, "Finance"],
    [`${enterprise}:manager.value`, "26"],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName", "ada"],
    ["urn:example:2.0:Other:department", undefined],
    ["name.nothing", undefined],
    ["constructor", undefined],
  ])("%s", (path, value) => {
    expect(readScimPath(user, path)).toBe(value);
  });

  it.each(["", "__proto__.x", "a b", "emails[type co 1].value", "a.b.c", '"x"', 'emails[type eq "work"'])(
    "%j is no path",
    (path) => {
      expect(() => readScimPath(user, path)).toThrow("is not a SCIM attribute path");
    },
  );
});
