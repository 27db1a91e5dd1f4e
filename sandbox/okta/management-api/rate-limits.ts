import type { Clock } from "../store/model.ts";

/** Requests a minute per bucket, in the range of a Workforce org; org.yaml can set others, as Okta does per contract. */
const DEFAULT_RATE_LIMITS: Readonly<Record<string, number>> = {
  "/api/v1/logs": 120,
  "/api/v1/apps": 1_200,
  "/api/v1/groups": 1_000,
  "/api/v1/users": 1_200,
  "/api/v1/mappings": 1_200,
  "/api/v1/meta": 1_200,
  "/oauth2/v1": 1_200,
  "/api/v1": 1_200,
};

/** State of a caller's bucket after a request. */
export interface RateLimitState {
  readonly bucket: string;
  readonly limit: number;
  readonly remaining: number;
  /** Epoch seconds at which the bucket is full again. */
  readonly reset: number;
  readonly exceeded: boolean;
}

interface Window {
  readonly reset: number;
  used: number;
}

/** Counts requests per bucket and minute. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #limits: readonly (readonly [prefix: string, limit: number])[];
  readonly #windows = new Map<string, Window>();
  readonly #exhausted = new Set<string>();

  constructor(clock: Clock, limits: Readonly<Record<string, number>> = DEFAULT_RATE_LIMITS) {
    this.#clock = clock;
    this.#limits = Object.entries({ ...DEFAULT_RATE_LIMITS, ...limits }).toSorted(
      ([left], [right]) => right.length - left.length,
    );
  }

  /** Takes one request out of the path's bucket. */
  take(path: string): RateLimitState {
    const [bucket, limit] = this.#bucketOf(path);
    const now = Math.floor(this.#clock.now().getTime() / 1000);
    let window = this.#windows.get(bucket);
    if (window === undefined || window.reset <= now) {
      window = { reset: now + 60, used: 0 };
      this.#windows.set(bucket, window);
      this.#exhausted.delete(bucket);
    }
    if (this.#exhausted.has(bucket)) window.used = limit;
    window.used += 1;
    return {
      bucket,
      limit,
      remaining: Math.max(0, limit - window.used),
      reset: window.reset,
      exceeded: window.used > limit,
    };
  }

  /** Path prefixes that have a bucket of their own. */
  get buckets(): readonly string[] {
    return this.#limits.map(([prefix]) => prefix).toSorted();
  }

  /** Uses up a path's bucket until its minute is over (a fault). */
  exhaust(path: string): void {
    const [bucket] = this.#bucketOf(path);
    this.take(path);
    this.#exhausted.add(bucket);
  }

  #bucketOf(path: string): readonly [string, number] {
    return this.#limits.find(([prefix]) => path.startsWith(prefix)) ?? ["/", 1_200];
  }
}
