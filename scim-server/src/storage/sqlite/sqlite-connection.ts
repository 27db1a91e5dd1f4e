import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SqlValue } from "../sql/dialect.ts";
import type { Row, SqlReader, Tuple } from "../sql/sql-engine.ts";

const maxVaryingStatements = 100;

/** Runs statements on an open database. Those whose text varies with what clients ask give way to one another. */
export function connectSqlite(database: DatabaseSync): SqlReader {
  const kept = new Map<string, Statement>();
  const varying = new Map<string, Statement>();
  let newest: { readonly text: string; readonly statement: Statement } | undefined;
  const prepareVarying = (text: string): Statement => {
    // Most clients ask in one way, again and again: there is nothing to reorder then.
    if (newest?.text === text) return newest.statement;
    const statement = varying.get(text) ?? new Statement(database, text);
    varying.delete(text);
    varying.set(text, statement);
    newest = { text, statement };
    if (varying.size > maxVaryingStatements) {
      const [oldest = ""] = varying.keys();
      varying.delete(oldest);
    }
    return statement;
  };
  const prepare = (text: string, reusable: boolean): Statement => {
    if (!reusable) return prepareVarying(text);
    let statement = kept.get(text);
    if (statement === undefined) {
      statement = new Statement(database, text);
      kept.set(text, statement);
    }
    return statement;
  };
  return {
    all: (text, parameters, reusable = true) => prepare(text, reusable).all(parameters),
    tuples: (text, parameters, reusable = true) => prepare(text, reusable).tuples(parameters),
  };
}

/** Makes its own row objects: those of node:sqlite are dictionaries, which take twice as long to make and to read. */
class Statement {
  readonly #statement: StatementSync;
  readonly #names: readonly string[];

  constructor(database: DatabaseSync, text: string) {
    this.#statement = database.prepare(text);
    this.#statement.setReturnArrays(true);
    this.#names = this.#statement.columns().map(({ name }) => name);
  }

  all(parameters: readonly SqlValue[]): readonly Row[] {
    return this.tuples(parameters).map((tuple) => this.#toRow(tuple));
  }

  tuples(parameters: readonly SqlValue[]): readonly Tuple[] {
    const tuples: readonly unknown[] = this.#statement.all(...parameters);
    if (!tuples.every((tuple) => Array.isArray(tuple))) {
      throw new TypeError("the statement answered no rows of values");
    }
    return tuples;
  }

  #toRow(tuple: Tuple): Row {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < tuple.length; index += 1) row[this.#names[index] ?? ""] = tuple[index];
    return row;
  }
}
