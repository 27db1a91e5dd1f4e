import { OktaBudgetError } from "./okta-error.ts";
import { findRateLimitWait, type RetryOptions } from "./retry.ts";
import { Slots } from "./slots.ts";
import { type OktaResponse, readHeader, type TransportLayer } from "./transport.ts";

/** What a client did so far: how many exchanges, and how often Okta's rate limit held it up. */
export interface CallStatistics {
  readonly calls: number;
  readonly rateLimited: number;
  /** Milliseconds spent waiting before retries and for rate limits. */
  readonly waitedMs: number;
  /** Until when the latest of these waits lasts or lasted, in epoch milliseconds; 0 where nothing had to wait. */
  readonly waitingUntil: number;
  /** By how many milliseconds the org's clock is ahead of this machine's; 0 before the first answer, and for less than a minute. */
  readonly clockAheadMs: number;
}

/** Counts exchanges. */
export class CallCounter {
  #calls = 0;
  #rateLimited = 0;
  #waitedMs = 0;
  #waitingUntil = 0;
  #clockAheadMs = 0;

  /** A layer that counts each exchange and refuses the one beyond `budget`. */
  readonly layer = (budget: number): TransportLayer => {
    return (next) => async (request) => {
      if (this.#calls >= budget) throw new OktaBudgetError(budget);
      this.#calls += 1;
      const response = await next(request);
      if (response.status === 429) this.#rateLimited += 1;
      this.#compareClocks(response);
      return response;
    };
  };

  /** Notes a wait that begins at `now` (epoch milliseconds). */
  addWait(milliseconds: number, now: number): void {
    this.#waitedMs += milliseconds;
    this.#waitingUntil = Math.max(this.#waitingUntil, now + milliseconds);
  }

  /** By the org's `Date`. An answer may have been under way for a while: less than a minute is no difference. */
  #compareClocks(response: OktaResponse): void {
    const ahead = Date.parse(readHeader(response, "date") ?? "") - Date.now();
    if (!Number.isNaN(ahead)) this.#clockAheadMs = Math.abs(ahead) < 60_000 ? 0 : ahead;
  }

  read(): CallStatistics {
    return {
      calls: this.#calls,
      rateLimited: this.#rateLimited,
      waitedMs: this.#waitedMs,
      waitingUntil: this.#waitingUntil,
      clockAheadMs: this.#clockAheadMs,
    };
  }
}

/** How much of the org a client may take up. */
export interface LimitOptions {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** The share of each of the org's rate limits that may be used up, above 0 up to 1. */
  readonly share: number;
}

/**
 * Lets a limited number of requests be under way at once and leaves a share of each of the org's rate limits to others: when fewer
 * than `1 - share` of a limit remain, requests of the same family wait until it is reset. They wait without a slot, so that other
 * families go on.
 */
export function keepWithinLimits(
  { concurrency, share }: LimitOptions,
  options: Pick<RetryOptions, "now" | "wait" | "maxWaitMs">,
): TransportLayer {
  const slots = new Slots(concurrency);
  /** Until when (epoch milliseconds) a family waits. */
  const pauses = new Map<string, number>();
  return (next) => async (request) => {
    const family = nameFamily(request.path);
    await slots.take();
    // Asked again after each wait and each turn: meanwhile others may have used up the share.
    for (let until = pauses.get(family); until !== undefined; until = pauses.get(family)) {
      const waitMs = until - options.now();
      if (waitMs > 0) {
        slots.release();
        await options.wait(Math.min(waitMs, options.maxWaitMs), request.signal);
        await slots.take();
      }
      if (pauses.get(family) === until) pauses.delete(family);
    }
    try {
      const response = await next(request);
      if (isShareSpent(response, share)) {
        const until = options.now() + findRateLimitWait(response, options);
        pauses.set(family, Math.max(until, pauses.get(family) ?? 0));
      }
      return response;
    } finally {
      slots.release();
    }
  };
}

function isShareSpent(response: OktaResponse, share: number): boolean {
  const limit = Number(readHeader(response, "x-rate-limit-limit") ?? Number.NaN);
  const remaining = Number(readHeader(response, "x-rate-limit-remaining") ?? Number.NaN);
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || limit <= 0) return false;
  return remaining === 0 || (limit - remaining) / limit > share;
}

/**
 * The rate limit that a path counts against, as far as paths tell: Okta counts a collection (`/api/v1/apps`) and its members
 * (`/api/v1/apps/{id}` and below) apart.
 */
function nameFamily(path: string): string {
  const [, ...segments] = path.split("?")[0]?.split("/") ?? [];
  return segments.length > 3 ? `${segments.slice(0, 3).join("/")}/*` : segments.join("/");
}
