import type { Clock } from "../store/model.ts";

/** The longest time that one setTimeout can wait, in milliseconds. */
const maxTimer = 2 ** 31 - 1;

/** A clock that can also wait, so that tests and the control API decide how fast the org's time passes. */
export interface OrgClock extends Clock {
  /** Resolves when the org's time has reached `moment`; rejects with the signal's reason when it is aborted first. */
  sleepUntil(moment: Date, signal?: AbortSignal): Promise<void>;
}

/**
 * The org's time: real time plus what was added by {@link AdjustableClock.advance}, or a time that stands still until it is
 * advanced. A sleeper wakes at once when an advance passes its moment.
 */
export class AdjustableClock implements OrgClock {
  readonly #sleepers = new Set<() => void>();
  #origin: number | undefined;
  #offset = 0;

  /** @param frozenAt the time to stand still at; real time passes without it */
  constructor(frozenAt?: Date) {
    this.#origin = frozenAt?.getTime();
  }

  now(): Date {
    return new Date((this.#origin ?? Date.now()) + this.#offset);
  }

  /** Milliseconds by which the org is ahead of its origin (real time, or the time at which it was frozen). */
  get offset(): number {
    return this.#offset;
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Goes back to plain real time. */
  reset(): void {
    this.#origin = undefined;
    this.#offset = 0;
    for (const wake of [...this.#sleepers]) wake();
  }

  sleepUntil(moment: Date, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#sleepers.delete(check);
        signal?.removeEventListener("abort", abort);
        settle();
      };
      const abort = (): void => finish(() => reject(signal?.reason));
      const check = (): void => {
        const remaining = moment.getTime() - this.now().getTime();
        if (remaining <= 0) {
          finish(resolve);
          return;
        }
        clearTimeout(timer);
        if (this.#origin === undefined) timer = setTimeout(check, Math.min(remaining, maxTimer));
      };
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      signal?.addEventListener("abort", abort);
      this.#sleepers.add(check);
      check();
    });
  }
}
