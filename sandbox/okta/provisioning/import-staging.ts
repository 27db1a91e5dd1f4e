import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const table = `
CREATE TABLE IF NOT EXISTS import_candidate (
  app_id TEXT NOT NULL REFERENCES app (id) ON DELETE CASCADE, external_id TEXT NOT NULL, user_name TEXT NOT NULL, profile TEXT NOT NULL,
  match_user_id TEXT, PRIMARY KEY (app_id, external_id)
) WITHOUT ROWID;
`;

/** An account found by an import that waits for an administrator's confirmation. */
export interface ImportCandidate {
  readonly appId: string;
  readonly externalId: string;
  readonly userName: string;
  /** App-user attributes as the SCIM server has them. */
  readonly profile: Readonly<Record<string, z.core.util.JSONType>>;
  /** The person it matches exactly; null when it would be a new one. */
  readonly matchUserId: string | null;
}

const rowSchema = z.object({
  app_id: z.string(),
  external_id: z.string(),
  user_name: z.string(),
  profile: z.string().transform((text) => z.record(z.string(), z.json()).parse(JSON.parse(text))),
  match_user_id: z.string().nullable(),
});

/** Accounts that imports have found and nobody has confirmed yet. */
export class ImportStaging {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(table);
  }

  put(candidate: ImportCandidate): void {
    this.#database
      .prepare(
        "INSERT OR REPLACE INTO import_candidate (app_id, external_id, user_name, profile, match_user_id) VALUES (?, ?, ?, ?, ?)",
      )
      .run(
        candidate.appId,
        candidate.externalId,
        candidate.userName,
        JSON.stringify(candidate.profile),
        candidate.matchUserId,
      );
  }

  get(appId: string, externalId: string): ImportCandidate | undefined {
    const row = this.#database
      .prepare("SELECT * FROM import_candidate WHERE app_id = ? AND external_id = ?")
      .get(appId, externalId);
    return row === undefined ? undefined : readCandidate(row);
  }

  list(appId: string, limit: number): ImportCandidate[] {
    return this.#database
      .prepare("SELECT * FROM import_candidate WHERE app_id = ? ORDER BY user_name LIMIT ?")
      .all(appId, limit)
      .map(readCandidate);
  }

  remove(appId: string, externalId: string): void {
    this.#database
      .prepare("DELETE FROM import_candidate WHERE app_id = ? AND external_id = ?")
      .run(appId, externalId);
  }

  clear(appId: string): void {
    this.#database.prepare("DELETE FROM import_candidate WHERE app_id = ?").run(appId);
  }
}

function readCandidate(row: unknown): ImportCandidate {
  const { app_id, external_id, user_name, profile, match_user_id } = rowSchema.parse(row);
  return { appId: app_id, externalId: external_id, userName: user_name, profile, matchUserId: match_user_id };
}
