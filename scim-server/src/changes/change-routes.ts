import { once } from "node:events";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { authenticate } from "../authentication/authenticate.ts";
import type { Tenant } from "../config/tenant.ts";
import { refuseOtherMethods } from "../protocol/refuse-other-methods.ts";
import type { ProtocolParts } from "../protocol/register-routes.ts";
import { type QueryParameters, readParameter } from "../protocol/scim-request.ts";
import { accessOf, grantAccess } from "../protocol/tenant-access.ts";
import { ScimError } from "../scim-error.ts";
import type { RecordedChange } from "../storage/storage.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { messageId, toMessage } from "./change-message.ts";
import { PositionGoneError } from "./position-gone-error.ts";

const maxPage = 1000;
const maxWaitSeconds = 60;
const streamPage = 200;
const heartbeatMilliseconds = 15_000;

/** What the change routes work with. */
export interface ChangeParts extends ProtocolParts {
  readonly feed: ChangeFeed;
  readonly logger: Logger;
}

/**
 * Registers the change feed, GET /{tenant}/changes (a page, a long poll with `wait`, or server-sent events), and the
 * audit trail, GET /{tenant}/audit (of one resource with `resource`; JSON lines when the client accepts them).
 */
export function registerChangeRoutes(server: FastifyInstance, parts: ChangeParts): void {
  const { feed } = parts;
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    request.access = await grantAccess(parts, request, reply);
  };
  for (const path of ["/:tenant/changes", "/:tenant/audit"])
    refuseOtherMethods(server, path, ["GET"], onRequest);
  server.addHook("preClose", async () => feed.close());

  server.get<{ Querystring: QueryParameters }>("/:tenant/changes", {
    onRequest,
    handler: async (request, reply) => {
      const { tenant } = accessOf(request);
      const wantsEvents = request.headers.accept?.includes("text/event-stream") === true;
      const after = readPosition(tenant.name, request);
      if (wantsEvents) await feed.check(tenant.name, after);
      if (wantsEvents) return streamEvents(parts, tenant, after, request, reply);
      const limit = readNumber(request.query, "limit", 100, maxPage);
      const wait = readNumber(request.query, "wait", 0, maxWaitSeconds);
      const changes = await feed.next(tenant.name, after, limit, wait * 1000, endOf(reply));
      return {
        tenant: tenant.name,
        after,
        last: changes.at(-1)?.sequence ?? after,
        changes: changes.map((change) => toMessage(tenant, change)),
      };
    },
  });

  server.get<{ Querystring: QueryParameters }>("/:tenant/audit", {
    onRequest,
    handler: async (request, reply) => {
      const { tenant } = accessOf(request);
      const resourceId = readParameter(request.query, "resource");
      const after = readNumber(request.query, "after", 0, Number.MAX_SAFE_INTEGER);
      // Whoever exports bit by bit must hear of a gap; without a position the trail begins where it begins.
      if (after > 0) await feed.check(tenant.name, after);
      if (request.headers.accept?.includes("application/x-ndjson") === true) {
        return streamLines(parts, tenant, after, resourceId, reply);
      }
      const limit = readNumber(request.query, "limit", 100, maxPage);
      const changes = await parts.storage.changeLog.after(tenant.name, { after, limit, resourceId });
      return { tenant: tenant.name, entries: changes.map((change) => toMessage(tenant, change)) };
    },
  });
}

/** Where to go on: after the last event the consumer saw, or where the query says. */
function readPosition(
  tenant: string,
  { headers, query }: FastifyRequest<{ Querystring: QueryParameters }>,
): number {
  const lastEvent = headers["last-event-id"];
  if (typeof lastEvent !== "string" || lastEvent === "") {
    return readNumber(query, "after", 0, Number.MAX_SAFE_INTEGER);
  }
  const [prefix, sequence] = [lastEvent.slice(0, tenant.length + 1), lastEvent.slice(tenant.length + 1)];
  // An event of another tenant says nothing of where this one's consumer is.
  if (prefix !== `${tenant}-` || !/^\d{1,15}$/.test(sequence)) {
    throw ScimError.invalidValue("Last-Event-ID must be the id of an event of this tenant.");
  }
  return Number(sequence);
}

function readNumber(query: QueryParameters, name: string, otherwise: number, most: number): number {
  const text = readParameter(query, name);
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw ScimError.invalidValue(`${name} must be an integer, 0 or more.`);
  }
  return Math.min(value, most);
}

/** Aborted when the answer is complete or its connection breaks. The connection itself may live on for more requests. */
function endOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort());
  return controller.signal;
}

/**
 * Server-sent events: `Last-Event-ID` continues where a broken connection ended. The next changes are read when the
 * consumer has taken the former ones.
 */
async function streamEvents(
  { feed, logger, tenants }: ChangeParts,
  granted: Tenant,
  after: number,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    // The stream ends when the server stops; an idle connection after it would hold that up.
    connection: "close",
  });
  // The consumer hears that it is connected before anything happens.
  response.flushHeaders();
  const signal = AbortSignal.any([endOf(reply), feed.closing]);
  let position = after;
  try {
    while (!signal.aborted) {
      const changes = await readNext(feed, granted, position, signal);
      const tenant = tenants.find(granted.name);
      if (changes === undefined || tenant === undefined) break;
      // A token that was removed or expired since gets nothing more, and what it gets is what is allowed by now.
      if (authenticate(tenant, request.headers.authorization, Date.now()) === undefined) break;
      const events = changes.map((change) => {
        return `id: ${messageId(tenant, change)}\nevent: ${change.type}\ndata: ${JSON.stringify(toMessage(tenant, change))}\n\n`;
      });
      position = changes.at(-1)?.sequence ?? position;
      if (!response.write(events.length > 0 ? events.join("") : ": still here\n\n")) {
        await once(response, "drain", { signal }).catch(() => {});
      }
    }
    // A consumer that does not take what is on its way to it must not hold up the end of the server.
    if (response.writableNeedDrain) response.destroy();
    else response.end();
  } catch (error) {
    // The answer has begun, so all that can be told is that it ends: the consumer comes again.
    logger.error({ requestId: request.id, err: error }, "event stream ended");
    response.destroy();
  }
}

/** Undefined when the position was pruned under the stream: the consumer comes again, and is told by 410. */
async function readNext(
  feed: ChangeFeed,
  tenant: Tenant,
  position: number,
  signal: AbortSignal,
): Promise<readonly RecordedChange[] | undefined> {
  try {
    return await feed.next(tenant.name, position, streamPage, heartbeatMilliseconds, signal);
  } catch (error) {
    if (error instanceof PositionGoneError) return undefined;
    throw error;
  }
}

function streamLines(
  parts: ProtocolParts,
  tenant: Tenant,
  after: number,
  resourceId: string | undefined,
  reply: FastifyReply,
): FastifyReply {
  async function* lines(): AsyncGenerator<string> {
    let position = after;
    for (;;) {
      const changes = await parts.storage.changeLog.after(tenant.name, {
        after: position,
        limit: maxPage,
        resourceId,
      });
      if (changes.length === 0) return;
      for (const change of changes) yield `${JSON.stringify(toMessage(tenant, change))}\n`;
      position = changes.at(-1)?.sequence ?? position;
    }
  }
  return reply.type("application/x-ndjson").send(Readable.from(lines()));
}
