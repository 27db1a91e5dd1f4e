import { StorageUnavailableError } from "../storage.ts";

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const uniqueViolations: ReadonlySet<number> = new Set([2067, 1555]);

/**
 * What passes without the request being at fault: the file is locked (5, 6), may not be written now (8), cannot be read
 * or written (10), opened (14), or has no room (13). Extended codes have these in their lowest byte.
 */
const unavailable: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);

/** Whether a write was refused because its key is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return uniqueViolations.has(codeOf(error) ?? 0);
}

/** The error as callers are to see it: {@link StorageUnavailableError} for what may work when tried again. */
export function translateError(error: unknown): unknown {
  return unavailable.has((codeOf(error) ?? 0) & 0xff) ? new StorageUnavailableError(error) : error;
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}
