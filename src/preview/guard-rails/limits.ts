/** A number, or a share such as `5%` of what is there. */
export type Limit = number | string;

/** What one update may take away from one app. */
export interface ProtectionLimits {
  readonly maxDeactivations?: Limit | undefined;
  readonly maxAssignmentRemovals?: Limit | undefined;
  readonly maxPushGroupRemovals?: Limit | undefined;
  readonly maxTargetGroupDeletions?: Limit | undefined;
}

/** What one update may take away from all apps together, without what acknowledgements allow. */
export interface StackLimits {
  /** People who lose an account, each counted once per app. */
  readonly maxDeactivations?: Limit | undefined;
  readonly maxAssignmentRemovals?: Limit | undefined;
  readonly maxPushGroupRemovals?: Limit | undefined;
  readonly maxTargetGroupDeletions?: Limit | undefined;
}

/** The limits across a stack where it gives none: what many small apps may lose together. */
export const defaultStackLimits = {
  maxDeactivations: 100,
  maxAssignmentRemovals: 20,
  maxPushGroupRemovals: 20,
  maxTargetGroupDeletions: 5,
} as const satisfies Required<StackLimits>;

/** The limits where neither spec nor stack gives one: tight enough for production. */
export const defaultLimits = {
  maxDeactivations: "5%",
  maxAssignmentRemovals: 1,
  maxPushGroupRemovals: 1,
  maxTargetGroupDeletions: 0,
} as const satisfies Required<ProtectionLimits>;

/** A limit as a number of things; a share is rounded up, so that 5 % of nine people is one and not none. */
export function resolveLimit(limit: Limit, total: number): number {
  if (typeof limit === "number") return limit;
  // Multiplied first: 0.07 * 100 is more than 7, and would be 8.
  return Math.ceil((Number.parseInt(limit, 10) * total) / 100);
}
