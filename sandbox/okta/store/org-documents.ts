import { type IdPrefix, newId } from "./ids.ts";
import type { JsonObject } from "./model.ts";
import { type Row, readObject, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

export type DocumentKind = "network-zone" | "trusted-origin" | "event-hook" | "inline-hook";

const STATUSES = ["ACTIVE", "INACTIVE"] as const;
export type DocumentStatus = (typeof STATUSES)[number];

/** What a client says of a document. */
export interface DocumentContent {
  readonly name: string;
  readonly status: DocumentStatus;
  readonly document: JsonObject;
}

/** One object of the org that is kept and shown. */
export interface OrgDocument extends DocumentContent {
  readonly id: string;
  readonly created: string;
  readonly createdBy: string;
  readonly lastUpdated: string;
  readonly lastUpdatedBy: string;
}

/** Objects that an org has beside its people and apps, and that nothing in the emulated org acts on. */
export class OrgDocuments {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(kind: DocumentKind, prefix: IdPrefix, content: DocumentContent): OrgDocument {
    const now = this.#context.now();
    const by = this.#actorId();
    const stored = {
      ...content,
      id: newId(prefix),
      created: now,
      createdBy: by,
      lastUpdated: now,
      lastUpdatedBy: by,
    };
    this.#context.sql.run(
      `INSERT INTO org_document (kind, id, name, status, document, created, created_by, last_updated, last_updated_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      kind,
      stored.id,
      stored.name,
      stored.status,
      JSON.stringify(stored.document),
      now,
      by,
      now,
      by,
    );
    return stored;
  }

  get(kind: DocumentKind, id: string): OrgDocument | undefined {
    const row = this.#context.sql.get("SELECT * FROM org_document WHERE kind = ? AND id = ?", kind, id);
    return row === undefined ? undefined : readDocument(row);
  }

  /** Documents of a kind in the order of their ids. */
  page(kind: DocumentKind, page: { readonly afterId: string; readonly limit: number }): OrgDocument[] {
    return this.#context.sql
      .all(
        "SELECT * FROM org_document WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
        kind,
        page.afterId,
        page.limit,
      )
      .map(readDocument);
  }

  /** @param keepsTime whether the time of the last change stays: Okta counts changes of the status only for some kinds */
  replace(kind: DocumentKind, id: string, content: DocumentContent, keepsTime: boolean): void {
    this.#context.sql.run(
      "UPDATE org_document SET name = ?, status = ?, document = ? WHERE kind = ? AND id = ?",
      content.name,
      content.status,
      JSON.stringify(content.document),
      kind,
      id,
    );
    if (!keepsTime) this.#touch(kind, id);
  }

  setStatus(kind: DocumentKind, id: string, status: DocumentStatus): void {
    this.#context.sql.run("UPDATE org_document SET status = ? WHERE kind = ? AND id = ?", status, kind, id);
    this.#touch(kind, id);
  }

  delete(kind: DocumentKind, id: string): void {
    this.#context.sql.run("DELETE FROM org_document WHERE kind = ? AND id = ?", kind, id);
  }

  #touch(kind: DocumentKind, id: string): void {
    this.#context.sql.run(
      "UPDATE org_document SET last_updated = ?, last_updated_by = ? WHERE kind = ? AND id = ?",
      this.#context.now(),
      this.#actorId(),
      kind,
      id,
    );
  }

  #actorId(): string {
    return this.#context.actor()?.id ?? "unknown";
  }
}

function readDocument(row: Row): OrgDocument {
  return {
    id: readString(row, "id"),
    name: readString(row, "name"),
    status: readOneOf(row, "status", STATUSES),
    document: readObject(row, "document"),
    created: readString(row, "created"),
    createdBy: readString(row, "created_by"),
    lastUpdated: readString(row, "last_updated"),
    lastUpdatedBy: readString(row, "last_updated_by"),
  };
}
