import { expect, test } from "vitest";
import { AdjustableClock } from "../../../../sandbox/okta/provisioning/org-clock.ts";

const start = new Date("2026-08-03T09:00:00.000Z");

test("stands still until it is advanced, and wakes those whose moment has come", async () => {
  const clock = new AdjustableClock(start);
  const woken: string[] = [];
  const sleepers = [1, 5].map((minutes) =>
    clock.sleepUntil(new Date(start.getTime() + minutes * 60_000)).then(() => woken.push(`${minutes} min`)),
  );
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect([woken, clock.now()]).toEqual([[], start]);
  clock.advance(60_000);
  await sleepers[0];
  expect(woken).toEqual(["1 min"]);
  clock.advance(240_000);
  await Promise.all(sleepers);
  expect(clock.now().toISOString()).toBe("2026-08-03T09:05:00.000Z");
});

test("real time passes by itself, moved by what was added, until it is set back", async () => {
  const clock = new AdjustableClock();
  clock.advance(3_600_000);
  expect(clock.now().getTime() - Date.now()).toBeGreaterThan(3_599_000);
  await clock.sleepUntil(new Date(clock.now().getTime() + 10));
  clock.reset();
  expect(clock.offset).toBe(0);
});

test("a sleeper can be called off", async () => {
  const clock = new AdjustableClock(start);
  const controller = new AbortController();
  const sleeping = clock.sleepUntil(new Date(start.getTime() + 1), controller.signal);
  controller.abort(new Error("called off"));
  await expect(sleeping).rejects.toThrow("called off");
  await expect(clock.sleepUntil(start, controller.signal)).rejects.toThrow("called off");
});
