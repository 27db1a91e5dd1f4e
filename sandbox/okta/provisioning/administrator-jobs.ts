import type { OrgStore } from "../store/org-store.ts";
import { type ImportCandidate, ImportStaging } from "./import-staging.ts";
import { confirmCandidate } from "./import-users.ts";
import type { ProvisioningLedger } from "./ledger.ts";
import { queueRetry, retryTask } from "./retry-tasks.ts";

/** What an administrator can have provisioning do: retry, push again, synchronize, import. */
export class AdministratorJobs {
  readonly #store: OrgStore;
  readonly #ledger: ProvisioningLedger;
  readonly #staging: ImportStaging;
  readonly #wake: (appId: string) => void;

  /** @param wake has an app's queue look for tasks anew */
  constructor(store: OrgStore, ledger: ProvisioningLedger, wake: (appId: string) => void) {
    this.#store = store;
    this.#ledger = ledger;
    this.#staging = new ImportStaging(store.database);
    this.#wake = wake;
  }

  /** Puts a failed task back into the queue ("Retry Selected"). Returns whether there was one. */
  retryTask(taskId: string): boolean {
    const task = this.#store.tasks.get(taskId);
    if (task?.status !== "failed") return false;
    this.#store.transaction(() => retryTask(this.#store, task));
    this.#wake(task.appId);
    return true;
  }

  /** Retries every failed task, of one app or of all. Returns how many; they are put back step by step. */
  retryFailed(appId?: string): number {
    const count = this.#store.tasks.countFailed(appId);
    if (count > 0) queueRetry(this.#store, appId ?? null, Number.MAX_SAFE_INTEGER);
    return count;
  }

  /** Pushes the profile of every provisioned person again ("Force Sync"). Returns how many; they are queued step by step. */
  forceSync(appId: string): number {
    const now = this.#store.clock.now().toISOString();
    this.#store.events.append({ type: "accounts.to-sync", appId, afterUserId: "" }, now);
    return this.#store.appUsers.countProvisioned(appId);
  }

  /** Makes accounts for people who were assigned while provisioning was off ("Provision User"). Returns how many; step by step. */
  provisionAssigned(appId: string): number {
    const now = this.#store.clock.now().toISOString();
    this.#store.events.append({ type: "accounts.to-provision", appId, afterUserId: "" }, now);
    return this.#store.appUsers.countBySyncState(appId).DISABLED;
  }

  /** Pushes a whole group again ("Push now"). */
  pushGroup(appId: string, mappingId: string): void {
    this.#store.tasks.create({ appId, kind: "group.push", subjectId: mappingId });
    this.#wake(appId);
  }

  /** Queues an import of users (and, where import is configured, groups) from an app. */
  importFrom(appId: string): void {
    this.#store.tasks.create({ appId, kind: "users.import", subjectId: appId });
    this.#wake(appId);
  }

  /** Accounts that imports of an app have found and that wait for confirmation. */
  importCandidates(appId: string, limit: number): ImportCandidate[] {
    return this.#staging.list(appId, limit);
  }

  /** Links a waiting account to the person it matches, or makes an active person of it. Returns whether there was one. */
  confirmImport(appId: string, externalId: string): boolean {
    const candidate = this.#staging.get(appId, externalId);
    if (candidate === undefined) return false;
    confirmCandidate(this.#store, this.#ledger, candidate, true);
    return true;
  }
}
