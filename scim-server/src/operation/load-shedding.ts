import type { FastifyInstance } from "fastify";
import { ScimError } from "../scim-error.ts";

const sampleMilliseconds = 100;

/** Answers 503 with Retry-After while the event loop lags more than `maxLagMilliseconds`; health checks excepted. */
export function shedLoad(server: FastifyInstance, maxLagMilliseconds: number): void {
  let lag = 0;
  let expected = performance.now() + sampleMilliseconds;
  const timer = setInterval(() => {
    const now = performance.now();
    lag = Math.max(0, now - expected);
    expected = now + sampleMilliseconds;
  }, sampleMilliseconds).unref();
  server.addHook("onClose", async () => clearInterval(timer));
  server.addHook("onRequest", (request, _reply, done) => {
    if (lag <= maxLagMilliseconds || request.url === "/healthz") done();
    else done(overloaded());
  });
}

/** 503 with Retry-After. */
export function overloaded(): ScimError {
  const headers = { "retry-after": "2" };
  return new ScimError(503, "The server has more to do than it can; try again.", undefined, headers);
}
