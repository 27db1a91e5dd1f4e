import { createHash } from "node:crypto";
import type pg from "pg";
import type { SqlValue } from "../sql/dialect.ts";
import { migrate } from "../sql/migrations.ts";
import type { Row, SqlConnection, SqlEngine, SqlReader, Tuple } from "../sql/sql-engine.ts";
import { StorageUnavailableError } from "../storage.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { isCollision, isUniqueViolation, translateError } from "./postgres-errors.ts";
import { checkOut, connectOnce, createPool } from "./postgres-pool.ts";

const maxAttempts = 6;

/** Any number, the same in every server: two that start at once migrate one after the other. */
const migrationLock = 7_364_647;

/** Opens (and if need be migrates) a database. Throws what PostgreSQL or the driver says when it cannot. */
export async function openPostgresEngine(url: string, onError: (error: unknown) => void): Promise<SqlEngine> {
  await connectOnce(url, async (client) => {
    const connection = connect(client);
    await client.query("BEGIN");
    await connection.all("SELECT pg_advisory_xact_lock(CAST(? AS BIGINT))", [migrationLock]);
    await migrate(postgresDialect, connection);
    await client.query("COMMIT");
  });
  return new PostgresEngine(createPool(url, onError));
}

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

function connect(client: pg.ClientBase): PostgresConnection {
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
        throw translateError(error);
      }
    },
    async tuples(text, parameters, reusable = true): Promise<readonly Tuple[]> {
      try {
        const config = { ...configure(text, parameters, reusable), rowMode: "array" as const };
        return (await client.query<unknown[]>(config)).rows;
      } catch (error) {
        throw translateError(error);
      }
    },
  };
}

class PostgresEngine implements SqlEngine {
  readonly dialect = postgresDialect;
  readonly reader: SqlReader = {
    all: (text, parameters, reusable) => this.#use((one) => one.all(text, parameters, reusable)),
    tuples: async (text, parameters, reusable) => this.#use((one) => one.tuples(text, parameters, reusable)),
  };
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * Lends a connection. One that failed is not used again: it may be broken, and one to a database that has become a
   * standby would find no other by itself.
   */
  async #use<T>(work: (connection: PostgresConnection) => T | Promise<T>): Promise<T> {
    const client = await checkOut(this.#pool);
    let failure: Error | undefined;
    try {
      return await work(connect(client));
    } catch (error) {
      if (error instanceof StorageUnavailableError) failure = error;
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async transact<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#use((connection) => attemptTransaction(connection, work));
      } catch (error) {
        if (!isCollision(error)) throw error;
        if (attempt >= maxAttempts) throw new StorageUnavailableError(error);
      }
    }
  }

  snapshot<T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> {
    return this.transact(async (connection) => {
      await connection.all("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", []);
      return work(connection);
    });
  }

  isUniqueViolation(error: unknown): boolean {
    return isUniqueViolation(error);
  }

  async check(): Promise<void> {
    await this.reader.all("SELECT 1 AS one FROM storage_version", []);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

async function attemptTransaction<T>(
  connection: PostgresConnection,
  work: (connection: SqlConnection) => Promise<T>,
): Promise<T> {
  try {
    await connection.all("BEGIN", []);
    const result = await work(connection);
    await connection.all("COMMIT", []);
    return result;
  } catch (error) {
    // A connection that is given up ends its transaction; to wait for that would be to wait for who does not answer.
    if (!(error instanceof StorageUnavailableError)) await connection.all("ROLLBACK", []);
    throw error;
  }
}
