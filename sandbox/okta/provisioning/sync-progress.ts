import type { AppUser, ProvisioningTask, SyncState } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/** Tasks that bring a person's account in line. A deactivation is about an assignment that is gone. */
const syncingKinds = new Set(["user.create", "user.update", "user.password"]);

/**
 * Shows a person as SYNCING while a task about their account runs. Call it inside a transaction.
 * @returns the state before; undefined for a task that changes none
 */
export function beginSync(store: OrgStore, task: ProvisioningTask): SyncState | undefined {
  const appUser = findAppUser(store, task);
  if (appUser === undefined || appUser.syncState === "DISABLED") return undefined;
  setState(store, appUser, "SYNCING");
  return appUser.syncState;
}

/**
 * Ends SYNCING where a finished task has not: it found nothing to do, or was about the password only. What waited for a push that is
 * switched off meanwhile waits no longer.
 * @param before what {@link beginSync} returned
 */
export function finishSync(store: OrgStore, task: ProvisioningTask, before: SyncState | undefined): void {
  const { appId, subjectId } = task;
  const hasAccount = store.appUsers.get(appId, subjectId)?.externalId != null;
  const isDone = before === "OUT_OF_SYNC" && hasAccount;
  endSync(store, task, isDone ? stateAfterPush(store, appId, subjectId) : before);
}

/**
 * Ends SYNCING where the task is to be run again.
 * @param before what {@link beginSync} returned
 */
export function endSync(store: OrgStore, task: ProvisioningTask, before: SyncState | undefined): void {
  const appUser = before === undefined ? undefined : findAppUser(store, task);
  if (before === undefined || appUser?.syncState !== "SYNCING") return;
  setState(store, appUser, before);
}

/** A person for whom an update waits is out of step, unless they are in ERROR until it is done. */
export function expectSync(store: OrgStore, appUser: AppUser): void {
  if (appUser.syncState === "SYNCHRONIZED") setState(store, appUser, "OUT_OF_SYNC");
}

/** The state of a person whose account has just been brought in line: out of step again where their profile changed meanwhile. */
export function stateAfterPush(store: OrgStore, appId: string, userId: string): SyncState {
  const waiting = store.tasks.list({ appId, subjectId: userId, status: "pending", limit: 10 });
  return waiting.some(({ kind }) => kind === "user.update") ? "OUT_OF_SYNC" : "SYNCHRONIZED";
}

/** After a crash: nothing runs any more, so nobody is SYNCING. */
export function forgetInterruptedSyncs(store: OrgStore, appId: string): void {
  for (;;) {
    const page = store.appUsers.list({ appId, syncState: "SYNCING", limit: 1_000 });
    for (const appUser of page) setState(store, appUser, "OUT_OF_SYNC");
    if (page.length < 1_000) return;
  }
}

function findAppUser(store: OrgStore, { appId, kind, subjectId }: ProvisioningTask): AppUser | undefined {
  return syncingKinds.has(kind) ? store.appUsers.get(appId, subjectId) : undefined;
}

function setState(store: OrgStore, { appId, userId }: AppUser, syncState: SyncState): void {
  store.appUsers.recordSync(appId, userId, { syncState });
}
