import { expect, it } from "vitest";
import { draftSpec } from "../../../src/spec/draft-spec.ts";
import { problemsOf } from "./spec-project.ts";

const options = { name: "crm-emea", publicUrl: "https://scim.example.com/crm-emea" };

it.each([
  { ...options, label: "CRM", catalogName: undefined },
  { ...options, label: 'CRM: "Europe" #1', catalogName: "scim2headerauth" },
])("a drafted spec is valid as it is, and with its examples taken in ($label)", (draft) => {
  const text = draftSpec(draft);
  expect(problemsOf({ "dev/crm-emea.yaml": text })).toBe("0 errors in 0 files.");
  const withExamples = text
    .replace(/^(\w+| {2}\w+): \[\]$/gm, "$1:")
    .replace(/^( *)# (- \{|- name| {2}scim| {2}expression)/gm, "$1$2")
    .replace(/^ {2}# external/m, "  external")
    .replace(/^ {2}bundled.*$/m, "");
  expect(withExamples).not.toEqual(text);
  expect(problemsOf({ "dev/crm-emea.yaml": withExamples })).not.toMatch(/SC10|SC12|SC13/);
});
