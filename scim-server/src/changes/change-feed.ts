import type { RecordedChange, Storage } from "../storage/storage.ts";
import { PositionGoneError } from "./position-gone-error.ts";

/** Another server on the same database tells nothing: its commits are found by looking. */
const pollMilliseconds = 500;

/** Reads the ordered changes of tenants, and waits for the next ones. */
export class ChangeFeed {
  readonly #storage: Storage;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#stopListening = storage.onCommit((tenant) => {
      for (const wake of this.#waiting.get(tenant) ?? []) wake();
    });
  }

  /** Aborted when the server stops: streams and long polls end then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * The changes after a sequence; waits up to `milliseconds` for the first when there is none yet. Throws
   * {@link PositionGoneError}.
   */
  async next(
    tenant: string,
    after: number,
    limit: number,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<readonly RecordedChange[]> {
    const deadline = performance.now() + milliseconds;
    for (;;) {
      const changes = await this.#storage.changeLog.after(tenant, { after, limit });
      if (changes[0]?.sequence !== after + 1) await this.check(tenant, after);
      const left = deadline - performance.now();
      if (changes.length > 0 || left <= 0 || signal.aborted || this.closing.aborted) return changes;
      await this.#wait(tenant, Math.min(left, pollMilliseconds), signal);
    }
  }

  /** Throws {@link PositionGoneError} unless a consumer can go on after the sequence without a gap. */
  async check(tenant: string, after: number): Promise<void> {
    const bounds = await this.#storage.changeLog.bounds(tenant);
    if (after < bounds.first - 1 || after > bounds.last) throw new PositionGoneError(after, bounds);
  }

  #wait(tenant: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(tenant) ?? new Set();
      this.#waiting.set(tenant, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        this.closing.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      waiting.add(wake);
      signal.addEventListener("abort", wake);
      this.closing.addEventListener("abort", wake);
    });
  }

  close(): void {
    this.#stopListening();
    this.#closing.abort();
  }
}
