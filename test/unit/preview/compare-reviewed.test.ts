import { describe, expect, it } from "vitest";
import { compareReviewed } from "../../../src/preview/compare-reviewed.ts";
import type { AccountOutcome, GainedPerson } from "../../../src/preview/people/gained-accounts.ts";
import type { PeopleImpact, TouchedPerson } from "../../../src/preview/people/impact.ts";
import type { AppReport, PreviewReport } from "../../../src/preview/report.ts";
import { exactPeople, reportOn } from "./sample-report.ts";

const person = (name: string): TouchedPerson => ({ id: name, login: `${name}@example.com` });
const gained = (name: string, account: AccountOutcome = "created"): GainedPerson => ({
  ...person(name),
  account,
});

function report(impact: Partial<PeopleImpact>, app: Partial<AppReport> = {}, stack = "prod"): PreviewReport {
  const people = exactPeople(impact);
  return reportOn([{ name: "payroll", label: "Payroll", changes: [], people, ...app }], { stack });
}

describe("a report about another org", () => {
  it("reviews nothing here", () => {
    const elsewhere = { ...report({}), org: "https://other.okta.com" };
    expect(compareReviewed(elsewhere, report({}))).toEqual([
      "The report is about https://other.okta.com, the update about https://example.okta.com.",
    ]);
  });
});

const counted = (gains: number): Partial<AppReport> => ({
  people: { kind: "estimate", assignedBefore: 9, gains, updated: 0, deactivated: 0, because: "many" },
});
const group = (name: string): Partial<AppReport> => ({
  changes: [
    { app: "payroll", kind: "group assignment", action: "add", title: name, fields: [], replacedBecause: [] },
  ],
});

describe("an update compared with what was reviewed", () => {
  const reviewed = report({ gains: [gained("ada")], deactivated: [person("bo"), person("cy")] });

  it("may do the same, or less", () => {
    expect(compareReviewed(reviewed, reviewed)).toEqual([]);
    expect(compareReviewed(reviewed, report({ deactivated: [person("cy")] }))).toEqual([]);
    expect(compareReviewed(report({}, group("Finance")), report({}))).toEqual([]);
  });

  it("must not touch anybody else, also when the number stays", () => {
    const swapped = report({ gains: [gained("ada")], deactivated: [person("bo"), person("di")] });
    expect(compareReviewed(reviewed, swapped)).toEqual([
      "payroll: 1 more people lose the application than reviewed: di@example.com.",
    ]);
  });

  it("must not take over an account that counted as made anew", () => {
    const takesOver = report({ gains: [gained("ada", "matched")] });
    expect(compareReviewed(reviewed, takesOver)).toEqual([
      "payroll: 1 more existing accounts are taken over than reviewed: ada@example.com.",
    ]);
    expect(compareReviewed(report({ gains: [gained("ada", "unknown")] }), takesOver)).toEqual([]);
    expect(compareReviewed(takesOver, report({ gains: [gained("ada", "reactivated")] }))).toEqual([]);
    expect(compareReviewed(report({}, counted(1)), takesOver)).toEqual([]);
  });

  it("must not change another setting", () => {
    expect(compareReviewed(report({}, group("Finance")), report({}, group("Sales")))).toEqual([
      'payroll: add group assignment "Sales" differs from what was reviewed.',
    ]);
  });

  it("must not reach the application where the review saw Okta's assignment alone", () => {
    const inOkta = report({ assignedNotPushed: [person("ada")], unassignedOnly: [person("bo")] });
    expect(compareReviewed(inOkta, report({ gains: [gained("ada")], deactivated: [person("bo")] }))).toEqual([
      "payroll: 1 get an account, reviewed as Okta's assignment alone: ada@example.com.",
      "payroll: 1 lose their account, reviewed as Okta's assignment alone: bo@example.com.",
    ]);
    expect(
      compareReviewed(report({ deactivated: [person("bo")] }), report({ unassignedOnly: [person("bo")] })),
    ).toEqual([]);
  });

  it("takes numbers where a report only counted", () => {
    expect(compareReviewed(report({}, counted(5)), report({}, counted(5)))).toEqual([]);
    expect(compareReviewed(report({}, counted(5)), report({}, counted(7)))).toEqual([
      "payroll: 2 more people gain the application than reviewed.",
    ]);
    expect(compareReviewed(report({}, counted(1)), report({ gains: [gained("ada"), gained("bo")] }))).toEqual(
      ["payroll: 1 more people gain the application than reviewed."],
    );
  });

  it("must not go on where nobody can tell whom it touches", () => {
    const blind = report({}, { people: { kind: "unknown", because: "Okta refused" } });
    expect(compareReviewed(reviewed, blind)).toEqual([
      "payroll: whom it touches can't be told: Okta refused",
    ]);
  });

  it("must be of the same stack", () => {
    expect(compareReviewed(report({}, {}, "dev"), report({}))).toEqual([
      "The report is about okta-scim/dev, the update about okta-scim/prod.",
    ]);
  });
});
