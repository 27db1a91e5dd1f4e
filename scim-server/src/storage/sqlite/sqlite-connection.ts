import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import type { SqlValue } from "../sql/dialect.ts";
import type { Row, SqlConnection } from "../sql/sql-engine.ts";

const maxVaryingStatements = 100;

/** Runs statements on an open database. Those whose text varies with what clients ask give way to one another. */
export function connectSqlite(database: DatabaseSync): SqlConnection {
  const kept = new Map<string, Statement>();
  const varying = new Map<string, Statement>();
  const prepareVarying = (text: string): Statement => {
    const statement = varying.get(text) ?? new Statement(database, text);
    varying.delete(text);
    varying.set(text, statement);
    if (varying.size > maxVaryingStatements) {
      const [oldest = ""] = varying.keys();
      varying.delete(oldest);
    }
    return statement;
  };
  return {
    all(text, parameters, reusable = true) {
      if (!reusable) return prepareVarying(text).all(parameters);
      let statement = kept.get(text);
      if (statement === undefined) {
        statement = new Statement(database, text);
        kept.set(text, statement);
      }
      return statement.all(parameters);
    },
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
    const tuples: readonly unknown[] = this.#statement.all(...parameters);
    return tuples.map((tuple) => this.#toRow(tuple));
  }

  #toRow(tuple: unknown): Row {
    if (!Array.isArray(tuple)) throw new TypeError("the statement answered no rows of values");
    const values: readonly SQLOutputValue[] = tuple;
    const row: Record<string, SQLOutputValue | undefined> = {};
    for (let index = 0; index < values.length; index += 1) row[this.#names[index] ?? ""] = values[index];
    return row;
  }
}
