import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateReportSchema, reportSchemaFile } from "../../../src/preview/generate.ts";
import { renderTerminal } from "../../../src/preview/render/terminal.ts";
import type { PreviewReport } from "../../../src/preview/report.ts";
import { parseReport, ReportError } from "../../../src/preview/report-schema.ts";
import { nobody } from "./sample-report.ts";

const ada = { id: "00u1", login: "ada@example.com" };
const report: PreviewReport = {
  version: 1,
  project: "okta-scim",
  stack: "prod",
  org: "https://example.okta.com",
  at: "2026-11-22T10:00:00.000Z",
  verdict: { level: "needs review", reasons: ["payroll: 1 person deactivated"] },
  apps: [
    {
      name: "payroll",
      label: "Payroll",
      changes: [
        {
          app: "payroll",
          kind: "connection",
          action: "change",
          title: "Provisioning connection",
          fields: [
            { label: "API token", secret: true },
            { label: "Connection", secret: false, before: "DISABLED", after: "ENABLED" },
          ],
          replacedBecause: [],
        },
      ],
      people: {
        kind: "exact",
        assignedBefore: 2,
        assignedAfter: 1,
        impact: {
          ...nobody,
          updated: [{ ...ada, attributes: [{ name: "title", before: null, after: ["a", 1] }] }],
          deactivated: [ada],
          groups: [
            { sourceGroupId: "00g1", target: "admins", joins: [], leaves: [ada], stays: [], removed: false },
          ],
          uncertainties: ["one"],
        },
      },
    },
    { name: "travel", label: "Travel", changes: [], people: { kind: "unknown", because: "why" } },
  ],
  shared: [],
  guardRails: [
    {
      kind: "people-deactivated",
      app: "payroll",
      outcome: "broken",
      actual: 1,
      limit: 0,
      names: ["ada@example.com"],
      message: "1 of 2",
      remedy: "do",
    },
  ],
  unchangedResources: 3,
  oktaCalls: 4,
  milliseconds: 5.5,
};

describe("the report's JSON", () => {
  it("comes back as it was saved", () => {
    const parsed = parseReport(JSON.stringify(report));
    expect(parsed).toEqual(report);
    expect(renderTerminal(parsed, (_tone, text) => text)).toBe(renderTerminal(report, (_tone, text) => text));
  });

  it("has its schema published (node src/preview/generate.ts)", () => {
    const file = join(import.meta.dirname, "..", "..", "..", reportSchemaFile);
    expect(readFileSync(file, "utf8")).toBe(generateReportSchema());
  });

  it.each([
    ["no JSON", "{", "not JSON"],
    ["another document", "{}", "✖ Invalid input: expected 1"],
    ["another version", JSON.stringify({ ...report, version: 2 }), "at version"],
    ["a wrong figure", JSON.stringify({ ...report, oktaCalls: -1 }), "at oktaCalls"],
  ])("is refused when it is %s, with the place", (_what, text, told) => {
    expect(() => parseReport(text)).toThrow(ReportError);
    expect(() => parseReport(text)).toThrow(told);
  });
});
