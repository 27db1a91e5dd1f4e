import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { ResourceContent } from "../../../scim-server/src/storage/storage.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scim-migrations-"));
  file = join(folder, "scim.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

const origin = { tokenId: "t", requestId: "r", userAgent: "u" };

/** A person as a version before 5 stored one: with the final sigma, and letters as wide as they came, in its keys. */
function oldPerson(id: string, name: string): ResourceContent {
  return {
    type: "User",
    id,
    document: JSON.stringify({ id, userName: name }),
    search: JSON.stringify({ userName: name, emails: [{ value: name }], active: true }),
    uniqueKey: name,
    externalId: null,
    displayKey: name,
    display: name,
    active: true,
    emails: [name],
  };
}

async function fill(...people: readonly ResourceContent[]): Promise<void> {
  const storage = await openStorage(`sqlite://${file}`, () => {});
  for (const content of people) {
    await storage.transact("payroll", origin, async (transaction) => {
      await transaction.insert(content);
      transaction.record({ type: "user.created", resourceType: "User", resourceId: content.id, details: {} });
    });
  }
  await storage.close();
}

function execute(...statements: readonly string[]): void {
  const database = new DatabaseSync(file);
  for (const statement of statements) database.exec(statement);
  database.close();
}

function read(statement: string): readonly unknown[] {
  const database = new DatabaseSync(file);
  const rows = database.prepare(statement).all();
  database.close();
  return rows.map((row) => Object.values(row));
}

/** What each version added, taken away again. */
const undo: readonly (readonly [version: number, ...statements: readonly string[]])[] = [
  [
    6,
    "DROP TABLE resource_change",
    "DROP TABLE resource_change_state",
    "DROP INDEX resource_inactive",
    "CREATE INDEX resource_active ON resource (tenant, type, active, ordinal)",
    "CREATE TABLE old_email (tenant TEXT NOT NULL, value TEXT NOT NULL, ordinal INTEGER NOT NULL REFERENCES resource (ordinal) ON DELETE CASCADE, PRIMARY KEY (tenant, value, ordinal)) WITHOUT ROWID",
    "INSERT INTO old_email SELECT * FROM user_email",
    "DROP TABLE user_email",
    "ALTER TABLE old_email RENAME TO user_email",
    "CREATE INDEX user_email_ordinal ON user_email (ordinal)",
    "CREATE INDEX change_resource ON change (tenant, resource_id, sequence)",
    "CREATE TABLE member_change (tenant TEXT, member_id TEXT, sequence INTEGER)",
    "CREATE TABLE member_change_state (tenant TEXT, sequence INTEGER)",
  ],
  [4, "DROP TABLE member_change", "DROP TABLE member_change_state"],
  [3, "DROP TABLE resource_block"],
  [2, "DROP TABLE webhook", "DROP TABLE webhook_dead_letter"],
];

test.each([1, 2, 3, 4, 5])(
  "a file of version %i is brought up to date with what it holds",
  async (version) => {
    await fill(oldPerson("1", "νικος"), oldPerson("2", "plain"));
    const statements = undo.flatMap(([added, ...drops]) => (added > version ? drops : []));
    execute(...statements, `DELETE FROM storage_version WHERE version > ${version}`);
    const storage = await openStorage(`sqlite://${file}`, () => {});
    const selections = [{ type: "User", filter: undefined } as const];
    const page = { selections, sort: undefined, offset: 1, limit: 10, after: undefined };
    expect((await storage.list("payroll", page)).resources.map(({ id }) => id)).toEqual(["2"]);
    expect((await storage.changeLog.bounds("payroll")).last).toBe(2);
    expect(await storage.webhooks.states("payroll")).toEqual([]);
    expect(await storage.changeLog.newestOf("payroll", "1", 5)).toMatchObject([{ sequence: 1, origin }]);
    await storage.close();
    expect(read("SELECT MAX(version) FROM storage_version")).toEqual([[6]]);
    const isFolded = version < 5;
    expect(read("SELECT unique_key, display_key FROM resource ORDER BY id")).toEqual([
      isFolded ? ["νικοσ", "νικοσ"] : ["νικος", "νικος"],
      ["plain", "plain"],
    ]);
    expect(read("SELECT tenant, value, ordinal FROM user_email ORDER BY ordinal")).toEqual([
      ["payroll", isFolded ? "νικοσ" : "νικος", 1],
      ["payroll", "plain", 2],
    ]);
  },
);

test("people whose names have become the same both stay, found by their e-mail addresses as well", async () => {
  await fill(oldPerson("1", "ａｄａ"), oldPerson("2", "ada"), oldPerson("3", "ας"));
  execute(...undo.flatMap(([added, ...drops]) => (added > 4 ? drops : [])));
  execute("DELETE FROM storage_version WHERE version > 4");
  await (await openStorage(`sqlite://${file}`, () => {})).close();
  expect(read("SELECT id, unique_key FROM resource ORDER BY id")).toEqual([
    ["1", "ａｄａ"],
    ["2", "ada"],
    ["3", "ασ"],
  ]);
  expect(read("SELECT value, ordinal FROM user_email ORDER BY ordinal")).toEqual([
    ["ada", 1],
    ["ada", 2],
    ["ασ", 3],
  ]);
  expect(read("SELECT search FROM resource WHERE id = '3'")).toEqual([
    [JSON.stringify({ userName: "ασ", emails: [{ value: "ασ" }], active: true })],
  ]);
});

test("a file of a newer version is left alone, with a word on what to do", async () => {
  await fill();
  execute("INSERT INTO storage_version (version) VALUES (99)");
  await expect(openStorage(`sqlite://${file}`, () => {})).rejects.toMatchObject({ code: "STORAGE_TOO_NEW" });
});
