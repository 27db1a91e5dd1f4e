import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./support/breakages.ts";
import type { Breakage } from "./support/breaking-proxy.ts";
import { testBrokenCases } from "./support/broken-case.ts";
import { lifeCases } from "./support/cases/life-cases.ts";
import { serverCases } from "./support/cases/server-cases.ts";
import { expectOnly } from "./support/expect-only.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

describe("a server that is broken in just one way fails just that check", () => {
  testBrokenCases([...serverCases, ...lifeCases], () => world);
});

it("a server that never answers one address ends at the deadline, with what it was asked", async () => {
  const never: Breakage = (request, forward) =>
    targets("/Schemas")(request) ? new Promise(() => {}) : forward();
  const report = await world.proxy.broken(never, () =>
    world.check({ deadlineMs: 2_000, only: ["server.discovery.schemas", "server.errors.unknown-route"] }),
  );
  const result = expectOnly(report, ["server.discovery.schemas"]);
  expect(result.evidence).toBe("It did not end within 2 s.");
  expect(result.exchange).toMatchObject({
    request: expect.stringContaining("/Schemas"),
    answer: "no answer yet",
  });
});
