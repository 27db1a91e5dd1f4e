import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SqlEngine } from "../../../scim-server/src/storage/sql/sql-engine.ts";
import { SqlStorage } from "../../../scim-server/src/storage/sql/sql-storage.ts";
import { dumpTables, restoreTables } from "../../../scim-server/src/storage/sql/table-dump.ts";
import { openSqliteEngine } from "../../../scim-server/src/storage/sqlite/sqlite-engine.ts";

let folder: string;
let engine: SqlEngine;
const whole: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scim-dump-"));
  const source = await openSqliteEngine(join(folder, "source.sqlite"));
  const origin = { tokenId: "t", requestId: "r", userAgent: "u" };
  await new SqlStorage(source).transact("payroll", origin, async (transaction) => {
    const details = { after: { title: "x" } };
    transaction.record({ type: "user.created", resourceType: "User", resourceId: "ada", details });
  });
  whole.length = 0;
  await dumpTables(source, async (line) => {
    whole.push(line);
  });
  await source.close();
  engine = await openSqliteEngine(join(folder, "target.sqlite"));
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

test.each([
  ["cut at a line's end", () => whole.slice(0, -1), "not whole"],
  ["cut within a line", () => [...whole.slice(0, -1), '["change","pay'], "Line 4 of the backup"],
  ["without one of its lines", () => whole.toSpliced(1, 1), "not a row"],
  ["continued after its end", () => [...whole, '["token_use","payroll","t",1,1]'], "not whole"],
  [
    "with details that are no JSON",
    () => whole.map((line) => line.replace('"{', '"')),
    "Line 3 of the backup",
  ],
])("a backup %s is refused, and nothing of it is there", async (_what, damage, reason) => {
  await expect(restoreTables(engine, each(damage()))).rejects.toThrow(reason);
  expect(await engine.reader.all("SELECT * FROM tenant_state", [])).toEqual([]);
  expect(await restoreTables(engine, each(whole))).toBe(2);
});
