import type { ConnectionHints } from "../../../src/operations/adoption/describe-connection.ts";
import { draftAdoption } from "../../../src/operations/adoption/draft-adoption.ts";
import type { OrgApp } from "../../../src/operations/adoption/read-org-app.ts";
import { describeNote, renderAdoption } from "../../../src/operations/adoption/render-adoption.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";
import { withProject } from "../spec/spec-project.ts";

export const hints: ConnectionHints = {
  stack: "prod",
  name: "payroll",
  baseUrl: undefined,
  bundled: false,
  neighbours: [],
};
const source = {
  orgUrl: "https://example.okta.com",
  appId: "0oaPayroll1",
  label: "Payroll",
  day: "2026-06-15",
};

/** The file of an app, what a person is told of it, and what `validate` says of it. */
export function writeAdoption(org: OrgApp, more: Partial<ConnectionHints> = {}) {
  const draft = draftAdoption(org, { ...hints, ...more });
  const text = renderAdoption(draft, { ...source, label: org.app.label });
  return withProject({ "stacks/prod/payroll.yaml": text }, (folder) => {
    const { specs, issues } = loadStack(folder, "prod", { today: "2026-06-15" });
    return {
      text,
      spec: specs[0]?.spec,
      issues: issues.length === 0 ? "none" : renderIssues(issues),
      notes: draft.notes.map(describeNote),
      adopt: draft.adopt,
    };
  });
}
