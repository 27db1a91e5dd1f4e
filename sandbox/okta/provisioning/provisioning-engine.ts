import { Agent, type Dispatcher } from "undici";
import type { ScimClient } from "../../../src/scim/scim-client.ts";
import { ScimResponseError } from "../../../src/scim/scim-errors.ts";
import type { ProvisioningTask } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { AppQueue, type TaskOutcome } from "./app-queue.ts";
import { testConnection, type VerificationResult } from "./connection-test.ts";
import { EventPlanner } from "./event-planner.ts";
import { createFaultDispatcher } from "./fault-dispatcher.ts";
import type { FaultRegistry } from "./fault-registry.ts";
import { type ImportCandidate, ImportStaging } from "./import-staging.ts";
import { confirmCandidate, importUsers } from "./import-users.ts";
import { ProvisioningLedger } from "./ledger.ts";
import { AdjustableClock, type OrgClock } from "./org-clock.ts";
import { PasswordVault } from "./password-vault.ts";
import { pushGroup, pushMembers, renameGroup, unlinkGroup } from "./push-group.ts";
import { createUser, deactivateUser, pushPassword, updateUser } from "./push-user.ts";
import { waitAfterRateLimit } from "./retry-policy.ts";
import { answerTimeout, type ConnectionSettings, createOktaScimClient } from "./scim-connection.ts";
import { describeFailure, recordFailure } from "./task-failure.ts";
import { type TaskEffect, TaskRefusedError, type TaskRun } from "./task-run.ts";

export interface ProvisioningEngineOptions {
  readonly store: OrgStore;
  /** The org's time; real time when absent. Give the store the same clock. */
  readonly clock?: OrgClock;
  /** Sends the SCIM requests; an agent of its own when absent. */
  readonly fetcher?: Dispatcher;
  readonly faults?: FaultRegistry;
  readonly passwords?: PasswordVault;
  /** Tasks of one app that run at the same time. Default 8. */
  readonly concurrency?: number;
  /** Milliseconds that a SCIM server may take for an answer. Default 60,000, as Okta. */
  readonly answerTimeoutMs?: number;
  /** Milliseconds that running tasks get to end by themselves when the engine stops. Default 5,000. */
  readonly stopGraceMs?: number;
  /** Told of an error that no SCIM server caused: a bug. Default console.error. */
  readonly onInternalError?: (error: unknown) => void;
}

const runners: ReadonlyMap<string, (run: TaskRun) => Promise<TaskEffect>> = new Map([
  ["user.create", createUser],
  ["user.update", updateUser],
  ["user.deactivate", deactivateUser],
  ["user.password", pushPassword],
  ["group.push", pushGroup],
  ["group.members", pushMembers],
  ["group.rename", renameGroup],
  ["group.unlink", unlinkGroup],
  ["users.import", importUsers],
]);

const noConnection: ConnectionSettings = {
  baseUrl: null,
  authentication: "header",
  token: null,
  username: null,
};

/**
 * Okta's provisioning: follows what changes in the org, and brings the apps' SCIM servers in line. Tasks are rows of the store:
 * a killed process goes on where it was, and a task that was running is run again.
 */
export class ProvisioningEngine {
  readonly passwords: PasswordVault;
  readonly #options: ProvisioningEngineOptions;
  readonly #store: OrgStore;
  readonly #clock: OrgClock;
  readonly #ledger: ProvisioningLedger;
  readonly #planner: EventPlanner;
  readonly #staging: ImportStaging;
  readonly #queues = new Map<string, AppQueue>();
  readonly #clients = new Map<string, { readonly key: string; readonly client: ScimClient }>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #waiters = new Set<() => void>();
  #stopping = new AbortController();
  #aborting = new AbortController();
  #unsubscribe: (() => void) | undefined;
  #isPlanning = false;
  #agent: Dispatcher | undefined;

  constructor(options: ProvisioningEngineOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#clock = options.clock ?? new AdjustableClock();
    this.passwords = options.passwords ?? new PasswordVault();
    this.#ledger = new ProvisioningLedger(options.store.database);
    this.#staging = new ImportStaging(options.store.database);
    this.#planner = new EventPlanner(options.store, this.#ledger, (appId) => this.#queue(appId).expectMore());
  }

  /** Begins to follow the org's events; goes on with the tasks that an earlier process left. */
  start(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#stopping = new AbortController();
    this.#aborting = new AbortController();
    this.#store.tasks.requeueRunning();
    this.#unsubscribe = this.#store.events.subscribe(() => void this.#plan());
    for (const appId of this.#store.tasks.appsWithOpenTasks()) this.#queue(appId).wake();
    void this.#plan();
  }

  /** Starts nothing new, lets running tasks end for a few seconds, then interrupts them (they run again at the next start). */
  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#stopping.abort(new Error("provisioning stops"));
    const grace = this.#options.stopGraceMs ?? 5_000;
    const deadline = setTimeout(() => this.#aborting.abort(new Error("provisioning stops")), grace);
    await Promise.allSettled([...this.#running]);
    clearTimeout(deadline);
    this.#queues.clear();
    this.#clients.clear();
    await this.#agent?.destroy();
    this.#agent = undefined;
  }

  /**
   * Resolves when every event has become tasks and no task runs or could run now. Tasks that wait for a SCIM server's rate limit
   * are waited for only with `includePaused`.
   */
  async drain(
    options: { readonly includePaused?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!this.#isIdle(options.includePaused === true)) return;
        finish();
        resolve();
      };
      const abort = (): void => {
        finish();
        reject(options.signal?.reason);
      };
      const finish = (): void => {
        this.#waiters.delete(check);
        options.signal?.removeEventListener("abort", abort);
      };
      this.#waiters.add(check);
      options.signal?.addEventListener("abort", abort);
      if (options.signal?.aborted === true) abort();
      else check();
    });
  }

  /** Tests an app's saved connection, as activating it does. */
  verifyConnection(appId: string): Promise<VerificationResult> {
    const connection = this.#store.settings.connection(appId);
    if (connection === undefined)
      throw new TaskRefusedError(`The app ${appId} has no provisioning connection`);
    return this.testSettings(appId, connection);
  }

  /** Tests connection settings that are not saved yet. */
  testSettings(appId: string, settings: ConnectionSettings): Promise<VerificationResult> {
    return testConnection(settings, {
      importsGroups: false,
      dispatcher: this.#dispatcherOf(appId),
      timeoutMs: this.#options.answerTimeoutMs ?? answerTimeout,
      signal: this.#aborting.signal,
    });
  }

  /** Puts a failed task back into the queue, as an administrator's "Retry Selected". Returns whether there was one. */
  retryTask(taskId: string): boolean {
    const task = this.#store.tasks.get(taskId);
    if (task?.status !== "failed") return false;
    const isGroup = task.kind === "group.members" || task.kind === "group.rename";
    this.#store.transaction(() => {
      if (isGroup) {
        this.#store.tasks.update(taskId, { status: "cancelled" });
        this.#store.tasks.create({ appId: task.appId, kind: "group.push", subjectId: task.subjectId });
        return;
      }
      const notBefore = this.#clock.now().toISOString();
      const userName = this.#store.appUsers.get(task.appId, task.subjectId)?.userName;
      const payload = { ...task.payload, ...(userName === undefined ? {} : { userName }), retried: true };
      this.#store.tasks.update(taskId, { status: "pending", attempts: 0, notBefore, error: null, payload });
      if (task.kind.startsWith("user.") && task.kind !== "user.deactivate") {
        this.#store.appUsers.recordSync(task.appId, task.subjectId, { syncState: "OUT_OF_SYNC" });
      }
    });
    this.#queue(task.appId).wake();
    return true;
  }

  /** Retries every failed task, of one app or of all. Returns how many. */
  retryFailed(appId?: string): number {
    let count = 0;
    let beforeSequence = Number.MAX_SAFE_INTEGER;
    while (true) {
      const page = this.#store.tasks.list({
        status: "failed",
        limit: 500,
        beforeSequence,
        ...(appId === undefined ? {} : { appId }),
      });
      for (const task of page) if (this.retryTask(task.id)) count += 1;
      const last = page.at(-1);
      if (last === undefined) return count;
      beforeSequence = last.sequence;
    }
  }

  /** Pushes the profile of every provisioned person again ("Force Sync"). Returns how many. */
  forceSync(appId: string): number {
    let count = 0;
    let afterUserId = "";
    while (true) {
      const page = this.#store.appUsers.list({ appId, afterUserId, limit: 1000 });
      this.#store.transaction(() => {
        for (const { userId, externalId, userName } of page) {
          if (externalId === null) continue;
          this.#store.tasks.create({ appId, kind: "user.update", subjectId: userId, payload: { userName } });
          count += 1;
        }
      });
      const last = page.at(-1);
      if (last === undefined) break;
      afterUserId = last.userId;
    }
    this.#queue(appId).wake();
    return count;
  }

  /** Queues an import of users (and, where switched on, groups) from an app. */
  importFrom(appId: string): void {
    this.#store.tasks.create({ appId, kind: "users.import", subjectId: appId });
    this.#queue(appId).wake();
  }

  /** Accounts that imports of an app have found and that wait for confirmation. */
  importCandidates(appId: string, limit: number): ImportCandidate[] {
    return this.#staging.list(appId, limit);
  }

  /** Links a waiting account to the person it matches, or makes a person of it. Returns whether there was one. */
  confirmImport(appId: string, externalId: string): boolean {
    const candidate = this.#staging.get(appId, externalId);
    if (candidate === undefined) return false;
    confirmCandidate(this.#store, this.#ledger, candidate, true);
    return true;
  }

  /** Pushes a whole group again ("Push now"). */
  pushGroupNow(appId: string, mappingId: string): void {
    this.#store.tasks.create({ appId, kind: "group.push", subjectId: mappingId });
    this.#queue(appId).wake();
  }

  async #plan(): Promise<void> {
    if (this.#isPlanning) return;
    this.#isPlanning = true;
    try {
      while (!this.#stopping.signal.aborted) {
        const touched = this.#planner.planBatch();
        if (touched === undefined) break;
        for (const appId of touched) this.#queue(appId).wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      this.#isPlanning = false;
    }
    this.#settled();
  }

  #queue(appId: string): AppQueue {
    const known = this.#queues.get(appId);
    if (known !== undefined) return known;
    const queue = new AppQueue({
      store: this.#store,
      clock: this.#clock,
      appId,
      concurrency: this.#options.concurrency ?? 8,
      signal: this.#stopping.signal,
      run: (task) => this.#track(this.#runTask(task)),
      onSettled: () => this.#settled(),
    });
    this.#queues.set(appId, queue);
    return queue;
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#running.add(promise);
    void promise.finally(() => this.#running.delete(promise));
    return promise;
  }

  async #runTask(task: ProvisioningTask): Promise<TaskOutcome> {
    const attempts = task.attempts + 1;
    this.#store.tasks.update(task.id, { status: "running", attempts });
    const run = this.#createRun({ ...task, status: "running", attempts });
    if (run === undefined) {
      this.#store.tasks.update(task.id, { status: "cancelled" });
      return { kind: "finished" };
    }
    try {
      this.#refuseWhenOff(task.appId);
      const effect = (await runners.get(task.kind)?.(run)) ?? "nothing";
      this.#finish(task, effect);
      return { kind: "finished" };
    } catch (error) {
      if (this.#aborting.signal.aborted) {
        this.#store.tasks.update(task.id, { status: "pending" });
        return { kind: "interrupted" };
      }
      return this.#fail(run, error);
    }
  }

  #fail(run: TaskRun, error: unknown): TaskOutcome {
    const { id, appId, attempts } = run.task;
    if (this.#store.apps.get(appId) === undefined) return { kind: "finished" };
    const isRateLimited = error instanceof ScimResponseError && error.status === 429;
    const wait = isRateLimited ? waitAfterRateLimit(error.retryAfter, attempts) : undefined;
    const reason = describeFailure(error) ?? this.#reportInternalError(error);
    if (wait === undefined) {
      this.#store.transaction(() => {
        this.#store.tasks.update(id, { status: "failed", error: recordFailure(run, reason) });
      });
      return { kind: "finished" };
    }
    const until = new Date(this.#clock.now().getTime() + wait);
    this.#store.tasks.update(id, { status: "pending", notBefore: until.toISOString(), error: reason });
    return { kind: "postponed", until };
  }

  #reportInternalError(error: unknown): string {
    (this.#options.onInternalError ?? console.error)(error);
    return `Internal error of the emulated org: ${error instanceof Error ? error.message : String(error)}`;
  }

  /** What is in step now ends what failed earlier for the same person or mapping. */
  #finish(task: ProvisioningTask, effect: TaskEffect): void {
    this.#store.transaction(() => {
      this.#store.tasks.update(task.id, { status: "done", error: null });
      if (effect === "nothing") return;
      const { appId, subjectId } = task;
      for (const failed of this.#store.tasks.list({ appId, subjectId, status: "failed", limit: 100 })) {
        if (failed.sequence < task.sequence) this.#store.tasks.update(failed.id, { status: "cancelled" });
      }
    });
  }

  #createRun(task: ProvisioningTask): TaskRun | undefined {
    const app = this.#store.apps.get(task.appId);
    if (app === undefined || !runners.has(task.kind)) return undefined;
    return {
      task,
      app,
      client: this.#clientOf(app.id),
      store: this.#store,
      ledger: this.#ledger,
      planner: this.#planner,
      passwords: this.passwords,
      signal: this.#aborting.signal,
    };
  }

  #refuseWhenOff(appId: string): void {
    const isOn = this.#store.settings.isEnabled(appId) && this.#store.apps.get(appId)?.status === "ACTIVE";
    if (!isOn) throw new TaskRefusedError("Provisioning is not enabled for the app instance.");
  }

  #clientOf(appId: string): ScimClient {
    const settings = this.#store.settings.connection(appId) ?? noConnection;
    const key = JSON.stringify([
      settings.baseUrl,
      settings.authentication,
      settings.token,
      settings.username,
    ]);
    const known = this.#clients.get(appId);
    if (known?.key === key) return known.client;
    const client = createOktaScimClient(settings, {
      dispatcher: this.#dispatcherOf(appId),
      timeoutMs: this.#options.answerTimeoutMs ?? answerTimeout,
    });
    this.#clients.set(appId, { key, client });
    return client;
  }

  #dispatcherOf(appId: string): Dispatcher {
    const { faults, fetcher } = this.#options;
    const dispatcher = fetcher ?? this.#openAgent();
    return faults === undefined ? dispatcher : createFaultDispatcher(dispatcher, faults, appId);
  }

  #openAgent(): Dispatcher {
    this.#agent ??= new Agent({ connections: 32, pipelining: 1 });
    return this.#agent;
  }

  #isIdle(includePaused: boolean): boolean {
    if (this.#isPlanning || this.#store.events.after(0, 1).length > 0) return false;
    const queues = [...this.#queues.values()];
    return queues.every((queue) => queue.isIdle && !(includePaused && queue.isPaused));
  }

  #settled(): void {
    for (const check of [...this.#waiters]) check();
  }
}
