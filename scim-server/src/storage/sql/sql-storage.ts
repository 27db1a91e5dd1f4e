import { compileFilter } from "../../filter/compile-filter.ts";
import type { ResourceTypeName } from "../../schema/resource-model.ts";
import type {
  ChangeQuery,
  EvidenceEntry,
  ListPage,
  ListQuery,
  Origin,
  RecordedChange,
  Relation,
  Storage,
  StoredResource,
  TenantCounts,
  TokenUse,
  Transaction,
  WebhookStore,
} from "../storage.ts";
import { toChange } from "./change-row.ts";
import type { SqlFragment } from "./dialect.ts";
import { compileOrder, positionOf } from "./list-order.ts";
import { resourceColumns, toResource } from "./resource-row.ts";
import { integerColumn, optionalTextColumn, type Row, type SqlEngine, textColumn } from "./sql-engine.ts";
import { SqlTransaction } from "./sql-transaction.ts";
import { SqlWebhookStore } from "./sql-webhook-store.ts";

/** The storage interface over either engine. */
export class SqlStorage implements Storage {
  readonly webhooks: WebhookStore;
  readonly #engine: SqlEngine;
  readonly #listeners = new Set<(tenant: string) => void>();

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.webhooks = new SqlWebhookStore(engine);
  }

  get dialect(): SqlEngine["dialect"] {
    return this.#engine.dialect;
  }

  async find(tenant: string, type: ResourceTypeName, id: string): Promise<StoredResource | undefined> {
    const [row] = await this.#engine.reader.all(
      `SELECT ${resourceColumns} FROM resource r WHERE r.tenant = ? AND r.id = ? AND r.type = ?`,
      [tenant, id, type],
    );
    return row === undefined ? undefined : toResource(row);
  }

  async list(tenant: string, query: ListQuery): Promise<ListPage> {
    const condition = this.#condition(tenant, query);
    const { order, after, sortColumn } = compileOrder(query);
    const rows =
      query.limit === 0
        ? []
        : await this.#engine.reader.all(
            `SELECT ${resourceColumns}${sortColumn} FROM resource r WHERE ${condition.text}${after.text} ORDER BY ${order} LIMIT ? OFFSET ?`,
            [...condition.parameters, ...after.parameters, query.limit, query.offset],
            false,
          );
    const resources = rows.map(toResource);
    const reachedEnd = resources.length < query.limit && (resources.length > 0 || query.offset === 0);
    const total =
      reachedEnd && query.after === undefined
        ? query.offset + resources.length
        : await this.#countMatches(tenant, query, condition);
    return { total, resources, last: positionOf(query.sort, rows.at(-1)) };
  }

  #condition(tenant: string, query: ListQuery): SqlFragment {
    const parts = query.selections.map(({ type, filter }): SqlFragment => {
      const own: SqlFragment = { text: "r.tenant = ? AND r.type = ?", parameters: [tenant, type] };
      if (filter === undefined) return own;
      const compiled = compileFilter(this.dialect, tenant, filter);
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

  async groupsOf(ordinals: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    const direct = await this.#directGroups(ordinals);
    const found = [...new Set(direct.map(({ group }) => group))];
    const above = found.length === 0 ? new Map() : await this.#groupsAbove(found);
    const relations = new Map<number, Map<string, Relation>>();
    for (const { subject, group } of direct) {
      const own = relations.get(subject) ?? new Map<string, Relation>();
      relations.set(subject, own);
      for (const relation of above.get(group) ?? []) {
        if (relation.direct || !own.has(relation.id)) own.set(relation.id, relation);
      }
    }
    return new Map([...relations].map(([subject, own]) => [subject, [...own.values()]]));
  }

  async #directGroups(ordinals: readonly number[]): Promise<readonly { subject: number; group: number }[]> {
    const [only, ...more] = ordinals;
    if (only === undefined) return [];
    const rows =
      more.length === 0
        ? await this.#engine.reader.all(
            "SELECT member_ordinal AS subject, group_ordinal FROM member WHERE member_ordinal = ? ORDER BY group_ordinal",
            [only],
          )
        : await this.#engine.reader.all(
            `SELECT m.member_ordinal AS subject, m.group_ordinal FROM ${this.dialect.textList("?", "l")}
             CROSS JOIN member m WHERE m.member_ordinal = CAST(l.value AS BIGINT) ORDER BY m.group_ordinal`,
            [JSON.stringify(ordinals.map(String))],
          );
    return rows.map((row) => ({
      subject: integerColumn(row, "subject"),
      group: integerColumn(row, "group_ordinal"),
    }));
  }

  /** Each group itself (`direct`) and the groups it is in, however deep; circles end. */
  async #groupsAbove(groups: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    const rows = await this.#engine.reader.all(
      `WITH RECURSIVE up (subject, group_ordinal) AS (
         SELECT CAST(l.value AS BIGINT), CAST(l.value AS BIGINT) FROM ${this.dialect.textList("?", "l")}
         UNION
         SELECT up.subject, m.group_ordinal FROM up JOIN member m ON m.member_ordinal = up.group_ordinal
       )
       SELECT up.subject, o.id, o.type, o.display, CASE WHEN up.subject = up.group_ordinal THEN 1 ELSE 0 END AS direct
       FROM up JOIN resource o ON o.ordinal = up.group_ordinal ORDER BY o.ordinal`,
      [JSON.stringify(groups.map(String))],
    );
    return toRelations(rows);
  }

  async membersOf(ordinals: readonly number[]): Promise<ReadonlyMap<number, readonly Relation[]>> {
    if (ordinals.length === 0) return new Map();
    const rows = await this.#engine.reader.all(
      `SELECT m.group_ordinal AS subject, o.id, o.type, o.display, 1 AS direct
       FROM ${this.dialect.textList("?", "l")} CROSS JOIN member m CROSS JOIN resource o
       WHERE m.group_ordinal = CAST(l.value AS BIGINT) AND o.ordinal = m.member_ordinal ORDER BY m.member_ordinal`,
      [JSON.stringify(ordinals.map(String))],
    );
    return toRelations(rows);
  }

  async memberPage(
    group: StoredResource,
    offset: number,
    limit: number,
  ): Promise<{ readonly total: number; readonly relations: readonly Relation[] }> {
    const [count] = await this.#engine.reader.all(
      "SELECT COUNT(*) AS total FROM member WHERE group_ordinal = ?",
      [group.ordinal],
    );
    const rows = await this.#engine.reader.all(
      `SELECT m.group_ordinal AS subject, o.id, o.type, o.display, 1 AS direct FROM member m
       JOIN resource o ON o.ordinal = m.member_ordinal WHERE m.group_ordinal = ?
       ORDER BY m.member_ordinal LIMIT ? OFFSET ?`,
      [group.ordinal, limit, offset],
    );
    const total = count === undefined ? 0 : integerColumn(count, "total");
    return { total, relations: toRelations(rows).get(group.ordinal) ?? [] };
  }

  async hasMoreMembers(group: StoredResource, count: number): Promise<boolean> {
    const rows = await this.#engine.reader.all(
      "SELECT 1 AS one FROM member WHERE group_ordinal = ? LIMIT 1 OFFSET ?",
      [group.ordinal, count],
    );
    return rows.length > 0;
  }

  async transact<T>(
    tenant: string,
    origin: Origin,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    let changed = false;
    const result = await this.#engine.transact(async (connection) => {
      const transaction = new SqlTransaction(this.#engine, connection, tenant);
      const outcome = await work(transaction);
      changed = await transaction.finish(origin);
      return outcome;
    });
    if (changed) for (const listener of this.#listeners) listener(tenant);
    return result;
  }

  onCommit(listener: (tenant: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async changes(tenant: string, query: ChangeQuery): Promise<readonly RecordedChange[]> {
    const ofResource = query.resourceId === undefined ? "" : " AND resource_id = ?";
    const rows = await this.#engine.reader.all(
      `SELECT sequence, at, type, resource_type, resource_id, token_id, request_id, user_agent, details
       FROM change WHERE tenant = ? AND sequence > ?${ofResource} ORDER BY sequence LIMIT ?`,
      [tenant, query.after, ...(query.resourceId === undefined ? [] : [query.resourceId]), query.limit],
    );
    return rows.map(toChange);
  }

  async lastSequence(tenant: string): Promise<number> {
    const [row] = await this.#engine.reader.all("SELECT sequence FROM tenant_state WHERE tenant = ?", [
      tenant,
    ]);
    return row === undefined ? 0 : integerColumn(row, "sequence");
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

  async addEvidence(
    tenant: string,
    entries: readonly EvidenceEntry[],
    uses: readonly TokenUse[],
  ): Promise<void> {
    await this.#engine.transact(async (connection) => {
      for (const entry of entries) {
        await connection.all(
          `INSERT INTO evidence (tenant, user_agent, kind, count, last_at, last_status) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (tenant, user_agent, kind) DO UPDATE SET count = evidence.count + excluded.count,
             last_at = excluded.last_at, last_status = excluded.last_status`,
          [tenant, entry.userAgent, entry.kind, entry.count, entry.lastAt, entry.lastStatus],
        );
      }
      for (const use of uses) {
        await connection.all(
          `INSERT INTO token_use (tenant, token_id, count, last_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (tenant, token_id) DO UPDATE SET count = token_use.count + excluded.count, last_at = excluded.last_at`,
          [tenant, use.tokenId, use.count, use.lastAt],
        );
      }
    });
  }

  async evidence(tenant: string): Promise<readonly EvidenceEntry[]> {
    const rows = await this.#engine.reader.all(
      "SELECT user_agent, kind, count, last_at, last_status FROM evidence WHERE tenant = ? ORDER BY user_agent, kind",
      [tenant],
    );
    return rows.map((row) => ({
      userAgent: textColumn(row, "user_agent"),
      kind: textColumn(row, "kind"),
      count: integerColumn(row, "count"),
      lastAt: integerColumn(row, "last_at"),
      lastStatus: integerColumn(row, "last_status"),
    }));
  }

  async tokenUses(tenant: string): Promise<readonly TokenUse[]> {
    const rows = await this.#engine.reader.all(
      "SELECT token_id, count, last_at FROM token_use WHERE tenant = ? ORDER BY token_id",
      [tenant],
    );
    return rows.map((row) => ({
      tokenId: textColumn(row, "token_id"),
      count: integerColumn(row, "count"),
      lastAt: integerColumn(row, "last_at"),
    }));
  }

  async check(): Promise<void> {
    await this.#engine.reader.all("SELECT 1 AS one FROM storage_version", []);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

function toRelations(rows: readonly Row[]): ReadonlyMap<number, readonly Relation[]> {
  const relations = new Map<number, Relation[]>();
  for (const row of rows) {
    const subject = integerColumn(row, "subject");
    const list = relations.get(subject) ?? [];
    relations.set(subject, list);
    list.push({
      id: textColumn(row, "id"),
      type: textColumn(row, "type") === "User" ? "User" : "Group",
      display: optionalTextColumn(row, "display"),
      direct: integerColumn(row, "direct") === 1,
    });
  }
  return relations;
}
