import { andThen, type Eventually } from "../../eventually.ts";
import type { ResourceTypeName } from "../../schema/resource-model.ts";
import type {
  ChangeLog,
  EvidenceEntry,
  ListPage,
  ListQuery,
  Origin,
  Relation,
  RelationPage,
  SearchPart,
  SearchQuery,
  Storage,
  StoredResource,
  TenantCounts,
  TokenUse,
  Transaction,
  WebhookStore,
} from "../storage.ts";
import { resourceColumns, tupleToResource } from "./resource-row.ts";
import { SqlChangeLog } from "./sql-change-log.ts";
import type { SqlEngine } from "./sql-engine.ts";
import { SqlEvidence } from "./sql-evidence.ts";
import { SqlLists } from "./sql-lists.ts";
import { SqlRelations } from "./sql-relations.ts";
import { SqlTransaction } from "./sql-transaction.ts";
import { SqlWebhookStore } from "./sql-webhook-store.ts";

const selectById = `SELECT ${resourceColumns} FROM resource r WHERE r.tenant = ? AND r.id = ? AND r.type = ?`;

/** After so many writes, ten times as many, and so on, the database is told how much it holds. */
const firstRefresh = 200;

/** The storage interface over either engine. */
export class SqlStorage implements Storage {
  readonly changeLog: ChangeLog;
  readonly webhooks: WebhookStore;
  readonly #engine: SqlEngine;
  readonly #lists: SqlLists;
  readonly #relations: SqlRelations;
  readonly #evidence: SqlEvidence;
  readonly #listeners = new Set<(tenant: string) => void>();
  /** Writes that changed something, since the start. */
  #writes = 0;
  #refreshAt = firstRefresh;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
    this.#lists = new SqlLists(engine);
    this.#relations = new SqlRelations(engine);
    this.#evidence = new SqlEvidence(engine);
    this.changeLog = new SqlChangeLog(engine);
    this.webhooks = new SqlWebhookStore(engine);
  }

  get dialect(): SqlEngine["dialect"] {
    return this.#engine.dialect;
  }

  find(tenant: string, type: ResourceTypeName, id: string): Eventually<StoredResource | undefined> {
    return andThen(this.#engine.reader.tuples(selectById, [tenant, id, type]), ([tuple]) =>
      tuple === undefined ? undefined : tupleToResource(tuple),
    );
  }

  list(tenant: string, query: ListQuery): Eventually<ListPage> {
    return this.#lists.list(tenant, query);
  }

  search(tenant: string, query: SearchQuery): Promise<SearchPart> {
    return this.#lists.search(tenant, query);
  }

  groupsOf(ordinals: readonly number[]): Eventually<ReadonlyMap<number, readonly Relation[]>> {
    return this.#relations.groupsOf(ordinals);
  }

  membersOf(ordinals: readonly number[]): Eventually<ReadonlyMap<number, readonly Relation[]>> {
    return this.#relations.membersOf(ordinals);
  }

  memberPage(group: StoredResource, offset: number, limit: number): Promise<RelationPage> {
    return this.#relations.memberPage(group, offset, limit);
  }

  hasMoreMembers(group: StoredResource, count: number): Promise<boolean> {
    return this.#relations.hasMoreMembers(group, count);
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
    if (changed) {
      for (const listener of this.#listeners) listener(tenant);
      this.#refreshGrownStatistics();
    }
    return result;
  }

  /**
   * PostgreSQL looks at a table by itself once a minute: until then the people of a first provisioning would be looked
   * for one by one in all that have come so far.
   */
  #refreshGrownStatistics(): void {
    this.#writes += 1;
    if (this.#writes < this.#refreshAt) return;
    this.#refreshAt *= 10;
    // They only help: a database that is away is noticed by those who need it.
    this.refreshStatistics().catch(() => {});
  }

  onCommit(listener: (tenant: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  counts(tenant: string): Promise<TenantCounts> {
    return this.#lists.counts(tenant);
  }

  addEvidence(tenant: string, entries: readonly EvidenceEntry[], uses: readonly TokenUse[]): Promise<void> {
    return this.#evidence.add(tenant, entries, uses);
  }

  evidence(tenant: string): Promise<readonly EvidenceEntry[]> {
    return this.#evidence.entries(tenant);
  }

  tokenUses(tenant: string): Promise<readonly TokenUse[]> {
    return this.#evidence.tokenUses(tenant);
  }

  async refreshStatistics(): Promise<void> {
    // SQLite's plans need none, and it gathers its own when it is closed.
    if (this.#engine.dialect.name === "sqlite") return;
    await this.#engine.transact(async (connection) => connection.all("ANALYZE", []));
  }

  check(): Promise<void> {
    return this.#engine.check();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}
