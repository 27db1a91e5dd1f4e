import type { ReportedChange } from "../changes/resource-change.ts";

/** One app whose Okta side differs from what was deployed. */
export interface DriftedApp {
  readonly name: string;
  readonly label: string;
  /** `before` is what the spec says, `after` what Okta has; `remove` is gone from Okta, `add` is in Okta only. */
  readonly changes: readonly ReportedChange[];
}

/** Something that could not be compared. */
export interface UnreadableResource {
  readonly app?: string | undefined;
  readonly what: string;
  readonly message: string;
}

/** How Okta differs from what the stack's last update left. */
export interface DriftReport {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  readonly org: string;
  /** ISO 8601. */
  readonly at: string;
  readonly drifted: boolean;
  readonly apps: readonly DriftedApp[];
  readonly shared: readonly ReportedChange[];
  readonly unreadable: readonly UnreadableResource[];
  readonly comparedResources: number;
}
