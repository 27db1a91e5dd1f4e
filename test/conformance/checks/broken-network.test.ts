import { afterAll, beforeAll, describe } from "vitest";
import { testBrokenCases } from "./support/broken-case.ts";
import { networkCases } from "./support/cases/network-cases.ts";
import { startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

describe("what is broken below SCIM fails just that check", () => testBrokenCases(networkCases, () => world));
