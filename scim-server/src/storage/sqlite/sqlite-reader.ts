import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SqlReader } from "../sql/sql-engine.ts";
import { connectSqlite } from "./sqlite-connection.ts";

/**
 * The connection that reads go through. Reads of one turn of the event loop share a read transaction, because beginning
 * one costs more system calls than a read by key does itself; those made while a commit is on its way to the disk share
 * one that began before it, so that nobody is told of a write that a power cut could still undo.
 */
export class SqliteReader {
  readonly connection: SqlReader;
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #look: StatementSync;
  readonly #end: StatementSync;
  #reading = false;
  #held = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare("BEGIN");
    this.#look = database.prepare("SELECT version FROM storage_version LIMIT 1");
    this.#end = database.prepare("COMMIT");
    const connection = connectSqlite(database);
    this.connection = {
      all: (text, parameters, reusable) => {
        this.#beginReading();
        return connection.all(text, parameters, reusable);
      },
      tuples: (text, parameters, reusable) => {
        this.#beginReading();
        return connection.tuples(text, parameters, reusable);
      },
    };
  }

  /** From here to {@link letGo} reads see what is committed now. */
  hold(): void {
    this.#beginReading();
    // BEGIN alone looks at nothing yet.
    this.#look.get();
    this.#held = true;
  }

  /** From here on reads see what is committed when they are made: whoever is told of a write must read it. */
  letGo(): void {
    this.#held = false;
    this.#endReading();
  }

  close(): void {
    this.letGo();
    this.#database.close();
  }

  #beginReading(): void {
    if (this.#reading) return;
    this.#begin.run();
    this.#reading = true;
    setImmediate(() => {
      if (!this.#held) this.#endReading();
    });
  }

  #endReading(): void {
    if (!this.#reading) return;
    this.#reading = false;
    try {
      this.#end.run();
    } catch {
      // After a page that could not be read or makes no sense, SQLite refuses to commit. Whoever asked for it was told.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    }
  }
}
