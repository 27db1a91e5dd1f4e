import { closeSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SqlConnection, SqlEngine } from "../../../scim-server/src/storage/sql/sql-engine.ts";
import { openSqliteEngine } from "../../../scim-server/src/storage/sqlite/sqlite-engine.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scim-damaged-"));
  file = join(folder, "scim.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

function add(engine: SqlEngine, name: string): Promise<void> {
  return engine.transact(async (connection: SqlConnection) => {
    await connection.all(
      "INSERT INTO tenant_state (tenant, sequence, users, active_users, groups) VALUES (?, 0, 0, 0, 0)",
      [name],
    );
  });
}

test("a page that makes no sense fails who reads it, and neither the process nor other reads", async () => {
  const whole = await openSqliteEngine(file);
  for (let number = 0; number < 50; number += 1) await add(whole, `${number}`.repeat(500));
  const [place] = await whole.reader.all(
    "SELECT rootpage FROM sqlite_schema WHERE name = 'tenant_state'",
    [],
  );
  await whole.close();
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, (Number(place?.["rootpage"]) - 1) * 4096);
  closeSync(descriptor);

  const engine = await openSqliteEngine(file);
  const read = async (): Promise<unknown> => engine.reader.all("SELECT tenant, users FROM tenant_state", []);
  await expect(read()).rejects.toThrow("malformed");
  // Reads of one turn share a transaction, which ends after it.
  await nextTurn();
  await nextTurn();
  await expect(read()).rejects.toThrow("malformed");
  await nextTurn();
  await engine.check();
  await engine.close();
});

test.each([
  [
    "removed",
    () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name));
    },
  ],
  ["replaced", () => renameSync(`${file}-wal`, `${file}-other`)],
])("nothing is written to files that were %s under the server", async (_what, change) => {
  const engine = await openSqliteEngine(file);
  await add(engine, "before");
  await engine.check();
  change();
  const refused = { code: "STORAGE_UNAVAILABLE", message: expect.stringContaining("removed or replaced") };
  await expect(add(engine, "after")).rejects.toMatchObject(refused);
  await expect(add(engine, "later")).rejects.toMatchObject(refused);
  await expect(engine.check()).rejects.toMatchObject(refused);
  expect(await engine.reader.all("SELECT tenant FROM tenant_state", [])).toEqual([{ tenant: "before" }]);
  await engine.close();
});
