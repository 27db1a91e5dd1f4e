import { andThen, type Eventually } from "../../eventually.ts";
import { compileFilter } from "../../filter/compile-filter.ts";
import { storedColumns } from "../../filter/stored-columns.ts";
import type { ListPage, ListQuery, SearchPart, SearchQuery, TenantCounts } from "../storage.ts";
import { limitParameter, offsetParameter, type SqlFragment } from "./dialect.ts";
import { compileOrder, positionOf } from "./list-order.ts";
import { seekBlock } from "./resource-blocks.ts";
import { resourceColumns, tupleToResource } from "./resource-row.ts";
import { integerAt, type SqlEngine, type Tuple } from "./sql-engine.ts";

const selectByUniqueKey = `SELECT ${resourceColumns} FROM resource r WHERE r.tenant = ? AND r.type = 'User' AND r.unique_key = ?`;

/** Reads pages of resources, and how many there are. */
export class SqlLists {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  list(tenant: string, query: ListQuery): Eventually<ListPage> {
    const key = uniqueKeyAskedFor(query);
    if (key !== undefined) return this.#findOne(tenant, key);
    const condition = this.#condition(tenant, query);
    const tuples = andThen(this.#seek(tenant, query), (begin) => this.#readPage(query, condition, begin));
    return andThen(tuples, (found) => {
      const page = found.slice(0, query.limit);
      const isLast =
        query.limit > 0 && found.length <= query.limit && (found.length > 0 || query.offset === 0);
      const total =
        isLast && query.after === undefined
          ? query.offset + page.length
          : this.#countMatches(tenant, query, condition);
      const last = found.length > query.limit ? positionOf(query.sort, page.at(-1)) : undefined;
      return andThen(total, (count) => ({ total: count, resources: page.map(tupleToResource), last }));
    });
  }

  /** What Okta asks before it creates somebody: past all that puts a statement together, which takes longer than it. */
  #findOne(tenant: string, key: string): Eventually<ListPage> {
    return andThen(this.#engine.reader.tuples(selectByUniqueKey, [tenant, key]), (tuples) => ({
      total: tuples.length,
      resources: tuples.map(tupleToResource),
      last: undefined,
    }));
  }

  /** One row more than the page has tells whether the list ends there: most need no count then. */
  #readPage(
    query: ListQuery,
    condition: SqlFragment,
    begin: SqlFragment & { readonly offset: number },
  ): Eventually<readonly Tuple[]> {
    if (query.limit === 0) return [];
    const { order, after, sortColumn } = compileOrder(query);
    return this.#engine.reader.tuples(
      `SELECT ${resourceColumns}${sortColumn} FROM resource r WHERE ${condition.text}${after.text}${begin.text} ORDER BY ${order} ${limitParameter} ${offsetParameter}`,
      [...condition.parameters, ...after.parameters, ...begin.parameters, query.limit + 1, begin.offset],
      false,
    );
  }

  /** Where to begin for `offset`: by the block counts where the list is a whole type in the order of creation. */
  #seek(tenant: string, query: ListQuery): Eventually<SqlFragment & { readonly offset: number }> {
    const [only, ...more] = query.selections;
    const atStart = { text: "", parameters: [], offset: query.offset };
    const isWhole = only?.filter === undefined && more.length === 0 && query.sort === undefined;
    if (only === undefined || !isWhole) return atStart;
    return andThen(seekBlock(this.#engine.reader, tenant, only.type, query.offset), (found) =>
      found === undefined
        ? atStart
        : { text: " AND r.ordinal >= ?", parameters: [found.firstOrdinal], offset: found.offset },
    );
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

  /** The usual totals are kept, so that a page costs the same in a large tenant as in a small one. */
  #countMatches(tenant: string, query: ListQuery, condition: SqlFragment): Eventually<number> {
    if (query.selections.every(isCounted)) {
      return andThen(this.#countAll(tenant), (counts) =>
        query.selections.reduce((sum, selection) => sum + countOf(selection, counts), 0),
      );
    }
    const counted = this.#engine.reader.tuples(
      `SELECT COUNT(*) FROM resource r WHERE ${condition.text}`,
      condition.parameters,
      false,
    );
    return andThen(counted, ([tuple]) => (tuple === undefined ? 0 : integerAt(tuple, 0)));
  }

  async search(tenant: string, { type, filter, after, span }: SearchQuery): Promise<SearchPart> {
    const { reader, dialect } = this.#engine;
    const [end] = await reader.tuples(
      `SELECT r.ordinal FROM resource r WHERE r.tenant = ? AND r.type = ? AND r.ordinal > ? ORDER BY r.ordinal LIMIT 1 ${offsetParameter}`,
      [tenant, type, after, span - 1],
    );
    const next = end === undefined ? undefined : integerAt(end, 0);
    const condition = compileFilter(dialect, tenant, filter);
    const tuples = await reader.tuples(
      `SELECT ${resourceColumns} FROM resource r WHERE r.tenant = ? AND r.type = ? AND r.ordinal > ?${next === undefined ? "" : " AND r.ordinal <= ?"} AND ${condition.text} ORDER BY r.ordinal`,
      [tenant, type, after, ...(next === undefined ? [] : [next]), ...condition.parameters],
      false,
    );
    return { resources: tuples.map(tupleToResource), next };
  }

  async counts(tenant: string): Promise<TenantCounts> {
    return this.#countAll(tenant);
  }

  #countAll(tenant: string): Eventually<TenantCounts> {
    const state = this.#engine.reader.tuples(
      "SELECT users, active_users, groups FROM tenant_state WHERE tenant = ?",
      [tenant],
    );
    return andThen(state, ([tuple]) => {
      if (tuple === undefined) return { users: 0, activeUsers: 0, groups: 0 };
      const [users, activeUsers, groups] = [integerAt(tuple, 0), integerAt(tuple, 1), integerAt(tuple, 2)];
      return { users, activeUsers, groups };
    });
  }
}

type Selection = ListQuery["selections"][number];

/** The key, if the query is for the first page of whoever has this one `userName`. */
function uniqueKeyAskedFor({ selections, sort, offset, limit, after }: ListQuery): string | undefined {
  const [only, ...more] = selections;
  const filter = only?.filter;
  if (only?.type !== "User" || more.length > 0 || sort !== undefined || after !== undefined) return undefined;
  if (filter?.kind !== "compare" || filter.operator !== "eq" || offset !== 0 || limit === 0) return undefined;
  const isUnique = storedColumns.get(filter.field.keys.join(".")) === "r.unique_key";
  return isUnique && typeof filter.operand === "string" ? filter.operand : undefined;
}

/** Whether the tenant's counts tell how many match: all of a type, or the people who are active, or are not. */
function isCounted({ type, filter }: Selection): boolean {
  if (filter === undefined) return true;
  if (type !== "User" || filter.kind !== "compare" || filter.operator !== "eq") return false;
  return filter.field.keys.join(".") === "active" && typeof filter.operand === "boolean";
}

function countOf({ type, filter }: Selection, counts: TenantCounts): number {
  if (type === "Group") return counts.groups;
  if (filter?.kind !== "compare") return counts.users;
  return filter.operand === true ? counts.activeUsers : counts.users - counts.activeUsers;
}
