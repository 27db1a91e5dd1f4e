import type { Dispatcher } from "undici";
import type { OrgStore } from "../store/org-store.ts";
import { AdministratorJobs } from "./administrator-jobs.ts";
import { AppQueue } from "./app-queue.ts";
import type { VerificationResult } from "./connection-test.ts";
import { EventPlanner } from "./event-planner.ts";
import type { FaultRegistry } from "./fault-registry.ts";
import { ImportScheduler } from "./import-schedule.ts";
import { ProvisioningLedger } from "./ledger.ts";
import { AdjustableClock, type OrgClock } from "./org-clock.ts";
import { PasswordVault } from "./password-vault.ts";
import { ScimClients } from "./scim-clients.ts";
import { type ConnectionSettings, isWithoutScim } from "./scim-connection.ts";
import { forgetInterruptedSyncs } from "./sync-progress.ts";
import { TaskRefusedError } from "./task-run.ts";
import { TaskRunner } from "./task-runner.ts";

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

/**
 * Okta's provisioning: follows what changes in the org, and brings the apps' SCIM servers in line. Tasks are rows of the store:
 * a killed process goes on where it was, and a task that was running is run again.
 */
export class ProvisioningEngine {
  readonly passwords: PasswordVault;
  readonly jobs: AdministratorJobs;
  readonly #options: ProvisioningEngineOptions;
  readonly #store: OrgStore;
  readonly #clock: OrgClock;
  readonly #planner: EventPlanner;
  readonly #scheduler: ImportScheduler;
  readonly #clients: ScimClients;
  readonly #runner: TaskRunner;
  readonly #queues = new Map<string, AppQueue>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #waiters = new Set<() => void>();
  #stopping = new AbortController();
  #aborting = new AbortController();
  #unsubscribe: (() => void) | undefined;
  #isPlanning = false;

  constructor(options: ProvisioningEngineOptions) {
    const { store } = options;
    const ledger = new ProvisioningLedger(store.database);
    this.#options = options;
    this.#store = store;
    this.#clock = options.clock ?? new AdjustableClock();
    this.passwords = options.passwords ?? new PasswordVault();
    this.jobs = new AdministratorJobs(store, ledger, (appId) => this.#queue(appId).wake());
    this.#planner = new EventPlanner(store, ledger, (appId) => this.#queue(appId).expectMore());
    this.#scheduler = new ImportScheduler(store, this.#clock, (appId) => this.jobs.importFrom(appId));
    this.#clients = new ScimClients(options);
    this.#runner = new TaskRunner({
      store,
      clock: this.#clock,
      clients: this.#clients,
      ledger,
      planner: this.#planner,
      passwords: this.passwords,
      onInternalError: options.onInternalError ?? console.error,
    });
  }

  /** Begins to follow the org's events; goes on with the tasks that an earlier process left. */
  start(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#stopping = new AbortController();
    this.#aborting = new AbortController();
    this.#queues.clear();
    const appIds = this.#store.tasks.appsWithOpenTasks();
    for (const appId of appIds) forgetInterruptedSyncs(this.#store, appId);
    this.#store.tasks.requeueRunning();
    this.#unsubscribe = this.#store.events.subscribe(() => void this.#plan());
    for (const appId of appIds) this.#queue(appId).wake();
    void this.#plan();
    const scheduling = this.#scheduler.run(this.#stopping.signal, () => this.#settled());
    void this.#track(scheduling.catch(this.#options.onInternalError ?? console.error));
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
    await this.#clients.close();
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
    return isWithoutScim(connection)
      ? this.#clients.testOAuth(connection, this.#aborting.signal)
      : this.testSettings(appId, connection);
  }

  /** Tests connection settings that are not saved yet. */
  testSettings(appId: string, settings: ConnectionSettings): Promise<VerificationResult> {
    return this.#clients.test(appId, settings, this.#aborting.signal);
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
      this.#scheduler.refresh();
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
      run: (task) => this.#track(this.#runner.run(task, this.#aborting.signal)),
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

  #isIdle(includePaused: boolean): boolean {
    if (this.#isPlanning || this.#scheduler.isDue || this.#store.events.after(0, 1).length > 0) return false;
    const queues = [...this.#queues.values()];
    return queues.every((queue) => queue.isIdle && !(includePaused && queue.isPaused));
  }

  #settled(): void {
    for (const check of [...this.#waiters]) check();
  }
}
