import { setTimeout as sleep } from "node:timers/promises";
import type { AppSession } from "./app-session.ts";

/**
 * Looks again and again until `isSettled`, or until provisioning has had its time to settle; answers the last look either way. The
 * pauses grow from `pollMs` to at most ten times that.
 */
export async function pollUntil<Value>(
  { patience, signal }: Pick<AppSession, "patience" | "signal">,
  look: () => Promise<Value>,
  isSettled: (value: Value) => boolean,
): Promise<Value> {
  const started = performance.now();
  let pauseMs = patience.pollMs;
  for (;;) {
    const value = await look();
    const leftMs = patience.settleMs - (performance.now() - started);
    if (isSettled(value) || leftMs <= 0) return value;
    await sleep(Math.min(pauseMs, leftMs), undefined, { signal });
    pauseMs = Math.min(pauseMs * 1.5, patience.pollMs * 10);
  }
}
