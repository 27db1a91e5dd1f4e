import { createHash } from "node:crypto";
import { ScimError } from "../scim-error.ts";
import type { ListParameters } from "./list-parameters.ts";

/** How long a cursor is honoured, in seconds (RFC 9865 section 4, `cursorTimeout`). */
export const cursorTimeoutSeconds = 3600;

/**
 * Makes a cursor (RFC 9865): where the page ended, for which query, until when. It holds everything itself, so any
 * server can answer the next page.
 */
export function writeCursor(parameters: ListParameters, afterOrdinal: number, now: number): string {
  const fields = [1, queryDigest(parameters), afterOrdinal, Math.floor(now / 1000) + cursorTimeoutSeconds];
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}

/** Reads a cursor back. Throws 400 invalidCursor, or expiredCursor after its time. */
export function readCursor(parameters: ListParameters, cursor: string, now: number): number {
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    fields = undefined;
  }
  const [version, digest, afterOrdinal, expires] = Array.isArray(fields) ? fields : [];
  if (
    version !== 1 ||
    digest !== queryDigest(parameters) ||
    !Number.isSafeInteger(afterOrdinal) ||
    typeof expires !== "number"
  ) {
    throw new ScimError(400, "The cursor does not belong to this query.", "invalidCursor");
  }
  if (expires * 1000 < now) throw new ScimError(400, "The cursor has expired.", "expiredCursor");
  return Number(afterOrdinal);
}

function queryDigest(parameters: ListParameters): string {
  return createHash("sha256")
    .update(parameters.filter ?? "")
    .digest("base64url")
    .slice(0, 12);
}
