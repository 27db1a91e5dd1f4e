import { afterAll, beforeAll, expect, it } from "vitest";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

it("passes every check on an app that works", async () => {
  const report = await world.check({ patience: { settleMs: 20_000 } });
  expect(report.results.filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped")).toEqual([]);
  expect(report.outcome).toBe("pass");
});
