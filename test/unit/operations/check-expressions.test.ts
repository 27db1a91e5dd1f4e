import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkExpressions } from "../../../src/operations/check-expressions.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-scim-expressions-"));
  mkdirSync(join(folder, "stacks", "dev"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function issuesOf(expression: string) {
  const spec = {
    version: 1,
    app: { label: "Payroll", catalogName: "scim2headerauth" },
    server: { bundled: { publicUrl: "http://127.0.0.1:8601/payroll" } },
    attributes: [{ name: "title", expression }],
  };
  writeFileSync(join(folder, "stacks", "dev", "payroll.yaml"), JSON.stringify(spec));
  return checkExpressions(loadStack(folder, "dev").specs);
}

it.each([
  "user.title",
  "user.ownAttributeOfTheOrg",
  'String.toUpperCase(user.title) + "!"',
  'isMemberOfGroup("00g1") ? "a" : "b"',
])("%s may be right", (expression) => {
  expect(issuesOf(expression)).toEqual([]);
});

it("one that breaks off is an error at its place", () => {
  expect(issuesOf("user.title +")).toMatchObject([
    { code: "SC1311", severity: "error", file: "stacks/dev/payroll.yaml", value: '"user.title +"' },
  ]);
});

it("a function that nobody knows is a warning that names the one meant", () => {
  expect(issuesOf("String.toUperCase(user.title)")).toMatchObject([
    { code: "SC1319", severity: "warning", nearest: "String.toUpperCase" },
  ]);
});

it("what only Okta may know is a warning and stops nothing", () => {
  expect(issuesOf("user.department matches 'x.*'")).toMatchObject([{ code: "SC1319", severity: "warning" }]);
});
