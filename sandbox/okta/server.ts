import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { checkExpression } from "../../src/expression/check-expression.ts";
import { type Answer, type IncomingRequest, type RouteGroup, redirectTo } from "./http.ts";
import { listenOnLoopback, readRequest, sendAnswer } from "./http-adapter.ts";
import type { ConnectionTest } from "./management-api/api-call.ts";
import { ApiConditions, createConditionsRoutes } from "./management-api/conditions.ts";
import { createManagementApi } from "./management-api/management-api.ts";
import { answerError, forbidden, invalidToken, OktaApiError } from "./management-api/okta-error.ts";
import { type RateLimitState, RateLimits } from "./management-api/rate-limits.ts";
import type { Fault, FaultRegistry } from "./provisioning/fault-registry.ts";
import type { OrgStore } from "./store/org-store.ts";

/** What the org's HTTP server is made of. */
export interface OrgServerOptions {
  readonly store: OrgStore;
  readonly engine: {
    readonly verifyConnection: (appId: string) => Promise<ConnectionTest>;
    readonly passwords: { readonly remember: (userId: string, password: string) => void };
  };
  readonly faults: Pick<FaultRegistry, "take">;
  /** Console and control routes, asked in this order before the Management API. */
  readonly routes: readonly RouteGroup[];
  /** Requests a minute per path prefix, where they differ from Okta's. */
  readonly rateLimits?: Readonly<Record<string, number>>;
  /** Conditions that other parts set as well; of its own, with `rateLimits`, when absent. */
  readonly conditions?: ApiConditions;
  /** Takes one line per request. */
  readonly log?: (line: string) => void;
}

/** The emulated org as an HTTP server. */
export interface OrgServer {
  /** Begins to listen on loopback; 0 takes any free port. Returns the org's address. */
  readonly listen: (port: number) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** The Management API's conditions of an org, with its rate limits. */
export function createConditions(
  store: OrgStore,
  rateLimits: Readonly<Record<string, number>> = readRateLimits(store),
): ApiConditions {
  return new ApiConditions(new RateLimits(store.clock, rateLimits));
}

/** Puts the Management API, the console and the control routes behind one server. */
export function createOrgServer(options: OrgServerOptions): OrgServer {
  const { store, engine } = options;
  const conditions = options.conditions ?? createConditions(store, options.rateLimits);
  const { rateLimits } = conditions;
  const api = createManagementApi({
    store,
    checkExpression,
    verifyConnection: (appId) => engine.verifyConnection(appId),
    rememberPassword: (userId, password) => engine.passwords.remember(userId, password),
    connectionsServed: (name) =>
      conditions.connections === "unknown" ? false : readConnectionsApi(store).get(name),
    selfServiceAllowed: () =>
      conditions.selfService === "as-configured"
        ? store.setting("self_service") !== "false"
        : conditions.selfService === "allowed",
  });
  const groups = [createConditionsRoutes(conditions), ...options.routes, api, serveLogo(store)];
  let orgUrl = "";

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const request = await readRequest(message, orgUrl);
    const isApi = /^\/(api|oauth2|\.well-known)\//.test(request.path);
    const state = isApi ? rateLimits.take(request.path) : undefined;
    const fault = isApi
      ? options.faults.take({ target: "api", method: request.method, path: request.path })
      : undefined;
    if (fault?.kind === "refused") return void message.socket.destroy();
    if (fault?.kind === "slow") await wait(fault.delayMs);
    const answer = failBy(fault, store) ?? limitBy(state) ?? (await route(groups, request));
    if (fault?.kind === "dropped") return void message.socket.destroy();
    await sendAnswer(response, answer, commonHeaders(store, request, fault, state));
    const duration = Math.round(performance.now() - started);
    options.log?.(`${request.method} ${request.path} ${answer.status} ${duration}ms`);
  };
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      options.log?.(`${message.method} failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) return void response.destroy();
      const failure =
        error instanceof OktaApiError ? error : new OktaApiError(500, "E0000009", "Internal Server Error");
      void sendAnswer(response, answerError(failure), { "x-sandbox": SANDBOX_MARK });
    });
  });
  // An https address as http_proxy makes clients ask for a tunnel, which the emulator cannot give.
  server.on("connect", (_message, socket) =>
    socket.end("HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n"),
  );

  return {
    listen: async (port) => {
      orgUrl = await listenOnLoopback(server, port);
      return orgUrl;
    },
    close: async () => {
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), 2_000);
      await once(server, "close");
      clearTimeout(timer);
    },
  };
}

const SANDBOX_MARK = "okta-scim emulated org";

async function route(groups: readonly RouteGroup[], request: IncomingRequest): Promise<Answer> {
  if (request.path === "/") return redirectTo("/admin");
  if (isFromForeignPage(request)) return answerError(forbidden());
  for (const group of groups) {
    const answer = await group(request);
    if (answer !== undefined) return answer;
  }
  return answerError(new OktaApiError(404, "E0000008", "The requested path was not found"));
}

/**
 * Whether a web page of another site makes a visitor's browser change something through the control routes, which ask for no
 * token. Pages name themselves in `Origin`; command-line clients send none.
 */
function isFromForeignPage(request: IncomingRequest): boolean {
  const { origin } = request.headers;
  if (request.segments[0] !== "sandbox" || request.method === "GET" || origin === undefined) return false;
  return !URL.canParse(origin) || !["127.0.0.1", "localhost"].includes(new URL(origin).hostname);
}

/** The answer that a fault puts in the place of the real one. */
function failBy(fault: Fault | undefined, store: OrgStore): Answer | undefined {
  switch (fault?.kind) {
    case "rate-limit":
      return tooManyRequests();
    case "server-error":
      return answerError(new OktaApiError(fault.status, "E0000009", "Internal Server Error"));
    case "wrong-answer":
      return {
        status: 200,
        headers: { "content-type": "text/html" },
        body: `<html><body>${store.orgId}: this is not JSON</body></html>`,
      };
    case "expired-token":
      return answerError(invalidToken());
    default:
      return undefined;
  }
}

function limitBy(state: RateLimitState | undefined): Answer | undefined {
  return state?.exceeded === true ? tooManyRequests() : undefined;
}

function tooManyRequests(): Answer {
  return answerError(
    new OktaApiError(429, "E0000047", "API call exceeded rate limit due to too many requests."),
  );
}

/** Headers of every answer. `Date` and the reset follow the org's clock: clients compute their wait from both. */
function commonHeaders(
  store: OrgStore,
  request: IncomingRequest,
  fault: Fault | undefined,
  state: RateLimitState | undefined,
): Record<string, string> {
  const now = store.clock.now();
  const headers: Record<string, string> = {
    date: now.toUTCString(),
    "x-okta-request-id": request.requestId,
    "x-sandbox": SANDBOX_MARK,
    "cache-control": "no-cache, no-store",
    "x-content-type-options": "nosniff",
  };
  if (state === undefined) return headers;
  // Every recorded answer of the API has these two, one without a body too.
  headers["accept-ch"] = "Sec-CH-UA-Platform-Version";
  headers["referrer-policy"] = "strict-origin-when-cross-origin";
  const limited = fault?.kind === "rate-limit";
  const reset = limited ? Math.ceil(now.getTime() / 1000) + (fault.retryAfterSeconds ?? 1) : state.reset;
  return {
    ...headers,
    "x-rate-limit-limit": String(state.limit),
    "x-rate-limit-remaining": String(limited ? 0 : state.remaining),
    "x-rate-limit-reset": String(reset),
  };
}

/** Uploaded logos, at the address that the app's `_links.logo` tells. */
function serveLogo(store: OrgStore): RouteGroup {
  return async (request) => {
    if (request.method !== "GET" || !request.path.startsWith("/fs/bcg/")) return undefined;
    const logo = store.apps.getLogo(request.path);
    return logo && { status: 200, headers: { "content-type": logo.contentType }, body: logo.content };
  };
}

/** For which catalog apps org.yaml says that the connections API serves them, or does not. */
function readConnectionsApi(store: OrgStore): ReadonlyMap<string, boolean> {
  const stored: Record<string, string> = JSON.parse(store.setting("connections_api") ?? "{}");
  return new Map(Object.entries(stored).map(([name, value]) => [name, value === "served"]));
}

function readRateLimits(store: OrgStore): Record<string, number> {
  return JSON.parse(store.setting("rate_limits") ?? "{}");
}
