import type { SqlCondition } from "./filter-sql.ts";
import { newId } from "./ids.ts";
import { APP_STATUSES, type App, type AppStatus, type JsonObject } from "./model.ts";
import { type Row, readNullableString, readNumber, readObject, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A page of apps, in the order of their ids. */
export interface AppQuery {
  readonly where?: SqlCondition;
  readonly afterId?: string;
  readonly limit: number;
}

/** An app's signing key. */
export interface AppKey {
  readonly kid: string;
  /** X.509 certificate, base64 of DER. */
  readonly certificate: string;
  /** Modulus and exponent of the RSA key, base64url. */
  readonly modulus: string;
  readonly exponent: string;
  readonly created: string;
  readonly expiresAt: string;
}

/** A key that the org signs with itself; of other keys it has the public half only. */
export interface AppKeyPair extends AppKey {
  /** PEM (PKCS #8). */
  readonly privateKey: string;
}

/** Documents that few apps have. */
export type AppDocumentKind = "profile" | "id_token" | "private_keys";

/** The documents of an app that an update replaces. */
export type AppDocuments = Pick<
  App,
  "label" | "signOnMode" | "accessibility" | "visibility" | "credentials" | "settings"
>;

/** Identity providers are app instances, too, which no list of apps shows. */
const NO_PROVIDER = "id NOT IN (SELECT app_id FROM identity_provider)";

/** The applications of the org. */
export class Apps {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Adds an app; the caller gives it its schema, mappings and features. */
  create(app: Omit<App, "id" | "created" | "lastUpdated" | "logoUrl">): App {
    const now = this.#context.now();
    const stored: App = { ...app, id: newId("0oa"), logoUrl: null, created: now, lastUpdated: now };
    this.#context.sql.run(
      `INSERT INTO app (id, name, catalog_name, label, status, sign_on_mode, dialect, accessibility, visibility, credentials, settings, access_policy_id, created, last_updated)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      stored.id,
      stored.name,
      stored.catalogName,
      stored.label,
      stored.status,
      stored.signOnMode,
      stored.dialect,
      JSON.stringify(stored.accessibility),
      JSON.stringify(stored.visibility),
      JSON.stringify(stored.credentials),
      JSON.stringify(stored.settings),
      stored.accessPolicyId,
      now,
      now,
    );
    return stored;
  }

  get(id: string): App | undefined {
    const row = this.#context.sql.get("SELECT * FROM app WHERE id = ?", id);
    return row === undefined ? undefined : readApp(row);
  }

  page(query: AppQuery): App[] {
    return this.#context.sql
      .all(
        `SELECT * FROM app WHERE (${query.where?.sql ?? "1"}) AND id > ? AND ${NO_PROVIDER} ORDER BY id LIMIT ?`,
        ...(query.where?.values ?? []),
        query.afterId ?? "",
        query.limit,
      )
      .map(readApp);
  }

  count(): number {
    const row = this.#context.sql.get(`SELECT COUNT(*) AS n FROM app WHERE ${NO_PROVIDER}`);
    return row === undefined ? 0 : readNumber(row, "n");
  }

  /** A number never given before in this org, for the generated names of custom apps. */
  nextInstanceNumber(): number {
    const row = this.#context.sql.get(
      `INSERT INTO org (key, value) VALUES ('app_instances', '1')
       ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING CAST(value AS INTEGER) AS n`,
    );
    return row === undefined ? 1 : readNumber(row, "n");
  }

  update(id: string, documents: AppDocuments): App | undefined {
    this.#context.sql.run(
      `UPDATE app SET label = ?, sign_on_mode = ?, accessibility = ?, visibility = ?, credentials = ?, settings = ?, last_updated = ? WHERE id = ?`,
      documents.label,
      documents.signOnMode,
      JSON.stringify(documents.accessibility),
      JSON.stringify(documents.visibility),
      JSON.stringify(documents.credentials),
      JSON.stringify(documents.settings),
      this.#context.now(),
      id,
    );
    return this.get(id);
  }

  setStatus(id: string, status: AppStatus): void {
    this.#context.sql.run(
      "UPDATE app SET status = ?, last_updated = ? WHERE id = ?",
      status,
      this.#context.now(),
      id,
    );
  }

  setAccessPolicy(id: string, policyId: string): void {
    this.#context.sql.run(
      "UPDATE app SET access_policy_id = ?, last_updated = ? WHERE id = ?",
      policyId,
      this.#context.now(),
      id,
    );
  }

  /** Deletes an app with everything that belongs to it: assignments, connection, schema, mappings, push mappings and app groups. */
  delete(id: string): void {
    this.#context.sql.transaction(() => {
      this.#context.sql.run("DELETE FROM okta_group WHERE source_app_id = ?", id);
      this.#context.sql.run("DELETE FROM app WHERE id = ?", id);
    });
  }

  /** A document that few apps have: their `profile`, the setting of their `id_token`, the `private_keys` of an Org2Org app by kid. */
  document(id: string, kind: AppDocumentKind): JsonObject | undefined {
    const row = this.#context.sql.get(
      "SELECT document FROM app_document WHERE app_id = ? AND kind = ?",
      id,
      kind,
    );
    return row === undefined ? undefined : readObject(row, "document");
  }

  saveDocument(id: string, kind: AppDocumentKind, document: JsonObject): void {
    this.#context.sql.run(
      "INSERT INTO app_document (app_id, kind, document) VALUES (?, ?, ?) ON CONFLICT (app_id, kind) DO UPDATE SET document = excluded.document",
      id,
      kind,
      JSON.stringify(document),
    );
  }

  /** Keeps an app's logo; returns the path that it is served at. */
  setLogo(id: string, contentType: string, content: Uint8Array): string {
    this.#context.sql.run(
      "INSERT INTO app_logo (app_id, content_type, content) VALUES (?, ?, ?) ON CONFLICT (app_id) DO UPDATE SET content_type = excluded.content_type, content = excluded.content",
      id,
      contentType,
      content,
    );
    const logoUrl = `/fs/bcg/4/${newId("0pr")}`;
    this.#context.sql.run("UPDATE app SET logo_url = ? WHERE id = ?", logoUrl, id);
    return logoUrl;
  }

  /** The uploaded logo behind an app's `logoUrl`. */
  getLogo(logoUrl: string): { readonly contentType: string; readonly content: Uint8Array } | undefined {
    const row = this.#context.sql.get(
      "SELECT content_type, content FROM app_logo JOIN app ON app.id = app_id WHERE logo_url = ?",
      logoUrl,
    );
    const content = row?.["content"];
    if (row === undefined || !(content instanceof Uint8Array)) return undefined;
    return { contentType: readString(row, "content_type"), content };
  }

  addKey(appId: string, key: AppKey): void {
    this.#context.sql.run(
      "INSERT INTO app_key (app_id, kid, certificate, public_jwk, created, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
      appId,
      key.kid,
      key.certificate,
      JSON.stringify({ n: key.modulus, e: key.exponent }),
      key.created,
      key.expiresAt,
    );
  }

  /** Adds a key with its private half. */
  addKeyPair(appId: string, { privateKey, ...key }: AppKeyPair): void {
    this.#context.sql.transaction(() => {
      this.addKey(appId, key);
      const known = this.document(appId, "private_keys");
      this.saveDocument(appId, "private_keys", { ...known, [key.kid]: privateKey });
    });
  }

  /** The private half of an app's key (PEM); undefined where the org doesn't have it. */
  privateKey(appId: string, kid: string): string | undefined {
    const pem = this.document(appId, "private_keys")?.[kid];
    return typeof pem === "string" ? pem : undefined;
  }

  /** Signing keys of an app, oldest first. */
  keys(appId: string): AppKey[] {
    return this.#context.sql
      .all("SELECT * FROM app_key WHERE app_id = ? ORDER BY created, kid", appId)
      .map((row) => {
        const jwk = readObject(row, "public_jwk");
        return {
          kid: readString(row, "kid"),
          certificate: readString(row, "certificate"),
          modulus: String(jwk["n"]),
          exponent: String(jwk["e"]),
          created: readString(row, "created"),
          expiresAt: readString(row, "expires_at"),
        };
      });
  }
}

/** A row of table `app`. */
function readApp(row: Row): App {
  return {
    id: readString(row, "id"),
    name: readString(row, "name"),
    catalogName: readNullableString(row, "catalog_name"),
    label: readString(row, "label"),
    status: readOneOf(row, "status", APP_STATUSES),
    signOnMode: readNullableString(row, "sign_on_mode"),
    dialect: readOneOf(row, "dialect", ["oin", "aiw"]),
    accessibility: readObject(row, "accessibility"),
    visibility: readObject(row, "visibility"),
    credentials: readObject(row, "credentials"),
    settings: readObject(row, "settings"),
    accessPolicyId: readString(row, "access_policy_id"),
    logoUrl: readNullableString(row, "logo_url"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
