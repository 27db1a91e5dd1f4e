import type { Features, JsonValue } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { isObject } from "../store/sql.ts";
import { nextRun, parseCron } from "./cron.ts";
import type { OrgClock } from "./org-clock.ts";

/** When an app's next import is due. */
interface Plan {
  /** The schedule as it was set, to notice a change. */
  readonly definition: string;
  readonly next: Date | undefined;
}

/**
 * Starts the imports that INBOUND_PROVISIONING schedules, on the org's clock. A SCIM server has no incremental import: the schedule
 * of one starts an import of everything, as the full one does. Times that pass while the org is stopped are not made up for.
 */
export class ImportScheduler {
  readonly #store: OrgStore;
  readonly #clock: OrgClock;
  readonly #importFrom: (appId: string) => void;
  readonly #plans = new Map<string, Plan>();
  #wake = new AbortController();

  /** @param importFrom queues an import */
  constructor(store: OrgStore, clock: OrgClock, importFrom: (appId: string) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#importFrom = importFrom;
  }

  /** Whether an import is due that was not started yet. */
  get isDue(): boolean {
    const now = this.#clock.now();
    return [...this.#plans.values()].some(({ next }) => next !== undefined && next <= now);
  }

  /** Follows the schedules until the signal is aborted. `onStarted` is told after every look at the clock. */
  async run(signal: AbortSignal, onStarted: () => void): Promise<void> {
    this.#plans.clear();
    while (!signal.aborted) {
      this.#wake = new AbortController();
      this.#startDue();
      this.#readSchedules();
      onStarted();
      const times = [...this.#plans.values()].flatMap(({ next }) => next?.getTime() ?? []);
      const first = new Date(Math.min(...times));
      const either = AbortSignal.any([signal, this.#wake.signal]);
      await (times.length > 0 ? this.#clock.sleepUntil(first, either) : untilAborted(either)).catch(
        () => undefined,
      );
    }
  }

  /** Looks at the schedules anew: the settings of an app have changed. */
  refresh(): void {
    this.#wake.abort();
  }

  #startDue(): void {
    const now = this.#clock.now();
    for (const [appId, { next }] of this.#plans) {
      if (next === undefined || next > now) continue;
      this.#plans.delete(appId);
      const isOn = this.#store.settings.isEnabled(appId) && this.#store.apps.get(appId)?.status === "ACTIVE";
      const isOpen = this.#store.tasks.open(appId, 1_000).some(({ kind }) => kind === "users.import");
      if (isOn && !isOpen) this.#importFrom(appId);
    }
  }

  #readSchedules(): void {
    const scheduled = new Set<string>();
    for (const features of this.#store.settings.featuresWithImport()) {
      const { appId } = features;
      const schedules = readSchedules(features);
      const definition = JSON.stringify(schedules);
      if (schedules.length === 0) continue;
      scheduled.add(appId);
      if (this.#plans.get(appId)?.definition === definition) continue;
      const now = this.#clock.now();
      const times = schedules.flatMap(({ expression, timezone }) => {
        const cron = parseCron(expression);
        const next = cron === undefined ? undefined : nextRun(cron, timezone, now);
        return next === undefined ? [] : [next.getTime()];
      });
      this.#plans.set(appId, {
        definition,
        next: times.length === 0 ? undefined : new Date(Math.min(...times)),
      });
    }
    for (const appId of this.#plans.keys()) if (!scheduled.has(appId)) this.#plans.delete(appId);
  }
}

interface Schedule {
  readonly expression: string;
  readonly timezone: string;
}

/** The schedules of an app that are switched on. */
export function readSchedules({ inbound }: Features): Schedule[] {
  const settings = inbound?.["importSettings"];
  const schedule = isObject(settings) ? settings["schedule"] : undefined;
  if (!isObject(schedule) || schedule["status"] !== "ENABLED") return [];
  return [schedule["fullImport"], schedule["incrementalImport"]].flatMap(readSchedule);
}

function readSchedule(value: JsonValue | undefined): Schedule[] {
  if (!isObject(value)) return [];
  const { expression, timezone } = value;
  if (typeof expression !== "string") return [];
  return [{ expression, timezone: typeof timezone === "string" ? timezone : "UTC" }];
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
