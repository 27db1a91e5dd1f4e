import { Agent, type Dispatcher } from "undici";
import type { ScimClient } from "../../../src/scim/scim-client.ts";
import type { Connection } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { testConnection, type VerificationResult } from "./connection-test.ts";
import { createFaultDispatcher } from "./fault-dispatcher.ts";
import type { FaultRegistry } from "./fault-registry.ts";
import { testAuthorization } from "./org2org-token.ts";
import { answerTimeout, type ConnectionSettings, createOktaScimClient } from "./scim-connection.ts";

export interface ScimClientsOptions {
  readonly store: OrgStore;
  /** Sends the requests; an agent of its own when absent. */
  readonly fetcher?: Dispatcher | undefined;
  readonly faults?: FaultRegistry | undefined;
  readonly answerTimeoutMs?: number | undefined;
}

const noConnection: ConnectionSettings = {
  baseUrl: null,
  authentication: "header",
  token: null,
  username: null,
};

/** The apps' SCIM clients, made from their saved connections and kept until a connection changes. */
export class ScimClients {
  readonly #options: ScimClientsOptions;
  readonly #clients = new Map<string, { readonly key: string; readonly client: ScimClient }>();
  #agent: Dispatcher | undefined;

  constructor(options: ScimClientsOptions) {
    this.#options = options;
  }

  get(appId: string): ScimClient {
    const settings = this.#options.store.settings.connection(appId) ?? noConnection;
    const key = JSON.stringify([
      settings.baseUrl,
      settings.authentication,
      settings.token,
      settings.username,
    ]);
    const known = this.#clients.get(appId);
    if (known?.key === key) return known.client;
    const client = createOktaScimClient(settings, {
      dispatcher: this.#dispatcherOf(appId),
      timeoutMs: this.#timeoutMs,
    });
    this.#clients.set(appId, { key, client });
    return client;
  }

  /** Tests connection settings of an app, saved or not. */
  test(appId: string, settings: ConnectionSettings, signal: AbortSignal): Promise<VerificationResult> {
    return testConnection(settings, {
      importsGroups: this.#options.store.settings.features(appId).inbound !== null,
      dispatcher: this.#dispatcherOf(appId),
      timeoutMs: this.#timeoutMs,
      signal,
    });
  }

  /** Tests a connection that the Management API has set up with OAuth 2.0: no SCIM server is known for it. */
  testOAuth(connection: Connection, signal: AbortSignal): Promise<VerificationResult> {
    const dispatcher = this.#dispatcherOf(connection.appId);
    return testAuthorization(this.#options.store, connection, {
      dispatcher,
      timeoutMs: this.#timeoutMs,
      signal,
    });
  }

  /** Ends all connections; the next request opens new ones. */
  async close(): Promise<void> {
    this.#clients.clear();
    await this.#agent?.destroy();
    this.#agent = undefined;
  }

  get #timeoutMs(): number {
    return this.#options.answerTimeoutMs ?? answerTimeout;
  }

  #dispatcherOf(appId: string): Dispatcher {
    const { faults, fetcher } = this.#options;
    const dispatcher = fetcher ?? this.#openAgent();
    return faults === undefined ? dispatcher : createFaultDispatcher(dispatcher, faults, appId);
  }

  #openAgent(): Dispatcher {
    this.#agent ??= new Agent({ connections: 32, pipelining: 1 });
    return this.#agent;
  }
}
