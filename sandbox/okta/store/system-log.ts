import { randomUUID } from "node:crypto";
import type { JsonObject, LogEvent, LogTarget } from "./model.ts";
import { type Row, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** What a caller says about an event; the store adds uuid and time. */
export interface NewLogEvent {
  readonly eventType: string;
  readonly displayMessage: string;
  readonly severity?: LogEvent["severity"];
  readonly outcome?: { readonly result: LogEvent["outcome"]["result"]; readonly reason?: string | null };
  readonly actor?: LogTarget;
  readonly target?: readonly LogTarget[];
  readonly debugData?: JsonObject;
}

/** A page of the System Log. */
export interface LogQuery {
  /** ISO 8601, inclusive. */
  readonly since?: string;
  /** ISO 8601, exclusive. */
  readonly until?: string;
  readonly order: "ASCENDING" | "DESCENDING";
  /** Only rows beyond this sequence in the asked order. */
  readonly after?: number;
  readonly limit: number;
}

/** Okta itself, as the actor of what provisioning does. */
const SYSTEM_ACTOR: LogTarget = {
  id: "okta.system",
  type: "SystemPrincipal",
  alternateId: "system@okta.com",
  displayName: "Okta System",
};

/** The org's System Log (`GET /api/v1/logs`). */
export class SystemLog {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Writes one event and returns it as it reads back. */
  append(event: NewLogEvent): LogEvent {
    const stored: LogEvent = {
      uuid: randomUUID(),
      published: this.#context.now(),
      eventType: event.eventType,
      displayMessage: event.displayMessage,
      severity: event.severity ?? "INFO",
      outcome: { result: event.outcome?.result ?? "SUCCESS", reason: event.outcome?.reason ?? null },
      actor: event.actor ?? this.#context.actor() ?? SYSTEM_ACTOR,
      target: event.target ?? [],
      debugData: event.debugData ?? {},
    };
    this.#context.sql.run(
      "INSERT INTO system_log (uuid, published, event_type, document) VALUES (?, ?, ?, ?)",
      stored.uuid,
      stored.published,
      stored.eventType,
      JSON.stringify(stored),
    );
    return stored;
  }

  /** Events of a period with their sequence numbers, in the asked order. */
  page(query: LogQuery): { readonly sequence: number; readonly event: LogEvent }[] {
    const descending = query.order === "DESCENDING";
    const rows = this.#context.sql.all(
      `SELECT sequence, document FROM system_log WHERE published >= ? AND published < ? AND sequence ${descending ? "<" : ">"} ?
       ORDER BY sequence ${descending ? "DESC" : "ASC"} LIMIT ?`,
      query.since ?? "",
      query.until ?? "9999",
      query.after ?? (descending ? Number.MAX_SAFE_INTEGER : 0),
      query.limit,
    );
    return rows.map((row) => ({ sequence: Number(row["sequence"]), event: readLogEvent(row) }));
  }
}

function readLogEvent(row: Row): LogEvent {
  return JSON.parse(readString(row, "document"));
}
