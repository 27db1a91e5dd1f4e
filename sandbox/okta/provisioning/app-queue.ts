import type { ProvisioningTask } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { readNames } from "./event-planner.ts";
import type { OrgClock } from "./org-clock.ts";

/** Tasks kept in memory per app; the rest waits in the database. */
const windowSize = 256;
const refillBelow = 32;

/** What became of a task that was run. */
export type TaskOutcome =
  | { readonly kind: "finished" }
  /** The SCIM server limits the rate: the whole app waits until then. */
  | { readonly kind: "postponed"; readonly until: Date }
  /** The engine stops: the task is to be run again at the next start. */
  | { readonly kind: "interrupted" };

export interface AppQueueOptions {
  readonly store: OrgStore;
  readonly clock: OrgClock;
  readonly appId: string;
  /** Tasks of this app that run at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Runs one task; never rejects. */
  readonly run: (task: ProvisioningTask) => Promise<TaskOutcome>;
  /** Called whenever the queue may have become idle. */
  readonly onSettled: () => void;
}

/**
 * The tasks of one app: started in their order, several at once, but never two that touch the same person, the same user name
 * or (for group pushes) any group. A task that renames an account runs alone, since another person may take the freed name.
 */
export class AppQueue {
  readonly #options: AppQueueOptions;
  readonly #inFlight = new Map<string, { readonly keys: readonly string[]; readonly isExclusive: boolean }>();
  #window: ProvisioningTask[] = [];
  #hasAll = false;
  #pausedUntil: Date | undefined;

  constructor(options: AppQueueOptions) {
    this.#options = options;
  }

  /** Nothing runs, and nothing could run now (what waits, waits for a later time). */
  get isIdle(): boolean {
    return this.#inFlight.size === 0 && (this.isPaused || !this.#hasTask());
  }

  /** The SCIM server's rate limit holds the app back. */
  get isPaused(): boolean {
    return this.#pausedUntil !== undefined && this.#options.clock.now() < this.#pausedUntil;
  }

  /** There may be more tasks in the database than the last look has shown; the next one looks again. */
  expectMore(): void {
    this.#hasAll = false;
  }

  /** Looks for tasks anew: some were added, changed or put back. */
  wake(): void {
    this.#window = [];
    this.#hasAll = false;
    this.pump();
  }

  /** Starts every task that may run now. */
  pump(): void {
    while (!this.#options.signal.aborted && !this.isPaused) {
      const task = this.#takeNext();
      if (task === undefined) break;
      this.#start(task);
    }
    this.#options.onSettled();
  }

  #hasTask(): boolean {
    this.#refill();
    return this.#window.length > 0;
  }

  #refill(): void {
    if (this.#hasAll || this.#window.length >= refillBelow) return;
    const open = this.#options.store.tasks.open(this.#options.appId, windowSize);
    this.#hasAll = open.length < windowSize;
    this.#window = open.filter(({ id }) => !this.#inFlight.has(id));
  }

  #takeNext(): ProvisioningTask | undefined {
    if (this.#inFlight.size >= this.#options.concurrency) return undefined;
    this.#refill();
    const running = [...this.#inFlight.values()];
    if (running.some(({ isExclusive }) => isExclusive)) return undefined;
    const blocked = new Set(running.flatMap(({ keys }) => keys));
    for (let index = 0; index < this.#window.length; index++) {
      const buffered = this.#window[index];
      if (buffered === undefined) return undefined;
      const task = this.#options.store.tasks.get(buffered.id);
      if (task?.status !== "pending") {
        this.#window.splice(index, 1);
        index -= 1;
        continue;
      }
      const notBefore = new Date(task.notBefore);
      if (notBefore > this.#options.clock.now()) {
        this.#pauseUntil(notBefore);
        return undefined;
      }
      const keys = listKeys(task);
      if (isExclusive(task)) {
        if (running.length > 0 || index > 0) return undefined;
        this.#window.splice(index, 1);
        return task;
      }
      if (!keys.some((key) => blocked.has(key))) {
        this.#window.splice(index, 1);
        return task;
      }
      for (const key of keys) blocked.add(key);
    }
    return undefined;
  }

  #start(task: ProvisioningTask): void {
    this.#inFlight.set(task.id, { keys: listKeys(task), isExclusive: isExclusive(task) });
    void this.#options.run(task).then((outcome) => {
      this.#inFlight.delete(task.id);
      if (outcome.kind === "postponed") {
        this.#pauseUntil(outcome.until);
        this.#window = [];
        this.#hasAll = false;
      }
      this.pump();
    });
  }

  #pauseUntil(moment: Date): void {
    if (this.#pausedUntil !== undefined && this.#pausedUntil >= moment) return;
    this.#pausedUntil = moment;
    const { clock, signal } = this.#options;
    clock.sleepUntil(moment, signal).then(
      () => this.pump(),
      () => undefined,
    );
  }
}

function listKeys(task: ProvisioningTask): string[] {
  if (task.kind.startsWith("group.")) return ["groups"];
  const { userName } = task.payload;
  const keys = [`user:${task.subjectId}`];
  if (typeof userName === "string") keys.push(`name:${userName.toLowerCase()}`);
  return keys;
}

function isExclusive(task: ProvisioningTask): boolean {
  return task.kind === "users.import" || readNames(task.payload["changed"]).includes("userName");
}
