import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Eventually } from "../../eventually.ts";
import { migrate } from "../sql/migrations.ts";
import type { SqlConnection, SqlEngine, SqlReader } from "../sql/sql-engine.ts";
import { StorageUnavailableError } from "../storage.ts";
import { connectSqlite } from "./sqlite-connection.ts";
import { openDatabase } from "./sqlite-database.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { isUniqueViolation, translateError } from "./sqlite-errors.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";

const maxBatch = 512;

/** The system caches the file as well: more here buys little and counts as the server's memory. */
const readerCacheKilobytes = 16_000;
const writerCacheKilobytes = 8000;

/** When the log is copied into the database file: 4 MB, as SQLite does by itself. */
const maxFrames = 1000;
const commitsBetweenLooks = 4;

interface Job {
  run(): Promise<void>;
  /** Called when the job's outcome is durable. */
  settle(): void;
  fail(error: unknown): void;
}

/** Opens (and if need be creates and migrates) a database file. Throws what SQLite throws. */
export async function openSqliteEngine(
  file: string,
  flush: (log: WriteAheadLog) => Eventually<void> = (log) => log.flush(),
): Promise<SqlEngine> {
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
  const log = new WriteAheadLog(file);
  await log.flush();
  return new SqliteEngine(file, writer, connection, log, () => flush(log));
}

/**
 * Group commit: writes that arrive while the loop is busy share one transaction and one flush of the log. While a
 * commit is on its way to the disk the writes of the next one run already; they are committed when the reads have
 * caught up with the one before. So a commit is never seen, nor answered, before it is durable.
 */
class SqliteEngine implements SqlEngine {
  readonly dialect = sqliteDialect;
  readonly reader: SqlReader;
  readonly #file: string;
  readonly #writer: DatabaseSync;
  readonly #connection: SqlConnection;
  readonly #reader: SqliteReader;
  readonly #log: WriteAheadLog;
  readonly #flush: () => Eventually<void>;
  readonly #control: Readonly<
    Record<"begin" | "commit" | "rollback" | "savepoint" | "release" | "undo", StatementSync>
  >;
  #waiting: Job[] = [];
  #working: Promise<void> | undefined;
  /** Settled when the last commit is durable; never rejects. */
  #flushed: Promise<void> = Promise.resolve();
  /** Whether the job that runs has changed anything. */
  #wrote = false;
  #copying: "no" | "first part" | "rest" = "no";
  #copyAt = maxFrames;
  /** Commits since somebody looked how long the log is. */
  #unlooked = 0;
  /** Settled when no copying is under way; never rejects. */
  #copied: Promise<void> = Promise.resolve();
  /** After a failed flush nobody knows what is on the disk until the file is opened anew. */
  #failure: StorageUnavailableError | undefined;

  constructor(
    file: string,
    writer: DatabaseSync,
    connection: SqlConnection,
    log: WriteAheadLog,
    flush: () => Eventually<void>,
  ) {
    this.#file = file;
    this.#writer = writer;
    this.#log = log;
    this.#flush = flush;
    this.#reader = new SqliteReader(openDatabase(file, readerCacheKilobytes));
    this.reader = this.#reader.connection;
    this.#control = {
      begin: writer.prepare("BEGIN IMMEDIATE"),
      commit: writer.prepare("COMMIT"),
      rollback: writer.prepare("ROLLBACK"),
      savepoint: writer.prepare("SAVEPOINT job"),
      release: writer.prepare("RELEASE job"),
      undo: writer.prepare("ROLLBACK TO job"),
    };
    this.#connection = {
      all: (text, parameters, reusable) => {
        const rows = connection.all(text, parameters, reusable);
        // A statement that fails changes nothing.
        if (!text.startsWith("SELECT")) this.#wrote = true;
        return rows;
      },
    };
  }

  transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let settle = (): void => {};
      this.#waiting.push({
        run: async () => {
          try {
            const result = await work(this.#connection);
            settle = () => resolve(result);
          } catch (error) {
            settle = () => reject(translateError(error));
            throw error;
          }
        },
        settle: () => settle(),
        fail: (error) => reject(translateError(error)),
      });
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Let the loop read what else has arrived: it joins this commit.
      await nextTurn();
      const batch: Job[] = [];
      try {
        if (this.#copying === "rest") await this.#copyRest();
        this.#control.begin.run();
        await this.#runWaiting(batch);
        await this.#flushed;
        await this.#runUntilNoneCome(batch);
        if (this.#failure !== undefined) throw this.#failure;
        this.#reader.hold();
        this.#control.commit.run();
      } catch (error) {
        this.#giveUp(batch, error);
        continue;
      }
      this.#flushed = this.#makeDurable(batch);
      this.#copyWhenLong();
    }
    this.#working = undefined;
  }

  #giveUp(batch: Job[], error: unknown): void {
    if (this.#writer.isTransaction) this.#control.rollback.run();
    if (this.#failure === undefined) this.#reader.letGo();
    // A transaction that cannot begin fails whoever waits for it.
    const failed = batch.length > 0 ? batch : this.#waiting.splice(0, maxBatch);
    for (const job of failed) job.fail(error);
  }

  /**
   * Those who were answered by the last commit are about to write again: a loop turn for each who comes is cheaper than
   * a commit of few, which has the same pages and the same flush as one of many.
   */
  async #runUntilNoneCome(batch: Job[]): Promise<void> {
    let size = -1;
    while (size < batch.length && batch.length < maxBatch) {
      size = batch.length;
      await nextTurn();
      await this.#runWaiting(batch);
    }
  }

  /** Runs who waits in the open transaction, and adds them to its batch. */
  async #runWaiting(batch: Job[]): Promise<void> {
    while (batch.length < maxBatch) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      batch.push(job);
      this.#wrote = false;
      try {
        await job.run();
      } catch (error) {
        // SQLite ends the transaction itself when the disk is full or fails: nothing more may run outside of one.
        if (!this.#writer.isTransaction) throw error;
        // Else the job's own caller gets the error when the batch is settled.
        if (this.#wrote) await this.#runAgain(batch.slice(0, -1));
      }
    }
  }

  /**
   * A job failed after it had changed something, which is rare: everything is undone, and what the others did is done
   * again. A savepoint for each would spare this, at the price of a copy of every page that any job changes.
   */
  async #runAgain(batch: readonly Job[]): Promise<void> {
    this.#control.rollback.run();
    this.#control.begin.run();
    for (const job of batch) {
      this.#control.savepoint.run();
      await job.run().catch(() => this.#control.undo.run());
      this.#control.release.run();
    }
  }

  async #makeDurable(batch: readonly Job[]): Promise<void> {
    try {
      await this.#flush();
    } catch (error) {
      this.#failure = new StorageUnavailableError(error);
      for (const job of batch) job.fail(this.#failure);
      return;
    }
    this.#reader.letGo();
    for (const job of batch) job.settle();
  }

  /** Copies most of a long log while writes go on: the reader holds back what is not durable yet. */
  #copyWhenLong(): void {
    this.#unlooked += 1;
    if (this.#copying !== "no" || this.#unlooked < commitsBetweenLooks) return;
    this.#unlooked = 0;
    try {
      if (this.#log.state().frames < this.#copyAt) return;
      this.#log.copy();
    } catch {
      // Nothing is lost as long as the log has it: tried again later.
      this.#copyAt += maxFrames;
      return;
    }
    this.#copying = "first part";
    this.#copied = this.#log.flushFile().then(
      () => {
        this.#copying = "rest";
      },
      (error: unknown) => {
        this.#failure = new StorageUnavailableError(error);
      },
    );
  }

  /** Copies what was committed since, and so all of it: the next commit begins the log anew. Writes wait meanwhile. */
  async #copyRest(): Promise<void> {
    await this.#flushed;
    if (this.#failure !== undefined) throw this.#failure;
    this.#reader.letGo();
    this.#reader.hold();
    const { frames, copied } = this.#log.copy();
    await this.#log.flushFile().catch((error: unknown) => {
      this.#failure = new StorageUnavailableError(error);
      throw this.#failure;
    });
    this.#reader.letGo();
    this.#copying = "no";
    // Somebody who still reads an older state (a backup) keeps the log long for now.
    this.#copyAt = copied === frames ? maxFrames : frames + maxFrames;
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
    return isUniqueViolation(error);
  }

  async check(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.reader.all("SELECT 1 AS one FROM storage_version", []);
  }

  async close(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    await this.#flushed;
    await this.#copied;
    this.#reader.close();
    this.#log.close();
    this.#writer.exec("PRAGMA optimize");
    this.#writer.close();
    this.#log.closeFiles();
  }
}
