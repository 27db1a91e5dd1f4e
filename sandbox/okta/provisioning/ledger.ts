import type { DatabaseSync, StatementSync } from "node:sqlite";

const tables = `
CREATE TABLE IF NOT EXISTS provisioning_account (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, user_id TEXT NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (app_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS provisioning_account_external ON provisioning_account (app_id, external_id);
CREATE TABLE IF NOT EXISTS push_target (
  mapping_id TEXT PRIMARY KEY, app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, external_id TEXT NOT NULL,
  source_name TEXT NOT NULL, pushed_name TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS push_target_member (
  mapping_id TEXT NOT NULL REFERENCES push_target (mapping_id) ON DELETE CASCADE, user_id TEXT NOT NULL, external_id TEXT NOT NULL,
  PRIMARY KEY (mapping_id, user_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS push_target_member_user ON push_target_member (user_id);
`;

/** A member of a pushed group as the SCIM server knows it. */
export interface PushedMember {
  readonly userId: string;
  readonly externalId: string;
  readonly userName: string;
}

/** A group that was pushed. */
export interface PushedGroup {
  /** Its id in the SCIM server. */
  readonly externalId: string;
  /** Name of the source group when the target was named. */
  readonly sourceName: string;
  /** The name that the SCIM server has. */
  readonly pushedName: string;
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

  forgetAccount(appId: string, userId: string): void {
    this.#prepare("DELETE FROM provisioning_account WHERE app_id = ? AND user_id = ?").run(appId, userId);
  }

  pushedGroup(mappingId: string): PushedGroup | undefined {
    const row = this.#prepare(
      "SELECT external_id, source_name, pushed_name FROM push_target WHERE mapping_id = ?",
    ).get(mappingId);
    const externalId = readText(row, "external_id");
    if (externalId === undefined) return undefined;
    const sourceName = readText(row, "source_name") ?? "";
    return { externalId, sourceName, pushedName: readText(row, "pushed_name") ?? "" };
  }

  /** Remembers a pushed group; members remembered before are kept only if the group is still the same. */
  rememberGroup(appId: string, mappingId: string, group: PushedGroup): void {
    if (this.pushedGroup(mappingId)?.externalId !== group.externalId) this.forgetGroup(mappingId);
    this.#prepare(
      `INSERT INTO push_target (mapping_id, app_id, external_id, source_name, pushed_name) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (mapping_id) DO UPDATE SET source_name = excluded.source_name, pushed_name = excluded.pushed_name`,
    ).run(mappingId, appId, group.externalId, group.sourceName, group.pushedName);
  }

  /** The target follows its source: notes the source's name, from which on the next change is told apart. */
  rememberSourceName(mappingId: string, sourceName: string): void {
    this.#prepare("UPDATE push_target SET source_name = ? WHERE mapping_id = ?").run(sourceName, mappingId);
  }

  /** The SCIM server has taken a name. */
  rememberPushedName(mappingId: string, pushedName: string): void {
    this.#prepare("UPDATE push_target SET pushed_name = ? WHERE mapping_id = ?").run(pushedName, mappingId);
  }

  /** Whether a group of a SCIM server is the target of another mapping than this one. */
  isPushedByAnother(appId: string, mappingId: string, externalId: string): boolean {
    const row = this.#prepare(
      "SELECT 1 FROM push_target WHERE app_id = ? AND external_id = ? AND mapping_id <> ?",
    ).get(appId, externalId, mappingId);
    return row !== undefined;
  }

  forgetGroup(mappingId: string): void {
    this.#prepare("DELETE FROM push_target WHERE mapping_id = ?").run(mappingId);
  }

  /** Mappings that have pushed a person as a member. */
  mappingsWithMember(appId: string, userId: string): string[] {
    return this.#prepare(
      "SELECT mapping_id FROM push_target_member JOIN push_target USING (mapping_id) WHERE user_id = ? AND app_id = ?",
    )
      .all(userId, appId)
      .map((row) => readText(row, "mapping_id") ?? "");
  }

  /** Whether a mapping has pushed a person as a member, with the account that they have now. */
  hasMember(mappingId: string, userId: string, externalId: string): boolean {
    const row = this.#prepare(
      "SELECT 1 FROM push_target_member WHERE mapping_id = ? AND user_id = ? AND external_id = ?",
    ).get(mappingId, userId, externalId);
    return row !== undefined;
  }

  /** Members who are to be added to the pushed group: in the source group, with an account, and not pushed as that account. */
  membersToAdd(mapping: MappingSource, limit: number): PushedMember[] {
    return this.#prepare(
      `SELECT app_user.user_id, app_user.external_id, app_user.user_name FROM group_member
       JOIN app_user ON app_user.app_id = ? AND app_user.user_id = group_member.user_id
       LEFT JOIN push_target_member ON push_target_member.mapping_id = ? AND push_target_member.user_id = group_member.user_id
       WHERE group_member.group_id = ? AND app_user.external_id IS NOT NULL
         AND push_target_member.external_id IS NOT app_user.external_id
       ORDER BY app_user.user_id LIMIT ?`,
    )
      .all(mapping.appId, mapping.mappingId, mapping.sourceGroupId, limit)
      .map(readMember);
  }

  /** Pushed members who no longer belong to the source group or have no account in the app. */
  membersToRemove(mapping: MappingSource, limit: number): PushedMember[] {
    return this.#prepare(
      `SELECT push_target_member.user_id, push_target_member.external_id, '' AS user_name FROM push_target_member
       LEFT JOIN group_member ON group_member.group_id = ? AND group_member.user_id = push_target_member.user_id
       LEFT JOIN app_user ON app_user.app_id = ? AND app_user.user_id = push_target_member.user_id
       WHERE push_target_member.mapping_id = ?
         AND (group_member.user_id IS NULL OR app_user.external_id IS NOT push_target_member.external_id)
       ORDER BY push_target_member.user_id LIMIT ?`,
    )
      .all(mapping.sourceGroupId, mapping.appId, mapping.mappingId, limit)
      .map(readMember);
  }

  rememberMembers(mappingId: string, members: readonly PushedMember[]): void {
    const insert = this.#prepare(
      "INSERT OR REPLACE INTO push_target_member (mapping_id, user_id, external_id) VALUES (?, ?, ?)",
    );
    for (const member of members) insert.run(mappingId, member.userId, member.externalId);
  }

  forgetMembers(mappingId: string, members: readonly PushedMember[]): void {
    const remove = this.#prepare("DELETE FROM push_target_member WHERE mapping_id = ? AND user_id = ?");
    for (const member of members) remove.run(mappingId, member.userId);
  }

  forgetAllMembers(mappingId: string): void {
    this.#prepare("DELETE FROM push_target_member WHERE mapping_id = ?").run(mappingId);
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
