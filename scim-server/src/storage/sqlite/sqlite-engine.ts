import { DatabaseSync, type StatementSync } from "node:sqlite";
import { migrate } from "../sql/migrations.ts";
import type { SqlConnection, SqlEngine, SqlReader } from "../sql/sql-engine.ts";
import { connectSqlite } from "./sqlite-connection.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

const maxBatch = 512;

/** The system caches the file as well: more here buys little and counts as the server's memory. */
const readerCacheKilobytes = 16_000;
const writerCacheKilobytes = 8000;

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const uniqueViolations: ReadonlySet<unknown> = new Set([2067, 1555]);

interface Job {
  run(): Promise<void>;
  /** Called after COMMIT, when the job's outcome is durable. */
  settle(): void;
  fail(error: unknown): void;
}

/** Opens (and if need be creates and migrates) a database file. Throws what SQLite throws. */
export async function openSqliteEngine(file: string): Promise<SqlEngine> {
  const writer = openDatabase(file, writerCacheKilobytes);
  const connection = connectSqlite(writer);
  writer.exec("BEGIN IMMEDIATE");
  try {
    await migrate(sqliteDialect, connection);
    writer.exec("COMMIT");
  } catch (error) {
    writer.exec("ROLLBACK");
    writer.close();
    throw error;
  }
  return new SqliteEngine(file, writer, connection);
}

/** FULL: an answered write survives a power cut. A busy timeout covers backups by another process. */
function openDatabase(file: string, cacheKilobytes: number): DatabaseSync {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 10_000 });
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA temp_store = MEMORY");
  database.exec(`PRAGMA cache_size = -${cacheKilobytes}`);
  return database;
}

/**
 * Group commit: writes that arrive while the loop is busy share one transaction, each in a savepoint of its own,
 * and one fsync. Reads go through a second connection, which sees only what is committed; those of one turn of the
 * event loop share a read transaction, because beginning one costs more system calls than a read by key does itself.
 */
class SqliteEngine implements SqlEngine {
  readonly dialect = sqliteDialect;
  readonly reader: SqlReader;
  readonly #writer: DatabaseSync;
  readonly #writerConnection: SqlConnection;
  readonly #file: string;
  readonly #readerDatabase: DatabaseSync;
  readonly #readerBegin: StatementSync;
  readonly #readerEnd: StatementSync;
  readonly #control: Readonly<Record<"begin" | "commit" | "savepoint" | "release" | "undo", StatementSync>>;
  #reading = false;
  #waiting: Job[] = [];
  #flushing: Promise<void> | undefined;

  constructor(file: string, writer: DatabaseSync, writerConnection: SqlConnection) {
    this.#file = file;
    this.#writer = writer;
    this.#writerConnection = writerConnection;
    this.#readerDatabase = openDatabase(file, readerCacheKilobytes);
    this.#readerBegin = this.#readerDatabase.prepare("BEGIN");
    this.#readerEnd = this.#readerDatabase.prepare("COMMIT");
    this.#control = {
      begin: writer.prepare("BEGIN IMMEDIATE"),
      commit: writer.prepare("COMMIT"),
      savepoint: writer.prepare("SAVEPOINT job"),
      release: writer.prepare("RELEASE job"),
      undo: writer.prepare("ROLLBACK TO job"),
    };
    const reader = connectSqlite(this.#readerDatabase);
    this.reader = {
      all: (text, parameters, reusable) => {
        this.#beginReading();
        return reader.all(text, parameters, reusable);
      },
      tuples: (text, parameters, reusable) => {
        this.#beginReading();
        return reader.tuples(text, parameters, reusable);
      },
    };
  }

  #beginReading(): void {
    if (this.#reading) return;
    this.#readerBegin.run();
    this.#reading = true;
    setImmediate(() => this.#endReading());
  }

  /** Also called after each commit: whoever is told of a write must read it. */
  #endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#readerEnd.run();
  }

  transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle = (): void => {};
      this.#waiting.push({
        run: async () => {
          try {
            const result = await work(this.#writerConnection);
            settle = () => resolve(result);
          } catch (error) {
            settle = () => reject(error);
            throw error;
          }
        },
        settle: () => settle(),
        fail: reject,
      });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    // Let the loop read what else has arrived: it joins this commit.
    await new Promise((resolve) => setImmediate(resolve));
    const jobs = this.#waiting.splice(0, maxBatch);
    try {
      this.#control.begin.run();
      for (const job of jobs) await this.#runInSavepoint(job);
      this.#control.commit.run();
      this.#endReading();
      for (const job of jobs) job.settle();
    } catch (error) {
      if (this.#writer.isTransaction) this.#writer.exec("ROLLBACK");
      for (const job of jobs) job.fail(error);
    }
    this.#flushing = this.#waiting.length > 0 ? this.#flush() : undefined;
  }

  async #runInSavepoint(job: Job): Promise<void> {
    this.#control.savepoint.run();
    try {
      await job.run();
    } catch {
      // The job's own caller gets the error when the batch is settled.
      this.#control.undo.run();
    }
    this.#control.release.run();
  }

  async snapshot<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const database = openDatabase(this.#file, writerCacheKilobytes);
    try {
      database.exec("BEGIN");
      return await work(connectSqlite(database));
    } finally {
      database.close();
    }
  }

  isUniqueViolation(error: unknown): boolean {
    return error instanceof Error && "errcode" in error && uniqueViolations.has(error.errcode);
  }

  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    this.#endReading();
    this.#readerDatabase.close();
    this.#writer.exec("PRAGMA optimize");
    this.#writer.close();
  }
}
