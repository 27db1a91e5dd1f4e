import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

const checkMilliseconds = 25;
const graceMilliseconds = 20_000;

/**
 * Makes closing finish what is being answered and nothing else: connections that are idle, or that clients opened
 * and never used, are closed as soon as no answer is under way, and all of them after a grace period.
 */
export function closeGracefully(server: FastifyInstance): void {
  const answering = new Set<ServerResponse>();
  let closing = false;
  server.server.on("request", (_request, response) => {
    answering.add(response);
    // Node then says `Connection: close`, so that the client does not send another request into a closing connection.
    if (closing) response.shouldKeepAlive = false;
    response.once("close", () => answering.delete(response));
  });
  server.addHook("preClose", async () => {
    closing = true;
    for (const response of answering) response.shouldKeepAlive = false;
    const deadline = Date.now() + graceMilliseconds;
    const timer = setInterval(() => {
      if (answering.size > 0 && Date.now() < deadline) return;
      clearInterval(timer);
      server.server.closeAllConnections();
    }, checkMilliseconds);
  });
}
