import { parseJsonObject } from "../../json.ts";
import type { ChangeType, RecordedChange } from "../storage.ts";
import { integerColumn, type Row, textColumn } from "./sql-engine.ts";

const changeTypes: ReadonlySet<string> = new Set<ChangeType>([
  "user.created",
  "user.updated",
  "user.deactivated",
  "user.reactivated",
  "user.deleted",
  "group.created",
  "group.updated",
  "group.membership-changed",
  "group.deleted",
]);

function isChangeType(text: string): text is ChangeType {
  return changeTypes.has(text);
}

/** Reads a row of the table `change`. Throws TypeError for a type this program does not know. */
export function toChange(row: Row): RecordedChange {
  const type = textColumn(row, "type");
  if (!isChangeType(type)) throw new TypeError(`unknown change type ${type}`);
  return {
    sequence: integerColumn(row, "sequence"),
    at: integerColumn(row, "at"),
    type,
    resourceType: textColumn(row, "resource_type") === "User" ? "User" : "Group",
    resourceId: textColumn(row, "resource_id"),
    origin: {
      tokenId: textColumn(row, "token_id"),
      requestId: textColumn(row, "request_id"),
      userAgent: textColumn(row, "user_agent"),
    },
    details: parseJsonObject(textColumn(row, "details")),
  };
}
