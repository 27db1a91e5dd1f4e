import type { Groups } from "./groups.ts";
import { newId } from "./ids.ts";
import type { User } from "./model.ts";
import { type Row, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import type { Users } from "./users.ts";

/** A group rule: people for whom the expression is true belong to the groups. */
export interface GroupRule {
  readonly id: string;
  readonly name: string;
  /** INVALID: a group that it names was deleted. */
  readonly status: "ACTIVE" | "INACTIVE" | "INVALID";
  readonly expression: string;
  readonly groupIds: readonly string[];
  readonly excludedUserIds: readonly string[];
  readonly created: string;
  readonly lastUpdated: string;
}

/** People looked at per step when a rule is activated. */
const STEP = 1_000;

/** Functions that make a rule depend on the person's groups. */
const ASKS_FOR_GROUPS = /\b(?:isMemberOf\w+|getFilteredGroups)\s*\(/;

/** Rules of each other's groups may never settle (one takes away what the other needs): so often they are applied, then left. */
const MAX_ROUNDS = 10;

/** Group rules of the org and what they do to memberships. */
export class GroupRules {
  readonly #context: StoreContext;
  readonly #groups: Groups;
  readonly #users: () => Users;
  /** People whom rules are being applied to, and whether their groups have changed meanwhile. */
  readonly #applying = new Map<string, boolean>();

  constructor(context: StoreContext, parts: { readonly groups: Groups; readonly users: () => Users }) {
    this.#context = context;
    this.#groups = parts.groups;
    this.#users = parts.users;
  }

  /** Adds a rule; it does nothing until it is activated. */
  create(rule: Pick<GroupRule, "name" | "expression" | "groupIds" | "excludedUserIds">): GroupRule {
    const now = this.#context.now();
    const stored: GroupRule = {
      ...rule,
      id: newId("0pr"),
      status: "INACTIVE",
      created: now,
      lastUpdated: now,
    };
    this.#context.sql.run(
      "INSERT INTO group_rule (id, name, status, expression, group_ids, excluded_user_ids, created, last_updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      stored.id,
      stored.name,
      stored.status,
      stored.expression,
      JSON.stringify(stored.groupIds),
      JSON.stringify(stored.excludedUserIds),
      now,
      now,
    );
    return stored;
  }

  get(id: string): GroupRule | undefined {
    const row = this.#context.sql.get("SELECT * FROM group_rule WHERE id = ?", id);
    return row === undefined ? undefined : readRule(row);
  }

  /** Rules in the order of their ids; `search` is a part of the name. */
  list(page: { readonly afterId?: string; readonly search?: string; readonly limit: number }): GroupRule[] {
    return this.#context.sql
      .all(
        "SELECT * FROM group_rule WHERE id > ? AND instr(lower(name), lower(?)) > 0 ORDER BY id LIMIT ?",
        page.afterId ?? "",
        page.search ?? "",
        page.limit,
      )
      .map(readRule);
  }

  /** Changes an inactive rule (its groups cannot be changed in Okta). */
  update(
    id: string,
    rule: Pick<GroupRule, "name" | "expression" | "excludedUserIds">,
  ): GroupRule | undefined {
    this.#context.sql.run(
      "UPDATE group_rule SET name = ?, expression = ?, excluded_user_ids = ?, last_updated = ? WHERE id = ?",
      rule.name,
      rule.expression,
      JSON.stringify(rule.excludedUserIds),
      this.#context.now(),
      id,
    );
    return this.get(id);
  }

  /** Turns a rule on (everybody is looked at, in a large org not at once) or off (memberships stay). */
  setStatus(id: string, status: "ACTIVE" | "INACTIVE"): void {
    this.#context.sql.transaction(() => {
      this.#context.sql.run(
        "UPDATE group_rule SET status = ?, last_updated = ? WHERE id = ?",
        status,
        this.#context.now(),
        id,
      );
      this.continueApplying(id, "");
    });
  }

  /** Applies an active rule to the next thousand people, and leaves those after them to another step (`group-rule.to-apply`). */
  continueApplying(ruleId: string, afterUserId: string): void {
    const rule = this.get(ruleId);
    if (rule?.status !== "ACTIVE") return;
    const users = this.#users().page({ limit: STEP, after: { id: afterUserId, sortValue: "" } });
    const matching = users.filter((user) => this.#matches(rule, user)).map((user) => user.id);
    for (const groupId of rule.groupIds) this.#groups.addMembers(groupId, matching, true);
    const last = users.at(-1);
    if (last === undefined || users.length < STEP) return;
    this.#context.emit({ type: "group-rule.to-apply", ruleId, afterUserId: last.id });
  }

  /** Deletes a rule; with `removeUsers` those whom only it had added leave the groups. */
  delete(id: string, removeUsers: boolean): void {
    this.#context.sql.transaction(() => {
      const rule = this.get(id);
      if (rule === undefined) return;
      this.#context.sql.run("DELETE FROM group_rule WHERE id = ?", id);
      if (!removeUsers) return;
      for (const groupId of rule.groupIds) {
        const members = this.#context.sql
          .all("SELECT user_id FROM group_member WHERE group_id = ? AND by_rule = 1", groupId)
          .map((row) => readString(row, "user_id"));
        this.#groups.removeMembers(groupId, members);
      }
    });
  }

  /** A group was deleted: rules that name it stop working, for their other groups too. */
  groupDeleted(groupId: string): void {
    this.#context.sql.run(
      "UPDATE group_rule SET status = 'INVALID', last_updated = ? WHERE EXISTS (SELECT 1 FROM json_each(group_ids) WHERE value = ?)",
      this.#context.now(),
      groupId,
    );
  }

  /** Applies every active rule to a person who is new or has changed. */
  apply(user: User): void {
    this.#applyUntilSettled(user, undefined);
  }

  /** People joined or left a group: rules that ask for groups are looked at again. */
  membersChanged(groupId: string, userIds: readonly string[]): void {
    if (!this.#listActive().some((rule) => ASKS_FOR_GROUPS.test(rule.expression))) return;
    for (const userId of userIds) {
      const user = this.#users().get(userId);
      if (user !== undefined) this.#applyUntilSettled(user, groupId);
    }
  }

  /** `changedGroupId`: the group whose members just changed. Who was put there or taken out by hand stays so until they change. */
  #applyUntilSettled(user: User, changedGroupId: string | undefined): void {
    if (this.#applying.has(user.id)) {
      this.#applying.set(user.id, true);
      return;
    }
    try {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        this.#applying.set(user.id, false);
        this.#applyOnce(user, changedGroupId);
        if (this.#applying.get(user.id) !== true) return;
      }
    } finally {
      this.#applying.delete(user.id);
    }
  }

  #applyOnce(user: User, exceptGroupId: string | undefined): void {
    const rules = this.#listActive();
    const wanted = new Set(
      rules.filter((rule) => this.#matches(rule, user)).flatMap((rule) => rule.groupIds),
    );
    for (const groupId of new Set(rules.flatMap((rule) => rule.groupIds))) {
      if (groupId === exceptGroupId) continue;
      if (wanted.has(groupId)) this.#groups.addMembers(groupId, [user.id], true);
      else if (this.#isByRule(groupId, user.id)) this.#groups.removeMembers(groupId, [user.id]);
    }
  }

  #listActive(): GroupRule[] {
    return this.#context.sql.all("SELECT * FROM group_rule WHERE status = 'ACTIVE'").map(readRule);
  }

  #isByRule(groupId: string, userId: string): boolean {
    return (
      this.#context.sql.get(
        "SELECT 1 FROM group_member WHERE group_id = ? AND user_id = ? AND by_rule = 1",
        groupId,
        userId,
      ) !== undefined
    );
  }

  /** A rule whose expression fails for a person leaves that person out. */
  #matches(rule: GroupRule, user: User): boolean {
    if (user.status === "DEPROVISIONED" || rule.excludedUserIds.includes(user.id)) return false;
    try {
      const lookups = { groups: () => this.#groups.ofUser(user.id), now: () => this.#context.clock.now() };
      const scope = { user: user.profile, lookups };
      return this.#context.evaluation.evaluateExpression(rule.expression, scope) === true;
    } catch {
      return false;
    }
  }
}

function readRule(row: Row): GroupRule {
  return {
    id: readString(row, "id"),
    name: readString(row, "name"),
    status: readOneOf(row, "status", ["ACTIVE", "INACTIVE", "INVALID"]),
    expression: readString(row, "expression"),
    groupIds: JSON.parse(readString(row, "group_ids")),
    excludedUserIds: JSON.parse(readString(row, "excluded_user_ids")),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
