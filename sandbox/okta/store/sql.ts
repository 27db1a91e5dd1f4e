import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { JsonObject, JsonValue } from "./model.ts";

export type Row = Record<string, SQLOutputValue>;
export type SqlValue = SQLInputValue;

/** The database behind the org: prepared statements are kept, transactions nest into the outermost one. */
export class Sql {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864;",
    );
  }

  get(text: string, ...values: SqlValue[]): Row | undefined {
    return this.#prepare(text).get(...values);
  }

  all(text: string, ...values: SqlValue[]): Row[] {
    return this.#prepare(text).all(...values);
  }

  /** Number of rows changed. */
  run(text: string, ...values: SqlValue[]): number {
    return Number(this.#prepare(text).run(...values).changes);
  }

  /** Runs `work` in one transaction; a nested call joins the outer one. Rolls back when `work` throws. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.database.exec("BEGIN IMMEDIATE");
    this.#depth = 1;
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    } finally {
      this.#depth = 0;
    }
  }

  /** A transaction in which rows may refer to rows that come later: for replacing whole tables. Not to be nested. */
  replaceTables<T>(work: () => T): T {
    this.database.exec("PRAGMA foreign_keys = OFF");
    try {
      return this.transaction(work);
    } finally {
      this.database.exec("PRAGMA foreign_keys = ON");
    }
  }

  /** Lets go of the prepared statements, which would keep an attached database in use. */
  forgetStatements(): void {
    this.#statements.clear();
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.database.prepare(text);
    if (this.#statements.size > 500) this.#statements.clear();
    this.#statements.set(text, statement);
    return statement;
  }
}

/** A row that does not hold what its table promises: the file is damaged or of another version. */
export class StoredRowError extends Error {
  readonly code = "SANDBOX_STORE_ROW";
  readonly remedy = "Reset the emulated org: okta-scim sandbox reset.";

  constructor(column: string) {
    super(`The emulated org's database has an unexpected value in column "${column}".`);
    this.name = "StoredRowError";
  }
}

/** Reads a text column. Throws StoredRowError, as do all of these. */
export function readString(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new StoredRowError(column);
  return value;
}

/** Reads a text column that may hold NULL. */
export function readNullableString(row: Row, column: string): string | null {
  return row[column] === null ? null : readString(row, column);
}

/** Reads a number column. */
export function readNumber(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new StoredRowError(column);
  return value;
}

/** Reads a text column that holds one of a few words. */
export function readOneOf<const T extends string>(row: Row, column: string, allowed: readonly T[]): T {
  const value = row[column];
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new StoredRowError(column);
  return found;
}

/** Reads a column with JSON. */
export function readJson(row: Row, column: string): JsonValue {
  const text = readString(row, column);
  try {
    return JSON.parse(text);
  } catch {
    throw new StoredRowError(column);
  }
}

/** Reads a column with a JSON object. */
export function readObject(row: Row, column: string): JsonObject {
  const value = readJson(row, column);
  if (!isObject(value)) throw new StoredRowError(column);
  return value;
}

/** Reads a column with a JSON object or NULL. */
export function readNullableObject(row: Row, column: string): JsonObject | null {
  return row[column] === null ? null : readObject(row, column);
}

/** Whether a JSON value is an object (not an array, not null). */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
