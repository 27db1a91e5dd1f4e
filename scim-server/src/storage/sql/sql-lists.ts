import { compileFilter } from "../../filter/compile-filter.ts";
import type { ListPage, ListQuery, TenantCounts } from "../storage.ts";
import type { SqlFragment } from "./dialect.ts";
import { compileOrder, positionOf } from "./list-order.ts";
import { seekBlock } from "./resource-blocks.ts";
import { resourceColumns, toResource } from "./resource-row.ts";
import { integerColumn, type SqlEngine } from "./sql-engine.ts";

/** Reads pages of resources, and how many there are. */
export class SqlLists {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  async list(tenant: string, query: ListQuery): Promise<ListPage> {
    const condition = this.#condition(tenant, query);
    const { order, after, sortColumn } = compileOrder(query);
    const begin = await this.#seek(tenant, query);
    // One row more than the page has tells whether the list ends there: most need no count then.
    const rows =
      query.limit === 0
        ? []
        : await this.#engine.reader.all(
            `SELECT ${resourceColumns}${sortColumn} FROM resource r WHERE ${condition.text}${after.text}${begin.text} ORDER BY ${order} LIMIT ? OFFSET ?`,
            [
              ...condition.parameters,
              ...after.parameters,
              ...begin.parameters,
              query.limit + 1,
              begin.offset,
            ],
            false,
          );
    const page = rows.slice(0, query.limit);
    const isLast = query.limit > 0 && rows.length <= query.limit && (rows.length > 0 || query.offset === 0);
    const total =
      isLast && query.after === undefined
        ? query.offset + page.length
        : await this.#countMatches(tenant, query, condition);
    return { total, resources: page.map(toResource), last: positionOf(query.sort, page.at(-1)) };
  }

  /** Where to begin for `offset`: by the block counts where the list is a whole type in the order of creation. */
  async #seek(tenant: string, query: ListQuery): Promise<SqlFragment & { readonly offset: number }> {
    const [only, ...more] = query.selections;
    if (only !== undefined && only.filter === undefined && more.length === 0 && query.sort === undefined) {
      const found = await seekBlock(this.#engine.reader, tenant, only.type, query.offset);
      if (found !== undefined) {
        return { text: " AND r.ordinal >= ?", parameters: [found.firstOrdinal], offset: found.offset };
      }
    }
    return { text: "", parameters: [], offset: query.offset };
  }

  #condition(tenant: string, query: ListQuery): SqlFragment {
    const parts = query.selections.map(({ type, filter }): SqlFragment => {
      const own: SqlFragment = { text: "r.tenant = ? AND r.type = ?", parameters: [tenant, type] };
      if (filter === undefined) return own;
      const compiled = compileFilter(this.#engine.dialect, tenant, filter);
      return {
        text: `${own.text} AND ${compiled.text}`,
        parameters: [...own.parameters, ...compiled.parameters],
      };
    });
    const parameters = parts.flatMap((part) => part.parameters);
    const [only, ...more] = parts;
    if (only !== undefined && more.length === 0) return { text: only.text, parameters };
    return { text: `(${parts.map(({ text }) => `(${text})`).join(" OR ")})`, parameters };
  }

  /** Without filters the total is kept, so that a page costs the same in a large tenant as in a small one. */
  async #countMatches(tenant: string, query: ListQuery, condition: SqlFragment): Promise<number> {
    if (query.selections.every(({ filter }) => filter === undefined)) {
      const counts = await this.counts(tenant);
      return query.selections.reduce(
        (sum, { type }) => sum + (type === "User" ? counts.users : counts.groups),
        0,
      );
    }
    const [row] = await this.#engine.reader.all(
      `SELECT COUNT(*) AS total FROM resource r WHERE ${condition.text}`,
      condition.parameters,
      false,
    );
    return row === undefined ? 0 : integerColumn(row, "total");
  }

  async counts(tenant: string): Promise<TenantCounts> {
    const [row] = await this.#engine.reader.all(
      "SELECT users, active_users, groups FROM tenant_state WHERE tenant = ?",
      [tenant],
    );
    if (row === undefined) return { users: 0, activeUsers: 0, groups: 0 };
    return {
      users: integerColumn(row, "users"),
      activeUsers: integerColumn(row, "active_users"),
      groups: integerColumn(row, "groups"),
    };
  }
}
