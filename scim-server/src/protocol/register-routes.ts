import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from "fastify";
import type { EvidenceRecorder } from "../evidence/evidence-recorder.ts";
import type { JsonValue } from "../json.ts";
import { ScimError } from "../scim-error.ts";
import type { Storage } from "../storage/storage.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";
import { type Route, routes } from "./routes.ts";
import type { QueryParameters } from "./scim-request.ts";
import { sendAnswer, sendWithOthers } from "./send-answer.ts";
import {
  type AccessParts,
  accessOf,
  findAccess,
  grantAccess,
  readPathParameter,
  type TenantAccess,
} from "./tenant-access.ts";

/** What the protocol's routes work with. */
export interface ProtocolParts extends AccessParts {
  readonly storage: Storage;
  readonly evidence: EvidenceRecorder;
  /** Told of members that a write named and that were passed over, because no resource has their id. */
  readonly onUnknownMembers: (tenant: string, requestId: string, ids: readonly string[]) => void;
}

/** A SCIM route, and the pattern its whole path matched. */
export interface ServedRoute {
  readonly route: Route;
  readonly pattern: string;
}

declare module "fastify" {
  interface FastifyRequest {
    /** The SCIM route, for evidence and logs; null elsewhere. */
    scim: ServedRoute | null;
  }
}

/** Registers the SCIM protocol below a prefix: `/:tenant/scim/v2`, or `/scim/v2` for the only tenant. */
export function registerProtocol(server: FastifyInstance, prefix: string, parts: ProtocolParts): void {
  server.register(
    async (scope) => {
      for (const route of routes) registerRoute(scope, { route, pattern: `${prefix}${route.path}` }, parts);
      for (const path of new Set(routes.map((route) => route.path))) {
        const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
        refuseOtherMethods(scope, path, methods, guard(parts, null));
      }
    },
    { prefix },
  );
}

/** Checks a request before its body is read. Without waiting when the credential is known, as it nearly always is. */
function guard(parts: ProtocolParts, served: ServedRoute | null): onRequestHookHandler {
  return (request, reply, done) => {
    const enter = (access: TenantAccess): void => {
      request.access = access;
      request.scim = served;
      const refused = access.token.readOnly && served !== null && !served.route.readOnly;
      if (refused) done(new ScimError(403, "This token may only read."));
      else done();
    };
    const access = findAccess(parts, request);
    if (access === undefined) grantAccess(parts, request, reply).then(enter, done);
    else enter(access);
  };
}

function registerRoute(scope: FastifyInstance, served: ServedRoute, parts: ProtocolParts): void {
  const { route } = served;
  const { storage, onUnknownMembers } = parts;
  scope.route<{ Body: JsonValue | undefined; Querystring: QueryParameters }>({
    method: route.method,
    url: route.path,
    // RFC 9110 section 9.3.2: whatever can be got can be asked for without its body.
    exposeHeadRoute: route.method === "GET",
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    onRequest: guard(parts, served),
    // Nothing is returned for an answer that is there at once: it has been sent without a promise.
    handler: (request, reply) => {
      const { tenant, token } = accessOf(request);
      const answer = route.handle({
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
        onUnknownMembers: (ids) => onUnknownMembers(tenant.name, request.id, ids),
      });
      if (answer instanceof Promise) return answer.then((later) => sendAnswer(reply, later));
      sendWithOthers(reply, answer);
      return undefined;
    },
  });
}

/** What a call counts as: the route's kind, given the request's query. */
export function kindOf(route: Route, request: FastifyRequest): string {
  return route.kind(isQuery(request.query) ? request.query : {});
}

function isQuery(query: unknown): query is QueryParameters {
  return typeof query === "object" && query !== null;
}
