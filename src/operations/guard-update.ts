import type { GuardRailFinding } from "../preview/guard-rails/finding.ts";

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

const mostNames = 10;

/** @throws GuardRailError when a guard rail is broken and not acknowledged. */
export function stopAtGuardRails(findings: readonly GuardRailFinding[]): void {
  const broken = findings.filter(({ outcome }) => outcome === "broken");
  if (broken.length > 0) throw new GuardRailError(broken);
}
