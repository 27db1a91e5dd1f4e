import type { ResourceChange } from "../../../src/preview/changes/resource-change.ts";
import type { PeopleImpact } from "../../../src/preview/people/impact.ts";
import { type AppReport, judge, type PeopleReport, type PreviewReport } from "../../../src/preview/report.ts";

/** Text that would break out of Markdown or HTML, were it not escaped. */
export const hostile =
  "@everyone </details><script>alert(1)</script> | ```\n# heading [x](http://evil.example) \u202eabc";

/** One change of an app, a group assignment unless told otherwise. */
export function change(partial: Partial<ResourceChange>): ResourceChange {
  return {
    app: "payroll",
    kind: "group assignment",
    action: "add",
    title: "Finance",
    fields: [],
    replacedBecause: [],
    type: "okta:app/groupAssignment:GroupAssignment",
    urn: "urn:x",
    id: undefined,
    before: undefined,
    after: {},
    ...partial,
  };
}

/** An impact that touches nobody. */
export const nobody: PeopleImpact = {
  gains: [],
  assignedNotPushed: [],
  waiting: [],
  updated: [],
  updatedLater: [],
  deactivated: [],
  lockedOut: [],
  unassignedOnly: [],
  refused: [],
  groups: [],
  uncertainties: [],
  openQuestions: [],
};

/** Exact figures of nine people of whom some are touched. */
export function exactPeople(impact: Partial<PeopleImpact>): PeopleReport {
  return { kind: "exact", impact: { ...nobody, ...impact }, assignedBefore: 9, assignedAfter: 9 };
}

/** A report on these apps, with the verdict that they deserve. */
export function reportOn(apps: readonly AppReport[], parts: Partial<PreviewReport> = {}): PreviewReport {
  return {
    version: 1,
    project: "okta-scim",
    stack: "prod",
    org: "https://example.okta.com",
    commit: "0123456789abcdef",
    at: "2026-11-22T10:00:00Z",
    verdict: judge(apps, [], [], []),
    apps,
    shared: [],
    guardRails: [],
    unchangedResources: 12,
    oktaCalls: 9,
    milliseconds: 1234,
    ...parts,
  };
}

/** A report of one app whose people all get a new account, but one who is deactivated. */
export function report(label: string, people: number, changes: readonly ResourceChange[]): PreviewReport {
  return reportOn([
    {
      name: "payroll",
      label,
      changes,
      people: {
        kind: "exact",
        assignedBefore: people,
        assignedAfter: people + 1,
        impact: {
          ...nobody,
          gains: Array.from({ length: people }, (_, index) => ({
            id: `${index}`,
            login: `${label}${index}@example.com`,
            account: "created" as const,
          })),
          deactivated: [{ id: "d", login: "dora@example.com" }],
        },
      },
    },
  ]);
}
