import type { FastifyInstance } from "fastify";

const checkMilliseconds = 25;
const graceMilliseconds = 20_000;

/**
 * Makes closing finish what is being answered and nothing else: connections that are idle, or that clients opened
 * and never used, are closed as soon as no answer is under way, and all of them after a grace period.
 */
export function closeGracefully(server: FastifyInstance): void {
  let answering = 0;
  let closing = false;
  server.server.on("request", (_request, response) => {
    answering += 1;
    response.once("close", () => {
      answering -= 1;
    });
  });
  server.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  server.addHook("preClose", async () => {
    closing = true;
    const deadline = Date.now() + graceMilliseconds;
    const timer = setInterval(() => {
      if (answering > 0 && Date.now() < deadline) return;
      clearInterval(timer);
      server.server.closeAllConnections();
    }, checkMilliseconds);
  });
}
