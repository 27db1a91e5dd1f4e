import pg from "pg";
import { StorageUnavailableError } from "../storage.ts";

/**
 * What passes without the request being at fault, by the SQLSTATE it begins with: the connection (08), a role that may
 * not log in now (28), no resources (53), a server that starts, stops, or cancels what took too long (57), its disk (58);
 * a database that may only be read, as a standby after a failover (25006), a transaction that paused for too long (25P03,
 * 25P04), a database that is not there (3D000), and a lock (55P03).
 */
const unavailable = /^(08|28|53|57|58|25006|25P03|25P04|3D000|55P03)/;

/** Deadlock, serialization failure, and a member deleted while it was being added: run the work again. */
const collisions: ReadonlySet<string> = new Set(["40P01", "40001", "23503"]);

const uniqueViolation = "23505";
const tooManyConnections = "53300";

/** Whether a transaction failed for what others did at the same time. */
export function isCollision(error: unknown): boolean {
  return collisions.has(sqlStateOf(error) ?? "");
}

/** Whether a write was refused because its key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === uniqueViolation;
}

/** Whether the database has no connection left for anybody. */
export function isOutOfConnections(error: unknown): boolean {
  return sqlStateOf(error) === tooManyConnections;
}

/** The error as callers are to see it: {@link StorageUnavailableError} for what may work when tried again. */
export function translateError(error: unknown): unknown {
  const sqlState = sqlStateOf(error);
  if (sqlState !== undefined) return unavailable.test(sqlState) ? new StorageUnavailableError(error) : error;
  // What PostgreSQL did not say is said by the driver, of the connection; but for faults of a program.
  const isFault = error instanceof TypeError || error instanceof RangeError;
  return isFault ? error : new StorageUnavailableError(error);
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
