import type { DatabaseSync, StatementSync } from "node:sqlite";

const tables = `
CREATE TABLE IF NOT EXISTS provisioning_account (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, user_id TEXT NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (app_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS provisioning_account_external ON provisioning_account (app_id, external_id);
CREATE TABLE IF NOT EXISTS pushed_group (
  mapping_id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, external_id TEXT NOT NULL, source_name TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pushed_member (
  mapping_id TEXT NOT NULL REFERENCES pushed_group (mapping_id) ON DELETE CASCADE, user_id TEXT NOT NULL, external_id TEXT NOT NULL,
  PRIMARY KEY (mapping_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pushed_member_user ON pushed_member (user_id);
`;

/** A member of a pushed group as the SCIM server knows it. */
export interface PushedMember {
  readonly userId: string;
  readonly externalId: string;
  readonly userName: string;
}

/** A group that was pushed: its id in the SCIM server, and the source group's name when it was. */
export interface PushedGroup {
  readonly externalId: string;
  readonly sourceName: string;
}

/**
 * What provisioning has done in the SCIM servers and must remember beyond the org's own state: an assignment's row goes away
 * while its account stays, and a membership push is the difference to what was pushed before.
 */
export class ProvisioningLedger {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(tables);
  }

  /** The account of a person in an app, also after the assignment is gone. */
  accountId(appId: string, userId: string): string | undefined {
    return readText(
      this.#prepare("SELECT external_id FROM provisioning_account WHERE app_id = ? AND user_id = ?").get(
        appId,
        userId,
      ),
      "external_id",
    );
  }

  /** The person whose assignment uses an account. */
  ownerOfAccount(appId: string, externalId: string): string | undefined {
    return readText(
      this.#prepare(
        `SELECT user_id FROM provisioning_account JOIN app_user USING (app_id, user_id)
         WHERE provisioning_account.app_id = ? AND provisioning_account.external_id = ?`,
      ).get(appId, externalId),
      "user_id",
    );
  }

  rememberAccount(appId: string, userId: string, externalId: string): void {
    this.#prepare(
      `INSERT INTO provisioning_account (app_id, user_id, external_id) VALUES (?, ?, ?)
       ON CONFLICT (app_id, user_id) DO UPDATE SET external_id = excluded.external_id`,
    ).run(appId, userId, externalId);
  }

  pushedGroup(mappingId: string): PushedGroup | undefined {
    const row = this.#prepare("SELECT external_id, source_name FROM pushed_group WHERE mapping_id = ?").get(
      mappingId,
    );
    const externalId = readText(row, "external_id");
    return externalId === undefined
      ? undefined
      : { externalId, sourceName: readText(row, "source_name") ?? "" };
  }

  /** Remembers a pushed group; members remembered before are kept only if the group is still the same. */
  rememberGroup(appId: string, mappingId: string, group: PushedGroup): void {
    if (this.pushedGroup(mappingId)?.externalId !== group.externalId) this.forgetGroup(mappingId);
    this.#prepare(
      `INSERT INTO pushed_group (mapping_id, app_id, external_id, source_name) VALUES (?, ?, ?, ?)
       ON CONFLICT (mapping_id) DO UPDATE SET source_name = excluded.source_name`,
    ).run(mappingId, appId, group.externalId, group.sourceName);
  }

  forgetGroup(mappingId: string): void {
    this.#prepare("DELETE FROM pushed_group WHERE mapping_id = ?").run(mappingId);
  }

  /** Mappings that have pushed a person as a member. */
  mappingsWithMember(appId: string, userId: string): string[] {
    return this.#prepare(
      "SELECT mapping_id FROM pushed_member JOIN pushed_group USING (mapping_id) WHERE user_id = ? AND app_id = ?",
    )
      .all(userId, appId)
      .map((row) => readText(row, "mapping_id") ?? "");
  }

  /** Members who are to be added to the pushed group: in the source group, with an account, and not pushed as that account. */
  membersToAdd(mapping: MappingSource, limit: number): PushedMember[] {
    return this.#prepare(
      `SELECT app_user.user_id, app_user.external_id, app_user.user_name FROM group_member
       JOIN app_user ON app_user.app_id = ? AND app_user.user_id = group_member.user_id
       LEFT JOIN pushed_member ON pushed_member.mapping_id = ? AND pushed_member.user_id = group_member.user_id
       WHERE group_member.group_id = ? AND app_user.external_id IS NOT NULL
         AND pushed_member.external_id IS NOT app_user.external_id
       ORDER BY app_user.user_id LIMIT ?`,
    )
      .all(mapping.appId, mapping.mappingId, mapping.sourceGroupId, limit)
      .map(readMember);
  }

  /** Pushed members who no longer belong to the source group or have no account in the app. */
  membersToRemove(mapping: MappingSource, limit: number): PushedMember[] {
    return this.#prepare(
      `SELECT pushed_member.user_id, pushed_member.external_id, '' AS user_name FROM pushed_member
       LEFT JOIN group_member ON group_member.group_id = ? AND group_member.user_id = pushed_member.user_id
       LEFT JOIN app_user ON app_user.app_id = ? AND app_user.user_id = pushed_member.user_id
       WHERE pushed_member.mapping_id = ?
         AND (group_member.user_id IS NULL OR app_user.external_id IS NOT pushed_member.external_id)
       ORDER BY pushed_member.user_id LIMIT ?`,
    )
      .all(mapping.sourceGroupId, mapping.appId, mapping.mappingId, limit)
      .map(readMember);
  }

  rememberMembers(mappingId: string, members: readonly PushedMember[]): void {
    const insert = this.#prepare(
      "INSERT OR REPLACE INTO pushed_member (mapping_id, user_id, external_id) VALUES (?, ?, ?)",
    );
    for (const member of members) insert.run(mappingId, member.userId, member.externalId);
  }

  forgetMembers(mappingId: string, members: readonly PushedMember[]): void {
    const remove = this.#prepare("DELETE FROM pushed_member WHERE mapping_id = ? AND user_id = ?");
    for (const member of members) remove.run(mappingId, member.userId);
  }

  forgetAllMembers(mappingId: string): void {
    this.#prepare("DELETE FROM pushed_member WHERE mapping_id = ?").run(mappingId);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A mapping, as far as its members follow from it. */
export interface MappingSource {
  readonly mappingId: string;
  readonly appId: string;
  readonly sourceGroupId: string;
}

type Row = ReturnType<StatementSync["get"]>;

function readText(row: Row, column: string): string | undefined {
  const value = row?.[column];
  return typeof value === "string" ? value : undefined;
}

function readMember(row: NonNullable<Row>): PushedMember {
  return {
    userId: readText(row, "user_id") ?? "",
    externalId: readText(row, "external_id") ?? "",
    userName: readText(row, "user_name") ?? "",
  };
}
