import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EvidenceRecorder } from "../evidence/evidence-recorder.ts";
import type { JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";
import type { Storage } from "../storage/storage.ts";
import { allMethods, type Route, routes } from "./routes.ts";
import type { Answer, QueryParameters } from "./scim-request.ts";
import { type AccessParts, accessOf, grantAccess, readPathParameter } from "./tenant-access.ts";

/** What the protocol's routes work with. */
export interface ProtocolParts extends AccessParts {
  readonly storage: Storage;
  readonly evidence: EvidenceRecorder;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** The SCIM route, for evidence and logs. */
    scimRoute?: Route;
  }
}

/** Registers the SCIM protocol below a prefix: `/:tenant/scim/v2`, or `/scim/v2` for the only tenant. */
export function registerProtocol(server: FastifyInstance, prefix: string, parts: ProtocolParts): void {
  server.register(
    async (scope) => {
      scope.addHook("onRequest", async (request, reply) => {
        request.access = await grantAccess(parts, request, reply);
        const { scimRoute } = request.routeOptions.config;
        if (request.access.token.readOnly && scimRoute !== undefined && !scimRoute.readOnly) {
          throw new ScimError(403, "This token may only read.");
        }
      });
      scope.addHook("onSend", async (request, reply) => recordEvidence(parts.evidence, request, reply));
      for (const route of routes) registerRoute(scope, route, parts.storage);
      for (const path of new Set(routes.map((route) => route.path))) refuseOtherMethods(scope, path);
    },
    { prefix },
  );
}

function registerRoute(scope: FastifyInstance, route: Route, storage: Storage): void {
  scope.route<{ Body: JsonValue | undefined; Querystring: QueryParameters }>({
    method: route.method,
    url: route.path,
    exposeHeadRoute: false,
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    config: { scimRoute: route },
    handler: async (request, reply) => {
      const { tenant, token } = accessOf(request);
      const answer = await route.handle({
        storage,
        tenant,
        origin: {
          tokenId: token.id,
          requestId: request.id,
          userAgent: (request.headers["user-agent"] ?? "").slice(0, 200),
        },
        id: readPathParameter(request.params, "id") ?? "",
        query: request.query,
        ifMatch: request.headers["if-match"],
        ifNoneMatch: request.headers["if-none-match"],
        body: request.body ?? undefined,
      });
      return sendAnswer(reply, answer);
    },
  });
}

function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status);
  if (answer.headers !== undefined) reply.headers(answer.headers);
  if (answer.body === undefined) return reply.send();
  return reply.header("content-type", "application/scim+json; charset=utf-8").send(answer.body);
}

function refuseOtherMethods(scope: FastifyInstance, path: string): void {
  const allowed = routes.filter((route) => route.path === path).map(({ method }) => method);
  const refused = allMethods.filter((method) => !allowed.includes(method));
  if (refused.length === 0) return;
  scope.route({
    method: refused,
    url: path,
    exposeHeadRoute: false,
    handler: async () => {
      const allow = allowed.join(", ");
      throw new ScimError(405, `The methods here are ${allow}.`, undefined, { allow });
    },
  });
}

async function recordEvidence(
  evidence: EvidenceRecorder,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { scimRoute } = request.routeOptions.config;
  if (request.access === null || scimRoute === undefined) return;
  const { tenant, token } = request.access;
  const userAgent = request.headers["user-agent"] ?? "";
  evidence.record(tenant.name, token.id, userAgent, kindOf(scimRoute, request), reply.statusCode);
}

/** What a call counts as: the route's kind, given the request's query. */
export function kindOf(route: Route, request: FastifyRequest): string {
  const query: unknown = request.query;
  return route.kind(typeof query === "object" && query !== null ? { ...query } : {});
}
