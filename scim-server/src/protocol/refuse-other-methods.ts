import type { FastifyInstance, onRequestAsyncHookHandler, onRequestHookHandler } from "fastify";
import { ScimError } from "../scim-error.ts";

/** The methods that HTTP itself defines: a path answers 405 to those it does not have. */
export const knownMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const;

/**
 * Answers 405 with Allow (RFC 9110 section 15.5.6) to the methods that a path has no route for. `onRequest` says who
 * may hear it: whoever has no access to the path's routes hears of no methods either.
 */
export function refuseOtherMethods(
  scope: FastifyInstance,
  path: string,
  methods: readonly string[],
  onRequest?: onRequestHookHandler | onRequestAsyncHookHandler,
): void {
  const allowed = methods.flatMap((method) => (method === "GET" ? [method, "HEAD"] : [method]));
  const allow = allowed.join(", ");
  scope.route({
    method: knownMethods.filter((method) => !allowed.includes(method)),
    url: path,
    exposeHeadRoute: false,
    ...(onRequest === undefined ? {} : { onRequest }),
    handler: async () => {
      throw new ScimError(405, `The methods here are ${allow}.`, undefined, { allow });
    },
  });
}
