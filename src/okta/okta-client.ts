import type { Dispatcher } from "undici";
import { type AppGroupsApi, createAppGroupsApi } from "./app-groups.ts";
import { type AppUsersApi, createAppUsersApi } from "./app-users.ts";
import { type AppsApi, createAppsApi } from "./apps.ts";
import { authorize, type OktaCredentials } from "./authorization.ts";
import { type ConnectionsApi, createConnectionsApi } from "./connections.ts";
import { createFeaturesApi, type FeaturesApi } from "./features.ts";
import { createGroupPushApi, type GroupPushApi } from "./group-push.ts";
import { createGroupsApi, type GroupsApi } from "./groups.ts";
import { createLogsApi, type LogsApi } from "./logs.ts";
import { createMappingsApi, type MappingsApi } from "./mappings.ts";
import { OktaHttp } from "./okta-http.ts";
import { CallCounter, type CallStatistics, keepWithinLimits } from "./rate-budget.ts";
import { createRedactor } from "./redaction.ts";
import { defaultRetryOptions, type RetryOptions, retryRateLimited, retryServerErrors } from "./retry.ts";
import { createSchemasApi, type SchemasApi } from "./schemas.ts";
import { composeTransport, type TransportLayer } from "./transport.ts";
import { createUndiciTransport } from "./undici-transport.ts";
import { createUsersApi, type UsersApi } from "./users.ts";

/** Which org to call, as whom, and how much of its limits may be used. */
export interface OktaClientOptions {
  /** The org's URL: `https://example.okta.com`, or the emulated org's. A slash at its end is ignored. */
  readonly orgUrl: string;
  readonly credentials: OktaCredentials;
  /** Milliseconds for one exchange. Default 30,000. */
  readonly timeoutMs?: number;
  /** Requests under way at once. Default 8; Okta's own limit per org begins at 15 (concurrent transactions). */
  readonly concurrency?: number;
  /** The share of each rate limit that this client may use up, above 0 up to 1. Default 0.75: the org's own work goes on. */
  readonly rateLimitShare?: number;
  /** The most exchanges this client may make; beyond it every call throws OktaBudgetError. Default: no limit. */
  readonly callBudget?: number;
  readonly retry?: Partial<RetryOptions>;
  readonly userAgent?: string;
  /** A layer that sees every exchange without credentials, for logs and evidence. */
  readonly observe?: TransportLayer;
  /** The undici dispatcher to send by: a mock, or a proxy agent. */
  readonly dispatcher?: Dispatcher;
}

/** A typed client of the parts of Okta's Management API that previews and checks read. */
export interface OktaClient {
  readonly orgUrl: string;
  readonly apps: AppsApi;
  readonly appUsers: AppUsersApi;
  readonly appGroups: AppGroupsApi;
  readonly connections: ConnectionsApi;
  readonly features: FeaturesApi;
  readonly schemas: SchemasApi;
  readonly mappings: MappingsApi;
  readonly groupPush: GroupPushApi;
  readonly groups: GroupsApi;
  readonly users: UsersApi;
  readonly logs: LogsApi;
  /** How many exchanges were made so far, and how long rate limits held them up. */
  readonly statistics: () => CallStatistics;
}

/**
 * Makes a client. Its calls throw OktaApiError (refused), OktaUnreachableError (no answer), OktaAnswerError (not Okta's shape),
 * OktaTokenError (no access token) and OktaBudgetError.
 * @throws OktaTokenError OKTA_PRIVATE_KEY_INVALID at once for an unusable key.
 */
export function createOktaClient(options: OktaClientOptions): OktaClient {
  const orgUrl = options.orgUrl.replace(/\/+$/, "");
  const counter = new CallCounter();
  const retry = listRetryOptions(options.retry, counter);
  const base = createUndiciTransport({
    orgUrl,
    userAgent: options.userAgent ?? "okta-scim",
    timeoutMs: options.timeoutMs ?? 30_000,
    ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
  });
  const tokenTransport = composeTransport(base, [retryServerErrors(retry), retryRateLimited(retry)]);
  const transport = composeTransport(base, [
    retryServerErrors(retry),
    retryRateLimited(retry),
    keepWithinLimits({ concurrency: options.concurrency ?? 8, share: options.rateLimitShare ?? 0.75 }, retry),
    counter.layer(options.callBudget ?? Number.POSITIVE_INFINITY),
    ...(options.observe === undefined ? [] : [options.observe]),
    authorize(options.credentials, orgUrl, tokenTransport),
  ]);
  const http = new OktaHttp(transport, createRedactor(listSecrets(options.credentials)));
  return {
    orgUrl,
    apps: createAppsApi(http),
    appUsers: createAppUsersApi(http),
    appGroups: createAppGroupsApi(http),
    connections: createConnectionsApi(http),
    features: createFeaturesApi(http),
    schemas: createSchemasApi(http),
    mappings: createMappingsApi(http),
    groupPush: createGroupPushApi(http),
    groups: createGroupsApi(http),
    users: createUsersApi(http),
    logs: createLogsApi(http),
    statistics: () => counter.read(),
  };
}

function listRetryOptions(given: Partial<RetryOptions> | undefined, counter: CallCounter): RetryOptions {
  const retry = { ...defaultRetryOptions, ...given };
  return {
    ...retry,
    wait: async (milliseconds, signal) => {
      counter.addWait(milliseconds, retry.now());
      await retry.wait(milliseconds, signal);
    },
  };
}

function listSecrets(credentials: OktaCredentials): string[] {
  return credentials.kind === "api-token" ? [credentials.apiToken] : [credentials.privateKeyPem];
}
