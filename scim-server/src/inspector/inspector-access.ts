import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FailureLimiter } from "../authentication/failure-limiter.ts";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import { messagePage } from "./pages.ts";

/** What access to the inspector is decided by. */
export interface InspectorAccessParts {
  readonly tenants: TenantRegistry;
  readonly failures: FailureLimiter;
}

/** Answers whoever may not see the inspector, with a page that says so. Undefined for those who may. */
export function refuseInspection(
  { tenants, failures }: InspectorAccessParts,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const { inspector } = tenants;
  if (inspector.access === "open") return undefined;
  if (!("sha256" in inspector)) {
    if (inspector.access === "loopback" && isFromThisMachine(request)) return undefined;
    return sendMessage(reply, 403, "Not available", "This server's inspector is closed to you.");
  }
  const { authorization } = request.headers;
  const digest = createHash("sha256").update(readToken(authorization)).digest();
  if (inspector.sha256.some((hash) => timingSafeEqual(Buffer.from(hash, "hex"), digest))) return undefined;
  // A browser that has not been asked yet has not failed.
  const wait =
    authorization === undefined ? undefined : failures.recordFailure(request.ip, performance.now());
  if (wait !== undefined) {
    reply.header("retry-after", String(wait));
    return sendMessage(reply, 429, "Too many attempts", "Wait a minute before the next.");
  }
  reply.header("www-authenticate", 'Basic realm="SCIM inspector", charset="UTF-8"');
  return sendMessage(reply, 401, "Sign in", "Any user name, and the inspector's token as the password.");
}

const forwardingHeaders = ["forwarded", "via", "x-forwarded-host", "x-real-ip"];

/**
 * Whether somebody on this machine asks this server itself. A proxy on this machine connects from here, too, for
 * whoever it serves; and a page from elsewhere may have the browser connect to here under that page's own host name.
 */
function isFromThisMachine(request: FastifyRequest): boolean {
  const { headers, ip, ips } = request;
  // Where a proxy is trusted, the address is already that of the proxy's client.
  const isForwarded =
    forwardingHeaders.some((name) => name in headers) || ("x-forwarded-for" in headers && ips === undefined);
  const isLocalName = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(headers.host ?? "");
  return /^(127\.|::1$|::ffff:127\.)/.test(ip) && isLocalName && !isForwarded;
}

/** A bearer token, or the password that a browser asks for. */
function readToken(authorization: string | undefined): string {
  const [scheme = "", value = ""] = (authorization ?? "").split(" ");
  if (scheme.toLowerCase() === "bearer") return value;
  return scheme.toLowerCase() === "basic"
    ? Buffer.from(value, "base64").toString("utf8").split(":").slice(1).join(":")
    : "";
}

function sendMessage(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  return reply.code(status).type("text/html; charset=utf-8").send(messagePage(title, text));
}
