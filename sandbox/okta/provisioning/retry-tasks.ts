import type { ProvisioningTask } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/** Failed tasks put back per turn. */
const step = 1_000;

/** Leaves failed tasks from before a sequence number, of an app or (null) of all, to be put back step by step. */
export function queueRetry(store: OrgStore, appId: string | null, beforeSequence: number): void {
  const now = store.clock.now().toISOString();
  store.events.append({ type: "tasks.to-retry", appId, beforeSequence }, now);
}

/** Puts the next thousand of them back. Returns the apps that they are of. Call it inside a transaction. */
export function continueRetry(
  store: OrgStore,
  appId: string | null,
  beforeSequence: number,
): readonly string[] {
  const ofApp = appId === null ? {} : { appId };
  const page = store.tasks.list({ status: "failed", limit: step, beforeSequence, ...ofApp });
  for (const task of page) retryTask(store, task);
  const last = page.at(-1);
  if (last !== undefined && page.length >= step) queueRetry(store, appId, last.sequence);
  return [...new Set(page.map((task) => task.appId))];
}

/**
 * Puts a failed task back. A mapping in ERROR takes whole pushes only, as with Okta's "Retry All Groups". Call it inside a
 * transaction.
 */
export function retryTask(store: OrgStore, task: ProvisioningTask): void {
  const { appId, id, kind, subjectId } = task;
  if (kind === "group.members" || kind === "group.rename") {
    store.tasks.update(id, { status: "cancelled" });
    store.tasks.create({ appId, kind: "group.push", subjectId });
    return;
  }
  const userName = store.appUsers.get(appId, subjectId)?.userName;
  const payload = { ...task.payload, ...(userName === undefined ? {} : { userName }), retried: true };
  const notBefore = store.clock.now().toISOString();
  store.tasks.update(id, { status: "pending", attempts: 0, notBefore, error: null, payload });
  if (kind.startsWith("user.") && kind !== "user.deactivate") {
    store.appUsers.recordSync(appId, subjectId, { syncState: "OUT_OF_SYNC" });
  }
}
