import type { OrgClock } from "./provisioning/org-clock.ts";
import type { Retention } from "./store/retention.ts";

/** Time between two looks, in milliseconds. */
const interval = 3_600_000;

/** Rows forgotten per step; requests get their turn between two steps. */
const step = 1_000;

/** Forgets what is old, now and every hour of the org's time. Returns the way to stop it, after which nothing touches the store. */
export function startHousekeeping(parts: {
  readonly retention: Retention;
  readonly clock: OrgClock;
  /** Told of an error: a bug. The next look is in an hour. */
  readonly onError: (error: unknown) => void;
}): () => Promise<void> {
  const { clock, retention } = parts;
  const stopping = new AbortController();
  const isStopped = (): boolean => stopping.signal.aborted;
  const run = async (): Promise<void> => {
    while (!isStopped()) {
      try {
        while (!isStopped() && retention.prune(step) > 0)
          await new Promise((resolve) => setImmediate(resolve));
      } catch (error) {
        parts.onError(error);
      }
      const next = new Date(clock.now().getTime() + interval);
      await clock.sleepUntil(next, stopping.signal).catch(() => undefined);
    }
  };
  const running = run();
  return () => {
    stopping.abort();
    return running;
  };
}
