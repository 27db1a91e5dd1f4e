import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../../../sandbox/okta/store/model.ts";
import { TestOrg } from "./test-org.ts";

/** The org's time stands still at 2026-08-03 09:00 UTC. */
let org: TestOrg;
beforeEach(async () => {
  org = await TestOrg.start();
});
afterEach(() => org[Symbol.asyncDispose]());

const import_ = "GET /Users?startIndex=1&count=100";
const usersOnly = (lines: string[]): string[] => lines.filter((line) => line.startsWith("GET /Users"));

function schedule(status: "ENABLED" | "DISABLED", more: JsonObject): void {
  org.setFeatures({ inbound: { importRules: {}, importSettings: { schedule: { status, ...more } } } });
}

async function pass(minutes: number): Promise<string[]> {
  org.clock.advance(minutes * 60_000);
  return usersOnly(await org.settle());
}

test("imports start at the times of the schedule, in its zone, on the org's clock", async () => {
  schedule("ENABLED", { fullImport: { expression: "0 6 * * *", timezone: "America/New_York" } });
  expect(usersOnly(await org.settle())).toEqual([]);
  expect(await pass(59)).toEqual([]);
  expect(await pass(1)).toEqual([import_]);
  expect(await pass(24 * 60 - 1)).toEqual([]);
  expect(await pass(1)).toEqual([import_]);
  expect(org.logLines().filter((line) => line === "system.import.complete SUCCESS")).toHaveLength(2);
});

test("the schedule of incremental imports counts as well, and many missed times are one import", async () => {
  schedule("ENABLED", {
    fullImport: { expression: "0 0 * * 0" },
    incrementalImport: { expression: "*/10 * * * *", timezone: "UTC" },
  });
  await org.settle();
  expect(await pass(10)).toEqual([import_]);
  expect(await pass(60)).toEqual([import_]);
});

test("a changed schedule holds from then on; one that is off, and an app that is off, import nothing", async () => {
  schedule("ENABLED", { fullImport: { expression: "0 10 * * *" } });
  await org.settle();
  schedule("ENABLED", { fullImport: { expression: "0 12 * * *" } });
  await org.settle();
  expect(await pass(120)).toEqual([]);
  expect(await pass(60)).toEqual([import_]);
  org.store.settings.setConnectionStatus(org.app.id, "DISABLED");
  expect(await pass(24 * 60)).toEqual([]);
  org.store.settings.setConnectionStatus(org.app.id, "ENABLED");
  schedule("DISABLED", { fullImport: { expression: "0 13 * * *" } });
  await org.settle();
  expect(await pass(24 * 60)).toEqual([]);
});

test("a restarted org goes on with the schedule, and makes up for nothing", async () => {
  schedule("ENABLED", { fullImport: { expression: "0 * * * *" } });
  await org.settle();
  await org.engine.stop();
  org.clock.advance(90 * 60_000);
  org.engine = org.createEngine();
  org.engine.start();
  expect(usersOnly(await org.settle())).toEqual([]);
  expect(await pass(30)).toEqual([import_]);
});
