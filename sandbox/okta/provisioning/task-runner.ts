import { ScimResponseError } from "../../../src/scim/scim-errors.ts";
import type { ProvisioningTask, SyncState } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { TaskOutcome } from "./app-queue.ts";
import type { EventPlanner } from "./event-planner.ts";
import { importUsers } from "./import-users.ts";
import type { ProvisioningLedger } from "./ledger.ts";
import type { OrgClock } from "./org-clock.ts";
import type { PasswordVault } from "./password-vault.ts";
import { pushGroup, pushMembers, renameGroup, unlinkGroup } from "./push-group.ts";
import { createUser, deactivateUser, pushPassword, updateUser } from "./push-user.ts";
import { waitAfterRateLimit } from "./retry-policy.ts";
import type { ScimClients } from "./scim-clients.ts";
import { isWithoutScim } from "./scim-connection.ts";
import { beginSync, endSync, finishSync } from "./sync-progress.ts";
import { describeFailure, recordFailure } from "./task-failure.ts";
import { type TaskEffect, TaskRefusedError, type TaskRun } from "./task-run.ts";

export interface TaskRunnerOptions {
  readonly store: OrgStore;
  readonly clock: OrgClock;
  readonly clients: ScimClients;
  readonly ledger: ProvisioningLedger;
  readonly planner: EventPlanner;
  readonly passwords: PasswordVault;
  /** Told of an error that no SCIM server caused: a bug. */
  readonly onInternalError: (error: unknown) => void;
}

const jobs: ReadonlyMap<string, (run: TaskRun) => Promise<TaskEffect>> = new Map([
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

/** Runs tasks and records in the store what became of them. */
export class TaskRunner {
  readonly #options: TaskRunnerOptions;
  readonly #store: OrgStore;

  constructor(options: TaskRunnerOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /**
   * Runs one task; rejects only when the store fails.
   * @param signal interrupts the task, which is then put back to be run again
   */
  async run(task: ProvisioningTask, signal: AbortSignal): Promise<TaskOutcome> {
    const attempts = task.attempts + 1;
    const before = this.#store.transaction(() => {
      this.#store.tasks.update(task.id, { status: "running", attempts });
      return beginSync(this.#store, task);
    });
    const job = jobs.get(task.kind);
    const run = this.#createRun({ ...task, status: "running", attempts }, signal);
    if (job === undefined || run === undefined) {
      this.#store.tasks.update(task.id, { status: "cancelled" });
      return { kind: "finished" };
    }
    try {
      this.#refuseWhenOff(task.appId);
      this.#finish(task, await job(run), before);
      return { kind: "finished" };
    } catch (error) {
      if (!signal.aborted) return this.#fail(run, error, before);
      this.#store.transaction(() => {
        this.#store.tasks.update(task.id, { status: "pending" });
        endSync(this.#store, task, before);
      });
      return { kind: "interrupted" };
    }
  }

  #createRun(task: ProvisioningTask, signal: AbortSignal): TaskRun | undefined {
    const app = this.#store.apps.get(task.appId);
    if (app === undefined) return undefined;
    const { clients, ledger, planner, passwords, store } = this.#options;
    return { task, app, client: clients.get(app.id), store, ledger, planner, passwords, signal };
  }

  #refuseWhenOff(appId: string): void {
    const isOn = this.#store.settings.isEnabled(appId) && this.#store.apps.get(appId)?.status === "ACTIVE";
    if (!isOn) throw new TaskRefusedError("Provisioning is not enabled for the app instance.");
    const connection = this.#store.settings.connection(appId);
    if (connection !== undefined && isWithoutScim(connection)) {
      throw new TaskRefusedError(
        "Okta provisions this app through the application's own API, not by SCIM: the emulated org does not send these requests.",
      );
    }
  }

  /** Notes what was done; what is in step now ends what failed earlier for the same person or mapping. */
  #finish(task: ProvisioningTask, effect: TaskEffect, before: SyncState | undefined): void {
    this.#store.transaction(() => {
      if (effect !== "nothing") effect.record();
      finishSync(this.#store, task, before);
      this.#store.tasks.update(task.id, { status: "done", error: null });
      if (effect === "nothing") return;
      const { appId, subjectId } = task;
      for (const failed of this.#store.tasks.list({ appId, subjectId, status: "failed", limit: 100 })) {
        if (failed.sequence < task.sequence && !this.#isAboutAnotherAccount(task, failed)) {
          this.#store.tasks.update(failed.id, { status: "cancelled" });
        }
      }
    });
  }

  /** A renamed person may have got a new account while the deactivation of the old one failed: that one is still due. */
  #isAboutAnotherAccount(task: ProvisioningTask, failed: ProvisioningTask): boolean {
    if (failed.kind !== "user.deactivate") return false;
    const current = this.#store.tasks.get(task.id)?.payload["externalId"];
    const account = current ?? this.#store.appUsers.get(task.appId, task.subjectId)?.externalId;
    return failed.payload["externalId"] !== account;
  }

  /** A rate limit postpones the task while it has attempts left; everything else ends it. */
  #fail(run: TaskRun, error: unknown, before: SyncState | undefined): TaskOutcome {
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
    const until = new Date(this.#options.clock.now().getTime() + wait);
    this.#store.transaction(() => {
      this.#store.tasks.update(id, { status: "pending", notBefore: until.toISOString(), error: reason });
      endSync(this.#store, run.task, before);
    });
    return { kind: "postponed", until };
  }

  #reportInternalError(error: unknown): string {
    this.#options.onInternalError(error);
    return `Internal error of the emulated org: ${error instanceof Error ? error.message : String(error)}`;
  }
}
