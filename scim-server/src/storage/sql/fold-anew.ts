import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../json.ts";
import { foldText } from "../../schema/fold.ts";
import { emailsIn } from "../../schema/fold-document.ts";
import { replaceEmails } from "./email-keys.ts";
import { integerColumn, optionalTextColumn, type Row, type SqlConnection, textColumn } from "./sql-engine.ts";

const pageSize = 1000;

/** What versions before 5 folded otherwise: the final sigma, and letters of other widths. */
const affected = /[\u03c2\u3000\uff01-\uffee]/;

/**
 * Brings what resources of an earlier version are found by into the present folding. A user whose name is then
 * another's keeps the former key: both stay, and neither name can be given again. Values of the search form are folded
 * whatever their attribute, for tenants' schemas are not known here; case-exact ones come right with their next write.
 */
export async function foldAnew(connection: SqlConnection): Promise<void> {
  let after = -1;
  for (;;) {
    const rows = await connection.all(
      `SELECT ordinal, tenant, type, unique_key, display_key, CAST(search AS TEXT) AS search FROM resource
        WHERE ordinal > ? ORDER BY ordinal LIMIT ${pageSize}`,
      [after],
    );
    for (const row of rows) {
      if (affected.test(textColumn(row, "search"))) await foldResource(connection, row);
      after = integerColumn(row, "ordinal");
    }
    if (rows.length < pageSize) return;
  }
}

async function foldResource(connection: SqlConnection, row: Row): Promise<void> {
  const [ordinal, tenant] = [integerColumn(row, "ordinal"), textColumn(row, "tenant")];
  const former = parseJsonObject(textColumn(row, "search"));
  const search = foldEntries(former);
  await connection.all("UPDATE resource SET search = ? WHERE ordinal = ?", [JSON.stringify(search), ordinal]);
  const display = optionalTextColumn(row, "display_key");
  if (display !== undefined) {
    await connection.all("UPDATE resource SET display_key = ? WHERE ordinal = ?", [
      foldText(display),
      ordinal,
    ]);
  }
  const unique = optionalTextColumn(row, "unique_key");
  if (unique === undefined) return;
  const key = foldText(unique);
  await connection.all(
    `UPDATE resource SET unique_key = ? WHERE ordinal = ? AND NOT EXISTS
      (SELECT 1 FROM resource other WHERE other.tenant = ? AND other.type = ? AND other.unique_key = ?)`,
    [key, ordinal, tenant, textColumn(row, "type"), key],
  );
  await replaceEmails(connection, tenant, ordinal, emailsIn(former), emailsIn(search));
}

function foldStrings(value: JsonValue): JsonValue {
  if (typeof value === "string") return foldText(value);
  if (Array.isArray(value)) return value.map(foldStrings);
  if (!isJsonObject(value)) return value;
  return foldEntries(value);
}

function foldEntries(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, foldStrings(item)]));
}
