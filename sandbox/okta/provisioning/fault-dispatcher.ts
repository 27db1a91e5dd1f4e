import type { Dispatcher } from "undici";
import type { Fault, FaultRegistry } from "./fault-registry.ts";

/** A dispatcher that lets the faults of the registry happen to an app's SCIM requests, below the SCIM client, as a network would. */
export function createFaultDispatcher(inner: Dispatcher, faults: FaultRegistry, appId: string): Dispatcher {
  return inner.compose((dispatch) => (options, handler) => {
    const fault = faults.take({ target: "scim", appId, method: options.method, path: options.path });
    if (fault === undefined) return dispatch(options, handler);
    if (fault.kind === "slow") {
      const timer = setTimeout(() => dispatch(options, handler), fault.delayMs);
      const controller: FaultController = new FaultController((reason) => {
        clearTimeout(timer);
        handler.onResponseError?.(controller, reason);
      });
      handler.onRequestStart?.(controller, {});
      return true;
    }
    if (fault.kind === "dropped") return dispatch(options, dropAnswer(handler));
    const controller = new FaultController(() => undefined);
    handler.onRequestStart?.(controller, {});
    queueMicrotask(() => answer(handler, controller, fault));
    return true;
  });
}

/** Lets the request through and breaks the connection where the answer would begin. */
function dropAnswer(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let isDropped = false;
  const fail = (controller: Dispatcher.DispatchController): void => {
    if (isDropped) return;
    isDropped = true;
    handler.onResponseError?.(controller, createSystemError("ECONNRESET", "read ECONNRESET"));
  };
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart: fail,
    onResponseData: () => undefined,
    onResponseEnd: fail,
    onResponseError: fail,
  };
}

function answer(handler: Dispatcher.DispatchHandler, controller: FaultController, fault: Fault): void {
  if (controller.aborted) return;
  if (fault.kind === "refused") {
    handler.onResponseError?.(controller, createSystemError("ECONNREFUSED", "connect ECONNREFUSED"));
    return;
  }
  const { status, headers, body } = describeAnswer(fault);
  handler.onResponseStart?.(controller, status, headers, "");
  handler.onResponseData?.(controller, Buffer.from(body, "utf8"));
  handler.onResponseEnd?.(controller, {});
}

function describeAnswer(fault: Fault): { status: number; headers: Record<string, string>; body: string } {
  if (fault.kind === "wrong-answer") {
    return { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" };
  }
  const headers = { "content-type": "application/scim+json" };
  if (fault.kind === "rate-limit") {
    const retryAfter: Record<string, string> =
      fault.retryAfterSeconds === null ? {} : { "retry-after": String(fault.retryAfterSeconds) };
    return {
      status: 429,
      headers: { ...headers, ...retryAfter },
      body: formatError(429, "Too many requests (fault)"),
    };
  }
  if (fault.kind === "expired-token") {
    return { status: 401, headers, body: formatError(401, "The token has expired (fault)") };
  }
  return { status: fault.status, headers, body: formatError(fault.status, "The server failed (fault)") };
}

function formatError(status: number, detail: string): string {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
  return JSON.stringify({ schemas, status: String(status), detail });
}

function createSystemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Flow control of an answer that has no connection. */
class FaultController implements Dispatcher.DispatchController {
  readonly #onAbort: (reason: Error) => void;
  #reason: Error | null = null;

  constructor(onAbort: (reason: Error) => void) {
    this.#onAbort = onAbort;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get paused(): boolean {
    return false;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.#reason = reason;
    this.#onAbort(reason);
  }

  pause(): void {
    // The answer is one chunk that exists already: there is no source to hold back.
  }

  resume(): void {
    // Nothing was held back.
  }
}
