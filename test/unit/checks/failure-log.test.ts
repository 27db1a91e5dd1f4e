import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { CheckPlan } from "../../../src/checks/check-plan.ts";
import { createFailureLog } from "../../../src/checks/okta/failure-log.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { makeApp } from "./run-for-app.ts";

const since = "2026-01-05T10:00:00.000Z";
const never = new AbortController().signal;

function event(uuid: string, ...appIds: readonly string[]) {
  return {
    uuid,
    published: "2026-01-05T10:01:00.000Z",
    eventType: "application.provision.user.push",
    target: appIds.map((id) => ({ id, type: "AppInstance" })),
  };
}

function planOf(appIds: readonly string[]): CheckPlan {
  const apps = appIds.map((appId) => ({ ...makeApp(), name: appId, appId }));
  return { stack: "dev", orgUrl: "https://example.okta.com", updatedSince: since, apps };
}

function queryOf(path: string | undefined): URLSearchParams {
  return new URL(path ?? "", "https://example.okta.com").searchParams;
}

describe("provisioning failures", () => {
  it("of all apps are asked for once, and split by app", async () => {
    const { client, seen } = createMockOrg([
      { status: 200, body: [event("1", "0oaA"), event("2", "0oaB"), event("3", "0oaA"), event("4", "0oaZ")] },
    ]);
    const failures = createFailureLog(client, planOf(["0oaA", "0oaB", "0oaC"]), () => new Date(), never);
    const [a, b, c] = await Promise.all(["0oaA", "0oaB", "0oaC"].map(failures));
    expect(a?.events.map(({ uuid }) => uuid)).toEqual(["1", "3"]);
    expect(b?.events.map(({ uuid }) => uuid)).toEqual(["2"]);
    expect(c?.events).toEqual([]);
    expect(seen).toHaveLength(1);
    expect(queryOf(seen[0]?.path).get("since")).toBe(since);
    expect(queryOf(seen[0]?.path).get("filter")).toBe(
      'eventType sw "application.provision" and outcome.result eq "FAILURE" and (target.id eq "0oaA" or target.id eq "0oaB" or target.id eq "0oaC")',
    );
  });

  it("of very many apps are asked for without naming them, so that the address stays short", async () => {
    const { client, seen } = createMockOrg([{ status: 200, body: [] }]);
    const ids = Array.from({ length: 100 }, (_, index) => `0oa${index}`);
    const failures = createFailureLog(client, planOf(ids), () => new Date(), never);
    await Promise.all(ids.map(failures));
    expect(seen).toHaveLength(1);
    expect(queryOf(seen[0]?.path).get("filter")).not.toContain("target.id");
  });

  it("are looked for by the org's clock, where this machine's is behind or ahead", async () => {
    for (const aheadMs of [600_000, -600_000]) {
      const { client, seen } = createMockOrg([
        {
          status: 200,
          body: { id: "0oaA", label: "A", status: "ACTIVE" },
          headers: { date: new Date(Date.now() + aheadMs).toUTCString() },
        },
        { status: 200, body: [] },
      ]);
      // Whatever was asked before tells the org's time.
      await client.apps.find("0oaA").catch(() => undefined);
      const now = Date.parse(since) + 60_000;
      await createFailureLog(client, planOf(["0oaA"]), () => new Date(now), never)("0oaA");
      const query = queryOf(seen[1]?.path);
      for (const [name, here] of [
        ["since", Date.parse(since)],
        ["until", now],
      ] as const)
        expect(Math.abs(Date.parse(query.get(name) ?? "") - here - aheadMs)).toBeLessThan(10_000);
    }
  });

  it("that come later are read later, each counted once", async () => {
    const { client, seen } = createMockOrg([
      { status: 200, body: [event("1", "0oaA")] },
      { status: 200, body: [event("1", "0oaA"), event("2", "0oaA")] },
    ]);
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let now = new Date("2026-01-05T10:10:00.000Z");
    const failures = createFailureLog(client, planOf(["0oaA"]), () => now, never);
    expect((await failures("0oaA")).events).toHaveLength(1);
    now = new Date("2026-01-05T10:20:00.000Z");
    vi.advanceTimersByTime(2_001);
    expect((await failures("0oaA")).events.map(({ uuid }) => uuid)).toEqual(["1", "2"]);
    expect(seen.map(({ path }) => queryOf(path).get("since"))).toEqual([since, "2026-01-05T10:09:30.000Z"]);
  });
});
