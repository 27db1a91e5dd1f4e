import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EvidenceRecorder } from "../evidence/evidence-recorder.ts";
import type { RequestLog } from "../inspector/request-log.ts";
import { kindOf } from "../protocol/register-routes.ts";
import type { ServerLogger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Who is told of answered requests. */
export interface RequestObservers {
  readonly metrics: Metrics;
  readonly evidence: EvidenceRecorder;
  readonly requests: RequestLog;
  readonly logger: ServerLogger;
  /** Log lines name paths with their queries, which name people. */
  readonly logPersonalData: boolean;
}

const maxUserAgentLength = 200;

/** Counts, logs and records each answered request. */
export function observeRequests(server: FastifyInstance, observers: RequestObservers): void {
  server.addHook("onResponse", (request, reply, done) => {
    observe(observers, request, reply);
    done();
  });
}

function observe(observers: RequestObservers, request: FastifyRequest, reply: FastifyReply): void {
  const { access, scim, method } = request;
  const { statusCode, elapsedTime } = reply;
  // The route's pattern stands for the path, which may name a person.
  const pattern = scim?.pattern ?? request.routeOptions.url ?? "(unknown)";
  const userAgent = request.headers["user-agent"];
  observers.metrics.observeRequest(
    access?.tenant.name ?? "",
    method,
    pattern,
    statusCode,
    elapsedTime / 1000,
  );
  if (access !== null) {
    const tenant = access.tenant.name;
    if (userAgent?.startsWith("Okta") === true) observers.metrics.observeOktaCall(tenant);
    if (scim !== null) {
      const kind = kindOf(scim.route, request);
      observers.evidence.record(tenant, access.token.id, userAgent ?? "", kind, statusCode);
      observers.requests.add({
        at: Date.now(),
        tenant,
        kind,
        method,
        route: scim.route.path,
        status: statusCode,
        milliseconds: elapsedTime,
        tokenId: access.token.id,
        userAgent: (userAgent ?? "").slice(0, maxUserAgentLength),
      });
    }
  }
  const level = statusCode >= 500 ? "error" : scim === null ? "debug" : "info";
  if (observers.logger.isLevelEnabled(level)) {
    observers.logger.writeLine(
      formatLine(level, request, pattern, statusCode, elapsedTime, observers.logPersonalData),
    );
  }
}

/**
 * Put together by hand, in the shape of the other lines: pino takes four times as long, as long as a read by key. A
 * request's id needs no escapes: it is a UUID, or of the few characters that one from a client may have.
 */
function formatLine(
  level: string,
  request: FastifyRequest,
  pattern: string,
  status: number,
  milliseconds: number,
  withUrl: boolean,
): string {
  const { access } = request;
  const userAgent = request.headers["user-agent"];
  const caller =
    access === null ? "" : `,"tenant":${quote(access.tenant.name)},"token":${quote(access.token.id)}`;
  const url = withUrl ? `,"url":${JSON.stringify(request.url)}` : "";
  const agent = userAgent === undefined ? "" : `,"userAgent":${quote(userAgent)}`;
  const head = `{"level":"${level}","time":"${currentTime()}","requestId":"${request.id}"${caller}`;
  const route = `"method":"${request.method}","route":${quote(pattern)}${url}`;
  const duration = Math.round(milliseconds * 10) / 10;
  return `${head},${route},"status":${status},"milliseconds":${duration}${agent},"msg":"request"}`;
}

const maxQuoted = 500;
const maxQuotedLength = 200;
const quoted = new Map<string, string>();

/** Text as a JSON string. The same few tenants, tokens, routes and clients come again and again. */
function quote(text: string): string {
  const known = quoted.get(text);
  if (known !== undefined) return known;
  if (quoted.size >= maxQuoted) quoted.clear();
  const made = JSON.stringify(text);
  if (text.length <= maxQuotedLength) quoted.set(text, made);
  return made;
}

let formattedAt = 0;
let formatted = "";

/** The time in ISO 8601, formatted once a millisecond. */
function currentTime(): string {
  const now = Date.now();
  if (now !== formattedAt) {
    formattedAt = now;
    formatted = new Date(now).toISOString();
  }
  return formatted;
}
