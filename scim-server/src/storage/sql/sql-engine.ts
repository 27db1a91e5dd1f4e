import type { Dialect, SqlValue } from "./dialect.ts";

export type Row = Readonly<Record<string, unknown>>;

/** An engine in the same process has its rows at once; a promise for each read would cost as much as the read. */
export type Rows = readonly Row[] | Promise<readonly Row[]>;

/** Runs statements. `?` marks a parameter in either engine. */
export interface SqlConnection {
  /** `text` must come from a bounded set when `reusable`: it is then prepared once and kept. */
  all(text: string, parameters: readonly SqlValue[], reusable?: boolean): Rows;
}

/** A database: reads see only what is committed; writes are durable when `transact` resolves. */
export interface SqlEngine {
  readonly dialect: Dialect;
  readonly reader: SqlConnection;
  /** Runs work in a transaction of its own; may run it again when the database says it collided. */
  transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  /** Runs reads that all see the database as it is at one moment. */
  snapshot<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T>;
  isUniqueViolation(error: unknown): boolean;
  close(): Promise<void>;
}

/** Reads a text column. Throws TypeError when the column holds something else: a fault of the statement. */
export function textColumn(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== "string") throw new TypeError(`column ${name} holds no text`);
  return value;
}

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
