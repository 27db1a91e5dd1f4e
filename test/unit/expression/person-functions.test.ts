import { afterEach, describe, expect, test } from "vitest";
import { checkExpression } from "../../../src/expression/check-expression.ts";
import { evaluateExpression } from "../../../src/expression/evaluate-expression.ts";
import type { PersonLookups } from "../../../src/expression/person-functions.ts";
import { TestOrg } from "../sandbox/provisioning/test-org.ts";

const lookups: PersonLookups = {
  now: () => new Date("2015-07-31T17:18:37.979Z"),
  groups: () => [
    { id: "00g1", name: "San Francisco" },
    { id: "00g2", name: "Site admins" },
  ],
  linkedObject: (name) => (name === "manager" ? { lastName: "Gates" } : null),
};
const user = { countryCode: "IN", firstName: "Ada", nickName: null };

function evaluate(expression: string, more: PersonLookups = lookups) {
  return evaluateExpression(expression, { user, lookups: more });
}

describe("functions about the person, the country and the time, as Okta's reference has them", () => {
  test.each([
    ['isMemberOfGroupName("San Francisco")', true],
    ['isMemberOfGroupName("san francisco")', false],
    ['isMemberOfGroup("00g2")', true],
    ['isMemberOfAnyGroup("00g7", "00g1")', true],
    ['isMemberOfAnyGroup("00g7", "00g8")', false],
    ['isMemberOfGroupNameStartsWith("San Fr")', true],
    ['isMemberOfGroupNameContains("admin")', true],
    ['isMemberOfGroupNameRegex(".*admin.*")', true],
    ['isMemberOfGroupNameRegex("admin")', false],
    ['isMemberOfGroupName("Site admins") ? "admin" : "member"', "admin"],
    ['getFilteredGroups({"00g2", "00g9"}, "group.name", 40)', ["Site admins"]],
    ['user.getLinkedObject("manager").lastName', "Gates"],
    ['user.getLinkedObject("mentor").lastName', null],
    ['Iso3166Convert.toAlpha2("IND")', "IN"],
    ['Iso3166Convert.toAlpha3("840")', "USA"],
    ['Iso3166Convert.toNumeric("USA")', "840"],
    ['Iso3166Convert.toName("IN")', "India"],
    ["Iso3166Convert.toAlpha3(user.countryCode)", "IND"],
    ["Iso3166Convert.toAlpha3(user.nickName)", null],
    ["Time.now()", "2015-07-31T17:18:37.979Z"],
    ['Time.now("EST")', "2015-07-31T12:18:37.979-05:00"],
    ['Time.now("America/New_York", "YYYY-MM-dd HH:mm:ss")', "2015-07-31 13:18:37"],
    ['Time.fromUnixToIso8601("1438363117")', "2015-07-31T17:18:37.000Z"],
    ['Time.fromIso8601ToUnix("2015-07-31T17:18:37Z")', "1438363117"],
    ['Time.fromWindowsToIso8601("130828367179790000")', "2015-07-31T17:18:37.979Z"],
    ['Time.fromIso8601ToWindows("2015-07-31T17:18:37.979Z")', "130828367179790000"],
    ['Time.fromStringToIso8601("31/07/2015 05:18 PM", "dd/MM/yyyy hh:mm a")', "2015-07-31T17:18:00.000Z"],
    ['Time.fromStringToIso8601("Jul 31 15 +0200", "MMM dd yy Z")', "2015-07-30T22:00:00.000Z"],
    [
      'Time.fromIso8601ToString("2015-07-31T17:18:37.979Z", "EEE, d MMMM yy \'at\' h a")',
      "Fri, 31 July 15 at 5 PM",
    ],
    ["Time.fromIso8601ToUnix(user.nickName)", null],
  ])("%s", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test.each([
    'Iso3166Convert.toAlpha2("Atlantis")',
    'Time.now("Mars/Base")',
    'Time.now("UTC", "qq")',
    'Time.fromStringToIso8601("31 February 2015", "dd MMMM yyyy")',
    'Time.fromIso8601ToUnix("yesterday")',
    'Time.fromUnixToIso8601("soon")',
    'isMemberOfGroupNameRegex("(")',
    'getManagerUser("active_directory").firstName',
  ])("%s cannot be evaluated", (expression) => {
    expect(() => evaluate(expression)).toThrow(/^Failed to evaluate expression/);
  });

  test("groups that are not known are no groups that nobody is in", () => {
    expect(() => evaluate('isMemberOfGroup("00g1")', {})).toThrow("the person's groups are not known here");
  });

  test("group functions are checked like any other, and refused where Okta has no groups", () => {
    const expression = 'isMemberOfGroupName("a") ? user.firstName : null';
    expect(() => checkExpression(expression, { user: new Set(["firstName"]), groups: true })).not.toThrow();
    expect(() => checkExpression(expression, { user: new Set(["firstName"]) })).toThrow(
      "Invalid function name isMemberOfGroupName in expression",
    );
    expect(() => checkExpression("isMemberOfGroup()", { groups: true })).toThrow(
      "Invalid number of parameters (0)",
    );
  });
});

describe("in a mapping", () => {
  let org: TestOrg;
  afterEach(() => org[Symbol.asyncDispose]());

  test("groups count when the app is assigned and when the person changes, not when the group does", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    const admins = org.addGroup("Admins", [ada]);
    const mapping = org.store.mappings.ofApp(org.app.id, "user-to-app");
    org.store.mappings.merge(mapping?.id ?? "", {
      title: { expression: 'isMemberOfGroupName("Admins") ? "admin" : "member"', pushStatus: "PUSH" },
      nickName: { expression: 'user.getLinkedObject("manager").firstName', pushStatus: "PUSH" },
      userType: { expression: 'Time.now("UTC", "yyyy")', pushStatus: "PUSH" },
    });
    const bob = org.addUser("Bob");
    org.store.linkedObjects.define({ primaryName: "manager", associatedName: "subordinate", document: {} });
    org.store.linkedObjects.link("manager", ada.id, bob.id);
    org.assign(ada);
    await org.settle();
    const title = () => org.store.appUsers.get(org.app.id, ada.id)?.profile["title"];
    expect(org.store.appUsers.get(org.app.id, ada.id)?.profile).toMatchObject({
      title: "admin",
      nickName: "Bob",
      userType: "2026",
    });
    org.store.groups.removeMembers(admins.id, [ada.id]);
    expect(title()).toBe("admin");
    org.changeProfile(ada, { department: "Finance" });
    expect(title()).toBe("member");
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")?.["title"]).toBe("member");
  });
});
