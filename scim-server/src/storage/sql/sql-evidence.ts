import type { EvidenceEntry, TokenUse } from "../storage.ts";
import { integerColumn, type SqlEngine, textColumn } from "./sql-engine.ts";

/** Who called a tenant, and which tokens were used, in the tables `evidence` and `token_use`. */
export class SqlEvidence {
  readonly #engine: SqlEngine;

  constructor(engine: SqlEngine) {
    this.#engine = engine;
  }

  async add(tenant: string, entries: readonly EvidenceEntry[], uses: readonly TokenUse[]): Promise<void> {
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

  async entries(tenant: string): Promise<readonly EvidenceEntry[]> {
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
}
