import { afterEach, beforeEach, expect, test } from "vitest";
import { evaluateMapping } from "../../../../sandbox/okta/expression/evaluate-mapping.ts";
import { startHousekeeping } from "../../../../sandbox/okta/housekeeping.ts";
import { AdjustableClock } from "../../../../sandbox/okta/provisioning/org-clock.ts";
import { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { evaluateExpression } from "../../../../src/expression/evaluate-expression.ts";
import { addApp } from "./new-store.ts";

const hour = 3_600_000;
const day = 24 * hour;

let clock: AdjustableClock;
let store: OrgStore;
let appId: string;
beforeEach(() => {
  clock = new AdjustableClock(new Date("2026-08-03T09:00:00.000Z"));
  store = OrgStore.open(":memory:", { clock, evaluation: { evaluateMapping, evaluateExpression } });
  appId = addApp(store).id;
});
afterEach(() => store.close());

function addTask(kind: string, status: "pending" | "failed" | "done" | "cancelled"): void {
  const { id } = store.tasks.create({ appId, kind, subjectId: "00u1" });
  store.tasks.update(id, { status });
}

function addEvent(displayMessage: string): void {
  store.log.append({ eventType: "user.lifecycle.create", displayMessage });
}

function remaining(): { readonly events: string[]; readonly tasks: string[] } {
  const events = store.log.page({ order: "ASCENDING", limit: 10_000 });
  const tasks = store.tasks.list({ limit: 10_000 });
  return {
    events: events.map(({ event }) => event.displayMessage),
    tasks: tasks.map(({ kind, status }) => `${kind} ${status}`),
  };
}

function pruneAll(): void {
  while (store.retention.prune(10) > 0);
}

test("the System Log keeps 90 days, finished tasks stay a week, and what is still to be done stays", () => {
  addEvent("old");
  for (const status of ["pending", "failed", "done", "cancelled"] as const) addTask("old", status);
  clock.advance(7 * day - 1);
  addTask("new", "done");
  pruneAll();
  expect(remaining().tasks).toHaveLength(5);
  clock.advance(2);
  pruneAll();
  expect(remaining()).toEqual({ events: ["old"], tasks: ["new done", "old failed", "old pending"] });
  clock.advance(83 * day - 2);
  addEvent("new");
  pruneAll();
  expect(remaining().events).toEqual(["old", "new"]);
  clock.advance(2);
  pruneAll();
  expect(remaining()).toEqual({ events: ["new"], tasks: ["old failed", "old pending"] });
});

test("of very many tasks, the newest 200,000 stay", () => {
  addTask("first", "done");
  addTask("failed", "failed");
  store.database.exec("UPDATE sqlite_sequence SET seq = 200000 WHERE name = 'provisioning_task'");
  addTask("last", "done");
  pruneAll();
  expect(remaining().tasks).toEqual(["last done", "failed failed"]);
});

test("it happens by itself, each hour of the org's time, a step at a time, and ends with the org", async () => {
  const errors: unknown[] = [];
  for (let index = 0; index < 2_500; index++) addEvent(String(index));
  clock.advance(90 * day - hour / 2);
  const stop = startHousekeeping({
    retention: store.retention,
    clock,
    onError: (error) => errors.push(error),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(remaining().events).toHaveLength(2_500);
  clock.advance(hour);
  await turn();
  expect(remaining().events.length).toBeGreaterThan(0);
  for (let turns = 0; turns < 5; turns++) await turn();
  expect(remaining().events).toEqual([]);
  addEvent("late");
  await stop();
  clock.advance(100 * day);
  await turn();
  expect(remaining().events).toEqual(["late"]);
  expect(errors).toEqual([]);
});
