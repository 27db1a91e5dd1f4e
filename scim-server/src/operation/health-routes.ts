import type { FastifyInstance } from "fastify";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import { refuseOtherMethods } from "../protocol/refuse-other-methods.ts";
import type { Storage } from "../storage/storage.ts";
import { answerInTime } from "./in-time.ts";
import type { Metrics } from "./metrics.ts";

/** Registers /healthz (the process runs), /readyz (it can serve) and /metrics (Prometheus). */
export function registerHealthRoutes(
  server: FastifyInstance,
  storage: Storage,
  tenants: TenantRegistry,
  metrics: Metrics,
): void {
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const ready = (await answerInTime(storage.check().then(() => true))) ?? false;
    return reply.code(ready ? 200 : 503).send({
      status: ready ? "ready" : "unavailable",
      storage: ready ? "ok" : "unreachable",
      tenants: tenants.tenants.map(({ name }) => name),
    });
  });
  server.get("/metrics", async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.render());
  });
  for (const path of ["/healthz", "/readyz", "/metrics"]) refuseOtherMethods(server, path, ["GET"]);
}
