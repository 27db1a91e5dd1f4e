import {
  APP_USER_STATUSES,
  type AppUser,
  type AppUserScope,
  type AppUserStatus,
  type Profile,
  SYNC_STATES,
  type SyncState,
} from "./model.ts";
import {
  type Row,
  readNullableString,
  readNumber,
  readObject,
  readOneOf,
  readString,
  type SqlValue,
} from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** Which app users to list, in the order of their user ids. */
export interface AppUserQuery {
  readonly appId: string;
  readonly afterUserId?: string;
  /** Start of the app user name, or of the person's first name, last name or email. */
  readonly startsWith?: string;
  readonly status?: AppUserStatus;
  readonly syncState?: SyncState;
  readonly limit: number;
}

/** The rows of app users: reads, and what provisioning records. Assigning and unassigning is in `Assignments`. */
export class AppUsers {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  get(appId: string, userId: string): AppUser | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM app_user WHERE app_id = ? AND user_id = ?",
      appId,
      userId,
    );
    return row === undefined ? undefined : readAppUser(row);
  }

  list(query: AppUserQuery): AppUser[] {
    const conditions = ["app_user.app_id = ?", "app_user.user_id > ?"];
    const values: SqlValue[] = [query.appId, query.afterUserId ?? ""];
    if (query.startsWith !== undefined) {
      const pattern = `${query.startsWith.replaceAll(/[\\%_]/g, "\\$&")}%`;
      conditions.push(
        "(user_name LIKE ? ESCAPE '\\' OR user_id IN (SELECT id FROM user WHERE first_name LIKE ? ESCAPE '\\' OR last_name LIKE ? ESCAPE '\\' OR email LIKE ? ESCAPE '\\'))",
      );
      values.push(pattern, pattern, pattern, pattern);
    }
    if (query.status !== undefined) {
      conditions.push("status = ?");
      values.push(query.status);
    }
    if (query.syncState !== undefined) {
      conditions.push("sync_state = ?");
      values.push(query.syncState);
    }
    return this.#context.sql
      .all(
        `SELECT * FROM app_user WHERE ${conditions.join(" AND ")} ORDER BY app_user.user_id LIMIT ?`,
        ...values,
        query.limit,
      )
      .map(readAppUser);
  }

  /** The accounts of one person. */
  ofUser(userId: string): AppUser[] {
    return this.#context.sql.all("SELECT * FROM app_user WHERE user_id = ?", userId).map(readAppUser);
  }

  count(appId: string): number {
    const row = this.#context.sql.get("SELECT COUNT(*) AS n FROM app_user WHERE app_id = ?", appId);
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** How many app users of an app have an account in its SCIM server. */
  countProvisioned(appId: string): number {
    const row = this.#context.sql.get(
      "SELECT COUNT(*) AS n FROM app_user WHERE app_id = ? AND external_id IS NOT NULL",
      appId,
    );
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** How many app users of an app are in each sync state. */
  countBySyncState(appId: string): Record<SyncState, number> {
    const counts = { DISABLED: 0, ERROR: 0, OUT_OF_SYNC: 0, SYNCHRONIZED: 0, SYNCING: 0 };
    for (const row of this.#context.sql.all(
      "SELECT sync_state, COUNT(*) AS n FROM app_user WHERE app_id = ? GROUP BY sync_state",
      appId,
    )) {
      counts[readOneOf(row, "sync_state", SYNC_STATES)] = readNumber(row, "n");
    }
    return counts;
  }

  /** Stores a new app user as it is. */
  insert(appUser: AppUser): void {
    this.#context.sql.run(
      `INSERT INTO app_user (app_id, user_id, external_id, scope, status, sync_state, sync_error, last_sync, user_name, profile, overrides, created, last_updated, status_changed, password_changed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      appUser.appId,
      appUser.userId,
      appUser.externalId,
      appUser.scope,
      appUser.status,
      appUser.syncState,
      appUser.syncError,
      appUser.lastSync,
      appUser.userName,
      JSON.stringify(appUser.profile),
      JSON.stringify(appUser.overrides),
      appUser.created,
      appUser.lastUpdated,
      appUser.statusChanged,
      appUser.passwordChanged,
    );
  }

  /** Changes what the org itself knows of an account. */
  update(
    appId: string,
    userId: string,
    change: {
      readonly scope: AppUserScope;
      readonly userName: string;
      readonly profile: Profile;
      readonly overrides: Profile;
    },
  ): void {
    this.#context.sql.run(
      "UPDATE app_user SET scope = ?, user_name = ?, profile = ?, overrides = ?, last_updated = ? WHERE app_id = ? AND user_id = ?",
      change.scope,
      change.userName,
      JSON.stringify(change.profile),
      JSON.stringify(change.overrides),
      this.#context.now(),
      appId,
      userId,
    );
  }

  /** Records what provisioning did or could not do. Appends no event. */
  recordSync(
    appId: string,
    userId: string,
    outcome: {
      readonly externalId?: string | null;
      readonly status?: AppUserStatus;
      readonly syncState?: SyncState;
      /** The reason of ERROR; null clears it. */
      readonly syncError?: string | null;
      readonly lastSync?: string;
      readonly passwordChanged?: string;
    },
  ): void {
    const sets: string[] = [];
    const values: SqlValue[] = [];
    const set = (column: string, value: SqlValue | undefined): void => {
      if (value === undefined) return;
      sets.push(`${column} = ?`);
      values.push(value);
    };
    set("external_id", outcome.externalId);
    set("status", outcome.status);
    set("status_changed", outcome.status === undefined ? undefined : this.#context.now());
    set("sync_state", outcome.syncState);
    set("sync_error", outcome.syncError);
    set("last_sync", outcome.lastSync);
    set("password_changed", outcome.passwordChanged);
    if (sets.length === 0) return;
    this.#context.sql.run(
      `UPDATE app_user SET ${sets.join(", ")} WHERE app_id = ? AND user_id = ?`,
      ...values,
      appId,
      userId,
    );
  }

  delete(appId: string, userId: string): void {
    this.#context.sql.run("DELETE FROM app_user WHERE app_id = ? AND user_id = ?", appId, userId);
  }
}

/** A row of table `app_user`. */
function readAppUser(row: Row): AppUser {
  return {
    appId: readString(row, "app_id"),
    userId: readString(row, "user_id"),
    externalId: readNullableString(row, "external_id"),
    scope: readOneOf(row, "scope", ["USER", "GROUP"]),
    status: readOneOf(row, "status", APP_USER_STATUSES),
    syncState: readOneOf(row, "sync_state", SYNC_STATES),
    syncError: readNullableString(row, "sync_error"),
    lastSync: readNullableString(row, "last_sync"),
    userName: readString(row, "user_name"),
    profile: readObject(row, "profile"),
    overrides: readObject(row, "overrides"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
    statusChanged: readNullableString(row, "status_changed"),
    passwordChanged: readNullableString(row, "password_changed"),
  };
}
