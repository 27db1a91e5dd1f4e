import { type Row, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

export const GROUP_OWNER_TYPES = ["USER", "GROUP"] as const;
export type GroupOwnerType = (typeof GROUP_OWNER_TYPES)[number];

/** A person or a group that owns a group. */
export interface GroupOwner {
  readonly ownerId: string;
  readonly type: GroupOwnerType;
  readonly lastUpdated: string;
}

/** Owners of groups. They give nobody any right here. */
export class GroupOwners {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Adds an owner; undefined when the group has them already. */
  add(groupId: string, ownerId: string, type: GroupOwnerType): GroupOwner | undefined {
    const lastUpdated = this.#context.now();
    const added = this.#context.sql.run(
      "INSERT OR IGNORE INTO group_owner (group_id, owner_id, type, last_updated) VALUES (?, ?, ?, ?)",
      groupId,
      ownerId,
      type,
      lastUpdated,
    );
    return added > 0 ? { ownerId, type, lastUpdated } : undefined;
  }

  list(groupId: string, page: { readonly afterId: string; readonly limit: number }): GroupOwner[] {
    return this.#context.sql
      .all(
        "SELECT * FROM group_owner WHERE group_id = ? AND owner_id > ? ORDER BY owner_id LIMIT ?",
        groupId,
        page.afterId,
        page.limit,
      )
      .map(readOwner);
  }

  /** Whether somebody was an owner, and is none any more. */
  remove(groupId: string, ownerId: string): boolean {
    return (
      this.#context.sql.run("DELETE FROM group_owner WHERE group_id = ? AND owner_id = ?", groupId, ownerId) >
      0
    );
  }

  /** A person or group was deleted and owns nothing any more. */
  ownerDeleted(ownerId: string): void {
    this.#context.sql.run("DELETE FROM group_owner WHERE owner_id = ?", ownerId);
  }
}

function readOwner(row: Row): GroupOwner {
  return {
    ownerId: readString(row, "owner_id"),
    type: readOneOf(row, "type", GROUP_OWNER_TYPES),
    lastUpdated: readString(row, "last_updated"),
  };
}
