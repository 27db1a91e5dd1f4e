import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { openPostgresEngine } from "./postgres/postgres-engine.ts";
import type { SqlEngine } from "./sql/sql-engine.ts";
import { SqlStorage } from "./sql/sql-storage.ts";
import { StorageTimer, timeEngine } from "./sql/timed-engine.ts";
import { openSqliteEngine } from "./sqlite/sqlite-engine.ts";
import type { Storage } from "./storage.ts";

/** The storage cannot be opened. */
export class StorageError extends Error {
  readonly code = "STORAGE";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = "StorageError";
    this.remedy = remedy;
  }
}

/**
 * Opens the storage a URL names, `sqlite:///path/to/file` or `postgres://…`, and brings its tables up to date.
 * `onError` hears of errors outside any request, such as an idle connection that broke.
 */
export async function openStorage(
  url: string,
  onError: (error: unknown) => void,
  timer: StorageTimer = new StorageTimer(),
): Promise<Storage> {
  return new SqlStorage(timeEngine(await openEngine(url, onError), timer));
}

/** Opens a database without the storage interface around it: for commands that work on its tables. */
export async function openEngine(url: string, onError: (error: unknown) => void): Promise<SqlEngine> {
  if (/^postgres(ql)?:/.test(url)) {
    // The URL may hold a password: no message names it.
    return openOrExplain(
      "The PostgreSQL database",
      "that it runs and can be reached, the user, its password and its rights, and the database's name",
      () => openPostgresEngine(url, onError),
    );
  }
  const file = /^sqlite:\/\/(.+)$/.exec(url)?.[1];
  if (file === undefined) {
    throw new StorageError(
      "The storage URL names no engine this server has.",
      "Use sqlite:///path/to/file or postgres://user:password@host/database.",
    );
  }
  const toCheck = "that it is a database of this server, and that this user may write it and its folder";
  return openOrExplain(`The database file ${file}`, toCheck, async () => {
    mkdirSync(dirname(file), { recursive: true });
    return openSqliteEngine(file);
  });
}

async function openOrExplain(
  what: string,
  toCheck: string,
  open: () => Promise<SqlEngine>,
): Promise<SqlEngine> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Error && "remedy" in error) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StorageError(`${what} cannot be opened: ${reason}`, `Check ${toCheck}.`);
  }
}
