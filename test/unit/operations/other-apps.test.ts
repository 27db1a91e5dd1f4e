import { describe, expect, it } from "vitest";
import { patternsOfOthers } from "../../../src/operations/other-apps.ts";

const place = { stack: "dev", project: "acme" };

describe("an update of one application", () => {
  it("names to the engine what belongs to the others, and nothing else", () => {
    const patterns = patternsOfOthers({ ...place, own: ["payroll"], others: ["expenses"] });
    expect(patterns).toContain("urn:pulumi:dev::acme::okta-scim:index:ScimApp*::expenses");
    expect(patterns).toContain("urn:pulumi:dev::acme::okta-scim:index:ScimApp$**::expenses-push-*");
    expect(patterns.every((pattern) => pattern.includes("::expenses"))).toBe(true);
  });

  it.each([
    ["payroll", "payroll-group-admins"],
    ["payroll-group-admins", "payroll"],
    ["payroll-connection", "payroll"],
  ])("of %s is refused beside %s: their resources may have one name", (own, other) => {
    expect(() => patternsOfOthers({ ...place, own: [own], others: [other] })).toThrow(
      expect.objectContaining({ code: "APPS_NAMED_ALIKE" }),
    );
  });

  it("goes on beside a name that only begins alike", () => {
    expect(patternsOfOthers({ ...place, own: ["payroll"], others: ["payroll-eu"] })).not.toEqual([]);
  });
});
