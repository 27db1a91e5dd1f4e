import {
  changedAttributes,
  composeNewProfile,
  composeUpdatedProfile,
  composeUserName,
  type ProfileSources,
  pushesUserName,
} from "./app-user-profile.ts";
import type { AppUsers } from "./app-users.ts";
import type { Apps } from "./apps.ts";
import type { Mappings } from "./mappings.ts";
import type {
  App,
  AppGroupAssignment,
  AppUser,
  AppUserScope,
  Profile,
  ProfileMapping,
  User,
} from "./model.ts";
import type { ProvisioningSettings } from "./provisioning-settings.ts";
import { type Row, readNumber, readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";
import { isOut, readUser } from "./users.ts";

/** People handled per step when a whole group is assigned, so that memory stays bounded. */
const BATCH = 1_000;

interface AssignmentParts {
  readonly apps: Apps;
  readonly appUsers: AppUsers;
  readonly mappings: Mappings;
  readonly settings: ProvisioningSettings;
}

/** Who has an account in which app: assignment by group and by person, and what follows from every change of either. */
export class Assignments {
  readonly #context: StoreContext;
  readonly #parts: AssignmentParts;

  constructor(context: StoreContext, parts: AssignmentParts) {
    this.#context = context;
    this.#parts = parts;
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

  /** Assigns a group (or changes its priority or profile); every member gets an account. A taken priority moves the others down. */
  assignGroup(
    appId: string,
    groupId: string,
    assignment: { readonly priority?: number; readonly profile: Profile },
  ): AppGroupAssignment {
    return this.#context.sql.transaction(() => {
      const before = this.group(appId, groupId);
      const priority = assignment.priority ?? before?.priority ?? this.#nextPriority(appId);
      if (priority !== before?.priority) this.#makeRoom(appId, groupId, priority);
      this.#context.sql.run(
        `INSERT INTO app_group (app_id, group_id, priority, profile, last_updated) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (app_id, group_id) DO UPDATE SET priority = excluded.priority, profile = excluded.profile, last_updated = excluded.last_updated`,
        appId,
        groupId,
        priority,
        JSON.stringify(assignment.profile),
        this.#context.now(),
      );
      this.#forMembers(groupId, (users) => this.#settle(appId, users, "push-only"));
      return { appId, groupId, priority, profile: assignment.profile, lastUpdated: this.#context.now() };
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
      if (removed > 0) this.#forMembers(groupId, (users) => this.#settle(appId, users, "push-only"));
      return removed > 0;
    });
  }

  /** Assigns a person, or updates the assignment: given values win over the mapping, null takes one back. */
  assignUser(
    appId: string,
    userId: string,
    assignment: { readonly scope?: AppUserScope; readonly userName?: string; readonly profile?: Profile },
  ): AppUser | undefined {
    return this.#context.sql.transaction(() => {
      const app = this.#parts.apps.get(appId);
      const user = this.#user(userId);
      if (app === undefined || user === undefined) return undefined;
      const existing = this.#parts.appUsers.get(appId, userId);
      const overrides = takeOverrides(existing?.overrides ?? {}, assignment.profile ?? {});
      const scope = assignment.scope ?? existing?.scope ?? "USER";
      if (existing === undefined) this.#add(app, user, scope, overrides, assignment.userName);
      else
        this.#refresh(app, user, existing, {
          overrides,
          scope,
          ...(assignment.userName === undefined ? {} : { userName: assignment.userName }),
        });
      return this.#parts.appUsers.get(appId, userId);
    });
  }

  /** Takes a person's own assignment away; an assigned group keeps the account (scope becomes GROUP). */
  unassignUser(appId: string, userId: string): void {
    this.#context.sql.transaction(() => {
      const app = this.#parts.apps.get(appId);
      const user = this.#user(userId);
      const existing = this.#parts.appUsers.get(appId, userId);
      if (app === undefined || user === undefined || existing === undefined) return;
      if (!isOut(user.status) && this.isAssignedByGroup(appId, userId)) {
        this.#refresh(app, user, existing, { overrides: {}, scope: "GROUP" });
      } else {
        this.#remove(existing);
      }
    });
  }

  /** Follows a change of a group's members in every app that the group is assigned to. */
  membersChanged(groupId: string, added: readonly string[], removed: readonly string[]): void {
    for (const appId of this.appsOfGroup(groupId)) {
      for (const ids of batches([...added, ...removed])) {
        this.#settle(
          appId,
          ids.map((id) => this.#user(id)).filter((user) => user !== undefined),
          "push-only",
        );
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
      this.#settle(appUser.appId, [user], "push-only");
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
    for (const row of rows) this.#settle(readString(row, "app_id"), [user], "push-only");
  }

  /** A person was deactivated or is being deleted: every account goes. */
  deactivated(user: User): void {
    for (const appUser of this.#parts.appUsers.ofUser(user.id)) this.#remove(appUser);
  }

  /** Evaluates an app's mapping anew for all its users (the console's "Apply updates now"); push status does not matter. */
  reapplyMapping(appId: string): void {
    this.#context.sql.transaction(() => {
      let afterUserId = "";
      for (;;) {
        const page = this.#parts.appUsers.list({ appId, afterUserId, limit: BATCH });
        const users = page.map((appUser) => this.#user(appUser.userId)).filter((user) => user !== undefined);
        this.#settle(appId, users, "all-properties");
        const last = page.at(-1);
        if (last === undefined || page.length < BATCH) return;
        afterUserId = last.userId;
      }
    });
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

  /** Brings the accounts of some people in one app in line with assignments and mappings. */
  #settle(appId: string, users: readonly User[], extent: "push-only" | "all-properties"): void {
    const app = this.#parts.apps.get(appId);
    if (app === undefined) return;
    for (const user of users) {
      const existing = this.#parts.appUsers.get(appId, user.id);
      const byGroup = user.status !== "DEPROVISIONED" && this.isAssignedByGroup(appId, user.id);
      if (existing === undefined) {
        if (byGroup) this.#add(app, user, "GROUP", {}, undefined);
      } else if (existing.scope === "GROUP" && !byGroup) {
        this.#remove(existing);
      } else {
        this.#refresh(app, user, existing, { overrides: existing.overrides, scope: existing.scope }, extent);
      }
    }
  }

  #add(app: App, user: User, scope: AppUserScope, overrides: Profile, userName: string | undefined): void {
    const now = this.#context.now();
    const provision = this.#parts.settings.createsAccounts(app.id);
    const staged = user.status === "STAGED";
    const state = staged ? WAITING_FOR_ACTIVATION : provision ? WAITING_FOR_PUSH : NOT_PROVISIONED;
    const sources = this.#sources(app, user, overrides);
    this.#parts.appUsers.insert({
      appId: app.id,
      userId: user.id,
      externalId: null,
      scope,
      ...state,
      syncError: null,
      lastSync: null,
      userName: userName ?? composeUserName(app, user, this.#context.evaluation),
      profile: composeNewProfile(sources, this.#context.evaluation.evaluateMapping),
      overrides,
      created: now,
      lastUpdated: now,
      statusChanged: now,
      passwordChanged: null,
    });
    if (!staged) this.#context.emit({ type: "appuser.assigned", appId: app.id, userId: user.id, provision });
  }

  #refresh(
    app: App,
    user: User,
    existing: AppUser,
    change: { readonly overrides: Profile; readonly scope: AppUserScope; readonly userName?: string },
    extent: "push-only" | "all-properties" = "push-only",
  ): void {
    const sources = this.#sources(app, user, change.overrides);
    const evaluate = this.#context.evaluation.evaluateMapping;
    const released = Object.fromEntries(
      Object.entries(existing.profile).filter(
        ([name]) => !(Object.hasOwn(existing.overrides, name) && !Object.hasOwn(change.overrides, name)),
      ),
    );
    const profile =
      extent === "all-properties"
        ? composeNewProfile(sources, evaluate)
        : composeUpdatedProfile(sources, { ...existing, profile: released }, evaluate);
    const userName =
      change.userName ??
      (pushesUserName(app) ? composeUserName(app, user, this.#context.evaluation) : existing.userName);
    const changed = changedAttributes(existing.profile, profile);
    if (userName !== existing.userName) changed.push("userName");
    const scopeChanged = change.scope !== existing.scope;
    const overridesChanged = changedAttributes(existing.overrides, change.overrides).length > 0;
    if (changed.length === 0 && !scopeChanged && !overridesChanged) return;
    this.#parts.appUsers.update(app.id, user.id, {
      scope: change.scope,
      userName,
      profile,
      overrides: change.overrides,
    });
    if (changed.length > 0 && !isOut(user.status)) {
      this.#context.emit({ type: "appuser.profile-changed", appId: app.id, userId: user.id, changed });
    }
  }

  #remove(appUser: AppUser): void {
    this.#parts.appUsers.delete(appUser.appId, appUser.userId);
    this.#context.emit({
      type: "appuser.unassigned",
      appId: appUser.appId,
      userId: appUser.userId,
      externalId: appUser.externalId,
      userName: appUser.userName,
    });
  }

  #sources(app: App, user: User, overrides: Profile): ProfileSources {
    const mapping: ProfileMapping = this.#parts.mappings.ofApp(app.id, "user-to-app") ?? {
      id: "",
      appId: app.id,
      direction: "user-to-app",
      properties: {},
    };
    const groupProfiles = this.#context.sql
      .all(
        `SELECT app_group.profile FROM app_group JOIN group_member USING (group_id)
         WHERE app_id = ? AND user_id = ? AND app_group.profile <> '{}' ORDER BY priority, group_id`,
        app.id,
        user.id,
      )
      .map((row) => readObject(row, "profile"));
    return { app, user, mapping, groupProfiles, overrides };
  }

  #user(id: string): User | undefined {
    const row = this.#context.sql.get("SELECT * FROM user WHERE id = ?", id);
    return row === undefined ? undefined : readUser(row);
  }

  #forMembers(groupId: string, work: (users: User[]) => void): void {
    let after = "";
    for (;;) {
      const users = this.#context.sql
        .all(
          "SELECT user.* FROM group_member JOIN user ON user.id = user_id WHERE group_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
          groupId,
          after,
          BATCH,
        )
        .map(readUser);
      work(users);
      const last = users.at(-1);
      if (last === undefined || users.length < BATCH) return;
      after = last.id;
    }
  }

  #nextPriority(appId: string): number {
    const row = this.#context.sql.get(
      "SELECT COALESCE(MAX(priority) + 1, 0) AS next FROM app_group WHERE app_id = ?",
      appId,
    );
    return row === undefined ? 0 : readNumber(row, "next");
  }

  #makeRoom(appId: string, groupId: string, priority: number): void {
    const taken = this.#context.sql.get(
      "SELECT 1 FROM app_group WHERE app_id = ? AND priority = ? AND group_id <> ?",
      appId,
      priority,
      groupId,
    );
    if (taken === undefined) return;
    this.#context.sql.run(
      "UPDATE app_group SET priority = priority + 1 WHERE app_id = ? AND priority >= ? AND group_id <> ?",
      appId,
      priority,
      groupId,
    );
  }
}

const WAITING_FOR_PUSH = { status: "PENDING", syncState: "OUT_OF_SYNC" } as const;
const WAITING_FOR_ACTIVATION = { status: "STAGED", syncState: "OUT_OF_SYNC" } as const;
const NOT_PROVISIONED = { status: "ACTIVE", syncState: "DISABLED" } as const;

function takeOverrides(before: Profile, given: Profile): Profile {
  const merged: Profile = { ...before, ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
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
