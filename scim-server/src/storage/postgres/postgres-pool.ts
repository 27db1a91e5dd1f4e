import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { StorageUnavailableError } from "../storage.ts";
import { isOutOfConnections } from "./postgres-errors.ts";

const maxConnections = 20;
const connectMilliseconds = 5000;
const retryMilliseconds = 250;

/** How long a statement may take, and a transaction may pause between two: then PostgreSQL ends it and frees its locks. */
const statementMilliseconds = 30_000;

/** When PostgreSQL does not even say that it ended a statement, it stands still or the network is cut. */
const silenceMilliseconds = 35_000;

const base = {
  application_name: "scim-server",
  connectionTimeoutMillis: connectMilliseconds,
  // A connection that nobody answers on is found out, where the system by itself would wait for two hours.
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types: { getTypeParser },
  // No statement here runs as long as compiling one takes, but for lists of groups PostgreSQL expects it.
  options: "-c jit=off",
} as const;

/**
 * The connections of one server. What the URL says of the same settings goes before (`?statement_timeout=10000`).
 * `onError` hears of connections that break while nobody uses them.
 */
export function createPool(url: string, onError: (error: unknown) => void): pg.Pool {
  const pool = new pg.Pool({
    ...base,
    connectionString: url,
    max: maxConnections,
    statement_timeout: statementMilliseconds,
    idle_in_transaction_session_timeout: statementMilliseconds,
    query_timeout: silenceMilliseconds,
  });
  // The driver's error carries the whole connection, with all that was set up on it.
  pool.on("error", (error) => onError(new StorageUnavailableError(error)));
  // The pool listens to idle clients only. One that breaks between two statements of a transaction would end the
  // process; its next statement fails all the same, and that is answered.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/**
 * Runs work on a connection of its own, on which nothing is limited in time: to wait for another server that migrates,
 * and to rewrite all people, may take minutes.
 */
export async function connectOnce<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...base, connectionString: url });
  // A connection that breaks fails the statement that runs or comes next.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * A connection of the pool. While the database has none left for anybody, those that this server has are waited for as
 * well, as long as for a connection. Throws {@link StorageUnavailableError}, for whatever reason there is none.
 */
export async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  const deadline = performance.now() + connectMilliseconds;
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isOutOfConnections(error) || performance.now() > deadline)
        throw new StorageUnavailableError(error);
      await sleep(retryMilliseconds);
    }
  }
}

const bigint = 20;

/** Ordinals, versions and times stay far below 2^53, so BIGINT is read as a number. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  return oid === bigint ? Number : pg.types.getTypeParser(oid, format === "binary" ? "text" : format);
}
