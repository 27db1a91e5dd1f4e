import type {
  CatchUp,
  ChangeBounds,
  ChangeLog,
  ChangeQuery,
  PruneLimits,
  RecordedChange,
} from "../storage.ts";
import { toChange } from "./change-row.ts";
import { limitParameter, type SqlValue } from "./dialect.ts";
import { aboutResource, forgetHistory, SqlResourceHistory } from "./resource-history.ts";
import { integerColumn, type SqlEngine } from "./sql-engine.ts";

const columns = "sequence, at, type, resource_type, resource_id, token_id, request_id, user_agent, details";

/** What a page of changes may hold in memory; a change that names all members of a large group has a megabyte. */
const maxPageBytes = 4_000_000;

/** Removed in one transaction, so that writers wait no longer than for that. */
const maxPruned = 1000;

/** The table `change`: change feed and audit trail. Transactions append to it. */
export class SqlChangeLog implements ChangeLog {
  readonly #engine: SqlEngine;
  readonly #history: SqlResourceHistory;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.#history = new SqlResourceHistory(engine);
  }

  async after(tenant: string, query: ChangeQuery): Promise<readonly RecordedChange[]> {
    const { after, limit, resourceId } = query;
    if (resourceId !== undefined) return this.#readAbout(tenant, resourceId, "ASC", after, limit);
    return this.#read("tenant = ? AND sequence > ? ORDER BY sequence", [tenant, after], limit);
  }

  newestOf(tenant: string, resourceId: string, limit: number): Promise<readonly RecordedChange[]> {
    return this.#readAbout(tenant, resourceId, "DESC", 0, limit);
  }

  catchUp(tenant: string, options?: CatchUp): Promise<void> {
    return this.#history.catchUp(tenant, options);
  }

  async #readAbout(
    tenant: string,
    resourceId: string,
    order: "ASC" | "DESC",
    after: number,
    limit: number,
  ): Promise<readonly RecordedChange[]> {
    await this.catchUp(tenant);
    const { text, parameters } = aboutResource(tenant, resourceId, order, after, limit);
    return this.#read(`tenant = ? AND ${text} ORDER BY sequence ${order}`, [tenant, ...parameters], limit);
  }

  /** Reads as many of the first `limit` as fit into {@link maxPageBytes}, one at least: a large group is one change. */
  async #read(
    place: string,
    parameters: readonly SqlValue[],
    limit: number,
  ): Promise<readonly RecordedChange[]> {
    const { reader } = this.#engine;
    const sizes = await reader.all(
      `SELECT octet_length(details) AS bytes FROM change WHERE ${place} ${limitParameter}`,
      [...parameters, limit],
    );
    let bytes = 0;
    const beyond = sizes.findIndex((row, index) => {
      bytes += integerColumn(row, "bytes");
      return bytes > maxPageBytes && index > 0;
    });
    const count = beyond === -1 ? sizes.length : beyond;
    if (count === 0) return [];
    const rows = await reader.all(`SELECT ${columns} FROM change WHERE ${place} ${limitParameter}`, [
      ...parameters,
      count,
    ]);
    return rows.map(toChange);
  }

  async bounds(tenant: string): Promise<ChangeBounds> {
    const [row] = await this.#engine.reader.all(
      `SELECT s.sequence AS last_sequence,
         COALESCE((SELECT MIN(c.sequence) FROM change c WHERE c.tenant = s.tenant), s.sequence + 1) AS first_sequence
       FROM tenant_state s WHERE s.tenant = ?`,
      [tenant],
    );
    if (row === undefined) return { first: 1, last: 0 };
    return { first: integerColumn(row, "first_sequence"), last: integerColumn(row, "last_sequence") };
  }

  prune(tenant: string, limits: PruneLimits): Promise<number> {
    return this.#engine.transact(async (connection) => {
      const oldest = await connection.all(
        `SELECT sequence, at FROM change WHERE tenant = ? AND sequence <= ? ORDER BY sequence ${limitParameter}`,
        [tenant, limits.upTo, maxPruned],
      );
      const kept = oldest.findIndex(
        (row) => integerColumn(row, "sequence") > limits.beyond && integerColumn(row, "at") >= limits.before,
      );
      const count = kept === -1 ? oldest.length : kept;
      const last = oldest[count - 1];
      if (last === undefined) return 0;
      const [before, upTo] = [oldest[0], integerColumn(last, "sequence")];
      const range = { after: before === undefined ? 0 : integerColumn(before, "sequence") - 1, upTo };
      await forgetHistory(this.#engine.dialect, connection, tenant, range);
      await connection.all("DELETE FROM change WHERE tenant = ? AND sequence <= ?", [tenant, upTo]);
      return count;
    });
  }
}
