import type { Dialect } from "./dialect.ts";
import { foldAnew } from "./fold-anew.ts";
import { fillBlocks } from "./resource-blocks.ts";
import { integerColumn, type SqlConnection } from "./sql-engine.ts";

interface Migration {
  readonly version: number;
  statements(types: ColumnTypes): readonly string[];
  /** What no statement can do, after them. */
  rewrite?(connection: SqlConnection): Promise<void>;
}

interface ColumnTypes {
  readonly ordinal: string;
  readonly integer: string;
  /** Text in byte order, so that both engines sort and find ranges alike. */
  readonly text: string;
  readonly json: string;
  readonly clustered: string;
}

const columnTypes: Readonly<Record<Dialect["name"], ColumnTypes>> = {
  sqlite: {
    ordinal: "INTEGER PRIMARY KEY AUTOINCREMENT",
    integer: "INTEGER",
    text: "TEXT",
    json: "TEXT",
    clustered: " WITHOUT ROWID",
  },
  postgres: {
    ordinal: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    integer: "BIGINT",
    text: 'TEXT COLLATE "C"',
    json: "JSONB",
    clustered: "",
  },
};

function describeChange(integer: string, text: string): readonly string[] {
  return [
    `tenant ${text} NOT NULL`,
    `sequence ${integer} NOT NULL`,
    `at ${integer} NOT NULL`,
    `type ${text} NOT NULL`,
    `resource_type ${text} NOT NULL`,
    `resource_id ${text} NOT NULL`,
    `token_id ${text} NOT NULL`,
    `request_id ${text} NOT NULL`,
    `user_agent ${text} NOT NULL`,
    `details ${text} NOT NULL`,
    "PRIMARY KEY (tenant, sequence)",
  ];
}

/** What SQLite cannot alter in a table is made anew; its primary key's order is that of its rows. */
function rebuild(name: string, description: readonly string[], options: string): readonly string[] {
  return [
    `CREATE TABLE rebuilt (${description.join(", ")})${options}`,
    `INSERT INTO rebuilt SELECT * FROM ${name}`,
    `DROP TABLE ${name}`,
    `ALTER TABLE rebuilt RENAME TO ${name}`,
  ];
}

const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: ({ ordinal, integer, text, json, clustered }) => [
      `CREATE TABLE resource (
        ordinal ${ordinal},
        tenant ${text} NOT NULL,
        type ${text} NOT NULL,
        id ${text} NOT NULL,
        unique_key ${text},
        external_id ${text},
        display_key ${text},
        active SMALLINT,
        version ${integer} NOT NULL,
        created_at ${integer} NOT NULL,
        last_modified_at ${integer} NOT NULL,
        display ${text},
        document ${text} NOT NULL,
        search ${json} NOT NULL
      )`,
      "CREATE UNIQUE INDEX resource_id ON resource (tenant, id)",
      "CREATE UNIQUE INDEX resource_unique_key ON resource (tenant, type, unique_key)",
      "CREATE INDEX resource_order ON resource (tenant, type, ordinal)",
      "CREATE INDEX resource_external_id ON resource (tenant, type, external_id)",
      "CREATE INDEX resource_display_key ON resource (tenant, type, display_key)",
      "CREATE INDEX resource_active ON resource (tenant, type, active, ordinal)",
      "CREATE INDEX resource_last_modified ON resource (tenant, type, last_modified_at)",
      `CREATE TABLE user_email (
        tenant ${text} NOT NULL,
        value ${text} NOT NULL,
        ordinal ${integer} NOT NULL REFERENCES resource (ordinal) ON DELETE CASCADE,
        PRIMARY KEY (tenant, value, ordinal)
      )${clustered}`,
      "CREATE INDEX user_email_ordinal ON user_email (ordinal)",
      `CREATE TABLE member (
        group_ordinal ${integer} NOT NULL REFERENCES resource (ordinal) ON DELETE CASCADE,
        member_ordinal ${integer} NOT NULL REFERENCES resource (ordinal) ON DELETE CASCADE,
        PRIMARY KEY (group_ordinal, member_ordinal)
      )${clustered}`,
      "CREATE INDEX member_member ON member (member_ordinal, group_ordinal)",
      `CREATE TABLE tenant_state (
        tenant ${text} NOT NULL PRIMARY KEY,
        sequence ${integer} NOT NULL,
        users ${integer} NOT NULL,
        active_users ${integer} NOT NULL,
        groups ${integer} NOT NULL
      )`,
      `CREATE TABLE change (${describeChange(integer, text).join(", ")})${clustered}`,
      "CREATE INDEX change_resource ON change (tenant, resource_id, sequence)",
      `CREATE TABLE evidence (
        tenant ${text} NOT NULL,
        user_agent ${text} NOT NULL,
        kind ${text} NOT NULL,
        count ${integer} NOT NULL,
        last_at ${integer} NOT NULL,
        last_status ${integer} NOT NULL,
        PRIMARY KEY (tenant, user_agent, kind)
      )${clustered}`,
      `CREATE TABLE token_use (
        tenant ${text} NOT NULL,
        token_id ${text} NOT NULL,
        count ${integer} NOT NULL,
        last_at ${integer} NOT NULL,
        PRIMARY KEY (tenant, token_id)
      )${clustered}`,
    ],
  },
  {
    version: 2,
    statements: ({ integer, text, clustered }) => [
      `CREATE TABLE webhook (
        tenant ${text} NOT NULL,
        id ${text} NOT NULL,
        delivered_sequence ${integer} NOT NULL,
        attempts ${integer} NOT NULL,
        next_attempt_at ${integer} NOT NULL,
        last_error ${text},
        lease_owner ${text},
        lease_until ${integer} NOT NULL,
        PRIMARY KEY (tenant, id)
      )${clustered}`,
      `CREATE TABLE webhook_dead_letter (
        tenant ${text} NOT NULL,
        webhook_id ${text} NOT NULL,
        sequence ${integer} NOT NULL,
        at ${integer} NOT NULL,
        reason ${text} NOT NULL,
        PRIMARY KEY (tenant, webhook_id, sequence)
      )${clustered}`,
    ],
  },
  {
    version: 3,
    statements: ({ integer, text, clustered }) => [
      `CREATE TABLE resource_block (
        tenant ${text} NOT NULL,
        type ${text} NOT NULL,
        block ${integer} NOT NULL,
        count ${integer} NOT NULL,
        PRIMARY KEY (tenant, type, block)
      )${clustered}`,
      fillBlocks,
    ],
  },
  {
    version: 4,
    statements: ({ integer, text, clustered }) => [
      `CREATE TABLE member_change (
        tenant ${text} NOT NULL,
        member_id ${text} NOT NULL,
        sequence ${integer} NOT NULL,
        PRIMARY KEY (tenant, member_id, sequence)
      )${clustered}`,
      `CREATE TABLE member_change_state (
        tenant ${text} NOT NULL PRIMARY KEY,
        sequence ${integer} NOT NULL
      )`,
    ],
  },
  { version: 5, statements: () => [], rewrite: foldAnew },
  {
    version: 6,
    // Fewer places that each write has to touch: pages are what a commit costs.
    statements: ({ integer, text, clustered }) => [
      ...rebuild(
        "user_email",
        [
          `tenant ${text} NOT NULL`,
          `value ${text} NOT NULL`,
          `ordinal ${integer} NOT NULL`,
          "PRIMARY KEY (tenant, value, ordinal)",
        ],
        clustered,
      ),
      "DROP INDEX resource_active",
      "CREATE INDEX resource_inactive ON resource (tenant, type, ordinal) WHERE active = 0",
      "DROP TABLE member_change",
      "DROP TABLE member_change_state",
      "DROP INDEX change_resource",
      // Rows as long as these fill the inner pages of a clustered table.
      ...(clustered === "" ? [] : rebuild("change", describeChange(integer, text), "")),
      `CREATE TABLE resource_change (
        tenant ${text} NOT NULL,
        resource_id ${text} NOT NULL,
        sequence ${integer} NOT NULL,
        PRIMARY KEY (tenant, resource_id, sequence)
      )${clustered}`,
      `CREATE TABLE resource_change_state (
        tenant ${text} NOT NULL PRIMARY KEY,
        sequence ${integer} NOT NULL
      )`,
    ],
  },
];

/** The version of the tables that this program reads and writes. */
const storageVersion = migrations.at(-1)?.version ?? 0;

/** The database was written by a newer program. */
export class StorageTooNewError extends Error {
  readonly code = "STORAGE_TOO_NEW";
  readonly remedy = "Run the version of the server that wrote this database, or a newer one.";

  constructor(version: number) {
    super(`The database has version ${version}; this program knows versions up to ${storageVersion}.`);
    this.name = "StorageTooNewError";
  }
}

/** Brings the tables up to date, inside the caller's transaction. Throws {@link StorageTooNewError}. */
export async function migrate(dialect: Dialect, connection: SqlConnection): Promise<void> {
  await connection.all("CREATE TABLE IF NOT EXISTS storage_version (version INTEGER NOT NULL)", []);
  const [row] = await connection.all("SELECT COALESCE(MAX(version), 0) AS version FROM storage_version", []);
  const current = row === undefined ? 0 : integerColumn(row, "version");
  if (current > storageVersion) throw new StorageTooNewError(current);
  for (const migration of migrations) {
    if (migration.version <= current) continue;
    for (const statement of migration.statements(columnTypes[dialect.name]))
      await connection.all(statement, []);
    await migration.rewrite?.(connection);
    await connection.all("INSERT INTO storage_version (version) VALUES (?)", [migration.version]);
  }
}
