import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { SqlStorage } from "./sql/sql-storage.ts";
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

/** Opens the storage a URL names, `sqlite:///path/to/file`, and brings its tables up to date. */
export async function openStorage(url: string): Promise<Storage> {
  const file = /^sqlite:\/\/(.+)$/.exec(url)?.[1];
  if (file === undefined) {
    throw new StorageError("The storage URL names no engine this server has.", "Use sqlite:///path/to/file.");
  }
  mkdirSync(dirname(file), { recursive: true });
  return new SqlStorage(await openSqliteEngine(file));
}
