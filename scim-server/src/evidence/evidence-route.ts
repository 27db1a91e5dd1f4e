import type { FastifyInstance, onRequestAsyncHookHandler } from "fastify";
import { refuseOtherMethods } from "../protocol/refuse-other-methods.ts";
import type { ProtocolParts } from "../protocol/register-routes.ts";
import { accessOf, grantAccess } from "../protocol/tenant-access.ts";

/** Registers GET /{tenant}/evidence: who called, what for, how often, and when last. */
export function registerEvidenceRoute(server: FastifyInstance, parts: ProtocolParts): void {
  const onRequest: onRequestAsyncHookHandler = async (request, reply) => {
    request.access = await grantAccess(parts, request, reply);
  };
  refuseOtherMethods(server, "/:tenant/evidence", ["GET"], onRequest);
  server.get("/:tenant/evidence", {
    onRequest,
    handler: async (request) => {
      const { tenant } = accessOf(request);
      await parts.evidence.flush();
      const entries = await parts.storage.evidence(tenant.name);
      const uses = await parts.storage.tokenUses(tenant.name);
      return {
        tenant: tenant.name,
        now: new Date().toISOString(),
        entries: entries.map((entry) => ({ ...entry, lastAt: new Date(entry.lastAt).toISOString() })),
        tokens: uses.map((use) => ({ ...use, lastAt: new Date(use.lastAt).toISOString() })),
      };
    },
  });
}
