import { DatabaseSync } from "node:sqlite";

/**
 * Opens a connection to a database file. `synchronous=NORMAL` keeps the file whole whatever happens; that an answered
 * write survives a power cut is the work of {@link WriteAheadLog}, which also decides when the log is copied back.
 * A busy timeout covers backups and imports by another process.
 */
export function openDatabase(file: string, cacheKilobytes: number): DatabaseSync {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 10_000 });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec("PRAGMA wal_autocheckpoint = 0");
  database.exec("PRAGMA temp_store = MEMORY");
  database.exec(`PRAGMA cache_size = -${cacheKilobytes}`);
  return database;
}
