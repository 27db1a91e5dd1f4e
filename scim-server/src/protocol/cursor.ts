import { createHash } from "node:crypto";
import { readSortValue, type SortKey } from "../filter/compile-sort.ts";
import { ScimError } from "../scim-error.ts";
import type { ListPosition } from "../storage/storage.ts";
import type { ListParameters } from "./list-parameters.ts";

/** How long a cursor is honoured, in seconds (RFC 9865 section 4, `cursorTimeout`). */
export const cursorTimeoutSeconds = 3600;

/** Counted up when the fields change. */
const version = 2;

/**
 * Makes a cursor (RFC 9865): where the page ended, for which query, until when. It holds everything itself, so any
 * server can answer the next page; it is no secret from a client that has just been sent the page.
 */
export function writeCursor(parameters: ListParameters, position: ListPosition, now: number): string {
  const expires = Math.floor(now / 1000) + cursorTimeoutSeconds;
  const fields = [version, queryDigest(parameters), expires, position.ordinal, position.sortValue];
  return Buffer.from(JSON.stringify(fields)).toString("base64url");
}

/** Reads a cursor back. Throws 400 invalidCursor, or expiredCursor after its time. */
export function readCursor(
  parameters: ListParameters,
  sort: SortKey | undefined,
  cursor: string,
  now: number,
): ListPosition {
  const [found, digest, expires, ordinal, value] = readFields(cursor);
  const sortValue = sort === undefined ? null : readSortValue(sort, value);
  if (
    found !== version ||
    digest !== queryDigest(parameters) ||
    typeof expires !== "number" ||
    !Number.isSafeInteger(ordinal) ||
    sortValue === undefined
  ) {
    throw new ScimError(400, "The cursor does not belong to this query.", "invalidCursor");
  }
  if (expires * 1000 < now) throw new ScimError(400, "The cursor has expired.", "expiredCursor");
  return { ordinal: Number(ordinal), sortValue };
}

function readFields(cursor: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}

function queryDigest({ filter, sortBy, descending }: ListParameters): string {
  return createHash("sha256")
    .update(JSON.stringify([filter ?? "", sortBy?.toLowerCase() ?? "", descending]))
    .digest("base64url")
    .slice(0, 12);
}
