import { createHash } from "node:crypto";
import pg from "pg";
import type { SqlValue } from "../sql/dialect.ts";
import { migrate } from "../sql/migrations.ts";
import type { Row, SqlConnection, SqlEngine, SqlReader, Tuple } from "../sql/sql-engine.ts";
import { StorageUnavailableError } from "../storage.ts";
import { postgresDialect } from "./postgres-dialect.ts";

const maxAttempts = 6;

/** Any number, the same in every server: two that start at once migrate one after the other. */
const migrationLock = 7_364_647;

/** Deadlock, serialization failure, and a member deleted while it was being added: run the work again. */
const collisions: ReadonlySet<string> = new Set(["40P01", "40001", "23503"]);

const uniqueViolation = "23505";

/** Opens (and if need be migrates) a database. Throws {@link StorageUnavailableError} when it cannot be reached. */
export async function openPostgresEngine(url: string, onError: (error: unknown) => void): Promise<SqlEngine> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 20,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
    application_name: "scim-server",
    types: { getTypeParser },
  });
  pool.on("error", onError);
  // The pool listens to idle clients only. One that breaks between two statements of a transaction would end the
  // process; its next statement fails all the same, and that is answered.
  pool.on("connect", (client) => {
    client.on("error", () => {});
    // No statement here runs as long as compiling one takes, but for lists of groups PostgreSQL expects it.
    client.query("SET jit = off").catch(() => {});
  });
  const engine = new PostgresEngine(pool);
  try {
    await engine.transact(async (connection) => {
      await connection.all("SELECT pg_advisory_xact_lock(CAST(? AS BIGINT))", [migrationLock]);
      await migrate(postgresDialect, connection);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return engine;
}

const bigint = 20;

/** Ordinals, versions and times stay far below 2^53, so BIGINT is read as a number. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: "text" | "binary") =>
  oid === bigint ? Number : pg.types.getTypeParser(oid, format === "binary" ? "text" : format);

interface Prepared {
  readonly text: string;
  readonly name: string;
}

const prepared = new Map<string, Prepared>();

/** `?` to `$1`, `$2`, …; statements of a bounded set are named, so that the server parses them once. */
function prepare(text: string, reusable: boolean): Prepared {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  let index = 0;
  const numbered = text.replace(/\?/g, () => `$${++index}`);
  const name = createHash("sha256").update(numbered).digest("hex").slice(0, 32);
  const statement = { text: numbered, name };
  if (reusable) prepared.set(text, statement);
  return statement;
}

interface PostgresConnection extends SqlReader {
  all(text: string, parameters: readonly SqlValue[], reusable?: boolean): Promise<readonly Row[]>;
}

function connect(client: pg.Pool | pg.PoolClient): PostgresConnection {
  const configure = (
    text: string,
    parameters: readonly SqlValue[],
    reusable: boolean,
  ): pg.QueryConfig & { values: SqlValue[] } => {
    const statement = prepare(text, reusable);
    return { ...(reusable ? statement : { text: statement.text }), values: [...parameters] };
  };
  return {
    async all(text, parameters, reusable = true) {
      try {
        return (await client.query<Record<string, unknown>>(configure(text, parameters, reusable))).rows;
      } catch (error) {
        throw translate(error);
      }
    },
    async tuples(text, parameters, reusable = true): Promise<readonly Tuple[]> {
      try {
        const config = { ...configure(text, parameters, reusable), rowMode: "array" as const };
        return (await client.query<unknown[]>(config)).rows;
      } catch (error) {
        throw translate(error);
      }
    },
  };
}

class PostgresEngine implements SqlEngine {
  readonly dialect = postgresDialect;
  readonly reader: SqlReader;
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.reader = connect(pool);
  }

  async transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (attempt >= maxAttempts || !collisions.has(codeOf(error) ?? "")) throw error;
      }
    }
  }

  async #attempt<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw translate(error);
    });
    const connection = connect(client);
    let broken: Error | undefined;
    try {
      await connection.all("BEGIN", []);
      const result = await work(connection);
      await connection.all("COMMIT", []);
      return result;
    } catch (error) {
      await connection.all("ROLLBACK", []).catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  snapshot<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.transact(async (connection) => {
      await connection.all("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", []);
      return work(connection);
    });
  }

  isUniqueViolation(error: unknown): boolean {
    return codeOf(error) === uniqueViolation;
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Errors of the connection, and of a database that is starting, stopping or too slow just now, mean "try again". */
function translate(error: unknown): unknown {
  const code = codeOf(error);
  const isConnection =
    code === undefined
      ? error instanceof Error && /connection|timeout/i.test(error.message)
      : /^(08|57|53)|^E[A-Z]+$/.test(code);
  return isConnection ? new StorageUnavailableError(error) : error;
}
