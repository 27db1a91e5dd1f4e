import { OktaBudgetError } from "./okta-error.ts";
import { findRateLimitWait, type RetryOptions } from "./retry.ts";
import { type OktaResponse, readHeader, type TransportLayer } from "./transport.ts";

/** Lets at most `limit` requests be under way at once; further ones wait in order. */
export function limitConcurrency(limit: number): TransportLayer {
  let running = 0;
  const waiting: (() => void)[] = [];
  return (next) => async (request) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await next(request);
    } finally {
      const following = waiting.shift();
      if (following === undefined) running -= 1;
      else following();
    }
  };
}

/** What a client did so far: how many exchanges, and how often Okta's rate limit held it up. */
export interface CallStatistics {
  readonly calls: number;
  readonly rateLimited: number;
  /** Milliseconds spent waiting before retries and for rate limits. */
  readonly waitedMs: number;
}

/** Counts exchanges. */
export class CallCounter {
  #calls = 0;
  #rateLimited = 0;
  #waitedMs = 0;

  /** A layer that counts each exchange and refuses the one beyond `budget`. */
  readonly layer = (budget: number): TransportLayer => {
    return (next) => async (request) => {
      if (this.#calls >= budget) throw new OktaBudgetError(budget);
      this.#calls += 1;
      const response = await next(request);
      if (response.status === 429) this.#rateLimited += 1;
      return response;
    };
  };

  addWait(milliseconds: number): void {
    this.#waitedMs += milliseconds;
  }

  read(): CallStatistics {
    return { calls: this.#calls, rateLimited: this.#rateLimited, waitedMs: this.#waitedMs };
  }
}

/**
 * Leaves a share of each of the org's rate limits to others: when fewer than `1 - share` of a limit remain, requests of the same
 * family (the first path segments, as Okta counts them) wait until it is reset.
 */
export function keepWithinShare(share: number, options: RetryOptions): TransportLayer {
  const pauses = new Map<string, number>();
  return (next) => async (request) => {
    const family = nameFamily(request.path);
    const waitMs = (pauses.get(family) ?? 0) - options.now();
    if (waitMs > 0) await options.wait(Math.min(waitMs, options.maxWaitMs), request.signal);
    const response = await next(request);
    if (isShareSpent(response, share))
      pauses.set(family, options.now() + findRateLimitWait(response, options));
    else pauses.delete(family);
    return response;
  };
}

function isShareSpent(response: OktaResponse, share: number): boolean {
  const limit = Number(readHeader(response, "x-rate-limit-limit") ?? Number.NaN);
  const remaining = Number(readHeader(response, "x-rate-limit-remaining") ?? Number.NaN);
  return (
    Number.isFinite(limit) && Number.isFinite(remaining) && limit > 0 && (limit - remaining) / limit > share
  );
}

function nameFamily(path: string): string {
  return path.split("?")[0]?.split("/").slice(1, 4).join("/") ?? path;
}
