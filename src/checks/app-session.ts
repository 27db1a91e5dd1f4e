import type { OktaClient } from "../okta/okta-client.ts";
import type { ScimClient } from "../scim/scim-client.ts";
import type { AppReads } from "./app-reads.ts";
import type { AppCheckPlan, CheckPlan } from "./check-plan.ts";
import type { CanaryState } from "./loop/canary.ts";
import type { PeopleComparison } from "./loop/people-comparison.ts";
import type { RunShared } from "./run-shared.ts";
import type { ScimProbe } from "./scim-probe.ts";
import type { ThrowAways } from "./throw-aways.ts";

/** How patient and how thorough checks are. All times in milliseconds. */
export interface CheckPatience {
  /** How long provisioning may take until what Okta was told has arrived in the SCIM server. */
  readonly settleMs: number;
  /** The pause between two looks at something that is still under way. */
  readonly pollMs: number;
  /** Up to so many people are compared one by one; above, an evenly spread sample of that size. */
  readonly exactPeople: number;
  /** The median answer of the SCIM server that is still fast enough. */
  readonly fastEnoughMs: number;
}

/** What one check of one app works with. */
export interface AppSession {
  readonly plan: CheckPlan;
  readonly app: AppCheckPlan;
  readonly patience: CheckPatience;
  readonly okta: OktaClient;
  /** Reads of Okta that the checks of this app share. */
  readonly reads: AppReads;
  /** What the checks of all apps of the run share. */
  readonly shared: RunShared;
  /** Okta's people against the accounts in the SCIM server; compared once for all checks of the app. */
  readonly people: () => Promise<PeopleComparison>;
  /** Bare requests to the SCIM server; its last exchange becomes the check's evidence. */
  readonly probe: ScimProbe;
  /** Typed requests to the SCIM server, where answers are taken for granted. */
  readonly scim: ScimClient;
  /** The throw-away people and groups of this run. */
  readonly throwAways: ThrowAways;
  /** What the canary checks did and have not undone. */
  readonly canary: CanaryState;
  /** The certificates that TLS trusts besides the system's (PEM). */
  readonly certificateAuthority: string | undefined;
  /** Ends the check at its deadline. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
