import { setImmediate as nextTurn } from "node:timers/promises";
import type { BoundFilter } from "../../filter/bind-filter.ts";
import { compileFilter } from "../../filter/compile-filter.ts";
import type { StoredResource } from "../storage.ts";
import type { Dialect } from "./dialect.ts";
import { integerColumn, type Row, type SqlConnection, textColumn } from "./sql-engine.ts";

/**
 * How many members a statement names or reads at most. Between two the event loop answers reads: fifty thousand at once
 * would keep everybody waiting.
 */
const partSize = 1000;

/**
 * Who is a member of what, written on a transaction's connection. Lists of ids are joined by CROSS JOIN: SQLite then
 * begins with the list, where it would otherwise go through the whole tenant.
 */
export class MemberWrites {
  readonly #dialect: Dialect;
  readonly #connection: SqlConnection;
  readonly #tenant: string;

  constructor(dialect: Dialect, connection: SqlConnection, tenant: string) {
    this.#dialect = dialect;
    this.#connection = connection;
    this.#tenant = tenant;
  }

  /** Adds members by id; unknown ids are passed over. Answers who was added. */
  add(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    return inParts(memberIds, async (part) => {
      const rows = await this.#connection.all(
        `INSERT INTO member (group_ordinal, member_ordinal)
         SELECT CAST(? AS BIGINT), o.ordinal FROM ${this.#dialect.textList("?", "l")}
         CROSS JOIN resource o WHERE o.tenant = ? AND o.id = l.value AND o.ordinal <> ?
         ON CONFLICT DO NOTHING RETURNING member_ordinal`,
        [group.ordinal, JSON.stringify(part), this.#tenant, group.ordinal],
      );
      return this.#idsOf(rows);
    });
  }

  /** Which of the ids no resource of the tenant has. */
  unknownIds(asked: readonly string[]): Promise<readonly string[]> {
    return inParts(asked, async (part) => {
      const rows = await this.#connection.all(
        `SELECT o.id FROM ${this.#dialect.textList("?", "l")} CROSS JOIN resource o WHERE o.tenant = ? AND o.id = l.value`,
        [JSON.stringify(part), this.#tenant],
      );
      const known = new Set(ids(rows));
      return part.filter((id) => !known.has(id));
    });
  }

  /** Answers who was removed. */
  remove(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    const named = `SELECT o.ordinal FROM ${this.#dialect.textList("?", "l")} CROSS JOIN resource o WHERE o.tenant = ? AND o.id = l.value`;
    return inParts(memberIds, async (part) => {
      const rows = await this.#connection.all(
        `DELETE FROM member WHERE group_ordinal = ? AND ${this.#dialect.isAmong("member_ordinal", named)} RETURNING member_ordinal`,
        [group.ordinal, JSON.stringify(part), this.#tenant],
      );
      return this.#idsOf(rows);
    });
  }

  /** Removes whom a filter on the members' own values matches. Answers who was removed. */
  async removeMatching(group: StoredResource, filter: BoundFilter): Promise<readonly string[]> {
    const condition = compileFilter(this.#dialect, this.#tenant, filter, "member");
    const rows = await this.#connection.all(
      `DELETE FROM member WHERE group_ordinal = ? AND member_ordinal IN (
         SELECT o.ordinal FROM member m JOIN resource o ON o.ordinal = m.member_ordinal
         WHERE m.group_ordinal = ? AND ${condition.text}
       ) RETURNING member_ordinal`,
      [group.ordinal, group.ordinal, ...condition.parameters],
      false,
    );
    return this.#idsOf(rows);
  }

  /** Removes who is not named. Answers who was removed. */
  async retain(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    const kept = new Set(memberIds);
    const removed: string[] = [];
    let after = -1;
    for (;;) {
      const rows = await this.#connection.all(
        `SELECT m.member_ordinal, o.id FROM member m JOIN resource o ON o.ordinal = m.member_ordinal
         WHERE m.group_ordinal = ? AND m.member_ordinal > ? ORDER BY m.member_ordinal LIMIT ${partSize}`,
        [group.ordinal, after],
      );
      const others = rows.filter((row) => !kept.has(textColumn(row, "id")));
      await this.#removeRows(group, others);
      removed.push(...ids(others));
      const last = rows.at(-1);
      if (last === undefined || rows.length < partSize) return removed;
      after = integerColumn(last, "member_ordinal");
      await nextTurn();
    }
  }

  async #removeRows(group: StoredResource, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    const named = `SELECT CAST(l.value AS BIGINT) FROM ${this.#dialect.textList("?", "l")}`;
    await this.#connection.all(
      `DELETE FROM member WHERE group_ordinal = ? AND ${this.#dialect.isAmong("member_ordinal", named)}`,
      [group.ordinal, JSON.stringify(ordinalsOf(rows))],
    );
  }

  async #idsOf(rows: readonly Row[]): Promise<readonly string[]> {
    if (rows.length === 0) return [];
    const found = await this.#connection.all(
      `SELECT o.id FROM ${this.#dialect.textList("?", "l")} CROSS JOIN resource o WHERE o.ordinal = CAST(l.value AS BIGINT)`,
      [JSON.stringify(ordinalsOf(rows))],
    );
    return ids(found);
  }
}

/** Does the work for a part of a list at a time, and puts the results together. */
async function inParts(
  all: readonly string[],
  work: (part: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const results: string[] = [];
  for (let start = 0; start < all.length; start += partSize) {
    if (start > 0) await nextTurn();
    results.push(...(await work(all.slice(start, start + partSize))));
  }
  return results;
}

function ids(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => textColumn(row, "id"));
}

function ordinalsOf(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => String(integerColumn(row, "member_ordinal")));
}
