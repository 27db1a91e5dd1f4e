import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testBrokenCases } from "./support/broken-case.ts";
import { loopCases } from "./support/cases/loop-cases.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

describe("a loop that is broken in just one place fails just that check", () => {
  testBrokenCases(loopCases, () => world);
});

it("a canary that a killed run left assigned and changed is put back by the next", async () => {
  const canary = (await world.okta.users.find("zoe.vanderberg@example.com"))?.id ?? "";
  const title = (await world.okta.users.find(canary))?.profile["title"];
  await world.okta.appUsers.assign(world.app.appId, { id: canary });
  await world.okta.users.updateProfile(canary, { title: `${title} (okta-scim canary)` });
  await world.drain();
  const report = await world.check({ only: ["loop.canary"] });
  expect(report.outcome).toBe("pass");
  expect((await world.okta.users.find(canary))?.profile["title"]).toBe(title);
});
