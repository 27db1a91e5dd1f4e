import { afterAll, beforeAll, expect, it } from "vitest";
import type { AppCheckPlan } from "../../../src/checks/check-plan.ts";
import { failingOkta } from "./support/breakages.ts";
import { startWorld, until, type World } from "./support/world.ts";

/** More than the 120 calls a minute that Okta, and the emulated org, allow on the System Log. */
const appCount = 130;

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

/** The world's app under many names: as many apps as far as the checks are concerned. */
function copies(app: AppCheckPlan): AppCheckPlan[] {
  return Array.from({ length: appCount }, (_, index) => ({ ...app, name: `app-${index}` }));
}

function countCalls(calls: readonly string[], beginning: string): number {
  return calls.filter((call) => call.startsWith(beginning)).length;
}

it("the System Log is read once for all apps of a run, so its rate limit never holds it up", async () => {
  const before = world.calls.length;
  const report = await world.check({ only: ["okta.system-log"] }, copies);
  const calls = world.calls.slice(before);
  expect(report.results.filter(({ id }) => id === "okta.system-log")).toHaveLength(appCount);
  expect(report.outcome).toBe("pass");
  expect(countCalls(calls, "GET /api/v1/logs")).toBeLessThan(10);
  expect(world.okta.statistics()).toMatchObject({ rateLimited: 0, waitedMs: 0 });
});

it("a failure is told of the app that it happened to, and of no other", async () => {
  const other = await world.call("POST", "/api/v1/apps?activate=true", {
    name: "scim2headerauth",
    label: "Payroll (quiet)",
    signOnMode: "AUTO_LOGIN",
    settings: { app: {} },
  });
  const since = new Date().toISOString();
  const id = (await world.okta.users.find("noor.haddad@example.com"))?.id ?? "";
  const report = await world.proxy.broken(
    failingOkta(({ method }) => method === "PUT"),
    async () => {
      await world.okta.users.updateProfile(id, { title: "Head of Payroll" });
      await until(async () => (await world.okta.appUsers.find(world.app.appId, id))?.syncState === "ERROR");
      return world.check({ since, only: ["okta.system-log"] }, (app) => [
        app,
        { ...app, name: "quiet", label: "Payroll (quiet)", appId: other.json.id ?? "" },
      ]);
    },
  );
  const logs = report.results.filter((result) => result.id === "okta.system-log");
  expect(logs.map(({ app, outcome }) => [app, outcome])).toEqual([
    ["payroll", "fail"],
    ["quiet", "pass"],
  ]);
  expect(logs[0]?.details?.[0]).toContain("The disk is full.");
});

it("groups that many apps assign or push are looked up and listed once", async () => {
  const before = world.calls.length;
  const report = await world.check({ only: ["okta.assignments", "okta.push-groups", "loop.groups"] }, (app) =>
    copies(app).slice(0, 8),
  );
  const calls = world.calls.slice(before);
  expect(report.results.filter(({ outcome }) => outcome === "fail")).toEqual([]);
  expect(countCalls(calls, "GET /api/v1/groups?q=Finance")).toBe(1);
  expect(countCalls(calls, "GET /api/v1/groups?q=Payroll+Admins")).toBe(1);
  expect(calls.filter((call) => /^GET \/api\/v1\/groups\/[^/]+\/users/.test(call))).toHaveLength(1);
  expect(countCalls(calls, "GET /api/v1/users/noor.haddad%40example.com")).toBe(1);
});
