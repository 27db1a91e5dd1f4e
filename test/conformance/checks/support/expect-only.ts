import { expect } from "vitest";
import { allChecks } from "../../../../src/checks/all-checks.ts";
import type { CheckReport, CheckResult } from "../../../../src/checks/check-report.ts";

/** Of the report's findings, only those on these checks ask for something; what needs them is skipped, and all the rest is well. */
export function expectOnly(
  report: CheckReport,
  ids: readonly string[],
  outcome: "fail" | "warn" | "waiting" = "fail",
): CheckResult {
  const dependents = findDependents(ids);
  const wrong = report.results.filter(
    (result) =>
      !["pass", "skipped"].includes(result.outcome) ||
      (result.outcome === "skipped" && result.remedy !== undefined),
  );
  const told = Object.fromEntries(wrong.map((result) => [result.id, result.outcome]));
  const ran = new Set(report.results.map(({ id }) => id));
  const skipped = outcome === "warn" ? [] : dependents.filter((id) => ran.has(id) && told[id] !== undefined);
  expect(told).toEqual({
    ...Object.fromEntries(skipped.map((id) => [id, "skipped"])),
    ...Object.fromEntries(ids.map((id) => [id, outcome])),
  });
  const [first] = report.results.filter(({ id }) => id === ids[0]);
  if (first === undefined) throw new Error(`${ids[0]} did not run`);
  return first;
}

/** The checks that need one of these, directly or through others. */
function findDependents(ids: readonly string[]): readonly string[] {
  const reached = new Set(ids);
  for (let size = 0; size < reached.size; ) {
    size = reached.size;
    for (const check of allChecks)
      if (check.needs?.some((id) => reached.has(id)) === true) reached.add(check.id);
  }
  return [...reached].filter((id) => !ids.includes(id));
}
