import type { StoredResource } from "../storage.ts";
import { integerAt, integerColumn, type Row, type Tuple, textAt, textColumn } from "./sql-engine.ts";

/** What {@link toResource} needs of `resource r`. */
export const resourceColumns =
  "r.ordinal, r.type, r.id, r.document, r.version, r.created_at, r.last_modified_at, CASE WHEN EXISTS (SELECT 1 FROM member im WHERE im.member_ordinal = r.ordinal) THEN 1 ELSE 0 END AS is_member";

/** Reads a row selected with {@link resourceColumns}. */
export function toResource(row: Row): StoredResource {
  return {
    ordinal: integerColumn(row, "ordinal"),
    type: textColumn(row, "type") === "User" ? "User" : "Group",
    id: textColumn(row, "id"),
    document: textColumn(row, "document"),
    version: integerColumn(row, "version"),
    createdAt: integerColumn(row, "created_at"),
    lastModifiedAt: integerColumn(row, "last_modified_at"),
    isMember: integerColumn(row, "is_member") === 1,
  };
}

/** The same of a tuple that begins with {@link resourceColumns}. */
export function tupleToResource(tuple: Tuple): StoredResource {
  return {
    ordinal: integerAt(tuple, 0),
    type: tuple[1] === "User" ? "User" : "Group",
    id: textAt(tuple, 2),
    document: textAt(tuple, 3),
    version: integerAt(tuple, 4),
    createdAt: integerAt(tuple, 5),
    lastModifiedAt: integerAt(tuple, 6),
    isMember: tuple[7] === 1,
  };
}

/** How many values {@link resourceColumns} has. */
export const resourceColumnCount = 8;
