import { compareReviewed } from "../preview/compare-reviewed.ts";
import type { GuardRailFinding } from "../preview/guard-rails/finding.ts";
import type { PreviewReport } from "../preview/report.ts";

/** Guard rails stopped an update before anything was changed. */
export class GuardRailError extends Error {
  readonly code = "GUARD_RAIL_BROKEN";
  readonly remedy: string;
  readonly findings: readonly GuardRailFinding[];

  constructor(findings: readonly GuardRailFinding[]) {
    const lines = findings.map(({ app, kind, message, names }) => {
      const shown = names.slice(0, mostNames).join(", ");
      const rest = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
      return `  ${app}: ${kind}: ${message}${shown === "" ? "" : `\n    ${shown}${rest}`}`;
    });
    super(`Guard rails stop this update; nothing was changed.\n${lines.join("\n")}`);
    this.name = "GuardRailError";
    this.findings = findings;
    this.remedy = [...new Set(findings.map(({ remedy }) => remedy))].join("\n  ");
  }
}

/** The org or the specs changed since the review, so that the update would do more than was reviewed. */
export class ReviewOutdatedError extends Error {
  readonly code = "REVIEW_OUTDATED";
  readonly remedy = "Preview again, have it reviewed, and update with that report.";

  constructor(differences: readonly string[]) {
    super(
      `This update would do more than was reviewed; nothing was changed.\n${differences.map((text) => `  ${text}`).join("\n")}`,
    );
    this.name = "ReviewOutdatedError";
  }
}

/** @throws ReviewOutdatedError when an update would do more than a reviewed report says. */
export function stopWhenOutdated(reviewed: PreviewReport, now: PreviewReport): void {
  const differences = compareReviewed(reviewed, now);
  if (differences.length > 0) throw new ReviewOutdatedError(differences);
}

const mostNames = 10;

/** @throws GuardRailError when a guard rail is broken and not acknowledged. */
export function stopAtGuardRails(findings: readonly GuardRailFinding[]): void {
  const broken = findings.filter(({ outcome }) => outcome === "broken");
  if (broken.length > 0) throw new GuardRailError(broken);
}
