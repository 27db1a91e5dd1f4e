import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isJsonObject, type JsonValue } from "../json.ts";
import { refuseOtherMethods } from "../protocol/refuse-other-methods.ts";
import type { ProtocolParts } from "../protocol/register-routes.ts";
import { accessOf, grantAccess, readPathParameter } from "../protocol/tenant-access.ts";
import { ScimError } from "../scim-error.ts";
import type { ChangeFeed } from "./change-feed.ts";

/** Registers GET /{tenant}/webhooks (how far deliveries are) and POST /{tenant}/webhooks/{id}/replay. */
export function registerWebhookRoutes(server: FastifyInstance, parts: ProtocolParts, feed: ChangeFeed): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    request.access = await grantAccess(parts, request, reply);
    if (request.method !== "GET" && request.access.token.readOnly) {
      throw new ScimError(403, "This token may only read.");
    }
  };

  refuseOtherMethods(server, "/:tenant/webhooks", ["GET"], onRequest);
  refuseOtherMethods(server, "/:tenant/webhooks/:id/replay", ["POST"], onRequest);
  server.get("/:tenant/webhooks", {
    onRequest,
    handler: async (request) => {
      const tenant = accessOf(request).tenant.name;
      const { first, last } = await parts.storage.changeLog.bounds(tenant);
      return {
        tenant,
        firstSequence: first,
        lastSequence: last,
        webhooks: await parts.storage.webhooks.states(tenant),
        deadLetters: await parts.storage.webhooks.deadLetters(tenant),
      };
    },
  });

  server.post<{ Body: JsonValue | undefined }>("/:tenant/webhooks/:id/replay", {
    onRequest,
    handler: async (request, reply) => {
      const tenant = accessOf(request).tenant.name;
      const id = readPathParameter(request.params, "id") ?? "";
      const after = isJsonObject(request.body) ? request.body["after"] : undefined;
      if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0) {
        throw ScimError.invalidValue('The body must be {"after": <sequence>}, 0 for everything.');
      }
      const states = await parts.storage.webhooks.states(tenant);
      const state = states.find((candidate) => candidate.id === id);
      if (state === undefined) throw ScimError.notFound(`There is no webhook ${id}.`);
      await feed.check(tenant, after);
      const replayed = { ...state, deliveredSequence: after, attempts: 0, nextAttemptAt: 0 };
      if (!(await parts.storage.webhooks.save(tenant, state, replayed))) {
        throw new ScimError(409, "A delivery ended just now; ask again.");
      }
      return reply.code(202).send(replayed);
    },
  });
}
