import { z } from "zod";

const shareSchema = z.object({ actual: z.int(), expected: z.int() });
const exchangeSchema = z.object({ request: z.string(), answer: z.string() });

const resultSchema = z.object({
  id: z.string().describe("Stable id of the check, e.g. server.auth.wrong-token"),
  app: z.string().describe("The app's name: its spec's file name"),
  question: z.string(),
  outcome: z.enum(["pass", "warn", "fail", "waiting", "skipped"]),
  evidence: z.string().describe("What was seen, in one sentence; without secrets"),
  details: z.array(z.string()).optional(),
  remedy: z.string().optional(),
  exchange: exchangeSchema.optional().describe("The exchange that decided, redacted"),
  unreachable: z.boolean().optional().describe("Okta did not answer at all"),
  docs: z.string().describe("Where the check is explained, relative to the repository"),
  milliseconds: z.int(),
});

const summarySchema = z.object({
  name: z.string(),
  label: z.string(),
  appId: z.string(),
  outcome: z.enum(["pass", "warn", "fail", "waiting"]),
  counts: z.object({ pass: z.int(), warn: z.int(), fail: z.int(), waiting: z.int(), skipped: z.int() }),
  status: z.string().optional().describe("The app's status in Okta"),
  connection: z.string().optional(),
  features: shareSchema.optional(),
  schema: shareSchema.optional(),
  mappings: shareSchema.optional(),
  pushGroups: shareSchema.optional(),
  assignments: shareSchema.optional(),
  people: shareSchema.optional().describe("People provisioned, of people assigned"),
});

/** The report of one run of the checks, as `okta-scim check --json` prints it. */
export const checkReportSchema = z
  .object({
    version: z.literal(1),
    stack: z.string(),
    orgUrl: z.string(),
    startedAt: z.iso.datetime(),
    milliseconds: z.int(),
    outcome: z.enum(["pass", "warn", "fail", "waiting"]).describe("The worst outcome of all apps"),
    endedEarly: z
      .literal(true)
      .optional()
      .describe("Somebody ended the run: what is skipped for it was not answered, so nothing is proven"),
    apps: z.array(summarySchema),
    results: z.array(resultSchema),
  })
  .meta({ title: "okta-scim check report" });

export type CheckReport = z.infer<typeof checkReportSchema>;
export type CheckResult = z.infer<typeof resultSchema>;
export type CheckReportShare = z.infer<typeof shareSchema>;
export type AppSummary = z.infer<typeof summarySchema>;

/** Whether the checks allow the update to succeed: all were run, and none failed. */
export function isAcceptable(report: CheckReport): boolean {
  return report.outcome !== "fail" && report.endedEarly !== true;
}

/** The run's result in a few words, for people. */
export function describeVerdict({
  outcome,
  endedEarly,
}: Pick<CheckReport, "outcome" | "endedEarly">): string {
  const verdict = {
    pass: "All checks passed",
    warn: "Checks passed with warnings",
    fail: "Checks failed",
    waiting: "Waiting for an administrator",
  }[outcome];
  if (endedEarly !== true) return verdict;
  return outcome === "fail" ? `${verdict}, and the run was ended early` : "Ended early: not all was checked";
}
