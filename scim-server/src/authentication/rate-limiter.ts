/** How many requests a token may send. */
export interface RateLimit {
  readonly requestsPerSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** A token bucket for each credential; it refuses with the whole seconds that Okta can wait for (RFC 9110 10.2.3). */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one request at `now`, milliseconds of a clock that is never set back. Answers the seconds to wait when there is none left, else undefined. */
  take(key: string, limit: RateLimit, now: number): number | undefined {
    const bucket = this.#buckets.get(key) ?? { tokens: limit.burst, filledAt: now };
    this.#buckets.set(key, bucket);
    const filled = bucket.tokens + ((now - bucket.filledAt) / 1000) * limit.requestsPerSecond;
    bucket.tokens = Math.min(limit.burst, filled);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / limit.requestsPerSecond));
    bucket.tokens -= 1;
    return undefined;
  }
}
