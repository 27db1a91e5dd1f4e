import type { FastifyInstance } from "fastify";

/** For Node's HTTP server: a request without a body gets no stream of it, whose events take as long as reading a person does. */
export const emptyRequestOptions = { optimizeEmptyRequests: true };

/**
 * Forgets the type of a body that is not there: it may be named without Content-Length or Transfer-Encoding, and Fastify
 * would then wait for the end of a stream that {@link emptyRequestOptions} has ended before.
 */
export function forgetTypesOfNothing(server: FastifyInstance): void {
  server.addHook("onRequest", (request, _reply, done) => {
    if (request.raw.readableEnded) delete request.headers["content-type"];
    done();
  });
}
