import { isJsonObject, type JsonObject, type JsonValue, parseJson, parseJsonObject } from "../../json.ts";
import { StorageUnavailableError } from "../storage.ts";
import type { SqlValue } from "./dialect.ts";
import { foldAnew } from "./fold-anew.ts";
import { fillBlocks } from "./resource-blocks.ts";
import { integerColumn, type Rows, type SqlConnection, type SqlEngine } from "./sql-engine.ts";

interface DumpedTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/** In the order in which rows can be inserted without a dangling reference. */
const tables: readonly DumpedTable[] = [
  {
    name: "resource",
    key: ["ordinal"],
    columns: [
      "ordinal",
      "tenant",
      "type",
      "id",
      "unique_key",
      "external_id",
      "display_key",
      "active",
      "version",
      "created_at",
      "last_modified_at",
      "display",
      "document",
      "search",
    ],
  },
  { name: "user_email", key: ["tenant", "value", "ordinal"], columns: ["tenant", "value", "ordinal"] },
  { name: "member", key: ["group_ordinal", "member_ordinal"], columns: ["group_ordinal", "member_ordinal"] },
  {
    name: "tenant_state",
    key: ["tenant"],
    columns: ["tenant", "sequence", "users", "active_users", "groups"],
  },
  {
    name: "change",
    key: ["tenant", "sequence"],
    columns: [
      "tenant",
      "sequence",
      "at",
      "type",
      "resource_type",
      "resource_id",
      "token_id",
      "request_id",
      "user_agent",
      "details",
    ],
  },
  {
    name: "evidence",
    key: ["tenant", "user_agent", "kind"],
    columns: ["tenant", "user_agent", "kind", "count", "last_at", "last_status"],
  },
  { name: "token_use", key: ["tenant", "token_id"], columns: ["tenant", "token_id", "count", "last_at"] },
  {
    name: "webhook",
    key: ["tenant", "id"],
    columns: [
      "tenant",
      "id",
      "delivered_sequence",
      "attempts",
      "next_attempt_at",
      "last_error",
      "lease_until",
    ],
  },
  {
    name: "webhook_dead_letter",
    key: ["tenant", "webhook_id", "sequence"],
    columns: ["tenant", "webhook_id", "sequence", "at", "reason"],
  },
];

/**
 * Counted up when {@link tables} or the lines around their rows change. Tables that are derived from others are not part
 * of a backup.
 */
const formatVersion = 4;

/** The name in the last line, which says how many rows came before: a file that was cut short lacks it. */
const endName = "end";

/** Columns that hold a JSON object as text. */
const jsonColumns: ReadonlySet<string> = new Set(["document", "search", "details"]);

const pageSize = 1000;

/** A backup cannot be read, or there is no room for it. */
export class BackupError extends Error {
  readonly code = "BACKUP";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = "BackupError";
    this.remedy = remedy;
  }
}

/**
 * Hands over the whole database as JSON lines, all of one moment, while servers go on writing. The lines are the same
 * for both engines, so a backup of one can be restored into the other.
 */
export function dumpTables(engine: SqlEngine, write: (line: string) => Promise<void>): Promise<number> {
  return engine.snapshot(async (connection) => {
    await write(JSON.stringify({ format: "scim-server-backup", version: formatVersion }));
    let count = 0;
    for (const table of tables) {
      let after: readonly SqlValue[] | undefined;
      for (;;) {
        const rows = await readPage(connection, table, after);
        for (const row of rows)
          await write(JSON.stringify([table.name, ...table.columns.map((name) => row[name])]));
        count += rows.length;
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageSize) break;
        after = table.key.map((name) => toSqlValue(last[name]));
      }
    }
    await write(JSON.stringify([endName, count]));
    return count;
  });
}

function readPage(
  connection: SqlConnection,
  table: DumpedTable,
  after: readonly SqlValue[] | undefined,
): Rows {
  const columns = table.columns.map((name) => (name === "search" ? "CAST(search AS TEXT) AS search" : name));
  const key = table.key.join(", ");
  const marks = table.key.map(() => "?").join(", ");
  const condition = after === undefined ? "" : ` WHERE (${key}) > (${marks})`;
  return connection.all(
    `SELECT ${columns.join(", ")} FROM ${table.name}${condition} ORDER BY ${key} LIMIT ${pageSize}`,
    after ?? [],
  );
}

function toSqlValue(value: unknown): SqlValue {
  if (typeof value === "string" || typeof value === "number") return value;
  if (value === null || value === undefined) return null;
  throw new BackupError("A row holds a value that is neither text nor a number.", "Report this as a bug.");
}

/** Writes the lines of a backup into an empty database, all or none. Throws {@link BackupError}. */
export function restoreTables(engine: SqlEngine, lines: AsyncIterable<string>): Promise<number> {
  return engine.transact(async (connection) => {
    await makeRoom(connection);
    let count = -1;
    let isWhole = false;
    for await (const line of lines) {
      if (line === "") continue;
      const value = parseLine(line, count + 2);
      isWhole = Array.isArray(value) && value[0] === endName && value[1] === count;
      if (isWhole) continue;
      if (count === -1) checkHeader(isJsonObject(value) ? value : {});
      else await insertRow(engine, connection, value).catch(explain(count + 2));
      count += 1;
    }
    if (count === -1) throw new BackupError("The backup is empty.", "Give the file that backup wrote.");
    if (!isWhole) {
      throw new BackupError(
        "The backup is not whole: its end is missing.",
        "Nothing was restored. Give a whole one.",
      );
    }
    await connection.all(fillBlocks, []);
    await foldAnew(connection);
    if (engine.dialect.name === "postgres") {
      await connection.all(
        "SELECT setval(pg_get_serial_sequence('resource', 'ordinal'), (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM resource), false)",
        [],
      );
      // Without it the first requests would be planned for an empty database.
      await connection.all("ANALYZE", []);
    }
    return count;
  });
}

function parseLine(line: string, number: number): JsonValue {
  try {
    return parseJson(line);
  } catch (error) {
    return explain(number)(error);
  }
}

/**
 * What a server notes that has run without people (who called it, how far its webhooks are) gives way to the backup.
 * Throws {@link BackupError} when there are people or groups, or have been.
 */
async function makeRoom(connection: SqlConnection): Promise<void> {
  const [used] = await connection.all(
    "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM resource LIMIT 1) AS r) + (SELECT COUNT(*) FROM tenant_state WHERE sequence > 0) AS count",
    [],
  );
  if (used === undefined || integerColumn(used, "count") > 0) {
    throw new BackupError("The database is not empty.", "Restore into a new database or file.");
  }
  for (const { name } of tables) await connection.all(`DELETE FROM ${name}`, []);
}

function explain(line: number): (error: unknown) => never {
  return (error) => {
    if (error instanceof BackupError || error instanceof StorageUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError(
      `Line ${line} of the backup cannot be restored: ${reason}`,
      "Nothing was restored. Correct the line, or take another backup.",
    );
  };
}

function checkHeader(header: JsonObject): void {
  if (header["format"] === "scim-server-backup" && header["version"] === formatVersion) return;
  throw new BackupError(
    `This is no backup of version ${formatVersion}.`,
    "Restore it with the version of the server that wrote it, then upgrade.",
  );
}

async function insertRow(engine: SqlEngine, connection: SqlConnection, value: unknown): Promise<void> {
  const [name, ...values]: readonly unknown[] = Array.isArray(value) ? value : [];
  const table = tables.find((candidate) => candidate.name === name);
  if (table === undefined || values.length !== table.columns.length) {
    throw new BackupError("A line of the backup is not a row.", "The file is damaged; take another backup.");
  }
  for (const [index, column] of table.columns.entries()) {
    if (jsonColumns.has(column)) parseJsonObject(String(values[index]));
  }
  const overriding =
    table.name === "resource" && engine.dialect.name === "postgres" ? " OVERRIDING SYSTEM VALUE" : "";
  const marks = table.columns.map(() => "?").join(", ");
  await connection.all(
    `INSERT INTO ${table.name} (${table.columns.join(", ")})${overriding} VALUES (${marks})`,
    values.map(toSqlValue),
  );
}
