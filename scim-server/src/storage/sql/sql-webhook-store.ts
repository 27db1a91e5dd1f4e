import type { DeadLetter, WebhookState, WebhookStore } from "../storage.ts";
import { integerColumn, optionalTextColumn, type Row, type SqlEngine, textColumn } from "./sql-engine.ts";

/** Webhook deliveries in the tables `webhook` and `webhook_dead_letter`. */
export class SqlWebhookStore implements WebhookStore {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  lease(
    tenant: string,
    id: string,
    owner: string,
    milliseconds: number,
    startAfter: number,
  ): Promise<WebhookState | undefined> {
    const { now } = this.#engine.dialect;
    return this.#engine.transact(async (connection) => {
      await connection.all(
        `INSERT INTO webhook (tenant, id, delivered_sequence, attempts, next_attempt_at, lease_until)
         VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING`,
        [tenant, id, startAfter],
      );
      const [row] = await connection.all(
        // A lease that lasts longer than any was taken before the database's clock was set back.
        `UPDATE webhook SET lease_owner = ?, lease_until = ${now} + ?
         WHERE tenant = ? AND id = ? AND (lease_owner = ? OR lease_until < ${now} OR lease_until > ${now} + ?)
         RETURNING id, delivered_sequence, attempts, next_attempt_at, last_error`,
        [owner, milliseconds, tenant, id, owner, milliseconds],
      );
      return row === undefined ? undefined : toState(row);
    });
  }

  async release(owner: string): Promise<void> {
    await this.#engine.transact(async (connection) =>
      connection.all("UPDATE webhook SET lease_owner = NULL, lease_until = 0 WHERE lease_owner = ?", [owner]),
    );
  }

  async save(tenant: string, previous: WebhookState, next: WebhookState): Promise<boolean> {
    const rows = await this.#engine.transact(async (connection) =>
      connection.all(
        `UPDATE webhook SET delivered_sequence = ?, attempts = ?, next_attempt_at = ?, last_error = ?
         WHERE tenant = ? AND id = ? AND delivered_sequence = ? RETURNING id`,
        [
          next.deliveredSequence,
          next.attempts,
          next.nextAttemptAt,
          next.lastError ?? null,
          tenant,
          next.id,
          previous.deliveredSequence,
        ],
      ),
    );
    return rows.length > 0;
  }

  async addDeadLetter(tenant: string, letter: DeadLetter): Promise<void> {
    await this.#engine.transact(async (connection) =>
      connection.all(
        `INSERT INTO webhook_dead_letter (tenant, webhook_id, sequence, at, reason) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (tenant, webhook_id, sequence) DO UPDATE SET at = excluded.at, reason = excluded.reason`,
        [tenant, letter.webhookId, letter.sequence, letter.at, letter.reason],
      ),
    );
  }

  async removeDeadLetter(tenant: string, webhookId: string, sequence: number): Promise<void> {
    await this.#engine.transact(async (connection) =>
      connection.all("DELETE FROM webhook_dead_letter WHERE tenant = ? AND webhook_id = ? AND sequence = ?", [
        tenant,
        webhookId,
        sequence,
      ]),
    );
  }

  async states(tenant: string): Promise<readonly WebhookState[]> {
    const rows = await this.#engine.reader.all(
      `SELECT id, delivered_sequence, attempts, next_attempt_at, last_error FROM webhook WHERE tenant = ? ORDER BY id`,
      [tenant],
    );
    return rows.map(toState);
  }

  async deadLetters(tenant: string): Promise<readonly DeadLetter[]> {
    const rows = await this.#engine.reader.all(
      `SELECT webhook_id, sequence, at, reason FROM webhook_dead_letter WHERE tenant = ?
       ORDER BY sequence DESC LIMIT 1000`,
      [tenant],
    );
    return rows.map((row) => ({
      webhookId: textColumn(row, "webhook_id"),
      sequence: integerColumn(row, "sequence"),
      at: integerColumn(row, "at"),
      reason: textColumn(row, "reason"),
    }));
  }
}

function toState(row: Row): WebhookState {
  return {
    id: textColumn(row, "id"),
    deliveredSequence: integerColumn(row, "delivered_sequence"),
    attempts: integerColumn(row, "attempts"),
    nextAttemptAt: integerColumn(row, "next_attempt_at"),
    lastError: optionalTextColumn(row, "last_error"),
  };
}
