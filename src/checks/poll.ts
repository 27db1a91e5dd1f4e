import { setTimeout as sleep } from "node:timers/promises";
import type { AppSession } from "./app-session.ts";

/** What the first look may use of what other checks of the run have read; milliseconds. */
const recentMs = 5_000;

/**
 * Looks again and again until `isSettled`, or until provisioning has had its time to settle; answers the last look either way. The
 * pauses grow from `pollMs` to at most ten times that. `look` is told how old (milliseconds) what it reads of Okta may be.
 */
export async function pollUntil<Value>(
  { patience, signal }: Pick<AppSession, "patience" | "signal">,
  look: (maxAgeMs: number) => Promise<Value>,
  isSettled: (value: Value) => boolean,
): Promise<Value> {
  const started = performance.now();
  let pauseMs = patience.pollMs;
  let maxAgeMs = recentMs;
  for (;;) {
    const value = await look(maxAgeMs);
    const leftMs = patience.settleMs - (performance.now() - started);
    if (isSettled(value) || leftMs <= 0) return value;
    await sleep(Math.min(pauseMs, leftMs), undefined, { signal });
    pauseMs = Math.min(pauseMs * 1.5, patience.pollMs * 10);
    maxAgeMs = patience.pollMs;
  }
}
