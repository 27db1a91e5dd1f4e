import type { AppReport } from "../report.ts";
import type { GuardRailFinding } from "./finding.ts";
import { defaultStackLimits, resolveLimit, type StackLimits } from "./limits.ts";

/**
 * Holds all apps together against the stack's limits: many small losses are a large one. Losses that an app's acknowledgement allows by name
 * are not counted again.
 */
export function evaluateStackGuardRails(
  apps: readonly AppReport[],
  findings: readonly GuardRailFinding[],
  limits: StackLimits,
): GuardRailFinding[] {
  const isAllowed = (app: string): boolean =>
    findings.some(
      (finding) =>
        finding.app === app && finding.kind === "people-deactivated" && finding.outcome === "acknowledged",
    );
  const counted = apps.filter(({ name }) => !isAllowed(name)).map(losses);
  const actual = counted.reduce((sum, { count }) => sum + count, 0);
  const total = counted.reduce((sum, { of }) => sum + of, 0);
  const limit = resolveLimit(limits.maxDeactivations ?? defaultStackLimits.maxDeactivations, total);
  if (actual <= limit) return [];
  return [
    {
      kind: "people-deactivated",
      app: "(stack)",
      outcome: "broken",
      actual,
      limit,
      names: counted.filter(({ count }) => count > 0).map(({ app, count }) => `${app}: ${count}`),
      message: `${actual} accounts are lost over all apps of the stack; at most ${limit} allowed`,
      remedy:
        "Acknowledge the apps' losses by name in their specs, or change the limit okta-scim:protection.acrossStack.maxDeactivations in Pulumi.<stack>.yaml, for the reviewer to see.",
    },
  ];
}

function losses({ name, people }: AppReport): {
  readonly app: string;
  readonly count: number;
  readonly of: number;
} {
  if (people?.kind === "exact") {
    const { deactivated, unassignedOnly } = people.impact;
    return { app: name, count: deactivated.length + unassignedOnly.length, of: people.assignedBefore };
  }
  if (people?.kind === "estimate") return { app: name, count: people.deactivated, of: people.assignedBefore };
  return { app: name, count: 0, of: 0 };
}
