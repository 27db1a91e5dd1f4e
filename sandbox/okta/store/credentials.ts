import { createHash } from "node:crypto";
import { newId, randomBase62 } from "./ids.ts";
import type { JsonObject } from "./model.ts";
import { isObject, readJson, readNullableString, readNumber, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** An API token (SSWS), without its value. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly userId: string | null;
}

/** A service app that authenticates with private_key_jwt. */
export interface OAuthClient {
  readonly clientId: string;
  readonly name: string;
  /** Scopes that were granted to it. */
  readonly scopes: readonly string[];
  /** Public keys (JWK). */
  readonly keys: readonly JsonObject[];
  readonly dpopRequired: boolean;
}

/** An access token that is valid now. */
export interface AccessToken {
  readonly client: OAuthClient;
  readonly scopes: readonly string[];
  /** Thumbprint (RFC 7638) of the key that a DPoP token is bound to; null for a bearer token. */
  readonly dpopThumbprint: string | null;
}

/** Who may call the Management API. Only hashes of tokens are kept. */
export class Credentials {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Makes an API token owned by a person and returns its value, which is not kept. */
  createApiToken(name: string, userId: string | null): string {
    const value = `00${randomBase62(40)}`;
    this.addApiToken(name, userId, value);
    return value;
  }

  /** Adds an API token of a given value. */
  addApiToken(name: string, userId: string | null, value: string): void {
    this.#context.sql.run(
      "INSERT OR IGNORE INTO api_token (id, name, sha256, user_id, created) VALUES (?, ?, ?, ?, ?)",
      newId("00T"),
      name,
      hashToken(value),
      userId,
      this.#context.now(),
    );
  }

  findApiToken(value: string): ApiToken | undefined {
    const row = this.#context.sql.get("SELECT * FROM api_token WHERE sha256 = ?", hashToken(value));
    if (row === undefined) return undefined;
    return {
      id: readString(row, "id"),
      name: readString(row, "name"),
      userId: readNullableString(row, "user_id"),
    };
  }

  /** Registers or replaces a service app. */
  saveOAuthClient(client: OAuthClient): void {
    this.#context.sql.run(
      `INSERT INTO oauth_client (client_id, name, scopes, keys, dpop_required, created) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (client_id) DO UPDATE SET name = excluded.name, scopes = excluded.scopes, keys = excluded.keys, dpop_required = excluded.dpop_required`,
      client.clientId,
      client.name,
      JSON.stringify(client.scopes),
      JSON.stringify(client.keys),
      client.dpopRequired ? 1 : 0,
      this.#context.now(),
    );
  }

  getOAuthClient(clientId: string): OAuthClient | undefined {
    const row = this.#context.sql.get("SELECT * FROM oauth_client WHERE client_id = ?", clientId);
    if (row === undefined) return undefined;
    const keys = readJson(row, "keys");
    return {
      clientId,
      name: readString(row, "name"),
      scopes: readScopes(readJson(row, "scopes")),
      keys: Array.isArray(keys) ? keys.filter(isObject) : [],
      dpopRequired: readNumber(row, "dpop_required") === 1,
    };
  }

  /** Forgets a service app, and every token that it got. */
  removeOAuthClient(clientId: string): void {
    this.#context.sql.run("DELETE FROM oauth_client WHERE client_id = ?", clientId);
  }

  /** Issues an access token and returns its value. */
  issueAccessToken(token: {
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly lifetimeSeconds: number;
    readonly dpopThumbprint: string | null;
  }): string {
    const value = randomBase62(86);
    const now = this.#context.clock.now();
    this.#context.sql.run("DELETE FROM access_token WHERE expires_at < ?", now.toISOString());
    this.#context.sql.run(
      "INSERT INTO access_token (sha256, client_id, scopes, expires_at, dpop_thumbprint) VALUES (?, ?, ?, ?, ?)",
      hashToken(value),
      token.clientId,
      JSON.stringify(token.scopes),
      new Date(now.getTime() + token.lifetimeSeconds * 1000).toISOString(),
      token.dpopThumbprint,
    );
    return value;
  }

  /** The access token of a value, unless it is unknown or expired. */
  findAccessToken(value: string): AccessToken | undefined {
    const row = this.#context.sql.get(
      "SELECT * FROM access_token WHERE sha256 = ? AND expires_at > ?",
      hashToken(value),
      this.#context.now(),
    );
    const client = row === undefined ? undefined : this.getOAuthClient(readString(row, "client_id"));
    if (row === undefined || client === undefined) return undefined;
    return {
      client,
      scopes: readScopes(readJson(row, "scopes")),
      dpopThumbprint: readNullableString(row, "dpop_thumbprint"),
    };
  }

  /** Remembers the id of a client assertion or DPoP proof until it expires; false when it was used before. */
  useOnce(jti: string, expiresAt: Date): boolean {
    this.#context.sql.run("DELETE FROM used_assertion WHERE expires_at < ?", this.#context.now());
    return (
      this.#context.sql.run(
        "INSERT OR IGNORE INTO used_assertion (jti, expires_at) VALUES (?, ?)",
        jti,
        expiresAt.toISOString(),
      ) > 0
    );
  }
}

/** SHA-256 of a token, base64url. */
function hashToken(value: string): string {
  return createHash("sha256").update(value).digest("base64url");
}

function readScopes(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((scope) => typeof scope === "string") : [];
}
