import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

const checkMilliseconds = 25;
const graceMilliseconds = 20_000;

/**
 * Makes closing finish what is being answered and nothing else: connections that are idle, or that clients opened
 * and never used, are closed as soon as no answer is under way, and all of them after a grace period.
 */
export function closeGracefully(server: FastifyInstance): void {
  // The last answer on each connection: to listen for the end of each answer would cost more.
  const answers = new Map<Socket, ServerResponse>();
  let closing = false;
  server.server.on("request", (request, response) => {
    const { socket } = request;
    if (!answers.has(socket)) socket.once("close", () => answers.delete(socket));
    answers.set(socket, response);
    // Node then says `Connection: close`, so that the client does not send another request into a closing connection.
    if (closing) response.shouldKeepAlive = false;
  });
  server.addHook("preClose", async () => {
    closing = true;
    for (const response of answers.values()) response.shouldKeepAlive = false;
    const deadline = performance.now() + graceMilliseconds;
    const timer = setInterval(() => {
      const answering = [...answers.values()].some((response) => !response.writableFinished);
      if (answering && performance.now() < deadline) return;
      clearInterval(timer);
      server.server.closeAllConnections();
    }, checkMilliseconds);
  });
}
