import {
  CONNECTION_STATUSES,
  type Connection,
  type ConnectionStatus,
  type Features,
  type JsonObject,
} from "./model.ts";
import { type OAuthConnection, readOAuthConnection } from "./oauth-connection.ts";
import { type Row, readNullableObject, readNullableString, readOneOf, readString } from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** Connections and features of apps: whether and how Okta provisions them. */
export class ProvisioningSettings {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  connection(appId: string): Connection | undefined {
    const row = this.#context.sql.get("SELECT * FROM connection WHERE app_id = ?", appId);
    return row === undefined ? undefined : readConnection(row);
  }

  saveConnection(connection: Omit<Connection, "lastUpdated">): void {
    this.#context.sql.transaction(() => {
      this.#context.sql.run(
        `INSERT INTO connection (app_id, auth_scheme, status, base_url, authentication, token, username, oauth2, set_by, last_updated)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (app_id) DO UPDATE SET auth_scheme = excluded.auth_scheme, status = excluded.status, base_url = excluded.base_url,
           authentication = excluded.authentication, token = excluded.token, username = excluded.username, oauth2 = excluded.oauth2,
           set_by = excluded.set_by, last_updated = excluded.last_updated`,
        connection.appId,
        connection.authScheme,
        connection.status,
        connection.baseUrl,
        connection.authentication,
        connection.token,
        connection.username,
        connection.oauth2 === null ? null : JSON.stringify(connection.oauth2),
        connection.setBy,
        this.#context.now(),
      );
      this.#context.emit({ type: "connection.changed", appId: connection.appId });
    });
  }

  setConnectionStatus(appId: string, status: ConnectionStatus): void {
    this.#context.sql.transaction(() => {
      this.#context.sql.run(
        "UPDATE connection SET status = ?, last_updated = ? WHERE app_id = ?",
        status,
        this.#context.now(),
        appId,
      );
      this.#context.emit({ type: "connection.changed", appId });
    });
  }

  /** Changes what a connection knows of its authorization; who is provisioned does not change by it. */
  saveOAuth(appId: string, oauth2: OAuthConnection): void {
    this.#context.sql.run(
      "UPDATE connection SET oauth2 = ?, last_updated = ? WHERE app_id = ?",
      JSON.stringify(oauth2),
      this.#context.now(),
      appId,
    );
  }

  /** The features of an app; everything is off until it was set. */
  features(appId: string): Features {
    const row = this.#context.sql.get("SELECT * FROM features WHERE app_id = ?", appId);
    return row === undefined ? { ...FEATURES_OFF, appId } : readFeatures(row);
  }

  /** The features of all apps that import is set up for. */
  featuresWithImport(): Features[] {
    return this.#context.sql.all("SELECT * FROM features WHERE inbound IS NOT NULL").map(readFeatures);
  }

  saveFeatures(features: Features): void {
    const { appId, inbound, ...document } = features;
    this.#context.sql.transaction(() => {
      this.#context.sql.run(
        `INSERT INTO features (app_id, document, inbound) VALUES (?, ?, ?)
         ON CONFLICT (app_id) DO UPDATE SET document = excluded.document, inbound = excluded.inbound`,
        appId,
        JSON.stringify(document),
        inbound === null ? null : JSON.stringify(inbound satisfies JsonObject),
      );
      this.#context.emit({ type: "features.changed", appId });
    });
  }

  /** Whether provisioning is on at all: an enabled connection. Features can be set only then. */
  isEnabled(appId: string): boolean {
    return this.connection(appId)?.status === "ENABLED";
  }

  /** Whether a person assigned now gets an account in the app. */
  createsAccounts(appId: string): boolean {
    return this.isEnabled(appId) && this.features(appId).createUsers === "ENABLED";
  }
}

/** What an app has before any feature was set. */
const FEATURES_OFF: Omit<Features, "appId"> = {
  createUsers: "DISABLED",
  updateProfiles: "DISABLED",
  deactivateUsers: "DISABLED",
  password: { status: "DISABLED", seed: "RANDOM", change: "KEEP_EXISTING" },
  inbound: null,
};

function readFeatures(row: Row): Features {
  const document: Omit<Features, "appId" | "inbound"> = JSON.parse(readString(row, "document"));
  return { ...document, appId: readString(row, "app_id"), inbound: readNullableObject(row, "inbound") };
}

function readConnection(row: Row): Connection {
  return {
    appId: readString(row, "app_id"),
    authScheme: readOneOf(row, "auth_scheme", ["TOKEN", "OAUTH2", "UNKNOWN"]),
    status: readOneOf(row, "status", CONNECTION_STATUSES),
    baseUrl: readNullableString(row, "base_url"),
    authentication: readOneOf(row, "authentication", ["header", "bearer", "basic", "oauth2"]),
    token: readNullableString(row, "token"),
    username: readNullableString(row, "username"),
    oauth2: readOAuthConnection(readNullableObject(row, "oauth2")),
    setBy: readOneOf(row, "set_by", ["api", "console"]),
    lastUpdated: readString(row, "last_updated"),
  };
}
