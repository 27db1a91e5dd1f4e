import type { GuardRailFinding, GuardRailKind } from "./finding.ts";
import { defaultStackLimits, resolveLimit, type StackLimits } from "./limits.ts";
import type { Measure } from "./measure.ts";

/** What one app loses, as it was measured against its own limits. */
export interface AppLosses {
  readonly app: string;
  readonly measures: readonly Measure[];
  readonly findings: readonly GuardRailFinding[];
}

const limitOf = {
  "people-deactivated": "maxDeactivations",
  "assignments-removed": "maxAssignmentRemovals",
  "push-groups-removed": "maxPushGroupRemovals",
  "target-groups-deleted": "maxTargetGroupDeletions",
} as const satisfies Partial<Record<GuardRailKind, keyof StackLimits>>;
const words = {
  "people-deactivated": "accounts are lost",
  "assignments-removed": "assignments are removed",
  "push-groups-removed": "push groups are removed",
  "target-groups-deleted": "groups are deleted in the applications",
} as const;

/**
 * Holds all apps together against the stack's limits: many small losses are a large one. Losses that an app's acknowledgement allows by name
 * are not counted again.
 */
export function evaluateStackGuardRails(apps: readonly AppLosses[], limits: StackLimits): GuardRailFinding[] {
  return (Object.keys(limitOf) as (keyof typeof limitOf)[]).flatMap((kind) => {
    const counted = apps.flatMap(({ app, measures, findings }) => {
      const isAllowed = findings.some((one) => one.kind === kind && one.outcome === "acknowledged");
      const measured = measures.find((one) => one.kind === kind);
      return isAllowed || measured === undefined ? [] : [{ app, ...measured }];
    });
    const actual = counted.reduce((sum, one) => sum + one.actual, 0);
    const name = limitOf[kind];
    const limit = resolveLimit(
      limits[name] ?? defaultStackLimits[name],
      counted.reduce((sum, { total }) => sum + total, 0),
    );
    if (actual <= limit) return [];
    return [
      {
        kind,
        app: "(stack)",
        outcome: "broken" as const,
        actual,
        limit,
        names: counted.filter((one) => one.actual > 0).map((one) => `${one.app}: ${one.actual}`),
        message: `${actual} ${words[kind]} over all apps of the stack; at most ${limit} allowed`,
        remedy: `Acknowledge the apps' losses by name in their specs, or change the limit okta-scim:protection.acrossStack.${name} in Pulumi.<stack>.yaml, for the reviewer to see.`,
      },
    ];
  });
}
