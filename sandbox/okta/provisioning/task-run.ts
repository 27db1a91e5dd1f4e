import type { ScimClient } from "../../../src/scim/scim-client.ts";
import type { App, ProvisioningTask } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { EventPlanner } from "./event-planner.ts";
import type { ProvisioningLedger } from "./ledger.ts";
import type { PasswordVault } from "./password-vault.ts";

/** Everything that the execution of one task needs. */
export interface TaskRun {
  readonly task: ProvisioningTask;
  readonly app: App;
  readonly client: ScimClient;
  readonly store: OrgStore;
  readonly ledger: ProvisioningLedger;
  readonly planner: EventPlanner;
  readonly passwords: PasswordVault;
  readonly signal: AbortSignal;
}

/**
 * What a task did: it found nothing to do, or brought its person or group in step with the SCIM server (and so ends what failed
 * before for the same). What the org has to note of that is noted in the transaction that ends the task.
 */
export type TaskEffect = "nothing" | { readonly record: () => void };

/** A task that cannot succeed for a reason of the org itself, not of the SCIM server. */
export class TaskRefusedError extends Error {
  readonly code = "PROVISIONING_REFUSED";
}

/** The org's time as Okta prints it. */
export function readNow(run: TaskRun): string {
  return run.store.clock.now().toISOString();
}
