import { afterAll, beforeAll, expect, it } from "vitest";
import { decidedByTheAddress } from "./support/broken-case.ts";
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
  const withoutExchange = report.results.filter(
    ({ outcome, exchange }) => outcome === "pass" && exchange === undefined,
  );
  // Nothing was left to be removed, so nothing was asked.
  expect(withoutExchange.map(({ id }) => id)).toEqual([decidedByTheAddress, "server.clean-up.removed"]);
});
