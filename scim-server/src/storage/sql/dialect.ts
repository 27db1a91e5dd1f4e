/** A value bound to a statement's placeholder. Booleans are 0 and 1 in both engines. */
export type SqlValue = string | number | null;

/** A piece of SQL with `?` placeholders and what is bound to them, in order. */
export interface SqlFragment {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

/**
 * Where the engines' SQL differs. All arguments are SQL expressions, except `keys`: names from a published schema,
 * which are checked to hold no quotes, so they may be part of the statement's text.
 */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** The text of a JSON member, NULL when absent. */
  jsonText(source: string, keys: readonly string[]): string;
  /** The number of a JSON member, NULL when it is absent or no number. */
  jsonNumber(source: string, keys: readonly string[]): string;
  /** 1 or 0 for a JSON boolean, NULL when absent. */
  jsonBoolean(source: string, keys: readonly string[]): string;
  /** Whether a JSON member exists and is neither null, nor "", nor an empty list. */
  jsonPresent(source: string, keys: readonly string[]): string;
  /** A FROM item with one row for each element of a JSON list; its value is `elementValue(alias)`. */
  jsonElements(source: string, keys: readonly string[], alias: string): string;
  /** The JSON of an element, as `source` for the functions above. */
  elementValue(alias: string): string;
  contains(text: string, part: string): string;
  endsWith(text: string, part: string): string;
  /** A FROM item with one row for each text of a bound JSON list of texts, in the column `value`. */
  textList(placeholder: string, alias: string): string;
  /**
   * A join to the rows of a table that a condition on what comes before it in FROM finds by an index, row by row. SQLite
   * reads FROM in the order of CROSS JOINs; PostgreSQL, which expects many rows of a list or a recursion, would go
   * through the whole table at once.
   */
  lookUp(table: string, alias: string, condition: string): string;
  /**
   * Whether a value is among those of a SELECT that depends on nothing else in the statement. It is run once and first,
   * whatever the engine's statistics say: else PostgreSQL goes through a large group to remove one of its members.
   */
  isAmong(value: string, select: string): string;
  /** The database's clock, in milliseconds since 1970. */
  readonly now: string;
  /** Locks the selected rows until the transaction ends, where the engine has other writers. */
  readonly forUpdate: string;
}

/**
 * `LIMIT` and `OFFSET` as parameters. SQLite looks at the value of a bare `LIMIT ?` when it plans a statement, and so
 * plans it anew each time the statement is run: that took three quarters of a read. It does not look into a CAST.
 */
export const limitParameter = "LIMIT CAST(? AS BIGINT)";
export const offsetParameter = "OFFSET CAST(? AS BIGINT)";
