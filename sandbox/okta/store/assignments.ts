import { isDeepStrictEqual } from "node:util";
import { AccountSettling, type SettlingStep } from "./account-settling.ts";
import {
  type AccountChange,
  type AccountParts,
  Accounts,
  NOT_PROVISIONED,
  WAITING_FOR_PUSH,
} from "./accounts.ts";
import { composeUserName } from "./app-user-profile.ts";
import type { AppGroupAssignment, AppUser, AppUserScope, Profile, User } from "./model.ts";
import { type Row, readNumber, readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import { isOut, readUser } from "./users.ts";

/** Who has an account in which app: assignment by group and by person, and what follows from every change of either. */
export class Assignments {
  readonly #context: StoreContext;
  readonly #parts: AccountParts;
  readonly #accounts: Accounts;
  readonly #settling: AccountSettling;

  constructor(context: StoreContext, parts: AccountParts) {
    this.#context = context;
    this.#parts = parts;
    this.#accounts = new Accounts(context, parts);
    this.#settling = new AccountSettling(context, parts, this.#accounts);
  }

  group(appId: string, groupId: string): AppGroupAssignment | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM app_group WHERE app_id = ? AND group_id = ?",
      appId,
      groupId,
    );
    return row === undefined ? undefined : readAssignment(row);
  }

  /** Groups assigned to an app, by priority. */
  groupsOfApp(appId: string): AppGroupAssignment[] {
    return this.#context.sql
      .all("SELECT * FROM app_group WHERE app_id = ? ORDER BY priority, group_id", appId)
      .map(readAssignment);
  }

  /** Apps that a group is assigned to. */
  appsOfGroup(groupId: string): string[] {
    return this.#context.sql
      .all("SELECT app_id FROM app_group WHERE group_id = ? ORDER BY app_id", groupId)
      .map((row) => readString(row, "app_id"));
  }

  /**
   * Assigns a group (or changes its priority or profile); every member gets an account, in a large group not all of them at
   * once (as in Okta). A taken priority moves the others down.
   */
  assignGroup(
    appId: string,
    groupId: string,
    assignment: { readonly priority?: number; readonly profile: Profile },
  ): AppGroupAssignment {
    return this.#context.sql.transaction(() => {
      const before = this.group(appId, groupId);
      const priority = assignment.priority ?? before?.priority ?? this.#nextPriority(appId);
      if (priority !== before?.priority) this.#makeRoom(appId, groupId, priority, before?.priority);
      const same = priority === before?.priority && isDeepStrictEqual(assignment.profile, before.profile);
      const lastUpdated = same ? before.lastUpdated : this.#context.now();
      this.#context.sql.run(
        `INSERT INTO app_group (app_id, group_id, priority, profile, last_updated) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (app_id, group_id) DO UPDATE SET priority = excluded.priority, profile = excluded.profile, last_updated = excluded.last_updated`,
        appId,
        groupId,
        priority,
        JSON.stringify(assignment.profile),
        lastUpdated,
      );
      this.#settling.walk({ appId, groupId, who: "members", afterUserId: "" });
      return { appId, groupId, priority, profile: assignment.profile, lastUpdated };
    });
  }

  /** Takes a group from an app; members without another assignment lose their account. Returns whether it was assigned. */
  unassignGroup(appId: string, groupId: string): boolean {
    return this.#context.sql.transaction(() => {
      const removed = this.#context.sql.run(
        "DELETE FROM app_group WHERE app_id = ? AND group_id = ?",
        appId,
        groupId,
      );
      if (removed > 0) this.#settling.walk({ appId, groupId, who: "members-of-former", afterUserId: "" });
      return removed > 0;
    });
  }

  /**
   * Assigns a person, or updates the assignment: given values win over the mapping, null takes one back. Without `scope` an
   * account keeps the one it has, and a new one is the person's own (USER).
   */
  assignUser(
    appId: string,
    userId: string,
    assignment: { readonly scope?: AppUserScope; readonly userName?: string; readonly profile?: Profile },
  ): AppUser | undefined {
    return this.#context.sql.transaction(() => {
      const plan = this.#accounts.plan(appId);
      const user = this.#user(userId);
      if (plan === undefined || user === undefined) return undefined;
      const existing = this.#parts.appUsers.get(appId, userId);
      const template = composeUserName(plan.app, user);
      const typed = assignment.userName !== undefined && assignment.userName !== template;
      const change: AccountChange = {
        scope: assignment.scope ?? existing?.scope ?? "USER",
        given: assignment.profile ?? {},
        ...(typed ? { userName: assignment.userName } : {}),
      };
      if (existing === undefined) this.#accounts.add(plan, user, change);
      else this.#accounts.refresh(plan, user, existing, change);
      return this.#parts.appUsers.get(appId, userId);
    });
  }

  /** Takes a person's own assignment away; an assigned group keeps the account (scope becomes GROUP). */
  unassignUser(appId: string, userId: string): void {
    this.#context.sql.transaction(() => {
      const plan = this.#accounts.plan(appId);
      const user = this.#user(userId);
      const existing = this.#parts.appUsers.get(appId, userId);
      if (plan === undefined || user === undefined || existing === undefined) return;
      if (!isOut(user.status) && this.isAssignedByGroup(appId, userId)) {
        this.#accounts.refresh(plan, user, existing, { scope: "GROUP", forgetOverrides: true });
      } else {
        this.#accounts.remove(existing);
      }
    });
  }

  /** Follows a change of a group's members in every app that the group is assigned to. */
  membersChanged(groupId: string, added: readonly string[], removed: readonly string[]): void {
    for (const appId of this.appsOfGroup(groupId)) {
      for (const id of [...added, ...removed]) {
        const user = this.#user(id);
        if (user !== undefined) this.#settling.settle(appId, [user], "push-only");
      }
    }
  }

  /** A group is about to be deleted: its members lose what it alone gave them. */
  groupDeleted(groupId: string): void {
    for (const appId of this.appsOfGroup(groupId)) this.unassignGroup(appId, groupId);
  }

  /** A person's profile changed: every account follows its app's mapping. */
  profileChanged(user: User): void {
    for (const appUser of this.#parts.appUsers.ofUser(user.id))
      this.#settling.settle(appUser.appId, [user], "push-only");
  }

  /** A person was activated: accounts that waited are to be made, and groups give theirs (back). */
  activated(user: User): void {
    for (const waiting of this.#parts.appUsers.ofUser(user.id)) {
      const provision = this.#parts.settings.createsAccounts(waiting.appId);
      this.#parts.appUsers.recordSync(waiting.appId, user.id, provision ? WAITING_FOR_PUSH : NOT_PROVISIONED);
      this.#context.emit({ type: "appuser.assigned", appId: waiting.appId, userId: user.id, provision });
    }
    const rows = this.#context.sql.all(
      "SELECT DISTINCT app_id FROM app_group JOIN group_member USING (group_id) WHERE user_id = ?",
      user.id,
    );
    for (const row of rows) this.#settling.settle(readString(row, "app_id"), [user], "push-only");
  }

  /** A person was deactivated or is being deleted: every account goes. */
  deactivated(user: User): void {
    for (const appUser of this.#parts.appUsers.ofUser(user.id)) this.#accounts.remove(appUser);
  }

  /** Evaluates an app's mapping anew for all its users (the console's "Apply updates now"); push status does not matter. */
  reapplyMapping(appId: string): void {
    this.#context.sql.transaction(() =>
      this.#settling.walk({ appId, groupId: null, who: "all", afterUserId: "" }),
    );
  }

  /** Goes on with people that an earlier step left for later (event `accounts.to-settle`). */
  continueSettling(step: SettlingStep): void {
    this.#settling.walk(step);
  }

  /** Whether a group of the person is assigned to the app. */
  isAssignedByGroup(appId: string, userId: string): boolean {
    return this.#settling.isAssignedByGroup(appId, userId);
  }

  #user(id: string): User | undefined {
    const row = this.#context.sql.get("SELECT * FROM user WHERE id = ?", id);
    return row === undefined ? undefined : readUser(row);
  }

  #nextPriority(appId: string): number {
    const row = this.#context.sql.get(
      "SELECT COALESCE(MAX(priority) + 1, 0) AS next FROM app_group WHERE app_id = ?",
      appId,
    );
    return row === undefined ? 0 : readNumber(row, "next");
  }

  /** Moves the groups between a group's old place (none: all below) and a new one that is taken, as recorded. */
  #makeRoom(appId: string, groupId: string, priority: number, before: number | undefined): void {
    const taken = this.#context.sql.get(
      "SELECT 1 FROM app_group WHERE app_id = ? AND priority = ? AND group_id <> ?",
      appId,
      priority,
      groupId,
    );
    if (taken === undefined) return;
    const [step, first, last] =
      before === undefined
        ? [1, priority, Number.MAX_SAFE_INTEGER]
        : before < priority
          ? [-1, before + 1, priority]
          : [1, priority, before - 1];
    this.#context.sql.run(
      "UPDATE app_group SET priority = priority + ? WHERE app_id = ? AND priority BETWEEN ? AND ? AND group_id <> ?",
      step,
      appId,
      first,
      last,
      groupId,
    );
  }
}

function readAssignment(row: Row): AppGroupAssignment {
  return {
    appId: readString(row, "app_id"),
    groupId: readString(row, "group_id"),
    priority: readNumber(row, "priority"),
    profile: readObject(row, "profile"),
    lastUpdated: readString(row, "last_updated"),
  };
}
