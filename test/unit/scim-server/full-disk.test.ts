import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { SqlConnection } from "../../../scim-server/src/storage/sql/sql-engine.ts";
import { openSqliteEngine } from "../../../scim-server/src/storage/sqlite/sqlite-engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scim-full-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function add(connection: SqlConnection, name: string): Promise<void> {
  await connection.all(
    "INSERT INTO tenant_state (tenant, sequence, users, active_users, groups) VALUES (?, 0, 0, 0, 0)",
    [name],
  );
}

test("a disk without room makes writes unavailable, not faulty, until it has some again; reads go on", async () => {
  const engine = await openSqliteEngine(join(folder, "scim.sqlite"));
  // SQLite has no room beyond this either, and says so by the same error.
  const allow = (pages: number): Promise<unknown> =>
    engine.transact(async (connection) => connection.all(`PRAGMA max_page_count = ${pages}`, [], false));
  await engine.transact((connection) => add(connection, "before"));
  await allow(1);
  const large = "x".repeat(100_000);
  const outcomes = await Promise.allSettled([
    engine.transact((connection) => add(connection, large)),
    engine.transact((connection) => add(connection, `${large}y`)),
  ]);
  const refused = { code: "STORAGE_UNAVAILABLE", statusCode: 503 };
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: refused });
  expect(await engine.reader.all("SELECT tenant FROM tenant_state", [])).toEqual([{ tenant: "before" }]);
  await allow(1000);
  await engine.transact((connection) => add(connection, large));
  await engine.close();
});

test("a file that cannot be opened is named, with what to look at", async () => {
  const file = join(folder, "a-folder");
  mkdirSync(file);
  await expect(openStorage(`sqlite://${file}`, () => {})).rejects.toMatchObject({
    code: "STORAGE",
    message: expect.stringContaining(file),
  });
});
