import { describe, expect, it } from "vitest";
import { appsTakenOver, readChanges, readTakenOver } from "../../../src/preview/changes/read-changes.ts";
import { idsAsNames } from "../../../src/preview/changes/resource-change.ts";
import { compareReviewed } from "../../../src/preview/compare-reviewed.ts";
import { renderHtml } from "../../../src/preview/render/html.ts";
import { renderMarkdown } from "../../../src/preview/render/markdown.ts";
import { renderTerminal } from "../../../src/preview/render/terminal.ts";
import { parseReport } from "../../../src/preview/report-schema.ts";
import { reportOn } from "./sample-report.ts";
import { step } from "./sample-step.ts";

const steps = [
  step("import", "okta:app/autoLogin:AutoLogin", { label: "Payroll" }),
  step("import", "okta:app/groupAssignment:GroupAssignment", { groupId: "00gFinance" }),
  { ...step("import", "okta:app/groupAssignment:GroupAssignment", { groupId: "00gSales" }), urn: "other" },
];
const takenOver = readTakenOver(steps, "payroll", idsAsNames);
const report = reportOn([{ name: "payroll", label: "Payroll", changes: [], takenOver }]);

describe("what an update takes over as it is in Okta", () => {
  it("is no change, and belongs to its app", () => {
    expect(readChanges(steps, idsAsNames)).toEqual([]);
    expect(new Set(appsTakenOver(steps))).toEqual(new Set(["payroll"]));
    expect(takenOver).toEqual([
      { kind: "app", title: "Payroll" },
      { kind: "group assignment", title: "00gFinance" },
      { kind: "group assignment", title: "00gSales" },
    ]);
  });

  it("leaves a report safe, and is told in each form of it", () => {
    expect(report.verdict).toEqual({ level: "safe", reasons: [] });
    const line = "= taken over as in Okta, unchanged: app, 2 group assignments";
    expect(renderTerminal(report, (_tone, text) => text)).toContain(line);
    expect(renderMarkdown(report)).toContain(line);
    expect(renderHtml(report)).toContain(line);
    expect(
      parseReport(JSON.stringify({ ...report, at: "2026-11-22T10:00:00.000Z" })).apps[0]?.takenOver,
    ).toEqual(takenOver);
  });

  it("is more than was reviewed where the review did not have it", () => {
    const reviewed = reportOn([
      { name: "payroll", label: "Payroll", changes: [], takenOver: takenOver.slice(0, 2) },
    ]);
    expect(compareReviewed(reviewed, report)).toEqual([
      'payroll: takes over group assignment "00gSales", which was not reviewed.',
    ]);
    expect(compareReviewed(report, reviewed)).toEqual([]);
  });
});
