import type { AccountParts, Accounts } from "./accounts.ts";
import type { User } from "./model.ts";
import type { OrgEventPayload } from "./org-event-types.ts";
import type { StoreContext } from "./store-context.ts";
import { readUser } from "./users.ts";

/** People handled per step, so that memory stays bounded and other requests get their turn. */
const STEP = 1_000;

/** Where a walk over many people has got to; provisioning goes on with it as with any other event. */
export type SettlingStep = Omit<Extract<OrgEventPayload, { type: "accounts.to-settle" }>, "type">;

/**
 * Brings the accounts of many people in one app in line with assignments and mappings. The first thousand people are handled at
 * once, the others step by step: what is left is an event, so that a killed process goes on where it was. A step looks at
 * what is assigned when it runs, so that changes in between need no order.
 */
export class AccountSettling {
  readonly #context: StoreContext;
  readonly #parts: AccountParts;
  readonly #accounts: Accounts;

  constructor(context: StoreContext, parts: AccountParts, accounts: Accounts) {
    this.#context = context;
    this.#parts = parts;
    this.#accounts = accounts;
  }

  /** Handles a thousand people of a walk, and appends the event of the next step where there are more. */
  walk(step: SettlingStep): void {
    const { appId, groupId, who } = step;
    const users = this.#next(step);
    this.settle(appId, users, who === "all" ? "all-properties" : "push-only");
    const last = users.at(-1);
    if (last !== undefined && users.length >= STEP) {
      this.#context.emit({ type: "accounts.to-settle", appId, groupId, who, afterUserId: last.id });
    } else if (who === "members-of-former") {
      // Who left the group between two steps was no longer found among its members.
      this.walk({ appId, groupId: null, who: "lost", afterUserId: "" });
    }
  }

  /** Brings the accounts of some people in line. */
  settle(appId: string, users: readonly User[], extent: "push-only" | "all-properties"): void {
    const plan = this.#accounts.plan(appId);
    if (plan === undefined) return;
    for (const user of users) {
      const existing = this.#parts.appUsers.get(appId, user.id);
      const byGroup = user.status !== "DEPROVISIONED" && this.isAssignedByGroup(appId, user.id);
      if (existing === undefined) {
        if (byGroup) this.#accounts.add(plan, user, { scope: "GROUP" });
      } else if (existing.scope === "GROUP" && !byGroup) {
        this.#accounts.remove(existing);
      } else {
        this.#accounts.refresh(plan, user, existing, { scope: existing.scope }, extent);
      }
    }
  }

  /** Whether a group of the person is assigned to the app. */
  isAssignedByGroup(appId: string, userId: string): boolean {
    return (
      this.#context.sql.get(
        "SELECT 1 FROM app_group JOIN group_member USING (group_id) WHERE app_id = ? AND user_id = ? LIMIT 1",
        appId,
        userId,
      ) !== undefined
    );
  }

  #next({ appId, groupId, who, afterUserId }: SettlingStep): User[] {
    switch (who) {
      case "members":
      case "members-of-former":
        return this.#users(
          "SELECT user.* FROM group_member JOIN user ON user.id = user_id WHERE group_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
          groupId ?? "",
          afterUserId,
        );
      case "lost":
        return this.#users(
          `SELECT user.* FROM app_user JOIN user ON user.id = user_id WHERE app_id = ?1 AND user_id > ?2 AND scope = 'GROUP'
           AND NOT EXISTS (SELECT 1 FROM app_group JOIN group_member USING (group_id)
             WHERE app_group.app_id = ?1 AND group_member.user_id = app_user.user_id) ORDER BY user_id LIMIT ?3`,
          appId,
          afterUserId,
        );
      case "all":
        return this.#users(
          "SELECT user.* FROM app_user JOIN user ON user.id = user_id WHERE app_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
          appId,
          afterUserId,
        );
    }
  }

  #users(sql: string, id: string, afterUserId: string): User[] {
    return this.#context.sql.all(sql, id, afterUserId, STEP).map(readUser);
  }
}
