import { randomUUID } from "node:crypto";
import { Server as HttpsServer } from "node:https";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Logger } from "pino";
import { FailureLimiter } from "./authentication/failure-limiter.ts";
import { RateLimiter } from "./authentication/rate-limiter.ts";
import { ChangeFeed } from "./changes/change-feed.ts";
import { ChangePruner } from "./changes/change-pruner.ts";
import { registerChangeRoutes } from "./changes/change-routes.ts";
import { WebhookDeliverer } from "./changes/webhook-deliverer.ts";
import { registerWebhookRoutes } from "./changes/webhook-routes.ts";
import type { TenantRegistry } from "./config/tenant-registry.ts";
import { EvidenceRecorder } from "./evidence/evidence-recorder.ts";
import { registerEvidenceRoute } from "./evidence/evidence-route.ts";
import { registerInspector } from "./inspector/inspector-routes.ts";
import { RequestLog } from "./inspector/request-log.ts";
import { answerClientError, refuseExpectation } from "./operation/client-errors.ts";
import { emptyRequestOptions, forgetTypesOfNothing } from "./operation/empty-requests.ts";
import { closeGracefully } from "./operation/graceful-close.ts";
import { registerHealthRoutes } from "./operation/health-routes.ts";
import { shedLoad } from "./operation/load-shedding.ts";
import type { ServerLogger } from "./operation/logger.ts";
import { createMetrics } from "./operation/metrics.ts";
import { observeRequests } from "./operation/observe-requests.ts";
import { limitSlowReaders } from "./operation/slow-readers.ts";
import { readTls, type TlsFiles, watchTls } from "./operation/tls.ts";
import { toScimError } from "./protocol/error-answer.ts";
import { readJsonBodies } from "./protocol/json-body.ts";
import { mediaTypeFor } from "./protocol/media-type.ts";
import { refuseMalformed } from "./protocol/refuse-malformed.ts";
import { knownMethods } from "./protocol/refuse-other-methods.ts";
import { type ProtocolParts, registerProtocol } from "./protocol/register-routes.ts";
import { ScimError } from "./scim-error.ts";
import type { StorageTimer } from "./storage/sql/timed-engine.ts";
import { type Storage, StorageUnavailableError } from "./storage/storage.ts";

/** What a server is made of. */
export interface ServerParts {
  readonly storage: Storage;
  readonly tenants: TenantRegistry;
  readonly logger: ServerLogger;
  readonly timer: StorageTimer;
  readonly limits: ServerLimits;
  /** Logs name paths with their queries, which name people. */
  readonly logPersonalData: boolean;
  readonly tls: TlsFiles | undefined;
}

/** Bounds on what clients can make the server do. */
export interface ServerLimits {
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  readonly maxLagMilliseconds: number;
  /** How long a client may take to send a request; its headers have a third of a minute at most. */
  readonly requestTimeoutSeconds: number;
  readonly trustedProxies: readonly string[];
}

/** A connection on which nothing moves in either direction is closed after this. */
const idleMilliseconds = 90_000;

/** Builds the HTTP server; `listen` and `close` are the caller's. Closing finishes requests in flight. */
export function createServer(parts: ServerParts): FastifyInstance {
  const { storage, tenants, logger, limits } = parts;
  // Node itself would refuse a request without Host with a body that is no SCIM error.
  const options = {
    connectionsCheckingInterval: 1000,
    keepAlive: true,
    requireHostHeader: false,
    ...emptyRequestOptions,
  };
  const metrics = createMetrics(storage, tenants, parts.timer);
  const server = fastify({
    ...(parts.tls === undefined
      ? { http: options }
      : { https: { ...options, handshakeTimeout: 20_000, ...readTls(parts.tls) } }),
    trustProxy: limits.trustedProxies.length > 0 ? [...limits.trustedProxies] : false,
    bodyLimit: limits.maxBodyBytes,
    requestTimeout: limits.requestTimeoutSeconds * 1000,
    // Longer than a long poll, and than proxies keep their connections.
    connectionTimeout: idleMilliseconds,
    keepAliveTimeout: 75_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    genReqId: (request) => readRequestId(request.headers["x-request-id"]) ?? randomUUID(),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => sendError(logger, error, request, reply),
  });
  const evidence = new EvidenceRecorder(storage, (error) =>
    logger.error({ err: error }, "evidence not written"),
  );
  const protocol: ProtocolParts = {
    storage,
    tenants,
    evidence,
    failures: new FailureLimiter(),
    rates: new RateLimiter(),
    onUnknownMembers: (tenant, requestId, ids) => {
      metrics.observeUnknownMembers(tenant, ids.length);
      const first = ids.slice(0, 10);
      logger.warn({ tenant, requestId, count: ids.length, first }, "members passed over: no such id");
    },
  };

  const requests = new RequestLog();
  const feed = new ChangeFeed(storage);
  const webhooks = new WebhookDeliverer(storage, tenants, feed, logger);
  const pruner = new ChangePruner(storage, tenants, logger);
  server.addHook("onReady", async () => {
    webhooks.start();
    pruner.start();
  });
  server.addHook("onClose", async () => pruner.stop());
  server.addHook("onClose", async () => webhooks.stop());

  readJsonBodies(server);
  server.decorateRequest("access", null);
  server.decorateRequest("scim", null);
  server.setErrorHandler((error, request, reply) => sendError(logger, error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    sendError(logger, explainNoRoute(request.method), request, reply),
  );
  server.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    reply.header("cache-control", "no-store");
    done(refuseMalformed(request.raw));
  });
  server.server.maxConnections = limits.maxConnections;
  server.server.headersTimeout = Math.min(20, limits.requestTimeoutSeconds) * 1000;
  server.server.on("checkExpectation", refuseExpectation);
  watchCertificate(server, parts.tls, logger);
  shedLoad(server, limits.maxLagMilliseconds);
  limitSlowReaders(server, logger);
  closeGracefully(server);
  forgetTypesOfNothing(server);
  observeRequests(server, { metrics, evidence, requests, logger, logPersonalData: parts.logPersonalData });
  server.addHook("onClose", async () => evidence.flush());

  registerHealthRoutes(server, storage, tenants, metrics);
  registerEvidenceRoute(server, protocol);
  registerInspector(server, { storage, tenants, failures: protocol.failures, evidence, requests });
  registerChangeRoutes(server, { ...protocol, feed, logger });
  registerWebhookRoutes(server, protocol, feed);
  registerProtocol(server, "/:tenant/scim/v2", protocol);
  registerProtocol(server, "/scim/v2", protocol);
  return server;
}

function watchCertificate(server: FastifyInstance, files: TlsFiles | undefined, logger: Logger): void {
  const listener = server.server;
  if (files === undefined || !(listener instanceof HttpsServer)) return;
  const stop = watchTls(files, logger, (options) => listener.setSecureContext(options));
  server.addHook("onClose", async () => stop());
}

function explainNoRoute(method: string): ScimError {
  const isKnown = knownMethods.some((known) => known === method);
  if (isKnown) return ScimError.notFound("There is nothing at this path.");
  return new ScimError(501, `This server does not implement the method ${method}.`);
}

function readRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\w.:-]{1,100}$/.test(header) ? header : undefined;
}

function sendError(
  logger: Logger,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const answer = toScimError(error, request);
  if (answer.status === 500) logger.error({ requestId: request.id, err: error }, "request failed");
  if (error instanceof StorageUnavailableError) {
    logger.error({ requestId: request.id, reason: error.message }, "storage unavailable");
  }
  // Fastify would close the connection under a client that still sends its body, which then gets no answer but a reset.
  // What comes is read and dropped instead, as long as a request may take.
  if (request.headers.connection?.toLowerCase() !== "close") reply.removeHeader("connection");
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .header("content-type", mediaTypeFor(request.headers.accept))
    .send(answer.toBody());
}
