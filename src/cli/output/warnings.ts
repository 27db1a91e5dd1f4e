import type { SpecIssue } from "../../spec/spec-issue.ts";

/** Warnings of the specs, a line each. */
export function renderWarnings(issues: readonly SpecIssue[]): string[] {
  return issues
    .filter((issue) => issue.severity === "warning")
    .map((issue) => `${issue.file}:${issue.line}:${issue.column} warning ${issue.code}: ${issue.message}`);
}
