import { readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** What a role is limited to: groups by id, apps by id, or all apps of a name of the catalog. */
export type RoleTargetKind = "group" | "app" | "catalog";

/** One target of a role. */
export interface RoleTarget {
  readonly kind: RoleTargetKind;
  /** Id of the group or app, or the name in the catalog. */
  readonly target: string;
  readonly added: string;
}

/** Targets of administrator roles, in the order in which they were added. A role without any is for the whole org. */
export class RoleTargets {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  add(assigneeId: string, roleId: string, kind: RoleTargetKind, target: string): void {
    this.#context.sql.run(
      `INSERT OR IGNORE INTO role_target (assignee_id, role_id, kind, target, sequence, added)
       VALUES (?, ?, ?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM role_target WHERE assignee_id = ? AND role_id = ?), ?)`,
      assigneeId,
      roleId,
      kind,
      target,
      assigneeId,
      roleId,
      this.#context.now(),
    );
  }

  list(assigneeId: string, roleId: string, kinds: readonly RoleTargetKind[]): RoleTarget[] {
    const rows = this.#context.sql.all(
      "SELECT * FROM role_target WHERE assignee_id = ? AND role_id = ? ORDER BY sequence",
      assigneeId,
      roleId,
    );
    return rows.flatMap((row) => {
      const kind = kinds.find((each) => each === row["kind"]);
      return kind === undefined
        ? []
        : [{ kind, target: readString(row, "target"), added: readString(row, "added") }];
    });
  }

  /** Whether it was a target. */
  remove(assigneeId: string, roleId: string, kind: RoleTargetKind, target: string): boolean {
    return (
      this.#context.sql.run(
        "DELETE FROM role_target WHERE assignee_id = ? AND role_id = ? AND kind = ? AND target = ?",
        assigneeId,
        roleId,
        kind,
        target,
      ) > 0
    );
  }

  /** A role was taken away: it comes back without targets. */
  roleRemoved(assigneeId: string, roleId: string): void {
    this.#context.sql.run(
      "DELETE FROM role_target WHERE assignee_id = ? AND role_id = ?",
      assigneeId,
      roleId,
    );
  }

  assigneeDeleted(assigneeId: string): void {
    this.#context.sql.run("DELETE FROM role_target WHERE assignee_id = ?", assigneeId);
  }

  /** A group or app was deleted. A role that was limited to nothing else is taken away: it must not become one for the whole org. */
  targetDeleted(kind: RoleTargetKind, target: string): void {
    const { sql } = this.#context;
    sql.run(
      `DELETE FROM role_assignment WHERE EXISTS (
         SELECT 1 FROM role_target AS gone WHERE gone.kind = ? AND gone.target = ?
           AND gone.assignee_id = role_assignment.assignee_id AND gone.role_id = role_assignment.id
       ) AND (
         SELECT count(*) FROM role_target AS every
         WHERE every.assignee_id = role_assignment.assignee_id AND every.role_id = role_assignment.id
       ) = 1`,
      kind,
      target,
    );
    sql.run("DELETE FROM role_target WHERE kind = ? AND target = ?", kind, target);
  }
}
