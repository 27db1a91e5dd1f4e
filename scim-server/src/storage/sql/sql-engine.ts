import type { Eventually } from "../../eventually.ts";
import type { Dialect, SqlValue } from "./dialect.ts";

export type Row = Readonly<Record<string, unknown>>;

/** An engine in the same process has its rows at once; a promise for each read would cost as much as the read. */
export type Rows = readonly Row[] | Promise<readonly Row[]>;

/** Runs statements. `?` marks a parameter in either engine. */
export interface SqlConnection {
  /** `text` must come from a bounded set when `reusable`: it is then prepared once and kept. */
  all(text: string, parameters: readonly SqlValue[], reusable?: boolean): Rows;
}

/** A row's values in the order of the statement's columns. */
export type Tuple = readonly unknown[];

/** Runs statements that read. */
export interface SqlReader extends SqlConnection {
  /** Like `all`, without names: for what is read so often that objects of rows would be the larger part of it. */
  tuples(text: string, parameters: readonly SqlValue[], reusable?: boolean): Eventually<readonly Tuple[]>;
}

/** A database: reads see only what is committed; writes are durable when `transact` resolves. */
export interface SqlEngine {
  readonly dialect: Dialect;
  readonly reader: SqlReader;
  /** Runs work in a transaction of its own; may run it again when the database says it collided. */
  transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  /** Runs reads that all see the database as it is at one moment. */
  snapshot<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  isUniqueViolation(error: unknown): boolean;
  /** Rejects when the database cannot answer, or takes no more writes until it is opened anew. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Reads a text column. Throws TypeError when the column holds something else: a fault of the statement. */
export function textColumn(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== "string") throw new TypeError(`column ${name} holds no text`);
  return value;
}

/** Reads a text column; undefined when it holds NULL. */
export function optionalTextColumn(row: Row, name: string): string | undefined {
  const value = row[name];
  return typeof value === "string" ? value : undefined;
}

/** Reads an integer column. Throws TypeError when the column holds something else. */
export function integerColumn(row: Row, name: string): number {
  const value = row[name];
  if (typeof value !== "number") throw new TypeError(`column ${name} holds no number`);
  return value;
}

/** Reads a text value of a tuple. Throws TypeError when it is something else: a fault of the statement. */
export function textAt(tuple: Tuple, index: number): string {
  const value = tuple[index];
  if (typeof value !== "string") throw new TypeError(`column ${index} holds no text`);
  return value;
}

/** Reads an integer of a tuple. Throws TypeError when it is something else. */
export function integerAt(tuple: Tuple, index: number): number {
  const value = tuple[index];
  if (typeof value !== "number") throw new TypeError(`column ${index} holds no number`);
  return value;
}
