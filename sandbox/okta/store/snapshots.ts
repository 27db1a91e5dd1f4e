import { chmodSync, existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { readString, type Sql } from "./sql.ts";

/** A file that is no snapshot of this version of the emulated org. */
export class SnapshotError extends Error {
  readonly code = "SANDBOX_SNAPSHOT";
  readonly remedy =
    "Give the path of a snapshot that this version has saved (POST /sandbox/snapshots). What one of another layout held comes back from sandbox/org.yaml and the specs (okta-scim up).";

  constructor(path: string, problem = "is no snapshot of this version of the emulated org", cause?: unknown) {
    super(`${path} ${problem}.`, cause === undefined ? {} : { cause });
    this.name = "SnapshotError";
  }
}

/** Writes everything that the org knows into one file, while the org goes on. It holds tokens of SCIM servers: mode 0600. */
export function saveSnapshot(sql: Sql, path: string): void {
  rmSync(path, { force: true });
  sql.run("VACUUM INTO ?", path);
  chmodSync(path, 0o600);
}

/** What a snapshot forgets before it is shipped: how to call SCIM servers, people's passwords, and who may call the org. */
const withoutSecrets = `
UPDATE connection SET token = NULL, username = NULL, oauth2 = NULL;
UPDATE identity_provider SET protocol = json_remove(protocol, '$.credentials.client.client_secret');
UPDATE user_credential SET password_hash = NULL, recovery_answer_hash = NULL;
DELETE FROM api_token; DELETE FROM access_token; DELETE FROM used_assertion; DELETE FROM oauth_client; DELETE FROM app_client_secret;
DELETE FROM app_document WHERE kind = 'private_keys';
VACUUM;
`;

/** Writes a snapshot without any secret, to be shipped as a fixture: connections need their tokens again after it is restored. */
export function saveFixture(sql: Sql, path: string): void {
  saveSnapshot(sql, path);
  const database = new DatabaseSync(path);
  try {
    database.exec(withoutSecrets);
  } finally {
    database.close();
  }
}

/** Puts a snapshot in the place of everything that the org knows. Throws SnapshotError and leaves the org as it was. */
export function restoreSnapshot(sql: Sql, path: string): void {
  attach(sql, path);
  try {
    sql.replaceTables(() => {
      // A snapshot of an earlier version may lack tables that have been added since: they are empty then.
      const known = new Set(listTables(sql, "main"));
      const tables = listTables(sql, "snapshot");
      if (!tables.includes("org") || tables.some((table) => !known.has(table))) throw new SnapshotError(path);
      const version = "SELECT value FROM %.org WHERE key = 'layout_version'";
      const [own, other] = ["main", "snapshot"].map(
        (schema) => sql.get(version.replace("%", schema))?.["value"],
      );
      if (own !== other) throw new SnapshotError(path);
      clearTables(sql);
      for (const table of tables) sql.run(`INSERT INTO main."${table}" SELECT * FROM snapshot."${table}"`);
      // Copying rows has begun the numbers anew: of an empty table with 0, which would come before what readers have read.
      sql.run("DELETE FROM main.sqlite_sequence");
      sql.run("INSERT INTO main.sqlite_sequence SELECT * FROM snapshot.sqlite_sequence");
    });
  } finally {
    sql.forgetStatements();
    sql.run("DETACH DATABASE snapshot");
  }
}

/** Forgets everything, sequence numbers included. Call it inside `replaceTables`. */
export function clearTables(sql: Sql): void {
  for (const table of listTables(sql, "main")) sql.run(`DELETE FROM main."${table}"`);
  sql.run("DELETE FROM main.sqlite_sequence");
}

function attach(sql: Sql, path: string): void {
  if (!existsSync(path)) throw new SnapshotError(path, "is no file");
  try {
    sql.run("ATTACH DATABASE ? AS snapshot", path);
  } catch (error) {
    throw new SnapshotError(path, undefined, error);
  }
}

function listTables(sql: Sql, schema: "main" | "snapshot"): string[] {
  return sql
    .all(
      `SELECT name FROM ${schema}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .map((row) => readString(row, "name"));
}
