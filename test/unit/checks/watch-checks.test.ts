import { expect, it } from "vitest";
import { type Check, pass } from "../../../src/checks/check.ts";
import { watchChecks } from "../../../src/checks/watch-checks.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { makeApp } from "./run-for-app.ts";

const checks: readonly Check[] = [
  { id: "reads", question: "Does it read?", run: async () => pass("fine") },
  { id: "writes", question: "Does it write?", writes: true, run: async () => pass("fine") },
];

async function watch(forMs: number, everyMs: number, stopAfter = Number.POSITIVE_INFINITY) {
  const ending = new AbortController();
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps: [makeApp()] };
  const clients = { okta: createMockOrg([]).client };
  const seen: (readonly string[])[] = [];
  for await (const report of watchChecks(
    plan,
    clients,
    { checks },
    { forMs, everyMs, signal: ending.signal },
  )) {
    seen.push(report.results.map(({ outcome }) => outcome));
    if (seen.length >= stopAfter) ending.abort();
  }
  return seen;
}

it("a watch writes in its first run only", async () => {
  expect(await watch(60_000, 1, 3)).toEqual([
    ["pass", "pass"],
    ["pass", "skipped"],
    ["pass", "skipped"],
  ]);
});

it("a watch ends when its time is over", async () => {
  expect(await watch(0, 10)).toEqual([["pass", "pass"]]);
});
