import { setTimeout as sleep } from "node:timers/promises";
import { MockAgent } from "undici";
import { expect, it } from "vitest";
import { type Check, pass } from "../../../src/checks/check.ts";
import { runChecks } from "../../../src/checks/run-checks.ts";
import { exitCodeOf } from "../../../src/cli/commands/check.ts";
import { createMockOrg, someApp } from "../okta/mock-org.ts";
import { makeApp } from "./run-for-app.ts";

const asksOkta: Check = {
  id: "okta.app.slow",
  question: "Is Okta asked?",
  run: async ({ okta }) => pass(`It is ${(await okta.apps.get("0oa1")).status}.`),
};
const hangs: Check = {
  id: "server.hangs",
  question: "Does the server answer?",
  run: () => new Promise(() => {}),
};

/** Far longer than anything here takes but the waits, which are longer still. */
const deadlineMs = 600;

/** An org that refuses the first call for its rate limit, which ends after so many seconds. */
async function runWithRateLimit(seconds: string, checks: readonly Check[]) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const { client } = createMockOrg(
    [
      { status: 429, headers: { "retry-after": seconds } },
      { status: 200, body: someApp },
    ],
    { retry: { wait: (milliseconds) => sleep(milliseconds) } },
  );
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps: [makeApp()] };
  const report = await runChecks(plan, { okta: client, scimDispatcher: agent }, { checks, deadlineMs });
  return Object.fromEntries(report.results.map(({ id, outcome, evidence }) => [id, { outcome, evidence }]));
}

it("waiting for Okta's rate limit does not use up a check's time, except the server's, which ask nothing of Okta", async () => {
  expect(await runWithRateLimit("0.9", [asksOkta, hangs])).toEqual({
    "okta.app.slow": { outcome: "pass", evidence: "It is ACTIVE." },
    "server.hangs": { outcome: "fail", evidence: "It did not end within 0.6 s." },
  });
});

it("a check that hangs after the wait ends all the same, and says what held it up", async () => {
  const hangsLater: Check = {
    ...asksOkta,
    run: async ({ okta }) => {
      await okta.apps.get("0oa1");
      return new Promise(() => {});
    },
  };
  expect(await runWithRateLimit("0.9", [hangsLater])).toEqual({
    "okta.app.slow": {
      outcome: "fail",
      evidence: expect.stringMatching(/^It did not end within [1-9]\d* s; Okta's rate limit held it up\.$/),
    },
  });
});

it("checks that must have something to themselves take turns, across apps", async () => {
  let running = 0;
  let most = 0;
  const exclusive: Check = {
    id: "loop.alone",
    question: "Is it alone?",
    exclusive: () => "zoe@example.com",
    run: async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
      return pass("fine");
    },
  };
  const agent = new MockAgent();
  agent.disableNetConnect();
  const apps = ["a", "b", "c", "d"].map((name) => ({ ...makeApp(), name }));
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps };
  await runChecks(
    plan,
    { okta: createMockOrg([]).client, scimDispatcher: agent },
    { checks: [exclusive, { ...exclusive, id: "loop.other" }] },
  );
  expect(most).toBe(1);
});

it("an org that does not answer at all is marked: the command ends with its own exit code", async () => {
  const silence = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const { client } = createMockOrg(Array.from({ length: 20 }, () => silence));
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps: [makeApp()] };
  const report = await runChecks(
    plan,
    { okta: client, scimDispatcher: new MockAgent() },
    { checks: [asksOkta] },
  );
  expect(report.results).toMatchObject([{ outcome: "fail", unreachable: true }]);
  expect(exitCodeOf(report)).toBe(3);
});
