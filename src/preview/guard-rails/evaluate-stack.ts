import type { GuardRailFinding, GuardRailKind } from "./finding.ts";
import { defaultStackLimits, resolveLimit, type StackLimits } from "./limits.ts";
import type { Measure } from "./measure.ts";

/** What one app loses, as it was measured against its own limits. */
export interface AppLosses {
  readonly app: string;
  readonly measures: readonly Measure[];
  readonly findings: readonly GuardRailFinding[];
}

/** The kinds of which all apps together may do too much: each with its limit and its words. */
const counted = [
  { kind: "people-deactivated", limit: "maxDeactivations", words: "accounts are lost" },
  { kind: "assignments-removed", limit: "maxAssignmentRemovals", words: "assignments are removed" },
  { kind: "push-groups-removed", limit: "maxPushGroupRemovals", words: "push groups are removed" },
  {
    kind: "target-groups-deleted",
    limit: "maxTargetGroupDeletions",
    words: "groups are deleted in the applications",
  },
] as const satisfies readonly { kind: GuardRailKind; limit: keyof StackLimits; words: string }[];

/**
 * Holds all apps together against the stack's limits: many small losses are a large one. Losses that an app's acknowledgement allows by name
 * are not counted again.
 */
export function evaluateStackGuardRails(apps: readonly AppLosses[], limits: StackLimits): GuardRailFinding[] {
  return counted.flatMap(({ kind, limit: name, words }): GuardRailFinding[] => {
    const losses = apps.flatMap(({ app, measures, findings }) => {
      const isAllowed = findings.some((one) => one.kind === kind && one.outcome === "acknowledged");
      const measured = measures.find((one) => one.kind === kind);
      return isAllowed || measured === undefined ? [] : [{ app, ...measured }];
    });
    const actual = losses.reduce((sum, one) => sum + one.actual, 0);
    const limit = resolveLimit(
      limits[name] ?? defaultStackLimits[name],
      losses.reduce((sum, { total }) => sum + total, 0),
    );
    if (actual <= limit) return [];
    return [
      {
        kind,
        app: "(stack)",
        outcome: "broken",
        actual,
        limit,
        names: losses.filter((one) => one.actual > 0).map((one) => `${one.app}: ${one.actual}`),
        message: `${actual} ${words} over all apps of the stack; at most ${limit} allowed`,
        remedy: `Acknowledge the apps' losses by name in their specs, or change the limit okta-scim:protection.acrossStack.${name} in Pulumi.<stack>.yaml, for the reviewer to see.`,
      },
    ];
  });
}
