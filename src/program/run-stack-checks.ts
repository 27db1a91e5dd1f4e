import * as pulumi from "@pulumi/pulumi";
import type { CheckPlan } from "../checks/check-plan.ts";
import { type AppSummary, type CheckReport, isAcceptable } from "../checks/check-report.ts";
import { isWorthShowing, renderTerminal } from "../checks/reports/terminal.ts";
import { runChecks } from "../checks/run-checks.ts";
import type { OktaCredentials } from "../okta/authorization.ts";
import { createOktaClient } from "../okta/okta-client.ts";
import { ProgramError } from "./program-error.ts";

/** What the checks need besides their plan. */
export interface CheckAccess {
  readonly orgUrl: string;
  readonly credentials: OktaCredentials;
  /** The share of the org's rate limits that the checks may use, above 0 up to 1. */
  readonly rateLimitShare: number;
}

/** The outcome by app, without times, so that it changes only when an outcome does. */
export interface CheckSummary {
  readonly outcome: CheckReport["outcome"];
  readonly apps: Readonly<Record<string, AppCheckSummary>>;
}

export interface AppCheckSummary extends Readonly<AppSummary["counts"]> {
  readonly outcome: AppSummary["outcome"];
}

/** What the stack exports of the checks: the whole report, its summary, or why there is none. */
export type CheckOutput = CheckReport | CheckSummary | { readonly skipped: string };

/** How much of the checks the stack exports. */
export type CheckDetail = "report" | "summary";

/**
 * Runs the checks once everything is deployed: on every update, also one that changes nothing, and never in a preview. A failed check of an
 * app that enforces them fails the update, and holds back its deletions.
 * OKTA_SCIM_SKIP_CHECKS skips them, for `pulumi refresh --run-program` and for whoever runs them apart.
 * @param plan resolves when every resource is done
 * @param onReport told of the whole report, also where it fails the update
 */
export function checkAfterUpdate(
  plan: pulumi.Output<CheckPlan>,
  access: CheckAccess,
  detail: CheckDetail,
  onReport: (report: CheckReport) => void = () => undefined,
): pulumi.Output<CheckOutput> {
  if (pulumi.runtime.isDryRun()) return pulumi.output(pulumi.unknown).apply(neverInPreview);
  if (process.env["OKTA_SCIM_SKIP_CHECKS"] !== undefined)
    return pulumi.output({ skipped: "OKTA_SCIM_SKIP_CHECKS is set" });
  return plan.apply(async (ready) => {
    const okta = createOktaClient({
      orgUrl: access.orgUrl,
      credentials: access.credentials,
      rateLimitShare: access.rateLimitShare,
    });
    const report = await runChecks(ready, { okta });
    onReport(report);
    if (isAcceptable(report)) return detail === "report" ? report : summarize(report);
    const shown = { ...report, results: report.results.filter(isWorthShowing) };
    throw new ProgramError(
      "SC1701",
      `Checks after the update failed. What was deployed stays; deletions were held back.\n\n${renderTerminal(shown)}`,
    );
  });
}

function summarize({ outcome, apps }: CheckReport): CheckSummary {
  return {
    outcome,
    apps: Object.fromEntries(apps.map((app) => [app.name, { outcome: app.outcome, ...app.counts }])),
  };
}

function neverInPreview(): CheckOutput {
  return { skipped: "a preview changes nothing that could be checked" };
}
