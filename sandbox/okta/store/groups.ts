import type { SqlCondition } from "./filter-sql.ts";
import { newId } from "./ids.ts";
import { GROUP_TYPES, type Group, type GroupType, type Profile, type User } from "./model.ts";
import { type Row, readNullableString, readNumber, readObject, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import { readUser } from "./users.ts";

/** Effects of a membership change on apps; `Assignments` has them. */
export interface GroupConsequences {
  readonly membersChanged: (groupId: string, added: readonly string[], removed: readonly string[]) => void;
  readonly deleted: (groupId: string) => void;
}

/** A page of groups, in the order of their ids or names. */
export interface GroupQuery {
  readonly where?: SqlCondition;
  readonly afterId?: string;
  /** Orders by name; there is no next page then. */
  readonly byName?: boolean;
  readonly limit: number;
}

/** Profile of the built-in group of administrators. */
export const ADMINISTRATORS = {
  name: "Okta Administrators",
  description: "Okta manages this group, which contains all administrators in your organization.",
} as const;

/** Most people that one membership event names. */
const EVENT_SIZE = 1_000;

/** Groups of the org and, as APP_GROUP, of its apps. */
export class Groups {
  readonly #context: StoreContext;
  readonly #consequences: GroupConsequences;

  constructor(context: StoreContext, consequences: GroupConsequences) {
    this.#context = context;
    this.#consequences = consequences;
  }

  create(group: {
    readonly type: GroupType;
    readonly profile: Profile & { readonly name: string };
    readonly sourceAppId?: string;
    readonly externalId?: string;
  }): Group {
    const now = this.#context.now();
    const stored: Group = {
      id: newId("00g"),
      type: group.type,
      profile: group.profile,
      name: group.profile.name,
      sourceAppId: group.sourceAppId ?? null,
      externalId: group.externalId ?? null,
      created: now,
      lastUpdated: now,
      lastMembershipUpdated: now,
    };
    this.#context.sql.run(
      `INSERT INTO okta_group (id, type, name, profile, source_app_id, external_id, created, last_updated, last_membership_updated)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      stored.id,
      stored.type,
      stored.name,
      JSON.stringify(stored.profile),
      stored.sourceAppId,
      stored.externalId,
      now,
      now,
      now,
    );
    return stored;
  }

  get(id: string): Group | undefined {
    const row = this.#context.sql.get("SELECT * FROM okta_group WHERE id = ?", id);
    return row === undefined ? undefined : readGroup(row);
  }

  /** A group by its exact name (without regard to case) among groups of one kind. */
  getByName(name: string, type: GroupType, sourceAppId?: string): Group | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM okta_group WHERE name = ? AND type = ? AND source_app_id IS ? LIMIT 1",
      name,
      type,
      sourceAppId ?? null,
    );
    return row === undefined ? undefined : readGroup(row);
  }

  /** The built-in group that everybody belongs to. */
  everyone(): Group {
    const row = this.#context.sql.get(
      "SELECT * FROM okta_group WHERE type = 'BUILT_IN' AND name = 'Everyone'",
    );
    if (row === undefined) throw new Error("the org has no group Everyone");
    return readGroup(row);
  }

  /** The built-in group of everybody with an administrator role; orgs of earlier versions have none. */
  administrators(): Group | undefined {
    return this.getByName(ADMINISTRATORS.name, "BUILT_IN");
  }

  page(query: GroupQuery): Group[] {
    return this.#context.sql
      .all(
        `SELECT * FROM okta_group WHERE (${query.where?.sql ?? "1"}) AND id > ? ORDER BY ${query.byName === true ? "name, id" : "id"} LIMIT ?`,
        ...(query.where?.values ?? []),
        query.afterId ?? "",
        query.limit,
      )
      .map(readGroup);
  }

  count(): number {
    const row = this.#context.sql.get("SELECT COUNT(*) AS n FROM okta_group");
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** Replaces the profile; a new name is told to group push. */
  setProfile(id: string, profile: Profile & { readonly name: string }): Group | undefined {
    return this.#context.sql.transaction(() => {
      const before = this.get(id);
      if (before === undefined) return undefined;
      const now = this.#context.now();
      this.#context.sql.run(
        "UPDATE okta_group SET profile = ?, name = ?, last_updated = ? WHERE id = ?",
        JSON.stringify(profile),
        profile.name,
        now,
        id,
      );
      if (before.name !== profile.name) {
        this.#context.emit({ type: "group.renamed", groupId: id, name: profile.name });
      }
      return { ...before, profile, name: profile.name, lastUpdated: now };
    });
  }

  /** Records the SCIM server's id of an APP_GROUP (null: it is gone there). */
  setExternalId(id: string, externalId: string | null): void {
    this.#context.sql.run("UPDATE okta_group SET external_id = ? WHERE id = ?", externalId, id);
  }

  delete(id: string): void {
    this.#context.sql.transaction(() => {
      this.#consequences.deleted(id);
      this.#context.sql.run("DELETE FROM okta_group WHERE id = ?", id);
    });
  }

  /** Adds people; those who belong to it already are left out. Returns the ids that were added. */
  addMembers(groupId: string, userIds: readonly string[], byRule = false): string[] {
    return this.#context.sql.transaction(() => {
      const added = userIds.filter(
        (userId) =>
          this.#context.sql.run(
            "INSERT OR IGNORE INTO group_member (group_id, user_id, by_rule) VALUES (?, ?, ?)",
            groupId,
            userId,
            byRule ? 1 : 0,
          ) > 0,
      );
      this.#membersChanged(groupId, added, []);
      return added;
    });
  }

  /** Removes people; returns the ids that belonged to it. */
  removeMembers(groupId: string, userIds: readonly string[]): string[] {
    return this.#context.sql.transaction(() => {
      const removed = userIds.filter(
        (userId) =>
          this.#context.sql.run(
            "DELETE FROM group_member WHERE group_id = ? AND user_id = ?",
            groupId,
            userId,
          ) > 0,
      );
      this.#membersChanged(groupId, [], removed);
      return removed;
    });
  }

  isMember(groupId: string, userId: string): boolean {
    return (
      this.#context.sql.get(
        "SELECT 1 FROM group_member WHERE group_id = ? AND user_id = ?",
        groupId,
        userId,
      ) !== undefined
    );
  }

  /** Members in the order of their ids. */
  members(groupId: string, page: { readonly afterId?: string; readonly limit: number }): User[] {
    return this.#context.sql
      .all(
        "SELECT user.* FROM group_member JOIN user ON user.id = user_id WHERE group_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
        groupId,
        page.afterId ?? "",
        page.limit,
      )
      .map(readUser);
  }

  countMembers(groupId: string): number {
    const row = this.#context.sql.get("SELECT COUNT(*) AS n FROM group_member WHERE group_id = ?", groupId);
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** Groups that a person belongs to. */
  ofUser(userId: string): Group[] {
    return this.#context.sql
      .all(
        "SELECT okta_group.* FROM group_member JOIN okta_group ON okta_group.id = group_id WHERE user_id = ? ORDER BY okta_group.id",
        userId,
      )
      .map(readGroup);
  }

  #membersChanged(groupId: string, added: readonly string[], removed: readonly string[]): void {
    if (added.length === 0 && removed.length === 0) return;
    this.#context.sql.run(
      "UPDATE okta_group SET last_membership_updated = ? WHERE id = ?",
      this.#context.now(),
      groupId,
    );
    // One event per thousand people: readers hold one in memory at a time.
    for (let start = 0; start < Math.max(added.length, removed.length); start += EVENT_SIZE) {
      const end = start + EVENT_SIZE;
      this.#context.emit({
        type: "group.membership-changed",
        groupId,
        added: added.slice(start, end),
        removed: removed.slice(start, end),
      });
    }
    this.#consequences.membersChanged(groupId, added, removed);
  }
}

/** A row of table `okta_group`. */
function readGroup(row: Row): Group {
  return {
    id: readString(row, "id"),
    type: readOneOf(row, "type", GROUP_TYPES),
    profile: readObject(row, "profile"),
    name: readString(row, "name"),
    sourceAppId: readNullableString(row, "source_app_id"),
    externalId: readNullableString(row, "external_id"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
    lastMembershipUpdated: readString(row, "last_membership_updated"),
  };
}
