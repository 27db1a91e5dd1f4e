import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testBrokenCases } from "./support/broken-case.ts";
import { oktaAppCases, oktaPeopleCases, oktaProfileCases } from "./support/cases/okta-cases.ts";
import { setConnection, startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

describe("an org that was changed in just one way fails just that check", () => {
  testBrokenCases([...oktaAppCases, ...oktaProfileCases, ...oktaPeopleCases], () => world);
});

it("a slash at the end of the connection's base URL is no difference", async () => {
  await setConnection(world.call, world.app.appId, `${world.app.server.baseUrl}/`);
  const report = await world.check({ only: ["okta.connection"] });
  await setConnection(world.call, world.app.appId, world.app.server.baseUrl);
  expect(report.outcome).toBe("pass");
});
