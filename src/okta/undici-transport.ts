import { type Dispatcher, EnvHttpProxyAgent, errors, request as send } from "undici";
import { isLoopbackHost } from "../spec/loopback.ts";
import { OktaUnreachableError } from "./okta-error.ts";
import { nameRequest, type OktaRequest, type Transport } from "./transport.ts";

export interface UndiciTransportOptions {
  /** The org's URL without a slash at its end. */
  readonly orgUrl: string;
  readonly userAgent: string;
  /** Milliseconds from the request's start to the last byte of its answer. */
  readonly timeoutMs: number;
  /** Without it, HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide, as they do for Okta's plugin. */
  readonly dispatcher?: Dispatcher;
}

/**
 * The lowest layer: one HTTP exchange with a deadline.
 * @throws OktaUnreachableError when no complete answer came; the signal's reason when the caller aborted.
 */
export function createUndiciTransport(options: UndiciTransportOptions): Transport {
  const dispatcher = options.dispatcher ?? proxyOfEnvironment(options.orgUrl);
  return async (request) => {
    const ending = new AbortController();
    const abort = (): void => ending.abort();
    let isLate = false;
    // Not AbortSignal.timeout: its timer, and the request with it, stays for the whole time limit after the answer.
    const timer = setTimeout(() => {
      isLate = true;
      abort();
    }, options.timeoutMs);
    request.signal?.addEventListener("abort", abort);
    if (request.signal?.aborted === true) abort();
    try {
      const answer = await send(options.orgUrl + request.path, {
        method: request.method,
        headers: listHeaders(request, options.userAgent),
        body: encodeBody(request.body),
        signal: ending.signal,
        ...(dispatcher === undefined ? {} : { dispatcher }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    } catch (cause) {
      if (request.signal?.aborted === true) throw request.signal.reason;
      const reason = isLate ? `no answer within ${options.timeoutMs / 1000} s` : describeCause(cause);
      throw new OktaUnreachableError(`${nameRequest(request)} at ${options.orgUrl}`, reason, { cause });
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
    }
  };
}

/** This machine, and so the emulated org, is never behind a proxy. */
function proxyOfEnvironment(orgUrl: string): Dispatcher | undefined {
  const variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];
  const isSet = variables.some((name) => (process.env[name] ?? "") !== "");
  return isSet && !isLoopbackHost(new URL(orgUrl).hostname) ? new EnvHttpProxyAgent() : undefined;
}

function listHeaders(request: OktaRequest, userAgent: string): Record<string, string> {
  return {
    accept: "application/json",
    "user-agent": userAgent,
    ...(request.body === undefined || request.body instanceof URLSearchParams
      ? {}
      : { "content-type": "application/json" }),
    ...request.headers,
  };
}

function encodeBody(body: unknown): string | null {
  if (body === undefined) return null;
  return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
}

/** Whether a failed exchange surely never reached the org, so that even a write may be sent again. */
export function wasNeverSent(error: OktaUnreachableError): boolean {
  const code = findErrorCode(error.cause);
  return (
    code === "ECONNREFUSED" ||
    code === "ENOTFOUND" ||
    code === "EAI_AGAIN" ||
    error.cause instanceof errors.ConnectTimeoutError
  );
}

function findErrorCode(cause: unknown): string | undefined {
  if (cause instanceof AggregateError && cause.errors.length > 0) return findErrorCode(cause.errors[0]);
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}

function describeCause(cause: unknown): string {
  const code = findErrorCode(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "the host name has no address";
  return message === "" ? (code ?? "unknown reason") : message;
}
