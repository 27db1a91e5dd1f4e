import type { OrgEvent, OrgEventPayload } from "./org-event-types.ts";
import { readNumber, readString, type Sql } from "./sql.ts";

/** The ordered record of what changed, from which provisioning makes its tasks. */
export class OrgEvents {
  readonly #sql: Sql;
  readonly #listeners = new Set<() => void>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  append(event: OrgEventPayload, at: string): void {
    const { type, ...payload } = event;
    this.#sql.run(
      "INSERT INTO org_event (at, type, payload) VALUES (?, ?, ?)",
      at,
      type,
      JSON.stringify(payload),
    );
    if (this.#listeners.size > 0) queueMicrotask(() => this.#notify());
  }

  /** Calls `listener` soon after rows were appended (once or more); returns the way to stop it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Rows after a sequence number, oldest first. */
  after(sequence: number, limit: number): OrgEvent[] {
    return this.#sql
      .all(
        "SELECT sequence, at, type, payload FROM org_event WHERE sequence > ? ORDER BY sequence LIMIT ?",
        sequence,
        limit,
      )
      .map((row) =>
        JSON.parse(
          `{"sequence":${readNumber(row, "sequence")},"at":"${readString(row, "at")}","type":"${readString(row, "type")}",${readString(row, "payload").slice(1)}`,
        ),
      );
  }

  /** Sequence of the newest row, 0 when there is none. */
  latestSequence(): number {
    const row = this.#sql.get("SELECT COALESCE(MAX(sequence), 0) AS latest FROM org_event");
    return row === undefined ? 0 : readNumber(row, "latest");
  }

  /** How far `reader` has come; 0 at first. */
  cursor(reader: string): number {
    const row = this.#sql.get("SELECT sequence FROM event_cursor WHERE reader = ?", reader);
    return row === undefined ? 0 : readNumber(row, "sequence");
  }

  /** Persists how far `reader` has come; run it in the transaction that stored the reader's own work. */
  moveCursor(reader: string, sequence: number): void {
    this.#sql.run(
      "INSERT INTO event_cursor (reader, sequence) VALUES (?, ?) ON CONFLICT (reader) DO UPDATE SET sequence = excluded.sequence",
      reader,
      sequence,
    );
  }

  /** Forgets rows up to a sequence number (all readers are past it). */
  forgetUpTo(sequence: number): void {
    this.#sql.run("DELETE FROM org_event WHERE sequence <= ?", sequence);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
