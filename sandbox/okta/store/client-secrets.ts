import { newId } from "./ids.ts";
import { type Row, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

const STATUSES = ["ACTIVE", "INACTIVE"] as const;
export type ClientSecretStatus = (typeof STATUSES)[number];

/** A secret of an OpenID Connect app. Okta shows its value whenever it is listed, so it is kept as it is. */
export interface ClientSecret {
  readonly id: string;
  readonly status: ClientSecretStatus;
  readonly value: string;
  readonly created: string;
  readonly lastUpdated: string;
}

/** Client secrets of OpenID Connect apps: at most two each. */
export class ClientSecrets {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  add(appId: string, value: string, status: ClientSecretStatus = "ACTIVE"): ClientSecret {
    const now = this.#context.now();
    const secret: ClientSecret = { id: newId("ocs"), status, value, created: now, lastUpdated: now };
    this.#context.sql.run(
      "INSERT INTO app_client_secret (app_id, id, status, value, created, last_updated) VALUES (?, ?, ?, ?, ?, ?)",
      appId,
      secret.id,
      status,
      value,
      now,
      now,
    );
    return secret;
  }

  /** Oldest first. */
  list(appId: string): ClientSecret[] {
    return this.#context.sql
      .all("SELECT * FROM app_client_secret WHERE app_id = ? ORDER BY id", appId)
      .map(readSecret);
  }

  get(appId: string, id: string): ClientSecret | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM app_client_secret WHERE app_id = ? AND id = ?",
      appId,
      id,
    );
    return row === undefined ? undefined : readSecret(row);
  }

  /** The secret that an answer about the app shows: the newest active one. */
  current(appId: string): ClientSecret | undefined {
    return this.list(appId).findLast(({ status }) => status === "ACTIVE");
  }

  setValue(appId: string, id: string, value: string): void {
    this.#context.sql.run(
      "UPDATE app_client_secret SET value = ?, last_updated = ? WHERE app_id = ? AND id = ?",
      value,
      this.#context.now(),
      appId,
      id,
    );
  }

  setStatus(appId: string, id: string, status: ClientSecretStatus): ClientSecret | undefined {
    this.#context.sql.run(
      "UPDATE app_client_secret SET status = ?, last_updated = ? WHERE app_id = ? AND id = ?",
      status,
      this.#context.now(),
      appId,
      id,
    );
    return this.get(appId, id);
  }

  delete(appId: string, id: string): void {
    this.#context.sql.run("DELETE FROM app_client_secret WHERE app_id = ? AND id = ?", appId, id);
  }
}

function readSecret(row: Row): ClientSecret {
  return {
    id: readString(row, "id"),
    status: readOneOf(row, "status", STATUSES),
    value: readString(row, "value"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
