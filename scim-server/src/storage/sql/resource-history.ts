import { setTimeout as sleep } from "node:timers/promises";
import { parseJsonObject } from "../../json.ts";
import type { CatchUp } from "../storage.ts";
import { type Dialect, limitParameter, type SqlFragment } from "./dialect.ts";
import { integerColumn, type Row, type SqlConnection, type SqlEngine, textColumn } from "./sql-engine.ts";

/** How many changes a transaction looks at, and of how many groups' members at most: other writers wait for it. */
const span = 2000;
const maxMembershipChanges = 50;

/** Who catches up gently rests so much longer than working: after an import there may be a minute's work. */
const restPerWork = 4;

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
  return {
    text: `sequence IN (SELECT sequence FROM (SELECT sequence FROM resource_change
      WHERE tenant = ? AND resource_id = ? AND sequence > ? ORDER BY sequence ${order} ${limitParameter}) AS part)`,
    parameters: [tenant, resourceId, after, limit],
  };
}

/**
 * Finds changes by the resource they are of, and those of groups by who joined or left: the table `resource_change`. It
 * is derived from the changes and written after them, many at a time: an index that every write enters itself costs a
 * page of the commit for each, because resources change in no order.
 */
export class SqlResourceHistory {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  /** Enters what was recorded since the last time. Servers that do so side by side wait for one another. */
  async catchUp(tenant: string, { signal, gently = false }: CatchUp = {}): Promise<void> {
    const { dialect, reader } = this.#engine;
    const [behind] = await reader.all(
      `SELECT 1 AS one FROM tenant_state s LEFT JOIN resource_change_state c ON c.tenant = s.tenant
       WHERE s.tenant = ? AND s.sequence > COALESCE(c.sequence, 0)`,
      [tenant],
    );
    if (behind === undefined) return;
    let more = true;
    while (more && signal?.aborted !== true) {
      const start = performance.now();
      more = await this.#engine.transact((connection) => enterNext(dialect, connection, tenant));
      if (more && gently) await pause((performance.now() - start) * restPerWork, signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  // Whoever aborts sees to it that nothing more is entered.
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

/** Answers whether there is more to enter. */
async function enterNext(dialect: Dialect, connection: SqlConnection, tenant: string): Promise<boolean> {
  await connection.all(
    "INSERT INTO resource_change_state (tenant, sequence) VALUES (?, 0) ON CONFLICT DO NOTHING",
    [tenant],
  );
  const [entered] = await connection.all(
    `SELECT sequence FROM resource_change_state WHERE tenant = ?${dialect.forUpdate}`,
    [tenant],
  );
  const [state] = await connection.all("SELECT sequence FROM tenant_state WHERE tenant = ?", [tenant]);
  const after = entered === undefined ? 0 : integerColumn(entered, "sequence");
  const last = state === undefined ? 0 : integerColumn(state, "sequence");
  const part = await readMemberships(connection, tenant, after, Math.min(after + span, last));
  if (part.upTo <= after) return false;
  // In the order of the ids, so that those that share a page come together.
  await connection.all(
    `INSERT INTO resource_change (tenant, resource_id, sequence)
     SELECT tenant, resource_id, sequence FROM change WHERE tenant = ? AND sequence > ? AND sequence <= ?
     ORDER BY resource_id, sequence ON CONFLICT DO NOTHING`,
    [tenant, after, part.upTo],
  );
  for (const row of part.rows) {
    await connection.all(
      `INSERT INTO resource_change (tenant, resource_id, sequence)
       SELECT CAST(? AS TEXT), l.value, CAST(? AS BIGINT) FROM ${dialect.textList("?", "l")} WHERE 1 = 1 ON CONFLICT DO NOTHING`,
      [tenant, integerColumn(row, "sequence"), JSON.stringify(membersIn(row))],
    );
  }
  await connection.all("UPDATE resource_change_state SET sequence = ? WHERE tenant = ?", [part.upTo, tenant]);
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
    [tenant, after, upTo, maxMembershipChanges],
  );
  const last = rows.length < maxMembershipChanges ? undefined : rows.at(-1);
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
export async function forgetHistory(
  dialect: Dialect,
  connection: SqlConnection,
  tenant: string,
  range: { readonly after: number; readonly upTo: number },
): Promise<void> {
  await connection.all(
    `DELETE FROM resource_change WHERE (tenant, resource_id, sequence) IN (
       SELECT tenant, resource_id, sequence FROM change WHERE tenant = ? AND sequence > ? AND sequence <= ?)`,
    [tenant, range.after, range.upTo],
  );
  let { after } = range;
  while (after < range.upTo) {
    const part = await readMemberships(connection, tenant, after, range.upTo);
    for (const row of part.rows) {
      await connection.all(
        `DELETE FROM resource_change WHERE tenant = ? AND sequence = ? AND resource_id IN (SELECT l.value FROM ${dialect.textList("?", "l")})`,
        [tenant, integerColumn(row, "sequence"), JSON.stringify(membersIn(row))],
      );
    }
    after = part.upTo;
  }
}
