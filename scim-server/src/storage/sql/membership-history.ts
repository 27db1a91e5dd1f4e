import { parseJsonObject } from "../../json.ts";
import { type Dialect, limitParameter, type SqlFragment } from "./dialect.ts";
import { integerColumn, type Row, type SqlConnection, type SqlEngine, textColumn } from "./sql-engine.ts";

/** How many sequences a transaction looks at, and how many changes of groups at most: other writers wait for it. */
const span = 1000;
const maxChanges = 50;

/**
 * A condition on the table `change`: the first `limit` changes of a resource, among them those of groups that it
 * joined or left. It costs no more than that many, however long the history.
 */
export function aboutResource(
  tenant: string,
  resourceId: string,
  order: "ASC" | "DESC",
  after: number,
  limit: number,
): SqlFragment {
  const first = (table: string, column: string): string =>
    `SELECT sequence FROM (SELECT sequence FROM ${table} WHERE tenant = ? AND ${column} = ? AND sequence > ? ORDER BY sequence ${order} ${limitParameter}) AS ${table}_part`;
  const parameters = [tenant, resourceId, after, limit];
  return {
    text: `sequence IN (${first("change", "resource_id")} UNION ${first("member_change", "member_id")})`,
    parameters: [...parameters, ...parameters],
  };
}

/**
 * Finds the changes of groups by who joined or left: the table `member_change`. It is derived from the changes and
 * written after them, so that no write has to wait for it.
 */
export class SqlMembershipHistory {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  /** Enters what was recorded since the last time. Servers that do so side by side wait for one another. */
  async catchUp(tenant: string, signal?: AbortSignal): Promise<void> {
    const { dialect, reader } = this.#engine;
    const [behind] = await reader.all(
      `SELECT 1 AS one FROM tenant_state s LEFT JOIN member_change_state m ON m.tenant = s.tenant
       WHERE s.tenant = ? AND s.sequence > COALESCE(m.sequence, 0)`,
      [tenant],
    );
    if (behind === undefined) return;
    let more = true;
    while (more && signal?.aborted !== true) {
      more = await this.#engine.transact((connection) => enterNext(dialect, connection, tenant));
    }
  }
}

/** Answers whether there is more to enter. */
async function enterNext(dialect: Dialect, connection: SqlConnection, tenant: string): Promise<boolean> {
  await connection.all(
    "INSERT INTO member_change_state (tenant, sequence) VALUES (?, 0) ON CONFLICT DO NOTHING",
    [tenant],
  );
  const [entered] = await connection.all(
    `SELECT sequence FROM member_change_state WHERE tenant = ?${dialect.forUpdate}`,
    [tenant],
  );
  const [state] = await connection.all("SELECT sequence FROM tenant_state WHERE tenant = ?", [tenant]);
  const after = entered === undefined ? 0 : integerColumn(entered, "sequence");
  const last = state === undefined ? 0 : integerColumn(state, "sequence");
  const part = await readMemberships(connection, tenant, after, Math.min(after + span, last));
  if (part.upTo <= after) return false;
  for (const row of part.rows) {
    await connection.all(
      `INSERT INTO member_change (tenant, member_id, sequence)
       SELECT CAST(? AS TEXT), l.value, CAST(? AS BIGINT) FROM ${dialect.textList("?", "l")} WHERE 1 = 1 ON CONFLICT DO NOTHING`,
      [tenant, integerColumn(row, "sequence"), JSON.stringify(membersIn(row))],
    );
  }
  await connection.all("UPDATE member_change_state SET sequence = ? WHERE tenant = ?", [part.upTo, tenant]);
  return part.upTo < last;
}

interface Part {
  readonly rows: readonly Row[];
  /** The sequence up to which `rows` is everything. */
  readonly upTo: number;
}

/** The first changes of a range by which somebody joined or left a group. */
async function readMemberships(
  connection: SqlConnection,
  tenant: string,
  after: number,
  upTo: number,
): Promise<Part> {
  const rows = await connection.all(
    `SELECT sequence, details FROM change WHERE tenant = ? AND sequence > ? AND sequence <= ?
     AND type IN ('group.created', 'group.membership-changed') ORDER BY sequence ${limitParameter}`,
    [tenant, after, upTo, maxChanges],
  );
  const last = rows.length < maxChanges ? undefined : rows.at(-1);
  return { rows, upTo: last === undefined ? upTo : integerColumn(last, "sequence") };
}

function membersIn(row: Row): readonly string[] {
  const details = parseJsonObject(textColumn(row, "details"));
  return ["added", "removed"].flatMap((name) => {
    const ids = details[name];
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  });
}

/** Takes out what the changes of a range entered, before they are removed themselves. */
export async function forgetMemberships(
  dialect: Dialect,
  connection: SqlConnection,
  tenant: string,
  range: { readonly after: number; readonly upTo: number },
): Promise<void> {
  let { after } = range;
  while (after < range.upTo) {
    const part = await readMemberships(connection, tenant, after, range.upTo);
    for (const row of part.rows) {
      await connection.all(
        `DELETE FROM member_change WHERE tenant = ? AND sequence = ? AND member_id IN (SELECT l.value FROM ${dialect.textList("?", "l")})`,
        [tenant, integerColumn(row, "sequence"), JSON.stringify(membersIn(row))],
      );
    }
    after = part.upTo;
  }
}
