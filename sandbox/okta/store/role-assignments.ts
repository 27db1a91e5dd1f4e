import { newId } from "./ids.ts";
import { type Row, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A standard administrator role of a person or a group. */
export interface RoleAssignment {
  readonly id: string;
  readonly assigneeId: string;
  /** For example APP_ADMIN. */
  readonly type: string;
  readonly created: string;
}

/**
 * Roles that can be limited to targets, in the order of Okta's lists, where they come first. Okta makes their assignments' ids out
 * of the role's name, and keeps one time for all that somebody has: when the last was added.
 */
const WITH_TARGETS: readonly string[] = [
  "APP_ADMIN",
  "USER_ADMIN",
  "HELP_DESK_ADMIN",
  "GROUP_MEMBERSHIP_ADMIN",
];

/** Where a role is in a list; the others are after those with targets. */
function rank({ type }: RoleAssignment): number {
  const index = WITH_TARGETS.indexOf(type);
  return index < 0 ? WITH_TARGETS.length : index;
}

/** Administrator roles of people and groups. They give nobody any right here. */
export class RoleAssignments {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Assigns a role; undefined when the person or group has it already. */
  assign(assigneeId: string, type: string): RoleAssignment | undefined {
    const stored: RoleAssignment = {
      id: WITH_TARGETS.includes(type) ? toBase32(type) : newId(assigneeId.startsWith("00g") ? "gra" : "ra1"),
      assigneeId,
      type,
      created: this.#context.now(),
    };
    const added = this.#context.sql.run(
      "INSERT OR IGNORE INTO role_assignment (assignee_id, type, id, created) VALUES (?, ?, ?, ?)",
      assigneeId,
      type,
      stored.id,
      stored.created,
    );
    if (added === 0) return undefined;
    if (WITH_TARGETS.includes(type)) {
      this.#context.sql.run(
        "UPDATE role_assignment SET created = ? WHERE assignee_id = ? AND type IN (SELECT value FROM json_each(?))",
        stored.created,
        assigneeId,
        JSON.stringify(WITH_TARGETS),
      );
    }
    return stored;
  }

  get(assigneeId: string, id: string): RoleAssignment | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM role_assignment WHERE assignee_id = ? AND id = ?",
      assigneeId,
      id,
    );
    return row === undefined ? undefined : readAssignment(row);
  }

  list(assigneeId: string): RoleAssignment[] {
    return this.#context.sql
      .all("SELECT * FROM role_assignment WHERE assignee_id = ? ORDER BY created, type", assigneeId)
      .map(readAssignment)
      .toSorted((one, other) => rank(one) - rank(other));
  }

  remove(assigneeId: string, id: string): void {
    this.#context.sql.run("DELETE FROM role_assignment WHERE assignee_id = ? AND id = ?", assigneeId, id);
  }

  /** A person was deactivated, or a group deleted: their roles go. */
  removeAll(assigneeId: string): void {
    this.#context.sql.run("DELETE FROM role_assignment WHERE assignee_id = ?", assigneeId);
  }
}

function readAssignment(row: Row): RoleAssignment {
  return {
    id: readString(row, "id"),
    assigneeId: readString(row, "assignee_id"),
    type: readString(row, "type"),
    created: readString(row, "created"),
  };
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648) without padding. */
function toBase32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => BASE32.charAt(Number.parseInt(group.padEnd(5, "0"), 2))).join("");
}
