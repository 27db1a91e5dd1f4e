import type { BoundFilter } from "../../filter/bind-filter.ts";
import type { ResourceTypeName } from "../../schema/resource-model.ts";
import {
  type Change,
  type Origin,
  type ResourceContent,
  type StoredResource,
  type Transaction,
  UniquenessViolation,
} from "../storage.ts";
import { appendChanges } from "./append-changes.ts";
import type { SqlValue } from "./dialect.ts";
import { replaceEmails } from "./email-keys.ts";
import { MemberWrites } from "./member-writes.ts";
import { BlockChanges } from "./resource-blocks.ts";
import { resourceColumns, toResource } from "./resource-row.ts";
import { integerColumn, type Row, type SqlConnection, type SqlEngine, textColumn } from "./sql-engine.ts";

/** What resources are found by and shown as, in the order of {@link keyValues}. */
const keyColumns = ["unique_key", "external_id", "display_key", "active", "display"] as const;

const selectKeys = `SELECT ${keyColumns.join(", ")} FROM resource WHERE ordinal = ?`;
const foundColumns = `${resourceColumns}, ${keyColumns.map((column) => `r.${column}`).join(", ")}`;
const setContent = "document = ?, search = ?, version = version + 1, last_modified_at = ? WHERE ordinal = ?";

/** The writes of one request on one connection; `finish` appends what it recorded, last of all. */
export class SqlTransaction implements Transaction {
  readonly #engine: SqlEngine;
  readonly #connection: SqlConnection;
  readonly #tenant: string;
  readonly #now = Date.now();
  readonly #changes: Change[] = [];
  readonly #blocks = new BlockChanges();
  readonly #members: MemberWrites;
  /** The rows of what was found and not changed since, by ordinal: an update needs their keys. */
  readonly #found = new Map<number, Row>();
  #users = 0;
  #activeUsers = 0;
  #groups = 0;

  constructor(engine: SqlEngine, connection: SqlConnection, tenant: string) {
    this.#engine = engine;
    this.#connection = connection;
    this.#tenant = tenant;
    this.#members = new MemberWrites(engine.dialect, connection, tenant);
  }

  find(type: ResourceTypeName, id: string): Promise<StoredResource | undefined> {
    return this.#findBy("r.tenant = ? AND r.id = ? AND r.type = ?", [this.#tenant, id, type]);
  }

  findByUniqueKey(type: ResourceTypeName, key: string): Promise<StoredResource | undefined> {
    return this.#findBy("r.tenant = ? AND r.type = ? AND r.unique_key = ?", [this.#tenant, type, key]);
  }

  async #findBy(condition: string, parameters: readonly SqlValue[]): Promise<StoredResource | undefined> {
    const [row] = await this.#connection.all(
      `SELECT ${foundColumns} FROM resource r WHERE ${condition}${this.#engine.dialect.forUpdate}`,
      parameters,
    );
    if (row === undefined) return undefined;
    const resource = toResource(row);
    this.#found.set(resource.ordinal, row);
    return resource;
  }

  async insert(content: ResourceContent): Promise<StoredResource> {
    const [row] = await this.#write(
      `INSERT INTO resource (tenant, type, id, unique_key, external_id, display_key, active, display, document, search, version, created_at, last_modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) RETURNING ordinal`,
      [
        this.#tenant,
        content.type,
        content.id,
        ...keyValues(content),
        content.document,
        content.search,
        this.#now,
        this.#now,
      ],
    );
    const ordinal = row === undefined ? 0 : integerColumn(row, "ordinal");
    await replaceEmails(this.#connection, this.#tenant, ordinal, [], content.emails);
    this.#count(content.type, content.active, 1);
    this.#blocks.add(content.type, ordinal, 1);
    return {
      ordinal,
      type: content.type,
      id: content.id,
      document: content.document,
      version: 1,
      createdAt: this.#now,
      lastModifiedAt: this.#now,
      isMember: false,
    };
  }

  async update(
    existing: StoredResource,
    content: ResourceContent,
    formerEmails: readonly string[],
  ): Promise<StoredResource> {
    const { ordinal } = existing;
    const lastModifiedAt = this.#notBefore(existing);
    const before = this.#found.get(ordinal) ?? (await this.#connection.all(selectKeys, [ordinal]))[0];
    this.#found.delete(ordinal);
    const keys = keyValues(content);
    // A key that is written again is taken out of its index and put back: pages that the commit has to write.
    const changed = keyColumns.flatMap((column, index) => {
      const value = keys[index] ?? null;
      return before?.[column] === value ? [] : [{ column, value }];
    });
    const set = changed.map(({ column }) => `${column} = ?, `).join("");
    await this.#write(`UPDATE resource SET ${set}${setContent}`, [
      ...changed.map(({ value }) => value),
      content.document,
      content.search,
      lastModifiedAt,
      ordinal,
    ]);
    await replaceEmails(this.#connection, this.#tenant, ordinal, formerEmails, content.emails);
    this.#count(content.type, before?.["active"] === 1, -1);
    this.#count(content.type, content.active, 1);
    return {
      ...existing,
      document: content.document,
      version: existing.version + 1,
      lastModifiedAt,
    };
  }

  async touch(existing: StoredResource): Promise<StoredResource> {
    const lastModifiedAt = this.#notBefore(existing);
    await this.#connection.all(
      "UPDATE resource SET version = version + 1, last_modified_at = ? WHERE ordinal = ?",
      [lastModifiedAt, existing.ordinal],
    );
    return { ...existing, version: existing.version + 1, lastModifiedAt };
  }

  /** A clock that was set back must not date a change before the one before it. */
  #notBefore(existing: StoredResource): number {
    return Math.max(this.#now, existing.lastModifiedAt);
  }

  async remove(existing: StoredResource, emails: readonly string[]): Promise<readonly string[]> {
    const left = await this.#connection.all(
      `UPDATE resource SET version = version + 1, last_modified_at = ?
       WHERE ordinal IN (SELECT group_ordinal FROM member WHERE member_ordinal = ?) RETURNING id`,
      [this.#now, existing.ordinal],
    );
    const [row] = await this.#connection.all("DELETE FROM resource WHERE ordinal = ? RETURNING active", [
      existing.ordinal,
    ]);
    await replaceEmails(this.#connection, this.#tenant, existing.ordinal, emails, []);
    this.#count(existing.type, row?.["active"] === 1, -1);
    this.#blocks.add(existing.type, existing.ordinal, -1);
    return left.map((row) => textColumn(row, "id"));
  }

  addMembers(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    return this.#members.add(group, memberIds);
  }

  unknownIds(asked: readonly string[]): Promise<readonly string[]> {
    return this.#members.unknownIds(asked);
  }

  removeMembers(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    return this.#members.remove(group, memberIds);
  }

  removeMatchingMembers(group: StoredResource, filter: BoundFilter): Promise<readonly string[]> {
    return this.#members.removeMatching(group, filter);
  }

  retainMembers(group: StoredResource, memberIds: readonly string[]): Promise<readonly string[]> {
    return this.#members.retain(group, memberIds);
  }

  record(change: Change): void {
    this.#changes.push(change);
  }

  /** Appends the recorded changes. Answers whether there was anything to append. */
  async finish(origin: Origin): Promise<boolean> {
    if (this.#changes.length === 0) return false;
    await appendChanges(this.#engine.dialect, this.#connection, {
      tenant: this.#tenant,
      at: this.#now,
      origin,
      changes: this.#changes,
      counts: { users: this.#users, activeUsers: this.#activeUsers, groups: this.#groups },
      blocks: this.#blocks.all,
    });
    return true;
  }

  async #write(text: string, parameters: readonly SqlValue[]): Promise<readonly Row[]> {
    try {
      return await this.#connection.all(text, parameters);
    } catch (error) {
      if (this.#engine.isUniqueViolation(error)) throw new UniquenessViolation();
      throw error;
    }
  }

  #count(type: ResourceTypeName, active: boolean | null, by: 1 | -1): void {
    if (type === "Group") {
      this.#groups += by;
      return;
    }
    this.#users += by;
    if (active === true) this.#activeUsers += by;
  }
}

function keyValues(content: ResourceContent): readonly SqlValue[] {
  return [
    content.uniqueKey,
    content.externalId,
    content.displayKey,
    content.active === null ? null : Number(content.active),
    content.display,
  ];
}
