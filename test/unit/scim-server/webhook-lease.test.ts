import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { Storage } from "../../../scim-server/src/storage/storage.ts";

let folder: string;
let storage: Storage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scim-lease-"));
  storage = await openStorage(`sqlite://${join(folder, "scim.sqlite")}`, () => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await storage.close();
  rmSync(folder, { recursive: true });
});

function lease(owner: string): Promise<unknown> {
  return storage.webhooks.lease("payroll", "hook", owner, 30_000, 0);
}

test("a server whose clock is ahead does not take a lease that another one has", async () => {
  expect(await lease("one")).toBeDefined();
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + 600_000);
  expect(await lease("other")).toBeUndefined();
  expect(await lease("one")).toBeDefined();
});

test("a lease from before the clock was set back holds nobody up", async () => {
  expect(await lease("one")).toBeDefined();
  const database = new DatabaseSync(join(folder, "scim.sqlite"));
  database.exec("UPDATE webhook SET lease_until = lease_until + 3600000");
  database.close();
  expect(await lease("other")).toBeDefined();
});
