import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReportSchema, isAcceptable } from "../../../src/checks/check-report.ts";
import { isMarked } from "../../../src/checks/throw-aways.ts";
import { testBrokenCases } from "./support/broken-case.ts";
import { cleanUpCases } from "./support/cases/clean-up-cases.ts";
import { withManualConnection } from "./support/cases/okta-cases.ts";
import { expectOnly } from "./support/expect-only.ts";
import { leaveThrowAways } from "./support/leave-throw-aways.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

async function listMarked(): Promise<string[]> {
  const names: string[] = [];
  for await (const { userName } of world.scim.users.all()) names.push(userName);
  for await (const { displayName } of world.scim.groups.all()) names.push(displayName);
  return names.filter(isMarked);
}

describe("throw-away people and groups", () => {
  it("are gone after a run", async () => {
    await world.check();
    expect(await listMarked()).toEqual([]);
  });

  it("are gone after a run that was ended in the middle", async () => {
    const ending = new AbortController();
    const report = await world.check({
      signal: ending.signal,
      onResult: ({ id }) => {
        if (id === "server.group.create") ending.abort();
      },
    });
    const early = report.results.filter(({ evidence }) => evidence === "The run was ended early.");
    expect(early.length).toBeGreaterThan(0);
    expect(early.every(({ outcome }) => outcome === "skipped")).toBe(true);
    // What was not asked proves nothing.
    expect(report).toMatchObject({ endedEarly: true });
    expect(isAcceptable(report)).toBe(false);
    expect(await listMarked()).toEqual([]);
  });

  it("of a killed run are found and removed by the next", async () => {
    await leaveThrowAways(world);
    expect(await listMarked()).toHaveLength(2);
    const report = await world.check();
    expect(report.results.find(({ id }) => id === "server.clean-up.left-overs")).toMatchObject({
      outcome: "pass",
      evidence: "Removed 2 left-overs of an earlier run that was killed.",
    });
    expect(await listMarked()).toEqual([]);
  });

  it("of a killed run are found on a server that can't search for a beginning", async () => {
    await leaveThrowAways(world);
    await world.proxy.broken(
      async (request, forward) =>
        request.target.includes(" sw ")
          ? { status: 400, contentType: "application/json", body: "{}" }
          : forward(),
      () => world.check({ only: ["server.clean-up.left-overs"] }),
    );
    expect(await listMarked()).toEqual([]);
  });

  describe("that can't be removed are told", () => testBrokenCases(cleanUpCases, () => world));

  it("are not made where only reads are wanted", async () => {
    const writes: string[] = [];
    const report = await world.proxy.broken(
      async (request, forward) => {
        if (request.method !== "GET") writes.push(`${request.method} ${request.target}`);
        return forward();
      },
      () => world.check({ readOnly: true }),
    );
    expect(writes).toEqual([]);
    expect(report.outcome).toBe("pass");
    expect(report.results.find(({ id }) => id === "server.spec.create-user")).toMatchObject({
      outcome: "skipped",
    });
    expect(report.results.find(({ id }) => id === "loop.people.values")).toMatchObject({ outcome: "pass" });
  });
});

describe("checks.mode: warn", () => {
  it("shows what failed as warnings and lets the update succeed", async () => {
    const report = await world.check({ only: ["okta.app."] }, (app) => ({
      ...app,
      mode: "warn",
      signOnMode: "SAML_2_0",
    }));
    expectOnly(report, ["okta.app.sign-on"], "warn");
    expect(isAcceptable(report)).toBe(true);
  });
});

describe("a manual connection", () => {
  const pending = { only: ["loop.", "okta."] };

  it("waits, with the console's steps, until Okta's test arrives", async () => {
    const report = await world.proxy.broken(
      async (request, forward) =>
        request.target.endsWith("/evidence")
          ? { status: 200, contentType: "application/json", body: '{"entries":[]}' }
          : forward(),
      () => world.check(pending, withManualConnection(false)),
    );
    const result = expectOnly(report, ["loop.reached"], "waiting");
    expect(result.remedy).toContain("Provisioning > Integration, base URL https://localhost");
    expect(result.remedy).not.toContain("Kx-Token");
    expect(report.outcome).toBe("waiting");
    expect(isAcceptable(report)).toBe(true);
    expect(report.results.find(({ id }) => id === "okta.assignments")?.evidence).toBe(
      "Assignments are held back until the connection is configured.",
    );
  });

  it("says to set the flag once the test has arrived", async () => {
    const report = await world.check(pending, withManualConnection(false));
    const result = expectOnly(report, ["loop.reached"], "waiting");
    expect(result.evidence).toMatch(/^Okta's connection test arrived \(Okta SCIM Client 1\.0\.0, /);
    expect(result.remedy).toContain("configured: true");
  });

  it("that is configured is proven by the evidence, whatever the API says", async () => {
    await world.call("POST", "/sandbox/disturbances", {
      appId: world.app.appId,
      change: "connection-unknown",
    });
    const report = await world.check(
      { only: ["okta.", "loop.reached", "loop.people"] },
      withManualConnection(true),
    );
    const lost = await world.proxy.broken(
      async (request, forward) =>
        request.target.endsWith("/evidence")
          ? { status: 200, contentType: "application/json", body: '{"entries":[]}' }
          : forward(),
      () => world.check({ only: ["loop.reached"], patience: { settleMs: 200 } }, withManualConnection(true)),
    );
    await world.call("POST", "/sandbox/disturbances", {
      appId: world.app.appId,
      change: "connection-enabled",
    });
    expect(report.outcome).toBe("pass");
    expect(report.results.find(({ id }) => id === "okta.connection.status")).toMatchObject({
      outcome: "skipped",
    });
    expect(expectOnly(lost, ["loop.reached"]).remedy).toContain("Test the connection in Okta's console");
  });
});

describe("large servers", () => {
  it("are sampled, and the sample is stated", async () => {
    const report = await world.check({ only: ["loop.people"], patience: { exactPeople: 2 } });
    expect(report.outcome).toBe("pass");
    expect(Object.fromEntries(report.results.map(({ id, evidence }) => [id, evidence]))).toMatchObject({
      "loop.people.present": "All 2 people that were looked at have an account, a sample of 2 of 10 people.",
      "loop.people.values": "The values of 2 accounts are Okta's, a sample of 2 of 10 people.",
    });
  });
});

it("the report fits its published schema and holds no secret", async () => {
  const report = await world.check();
  expect(checkReportSchema.parse(report)).toEqual(report);
  expect(JSON.stringify(report)).not.toContain("Kx-Token");
  expect(new Set(report.results.map(({ docs }) => docs)).size).toBe(report.results.length);
});
