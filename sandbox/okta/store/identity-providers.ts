import type { JsonObject } from "./model.ts";
import { type Row, readObject, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** What an identity provider has besides its app instance, from which it takes id, name, status and times. */
export interface IdentityProvider {
  readonly appId: string;
  /** For example GOOGLE. */
  readonly type: string;
  /** Client secrets included: they are shown by the API, as in Okta, and nowhere else. */
  readonly protocol: JsonObject;
  readonly policy: JsonObject;
}

/** Identity providers: other organizations that sign people in. Nobody can sign in here, but profile mappings hang on them. */
export class IdentityProviders {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Adds or replaces what an app instance has as an identity provider. */
  save(provider: IdentityProvider): void {
    this.#context.sql.run(
      `INSERT INTO identity_provider (app_id, type, protocol, policy) VALUES (?, ?, ?, ?)
       ON CONFLICT (app_id) DO UPDATE SET type = excluded.type, protocol = excluded.protocol, policy = excluded.policy`,
      provider.appId,
      provider.type,
      JSON.stringify(provider.protocol),
      JSON.stringify(provider.policy),
    );
  }

  get(appId: string): IdentityProvider | undefined {
    const row = this.#context.sql.get("SELECT * FROM identity_provider WHERE app_id = ?", appId);
    return row === undefined ? undefined : readProvider(row);
  }

  /** Identity providers in the order of their ids. */
  page(query: { readonly afterId: string; readonly limit: number }): IdentityProvider[] {
    return this.#context.sql
      .all(
        "SELECT * FROM identity_provider WHERE app_id > ? ORDER BY app_id LIMIT ?",
        query.afterId,
        query.limit,
      )
      .map(readProvider);
  }
}

function readProvider(row: Row): IdentityProvider {
  return {
    appId: readString(row, "app_id"),
    type: readString(row, "type"),
    protocol: readObject(row, "protocol"),
    policy: readObject(row, "policy"),
  };
}
