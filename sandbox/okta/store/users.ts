import type { SqlCondition } from "./filter-sql.ts";
import { newId } from "./ids.ts";
import { type Profile, USER_STATUSES, type User, type UserStatus } from "./model.ts";
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

/** Effects of a user's life on other parts of the org; `Assignments` and `GroupRules` have them. */
export interface UserConsequences {
  readonly added: (user: User) => void;
  readonly profileChanged: (user: User) => void;
  readonly activated: (user: User) => void;
  readonly deactivated: (user: User) => void;
  readonly deleted: (user: User) => void;
}

/** A page of users. */
export interface UserQuery {
  readonly where?: SqlCondition;
  /** Only users beyond this one in the asked order. */
  readonly after?: { readonly id: string; readonly sortValue: string };
  readonly sortBy?: { readonly sql: string; readonly descending: boolean };
  readonly limit: number;
}

/** The people of the org. */
export class Users {
  readonly #context: StoreContext;
  readonly #consequences: UserConsequences;

  constructor(context: StoreContext, consequences: UserConsequences) {
    this.#context = context;
    this.#consequences = consequences;
  }

  /** Adds a person. `profile.login` must be free (see `getByLogin`). */
  create(user: {
    readonly profile: Profile;
    readonly status: UserStatus;
    readonly typeId: string;
    readonly passwordSet: boolean;
  }): User {
    return this.#context.sql.transaction(() => {
      const now = this.#context.now();
      const activated = user.status === "STAGED" ? null : now;
      // A recording has it for somebody who is staged with a password, and null for somebody without.
      const statusChanged = user.passwordSet ? now : activated;
      const stored: User = {
        id: newId("00u"),
        status: user.status,
        typeId: user.typeId,
        profile: user.profile,
        created: now,
        activated,
        statusChanged,
        lastLogin: null,
        lastUpdated: now,
        passwordChanged: user.passwordSet ? now : null,
      };
      this.#context.sql.run(
        `INSERT INTO user (id, status, type_id, profile, login, email, first_name, last_name, created, activated, status_changed, last_updated, password_changed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        stored.id,
        stored.status,
        stored.typeId,
        ...profileColumns(stored.profile),
        now,
        activated,
        statusChanged,
        now,
        stored.passwordChanged,
      );
      this.#consequences.added(stored);
      return stored;
    });
  }

  get(id: string): User | undefined {
    const row = this.#context.sql.get("SELECT * FROM user WHERE id = ?", id);
    return row === undefined ? undefined : readUser(row);
  }

  /** Logins are compared without regard to case. */
  getByLogin(login: string): User | undefined {
    const row = this.#context.sql.get("SELECT * FROM user WHERE login = ?", login);
    return row === undefined ? undefined : readUser(row);
  }

  /** Whether somebody else has this value of an attribute, without regard to case. `name` is a variable name of a schema. */
  hasOther(name: string, value: string, ownId: string): boolean {
    const row = this.#context.sql.get(
      "SELECT 1 FROM user WHERE json_extract(profile, ?) = ? COLLATE NOCASE AND id <> ? LIMIT 1",
      `$."${name}"`,
      value,
      ownId,
    );
    return row !== undefined;
  }

  /** By id, login, or a login's part before `@` when it is unambiguous, as Okta's `{userId}` path parameter takes them. */
  find(idOrLogin: string): User | undefined {
    const exact = this.get(idOrLogin) ?? this.getByLogin(idOrLogin);
    if (exact !== undefined || idOrLogin.includes("@")) return exact;
    const escaped = idOrLogin.replaceAll(/[\\%_]/g, "\\$&");
    const rows = this.#context.sql.all(
      "SELECT * FROM user WHERE login LIKE ? ESCAPE '\\' LIMIT 2",
      `${escaped}@%`,
    );
    const [only, second] = rows;
    return only !== undefined && second === undefined ? readUser(only) : undefined;
  }

  /** Users in a stable order (by id, or by `sortBy` and id). */
  page(query: UserQuery): User[] {
    const direction = query.sortBy?.descending === true ? "DESC" : "ASC";
    const beyond = direction === "DESC" ? "<" : ">";
    const values: SqlValue[] = [...(query.where?.values ?? [])];
    let condition = query.where === undefined ? "1" : query.where.sql;
    let order = `id ${direction}`;
    if (query.sortBy !== undefined) {
      const key = `COALESCE(${query.sortBy.sql}, '')`;
      order = `${key} ${direction}, id ${direction}`;
      if (query.after !== undefined) {
        condition = `(${condition}) AND (${key}, id) ${beyond} (?, ?)`;
        values.push(query.after.sortValue, query.after.id);
      }
    } else if (query.after !== undefined) {
      condition = `(${condition}) AND id > ?`;
      values.push(query.after.id);
    }
    return this.#context.sql
      .all(`SELECT * FROM user WHERE ${condition} ORDER BY ${order} LIMIT ?`, ...values, query.limit)
      .map(readUser);
  }

  count(where?: SqlCondition): number {
    const row = this.#context.sql.get(
      `SELECT COUNT(*) AS n FROM user WHERE ${where?.sql ?? "1"}`,
      ...(where?.values ?? []),
    );
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** Replaces the profile; app users follow by their mappings. */
  setProfile(id: string, profile: Profile): User | undefined {
    return this.#context.sql.transaction(() => {
      this.#context.sql.run(
        "UPDATE user SET profile = ?, login = ?, email = ?, first_name = ?, last_name = ?, last_updated = ? WHERE id = ?",
        ...profileColumns(profile),
        this.#context.now(),
        id,
      );
      const user = this.get(id);
      if (user !== undefined) this.#consequences.profileChanged(user);
      return user;
    });
  }

  /** Records a new password: app users whose app syncs passwords get it. */
  setPassword(id: string): void {
    this.#context.sql.transaction(() => {
      const now = this.#context.now();
      this.#context.sql.run(
        "UPDATE user SET password_changed = ?, last_updated = ? WHERE id = ?",
        now,
        now,
        id,
      );
      this.#context.emit({ type: "user.password-changed", userId: id });
    });
  }

  /** Records that something about a person changed which is neither profile nor status. */
  touch(id: string): void {
    this.#context.sql.run("UPDATE user SET last_updated = ? WHERE id = ?", this.#context.now(), id);
  }

  /** Gives a person another user type. */
  setType(id: string, typeId: string): void {
    this.#context.sql.run(
      "UPDATE user SET type_id = ?, last_updated = ? WHERE id = ?",
      typeId,
      this.#context.now(),
      id,
    );
  }

  /** Moves a person along the life cycle; the caller has checked that Okta allows the step. */
  setStatus(id: string, status: UserStatus): User | undefined {
    return this.#context.sql.transaction(() => {
      const before = this.get(id);
      if (before === undefined) return undefined;
      const now = this.#context.now();
      const activates = isOut(before.status) && !isOut(status);
      this.#context.sql.run(
        "UPDATE user SET status = ?, status_changed = ?, last_updated = ?, activated = COALESCE(?, activated) WHERE id = ?",
        status,
        now,
        now,
        activates ? now : null,
        id,
      );
      const user = {
        ...before,
        status,
        statusChanged: now,
        lastUpdated: now,
        activated: activates ? now : before.activated,
      };
      if (status === "DEPROVISIONED" && before.status !== "DEPROVISIONED") {
        this.#context.emit({ type: "user.deactivated", userId: id });
        this.#consequences.deactivated(user);
      } else if (activates) {
        if (before.status === "DEPROVISIONED") this.#context.emit({ type: "user.reactivated", userId: id });
        this.#consequences.activated(user);
      } else if (status === "SUSPENDED") {
        this.#context.emit({ type: "user.suspended", userId: id });
      } else if (before.status === "SUSPENDED") {
        this.#context.emit({ type: "user.unsuspended", userId: id });
      }
      return user;
    });
  }

  /** Deletes a deprovisioned person for good. */
  delete(id: string): void {
    this.#context.sql.transaction(() => {
      const user = this.get(id);
      if (user === undefined) return;
      this.#consequences.deleted(user);
      this.#context.sql.run("DELETE FROM user WHERE id = ?", id);
    });
  }
}

/** Whether a person of this status has no accounts in apps yet or any more. */
export function isOut(status: UserStatus): boolean {
  return status === "STAGED" || status === "DEPROVISIONED";
}

function profileColumns(profile: Profile): [string, string, string | null, string | null, string | null] {
  const text = (name: string): string | null => {
    const value = profile[name];
    return typeof value === "string" ? value : null;
  };
  return [JSON.stringify(profile), text("login") ?? "", text("email"), text("firstName"), text("lastName")];
}

/** A row of table `user`. */
export function readUser(row: Row): User {
  return {
    id: readString(row, "id"),
    status: readOneOf(row, "status", USER_STATUSES),
    typeId: readString(row, "type_id"),
    profile: readObject(row, "profile"),
    created: readString(row, "created"),
    activated: readNullableString(row, "activated"),
    statusChanged: readNullableString(row, "status_changed"),
    lastLogin: readNullableString(row, "last_login"),
    lastUpdated: readString(row, "last_updated"),
    passwordChanged: readNullableString(row, "password_changed"),
  };
}
