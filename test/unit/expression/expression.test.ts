// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these templates are of Okta, not of JavaScript
import { describe, expect, test } from "vitest";
import { evaluateMapping } from "../../../sandbox/okta/expression/evaluate-mapping.ts";
import type { ProfileMapping, User } from "../../../sandbox/okta/store/model.ts";
import { checkExpression } from "../../../src/expression/check-expression.ts";
import { evaluateExpression, evaluateTemplate } from "../../../src/expression/evaluate-expression.ts";
import { ExpressionError } from "../../../src/expression/expression-error.ts";

const user = {
  login: "winston.churchill@gmail.com",
  email: "winston.churchill@gmail.com",
  firstName: "Winston",
  lastName: "Churchill",
  nickName: null,
  salary: 1_000_001,
  groupCode: 123,
  isContractor: false,
  roles: ["a", "b"],
};
const appuser = { email: "wc@app.example" };

function evaluate(expression: string) {
  return evaluateExpression(expression, { user, appuser, internal: { id: "00u1", status: "ACTIVE" } });
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.code}@${error.position} ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("examples of Okta's reference", () => {
  test.each([
    ['String.append("This is", " a test")', "This is a test"],
    ['String.join(",", "This", "is", "a", "test")', "This,is,a,test"],
    ['String.join("", "This", "is", "a", "test")', "Thisisatest"],
    ['String.len("This")', 4],
    ['String.removeSpaces("This is a test")', "Thisisatest"],
    ['String.replace("This is a test", "is", "at")', "That at a test"],
    ['String.replaceFirst("This is a test", "is", "at")', "That is a test"],
    ['String.stringContains("This is a test", "test")', true],
    [`String.stringContains("This is a test", "doesn'tExist")`, false],
    ['String.stringSwitch("This is a test", "default", "key1", "value1")', "default"],
    ['String.stringSwitch("This is a test", "default", "test", "value1")', "value1"],
    [
      'String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")',
      "value2",
    ],
    ['String.stringSwitch("Substrings count", "default", "ring", "value1")', "value1"],
    ['String.substring("This is a test", 2, 9)', "is is a"],
    ['String.substringAfter("abc@okta.com", "@")', "okta.com"],
    ['String.substringBefore("abc@okta.com", "@")', "abc"],
    ['String.toUpperCase("This")', "THIS"],
    ['String.toLowerCase("ThiS")', "this"],
    ["toUpperCase(source.firstName)", "WINSTON"],
    ["substring(source.firstName, 1, 4)", "ins"],
    ["Arrays.add({10, 20, 30}, 40)", [10, 20, 30, 40]],
    ["Arrays.remove({10, 20, 30}, 20)", [10, 30]],
    ["Arrays.clear({10, 20, 30})", []],
    ["Arrays.get({0, 1, 2}, 0)", 0],
    ["Arrays.flatten(10, {20, 30}, 40)", [10, 20, 30, 40]],
    ["Arrays.contains({10, 20, 30}, 50)", false],
    ["Arrays.size(NULL)", 0],
    ["Arrays.isEmpty(NULL)", true],
    ['Arrays.toCsvString({"This", "is", " a ", "test"})', "This,is, a ,test"],
    ["Convert.toInt('1234')", 1234],
    ["Convert.toInt(123.6)", 124],
    ["Convert.toNum('2.25')", 2.25],
    ["user.groupCode == 123 ? 'Sales' : 'Other'", "Sales"],
    ['user.firstName + " " + user.lastName', "Winston Churchill"],
    ["String.substring(user.login, String.len(user.login)-9, String.len(user.login))", "gmail.com"],
    ["user.salary > 1000000 AND !user.isContractor", true],
    ["hasDirectoryUser() OR hasWorkdayUser()", false],
    ["hasDirectoryUser() ? findDirectoryUser().managerUpn : user.email", "winston.churchill@gmail.com"],
    ["user.getInternalProperty('id')", "00u1"],
  ])("%s", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });
});

describe("null and missing attributes", () => {
  test.each([
    ["user.nickName", null],
    ["user.neverSet", null],
    ["user.constructor", null],
    ["String.len(user.nickName)", 0],
    ["String.toUpperCase(user.nickName)", null],
    ['String.substringBefore(user.nickName, "@")', null],
    ['String.append(user.nickName, "x")', "x"],
    ["user.firstName + user.nickName", "Winstonnull"],
    ["user.nickName == null ? user.firstName : user.nickName", "Winston"],
    ['user.nickName != ""', true],
  ])("%s is %j", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });
});

describe("operators", () => {
  test.each([
    ["1 + 2 * 3 - 4 / 2", 5],
    ["7 / 2", 3],
    ["7.0 / 2 == 3.5 ? 'float' : 'whole'", "whole"],
    ["-2 + 5 % 3", 0],
    ["(1 + 2) * 3", 9],
    ["true || false && false", true],
    ["not true or true", true],
    ["1 < 2 ? 2 < 1 ? 'a' : 'b' : 'c'", "b"],
    ['\'it\'\'s\' + " ""so"""', 'it\'s "so"'],
    ["user.roles == {'a', 'b'}", true],
    ["appuser.email", "wc@app.example"],
    ["false AND (user.nickName > 1)", false],
  ])("%s is %j", (expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });
});

test("refuses what Okta refuses, with the position", () => {
  const expressions = [
    "",
    "user.firstName +",
    "user.firstName = 'x'",
    "'open",
    "user.firstName user.lastName",
    "firstName",
    "user.profile.firstName",
    "active_directory.managerUpn",
    'getManagerUser("active_directory").firstName',
    "T(java.lang.Runtime).getRuntime()",
    "user.getInternalProperty('passwordHash')",
    "findDirectoryUser().managerUpn",
    "String.reverse(user.login)",
    "String.len()",
    "Arrays.get({1}, 4)",
    "Convert.toInt('12a')",
    "user.nickName ? 1 : 2",
    "user.nickName > 1",
    "null + null",
    "1 / 0",
    "{1, 2",
    `${"(".repeat(300)}1${")".repeat(300)}`,
  ];
  const shorten = (text: string) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
  expect(
    expressions.map((expression) => shorten(refusal(() => evaluate(expression)))),
  ).toMatchInlineSnapshot(`
    [
      "EXPRESSION_SYNTAX@0 Invalid expression, it ends too early at position 0 in expression ",
      "EXPRESSION_SYNTAX@16 Invalid expression, it ends too early at position 16 in expression user.firstName +",
      "EXPRESSION_SYNTAX@15 Invalid expression, assignment is not allowed at position 15 in expression user.firstName = 'x'",
      "EXPRESSION_SYNTAX@0 Invalid expression, the string at position 0 does not end in expression 'open",
      "EXPRESSION_SYNTAX@15 Invalid expression, unexpected user at position 15 in expression user.firstName user.lastName",
      "EXPRESSION_PROPERTY@0 Invalid property firstName in expression firstName",
      "EXPRESSION_PROPERTY@0 Invalid property firstName in expression user.profile.firstName",
      "EXPRESSION_PROPERTY@0 Invalid property managerUpn in expression active_directory.managerUpn",
      "EXPRESSION_VALUE@0 Failed to evaluate expression getManagerUser("active_directory").firstName: there is no property firs…",
      "EXPRESSION_PROPERTY@2 Invalid property Runtime in expression java.lang.Runtime",
      "EXPRESSION_VALUE@0 Failed to evaluate expression user.getInternalProperty('passwordHash'): there is no internal property…",
      "EXPRESSION_VALUE@0 Failed to evaluate expression findDirectoryUser().managerUpn: there is no property managerUpn of null",
      "EXPRESSION_FUNCTION@0 Invalid function name reverse in expression String.reverse(user.login)",
      "EXPRESSION_FUNCTION@0 Invalid number of parameters (0) for function String.len in expression String.len()",
      "EXPRESSION_VALUE@0 Failed to evaluate expression Arrays.get({1}, 4): Arrays.get: there is no element at position 4",
      "EXPRESSION_VALUE@0 Failed to evaluate expression Convert.toInt('12a'): Convert.toInt: "12a" is no number",
      "EXPRESSION_VALUE@0 Failed to evaluate expression user.nickName ? 1 : 2: null is neither true nor false",
      "EXPRESSION_VALUE@0 Failed to evaluate expression user.nickName > 1: cannot compare null with 1",
      "EXPRESSION_VALUE@0 Failed to evaluate expression null + null: cannot add null to null",
      "EXPRESSION_VALUE@4 Failed to evaluate expression 1 / 0: division by zero",
      "EXPRESSION_SYNTAX@5 Invalid expression, it ends too early, expected } at position 5 in expression {1, 2",
      "EXPRESSION_SYNTAX@200 Invalid expression, nested deeper than 200 levels at position 200 in expression ((((((((((((((((((…",
    ]
  `);
});

test("checks names against the schemas before anything is evaluated", () => {
  const known = { user: new Set(["login", "firstName"]), appuser: new Set(["email"]) };
  for (const good of ["source.login", "user.firstName + appuser.email", "user.getInternalProperty('id')"]) {
    expect(() => checkExpression(good, known)).not.toThrow();
  }
  const bad = [
    "true ? 'x' : String.toUpperCase(user.shoeSize)",
    "{appuser.login}",
    "!group.name",
    "false AND String.reverse('x')",
  ];
  expect(bad.map((expression) => refusal(() => checkExpression(expression, known)))).toMatchInlineSnapshot(`
    [
      "EXPRESSION_PROPERTY@32 Invalid property shoeSize in expression user.shoeSize",
      "EXPRESSION_PROPERTY@1 Invalid property login in expression appuser.login",
      "EXPRESSION_PROPERTY@1 Invalid property name in expression group.name",
      "EXPRESSION_FUNCTION@10 Invalid function name reverse in expression false AND String.reverse('x')",
    ]
  `);
});

test.each([
  ["${source.login}", "winston.churchill@gmail.com"],
  ['${fn:substringBefore(source.login, "@")}', "winston.churchill"],
  ["x-${source.firstName}.${user.lastName}", "x-Winston.Churchill"],
  ["String.toUpperCase(user.firstName)", "WINSTON"],
  ["${source.nickName}", ""],
  ["", ""],
])("user name template %s gives %s", (template, value) => {
  expect(evaluateTemplate(template, { user })).toBe(value);
});

test("a mapping gives null for one bad property and values for the rest", () => {
  const person: User = {
    id: "00u1",
    status: "ACTIVE",
    typeId: "oty1",
    profile: user,
    created: "2026-01-01T00:00:00.000Z",
    activated: null,
    statusChanged: null,
    lastLogin: null,
    lastUpdated: "2026-01-01T00:00:00.000Z",
    passwordChanged: null,
  };
  const property = (expression: string) => ({ expression, pushStatus: "PUSH" as const });
  const mapping: ProfileMapping = {
    id: "prm1",
    appId: "0oa1",
    direction: "user-to-app",
    properties: {
      givenName: property("user.firstName"),
      bad: property("user.nickName > 1"),
      empty: property(" "),
      employeeNumber: property("user.getInternalProperty('id')"),
    },
  };
  expect(evaluateMapping(mapping, person, undefined)).toEqual({
    givenName: "Winston",
    bad: null,
    empty: null,
    employeeNumber: "00u1",
  });
});

test("how deep an expression nests is counted, not how much stands side by side", () => {
  const nested = (levels: number): string => `${"(".repeat(levels)}"a"${")".repeat(levels)}`;
  const sideBySide = Array.from({ length: 250 }, () => '(true ? "b" : "c") + (!false ? "d" : "e")').join(
    " + ",
  );
  expect(evaluateExpression(`${sideBySide} + ${nested(150)}`, {})).toBe(`${"bd".repeat(250)}a`);
  expect(() => evaluateExpression(`${sideBySide} + ${nested(200)}`, {})).toThrow(
    expect.objectContaining({ code: "EXPRESSION_SYNTAX" }),
  );
});

test.each(["!", "-"])("%s may not be repeated without end", (sign) => {
  expect(() => evaluateExpression(`${sign.repeat(300)}1`, {})).toThrow(
    expect.objectContaining({ code: "EXPRESSION_SYNTAX" }),
  );
});

test.each([
  ["2 >= 2", true],
  ["2 > 2", false],
  ["2 <= 2", true],
  ["2 < 2", false],
  ["1 < 2", true],
  ["2 >= 3", false],
  ["{1, {2}} == {1, {2}}", true],
  ["{1, 2} == {1, 3}", false],
  ["{1} == {1, 2}", false],
  ['{1} == "1"', false],
  ['"1" == {1}', false],
])("%s is %s", (expression, value) => {
  expect(evaluateExpression(expression, {})).toBe(value);
});

test("settings of the app are known by their names", () => {
  expect(evaluateExpression("app.domain", { lookups: { app: () => ({ domain: "d.example" }) } })).toBe(
    "d.example",
  );
  expect(() => checkExpression("app.domain", { app: new Set(["domain"]) })).not.toThrow();
  expect(refusal(() => checkExpression("app.nope", { app: new Set(["domain"]) }))).toBe(
    "EXPRESSION_PROPERTY@0 Invalid property nope in expression app.nope",
  );
  expect(refusal(() => evaluateExpression("app.domain", {}))).toContain("Invalid property domain");
});
