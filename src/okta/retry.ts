import { setTimeout as sleep } from "node:timers/promises";
import { OktaUnreachableError } from "./okta-error.ts";
import { type OktaRequest, type OktaResponse, readHeader, type TransportLayer } from "./transport.ts";
import { wasNeverSent } from "./undici-transport.ts";

/** How often and how long to try again. All times in milliseconds. */
export interface RetryOptions {
  readonly maxRateLimitRetries: number;
  readonly maxServerErrorRetries: number;
  /** The longest wait for a rate limit to be reset. */
  readonly maxWaitMs: number;
  /** The first wait after a server error; doubled each time, with full jitter. */
  readonly baseWaitMs: number;
  readonly now: () => number;
  readonly wait: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random: () => number;
}

export const defaultRetryOptions: RetryOptions = {
  maxRateLimitRetries: 5,
  maxServerErrorRetries: 3,
  maxWaitMs: 120_000,
  baseWaitMs: 500,
  now: Date.now,
  wait: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  random: Math.random,
};

/**
 * Sends a request again after a 429 when its rate limit is reset, as Okta asks
 * (https://developer.okta.com/docs/reference/rl-best-practices/), naming the request that it repeats.
 */
export function retryRateLimited(options: RetryOptions): TransportLayer {
  return (next) => async (request) => {
    let response = await next(request);
    for (let retry = 1; response.status === 429 && retry <= options.maxRateLimitRetries; retry += 1) {
      const waitMs = findRateLimitWait(response, options);
      if (waitMs > options.maxWaitMs) return response;
      await options.wait(waitMs, request.signal);
      const repeats = readHeader(response, "x-okta-request-id");
      response = await next({
        ...request,
        headers: {
          ...request.headers,
          ...(repeats === undefined ? {} : { "x-okta-retry-for": repeats }),
          "x-okta-retry-count": String(retry),
        },
      });
    }
    return response;
  };
}

/**
 * Milliseconds until a rate limit is reset: `X-Rate-Limit-Reset` (epoch seconds) less the org's own `Date`, so that a wrong local
 * clock does no harm, plus one second; `Retry-After` in seconds where that is missing; a minute where both are.
 */
export function findRateLimitWait(response: OktaResponse, options: Pick<RetryOptions, "now">): number {
  const reset = Number(readHeader(response, "x-rate-limit-reset") ?? Number.NaN);
  if (Number.isFinite(reset) && reset > 0) {
    const date = Date.parse(readHeader(response, "date") ?? "");
    const now = Number.isNaN(date) ? options.now() : date;
    return Math.max(reset * 1000 - now, 0) + 1000;
  }
  const retryAfter = Number(readHeader(response, "retry-after") ?? Number.NaN);
  return Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : 60_000;
}

/**
 * Repeats idempotent requests after 500, 502, 503, 504 or a lost connection, with exponential back-off and full jitter. A POST is
 * only repeated when it surely never reached the org.
 */
export function retryServerErrors(options: RetryOptions): TransportLayer {
  return (next) => async (request) => {
    for (let retry = 1; ; retry += 1) {
      const last = retry > options.maxServerErrorRetries;
      try {
        const response = await next(request);
        if (last || !isServerError(response.status) || !isIdempotent(request)) return response;
      } catch (error) {
        const repeatable =
          error instanceof OktaUnreachableError && (isIdempotent(request) || wasNeverSent(error));
        if (last || !repeatable) throw error;
      }
      await options.wait(options.random() * options.baseWaitMs * 2 ** (retry - 1), request.signal);
    }
  };
}

function isServerError(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504;
}

function isIdempotent(request: OktaRequest): boolean {
  return request.method !== "POST" && request.method !== "PATCH";
}
