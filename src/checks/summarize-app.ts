import type { AppFacts, Outcome } from "./check.ts";
import type { AppCheckPlan } from "./check-plan.ts";
import type { AppSummary, CheckResult } from "./check-report.ts";

const byBadness = ["fail", "warn", "waiting", "pass"] as const;

/** The worst of several outcomes: fail, then warn, then waiting, then pass; pass for none. */
export function worstOutcome(outcomes: readonly Outcome[]): (typeof byBadness)[number] {
  return byBadness.find((outcome) => outcomes.includes(outcome)) ?? "pass";
}

/** One app's line in the table at the end: how its checks ended, and the numbers that they came across. */
export function summarizeApp(
  app: AppCheckPlan,
  results: readonly CheckResult[],
  facts: Partial<AppFacts>,
): AppSummary {
  const number = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    name: app.name,
    label: app.label,
    appId: app.appId,
    outcome: worstOutcome(results.map(({ outcome }) => outcome)),
    counts: {
      pass: number("pass"),
      warn: number("warn"),
      fail: number("fail"),
      waiting: number("waiting"),
      skipped: number("skipped"),
    },
    ...facts,
  };
}
