import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DISTURBANCE_NAMES, type Disturbance } from "../../../../sandbox/okta/provisioning/disturbances.ts";
import { FAULT_KINDS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import type { TestOrg } from "../provisioning/test-org.ts";
import { bodyOf, TestConsole } from "./test-console.ts";

let console: TestConsole;
let org: TestOrg;
const send: TestConsole["send"] = (...request) => console.send(...request);

beforeEach(async () => {
  console = await TestConsole.start();
  org = console.org;
});
afterEach(() => console[Symbol.asyncDispose]());

describe("faults on demand, from the page", () => {
  test.each(FAULT_KINDS)("%s: switched on with what the form says, shown, and switched off", async (kind) => {
    const form = {
      kind,
      target: "api",
      method: "GET",
      path: "/api/v1/apps",
      remaining: "3",
      retryAfterSeconds: "7",
      status: "502",
      percent: "25",
      delayMs: "1500",
    };
    await send("POST", "/admin/faults", { form });
    expect(org.faults.list()).toEqual([
      {
        id: "flt1",
        kind,
        target: "api",
        appId: null,
        method: "GET",
        path: "/api/v1/apps",
        remaining: 3,
        retryAfterSeconds: 7,
        status: 502,
        probability: 0.25,
        delayMs: 1500,
        hits: 0,
      },
    ]);
    expect(bodyOf(await send("GET", "/admin/faults"))).toContain("Management API GET /api/v1/apps (25 %)");
    await send("POST", "/admin/faults/flt1/remove");
    expect(org.faults.list()).toEqual([]);
  });

  test("the connections API answers UNKNOWN, and serves again", async () => {
    await send("POST", "/admin/faults/connections", { form: { connections: "unknown" } });
    expect(console.conditions.connections).toBe("unknown");
    expect(bodyOf(await send("GET", "/admin/faults"))).toContain("answers UNKNOWN for every app");
    await send("POST", "/admin/faults/connections", { form: { connections: "as-configured" } });
    expect(console.conditions.connections).toBe("as-configured");
  });

  test("a rate limit is used up for a minute of the org's time", async () => {
    await send("POST", "/admin/faults/exhaust", { form: { bucket: "/api/v1/groups" } });
    expect(console.conditions.rateLimits.take("/api/v1/groups/00g1").exceeded).toBe(true);
    expect(console.conditions.rateLimits.take("/api/v1/users").exceeded).toBe(false);
    org.clock.advance(60_000);
    expect(console.conditions.rateLimits.take("/api/v1/groups").exceeded).toBe(false);
    expect((await send("POST", "/admin/faults/exhaust", { form: { bucket: "/nowhere" } })).status).toBe(303);
  });
});

describe("what happens behind the program's back, from the page and by API alike", () => {
  const disturbances: Record<Disturbance, () => unknown> = {
    "connection-unknown": () => org.store.settings.connection(org.app.id)?.status === "UNKNOWN",
    "connection-disabled": () => org.store.settings.connection(org.app.id)?.status === "DISABLED",
    "connection-enabled": () => org.store.settings.isEnabled(org.app.id),
    "token-replaced": () => org.store.settings.connection(org.app.id)?.token === "Bearer wrong",
    "features-off": () => !org.store.settings.createsAccounts(org.app.id),
    "label-edited": () => org.store.apps.get(org.app.id)?.label === "Payroll (edited)",
    "mapping-edited": () =>
      Object.values(org.store.mappings.ofApp(org.app.id, "user-to-app")?.properties ?? {}).every(
        ({ pushStatus }) => pushStatus === "DONT_PUSH",
      ),
    "groups-unassigned": () => org.store.assignments.groupsOfApp(org.app.id).length === 0,
    "push-groups-paused": () =>
      org.store.pushMappings
        .list({ appId: org.app.id, limit: 10 })
        .every(({ status }) => status === "INACTIVE"),
  };

  describe.each(DISTURBANCE_NAMES)("%s", (change) => {
    beforeEach(() => {
      const group = org.addGroup("Finance", [org.addUser("Ada")]);
      org.store.assignments.assignGroup(org.app.id, group.id, { profile: {} });
      org.push(group, "Finance");
      if (change === "connection-enabled") org.store.settings.setConnectionStatus(org.app.id, "DISABLED");
    });

    test("page", async () => {
      expect(disturbances[change]()).toBe(false);
      const answer = await send("POST", "/admin/faults/disturb", { form: { appId: org.app.id, change } });
      expect(answer.headers?.["location"]).toBe(`/admin/apps/${org.app.id}`);
      expect(disturbances[change]()).toBe(true);
      expect(bodyOf(await send("GET", "/admin/faults"))).toContain(`value="${change}"`);
    });

    test("API", async () => {
      const json = { appId: org.app.id, change };
      expect((await send("POST", "/sandbox/disturbances", { json })).status).toBe(200);
      expect(disturbances[change]()).toBe(true);
    });
  });
});
