import { closeSync, fdatasync, fdatasyncSync, fstatSync, openSync, statSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { promisify } from "node:util";
import type { Eventually } from "../../eventually.ts";
import { integerColumn, type Row } from "../sql/sql-engine.ts";
import { openDatabase } from "./sqlite-database.ts";

const synchronise = promisify(fdatasync);

/**
 * Milliseconds. A quicker flush is waited for: to hand it to a thread wakes another core and then this one, and
 * meanwhile the next commit begins with fewer writes than would have come; together that takes longer.
 */
const quickFlush = 2;

/** The connection reads and writes no pages of its own. */
const cacheKilobytes = 64;

/** How far the log's frames (pages as commits wrote them) are copied into the database file. */
export interface LogState {
  readonly frames: number;
  readonly copied: number;
}

/** Somebody removed the database's files, or put others in their place. */
class FilesMovedError extends Error {
  constructor(file: string) {
    super(`${file} is not the file that was opened: it was removed or replaced. Start the server anew`);
    this.name = "FilesMovedError";
  }
}

/**
 * What SQLite does within COMMIT under `synchronous=FULL`, without the program waiting long in it: the log goes to
 * the disk, and now and then what is in it into the database file (SQLite's documentation: wal.html, section 2.1), while
 * other requests are read and answered.
 *
 * What makes that safe: pages are copied only from commits whose {@link flush} has ended, and the log is not begun anew
 * before {@link flushFile} has ended after the last page was copied. Both are up to the caller, who keeps a read
 * transaction open meanwhile: SQLite neither copies what is younger than it nor overwrites what it may still read.
 */
export class WriteAheadLog {
  readonly #database: DatabaseSync;
  readonly #look: StatementSync;
  readonly #copy: StatementSync;
  readonly #log: number;
  readonly #file: number;
  /** The files' paths and what they led to when they were opened. */
  readonly #places: readonly { readonly path: string; readonly inode: number }[];
  /** How long flushes took of late, in milliseconds. */
  #usualFlush = 0;

  /** The log must be there: a connection is open and has read. */
  constructor(file: string) {
    this.#database = openDatabase(file, cacheKilobytes);
    this.#database.exec("PRAGMA synchronous = OFF");
    this.#look = this.#database.prepare("PRAGMA wal_checkpoint(NOOP)");
    this.#copy = this.#database.prepare("PRAGMA wal_checkpoint(PASSIVE)");
    this.#look.get();
    this.#log = openSync(`${file}-wal`, "r+");
    this.#file = openSync(file, "r+");
    this.#places = [
      { path: file, inode: fstatSync(this.#file).ino },
      { path: `${file}-wal`, inode: fstatSync(this.#log).ino },
    ];
  }

  /**
   * All that was committed before the call is on the disk when it returns, or when its promise resolves. Throws when the
   * files are not in their places: what is written to them would be gone with the process.
   */
  flush(): Eventually<void> {
    for (const { path, inode } of this.#places) {
      if (statSync(path, { throwIfNoEntry: false })?.ino !== inode) throw new FilesMovedError(path);
    }
    const start = performance.now();
    if (this.#usualFlush >= quickFlush) {
      return synchronise(this.#log).finally(() => this.#noteFlush(start));
    }
    fdatasyncSync(this.#log);
    this.#noteFlush(start);
    return undefined;
  }

  #noteFlush(start: number): void {
    this.#usualFlush += (performance.now() - start - this.#usualFlush) / 8;
  }

  /** Resolves when all that was copied before the call is on the disk. */
  flushFile(): Promise<void> {
    return synchronise(this.#file);
  }

  state(): LogState {
    return toState(this.#look.get());
  }

  /**
   * Copies the frames that open read transactions allow into the database file. They are on the disk by then, unless
   * they are of another process (an import) that was killed before it could see to that: hence the flush.
   */
  copy(): LogState {
    fdatasyncSync(this.#log);
    return toState(this.#copy.get());
  }

  /** To be closed before the last connection, which copies the rest. */
  close(): void {
    this.#database.close();
  }

  /** Only after the last connection: to close a file gives up all locks that the process has on it. */
  closeFiles(): void {
    closeSync(this.#log);
    closeSync(this.#file);
  }
}

function toState(row: Row | undefined): LogState {
  if (row === undefined) throw new TypeError("a checkpoint answers one row");
  return { frames: integerColumn(row, "log"), copied: integerColumn(row, "checkpointed") };
}
