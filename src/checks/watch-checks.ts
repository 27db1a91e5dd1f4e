import { setTimeout as sleep } from "node:timers/promises";
import type { CheckPlan } from "./check-plan.ts";
import type { CheckReport } from "./check-report.ts";
import { type CheckClients, type CheckOptions, runChecks } from "./run-checks.ts";

/** How long and how often checks are repeated. Milliseconds. */
export interface WatchOptions {
  readonly forMs: number;
  /** The pause between two runs. */
  readonly everyMs: number;
  /** Ends the watch at once. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the checks again and again, for the minutes after a deployment, and yields each report. The first run writes as `options` say;
 * the following ones only read, so that nobody makes throw-away people by the minute.
 */
export async function* watchChecks(
  plan: CheckPlan,
  clients: CheckClients,
  options: CheckOptions,
  watch: WatchOptions,
): AsyncGenerator<CheckReport, void, undefined> {
  const ends = performance.now() + watch.forMs;
  const signal = watch.signal === undefined ? {} : { signal: watch.signal };
  let following: CheckOptions = { ...options, ...signal };
  while (watch.signal?.aborted !== true) {
    yield await runChecks(plan, clients, following);
    following = { ...options, ...signal, readOnly: true };
    if (performance.now() + watch.everyMs >= ends) return;
    await sleep(watch.everyMs, undefined, signal).catch(() => undefined);
  }
}
