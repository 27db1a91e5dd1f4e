import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import type { SqlConnection, SqlEngine } from "../../../scim-server/src/storage/sql/sql-engine.ts";
import { openSqliteEngine } from "../../../scim-server/src/storage/sqlite/sqlite-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "scim-commits-"));
let engine: SqlEngine | undefined;
let count = 0;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

afterAll(() => rmSync(folder, { recursive: true }));

function newFile(): string {
  count += 1;
  return join(folder, `${count}.sqlite`);
}

async function add(connection: SqlConnection, name: string): Promise<string> {
  await connection.all(
    "INSERT INTO tenant_state (tenant, sequence, users, active_users, groups) VALUES (?, 0, 0, 0, 0)",
    [name],
  );
  return name;
}

async function names(from: SqlEngine): Promise<readonly unknown[]> {
  const rows = await from.reader.all("SELECT tenant FROM tenant_state ORDER BY tenant", []);
  return rows.map((row) => row["tenant"]);
}

/** Flushes that end when they are told to. */
function heldFlushes(): { readonly flush: () => Promise<void>; readonly release: (() => void)[] } {
  const release: (() => void)[] = [];
  return { flush: () => new Promise<void>((resolve) => release.push(resolve)), release };
}

async function turns(howMany: number): Promise<void> {
  for (let turn = 0; turn < howMany; turn += 1) await nextTurn();
}

test("a write is neither answered nor seen before it is on the disk, and the next one waits for it", async () => {
  const { flush, release } = heldFlushes();
  const opened = await openSqliteEngine(newFile(), flush);
  engine = opened;
  const answered: string[] = [];
  const write = (name: string): Promise<void> =>
    opened.transact((connection) => add(connection, name)).then((done) => void answered.push(done));
  const first = write("first");
  await turns(5);
  const second = write("second");
  await turns(5);
  expect(release).toHaveLength(1);
  expect(answered).toEqual([]);
  expect(await names(opened)).toEqual([]);
  release[0]?.();
  await first;
  await turns(5);
  expect(answered).toEqual(["first"]);
  expect(await names(opened)).toEqual(["first"]);
  release[1]?.();
  await second;
  expect(await names(opened)).toEqual(["first", "second"]);
});

test("when the disk refuses a flush, that write and all later ones fail, and reads see neither", async () => {
  const opened = await openSqliteEngine(newFile(), () => Promise.reject(new Error("EIO: i/o error")));
  engine = opened;
  const refused = { code: "STORAGE_UNAVAILABLE" };
  await expect(opened.transact((connection) => add(connection, "first"))).rejects.toMatchObject(refused);
  await expect(opened.transact((connection) => add(connection, "second"))).rejects.toMatchObject(refused);
  expect(await names(opened)).toEqual([]);
});

test("a write that fails half way leaves nothing, and the others of its commit stay", async () => {
  const opened = await openSqliteEngine(newFile());
  engine = opened;
  const half = async (connection: SqlConnection): Promise<string> => {
    await add(connection, "half");
    throw new RangeError("half way");
  };
  const outcomes = await Promise.allSettled([
    opened.transact((connection) => add(connection, "a")),
    opened.transact(half),
    opened.transact((connection) => add(connection, "b")),
    opened.transact((connection) => add(connection, "a")),
    opened.transact(half),
    opened.transact((connection) => add(connection, "c")),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
    "rejected",
    "fulfilled",
  ]);
  expect(outcomes[1]).toMatchObject({ reason: expect.any(RangeError) });
  expect(await names(opened)).toEqual(["a", "b", "c"]);
});

test("nothing of a commit is in the database file before it is on the disk in the log", async () => {
  const { flush, release } = heldFlushes();
  const file = newFile();
  const opened = await openSqliteEngine(file, flush);
  engine = opened;
  const inFile = (marker: string): boolean => readFileSync(file).includes(marker);
  const write = async (marker: string, rows: number): Promise<void> => {
    const written = opened.transact(async (connection) => {
      for (let row = 0; row < rows; row += 1) await add(connection, `${marker}-${row}-${"x".repeat(3000)}`);
    });
    const expected = release.length + 1;
    while (release.length < expected) await nextTurn();
    expect(inFile(marker)).toBe(false);
    release.at(-1)?.();
    await written;
  };
  // Each is longer than the log may become: it is copied back at every chance there is.
  for (let round = 0; round < 12; round += 1) await write(`round-${round}`, 600);
  expect(inFile("round-3")).toBe(true);
});

test("the log does not grow with what is written", async () => {
  const file = newFile();
  const opened = await openSqliteEngine(file);
  engine = opened;
  const text = "x".repeat(3000);
  for (let round = 0; round < 300; round += 1) {
    const writes = Array.from({ length: 16 }, (_, index) =>
      opened.transact((connection) => add(connection, `${round}-${index}-${text}`)),
    );
    await Promise.all(writes);
  }
  // 4,800 rows with a page each and more in the index: over 40 MB, had nothing been copied back.
  expect(statSync(`${file}-wal`).size).toBeLessThan(12_000_000);
  await opened.close();
  const again = await openSqliteEngine(file);
  engine = again;
  expect(await names(again)).toHaveLength(4800);
});

test("a reader of an older state keeps the log, and nothing is lost when it ends", async () => {
  const opened = await openSqliteEngine(newFile());
  engine = opened;
  const text = "x".repeat(3000);
  const seen = await opened.snapshot(async (connection) => {
    await connection.all("SELECT tenant FROM tenant_state", []);
    for (let round = 0; round < 60; round += 1) {
      const writes = Array.from({ length: 16 }, (_, index) =>
        opened.transact((writer) => add(writer, `${round}-${index}-${text}`)),
      );
      await Promise.all(writes);
    }
    return connection.all("SELECT tenant FROM tenant_state", []);
  });
  expect(seen).toEqual([]);
  for (const name of ["later", "last"]) await opened.transact((connection) => add(connection, name));
  expect(await names(opened)).toHaveLength(962);
});
