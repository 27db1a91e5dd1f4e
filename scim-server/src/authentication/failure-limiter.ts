const windowMilliseconds = 60_000;
const maxFailures = 60;
const maxAddresses = 10_000;

interface Failures {
  readonly since: number;
  count: number;
}

/**
 * Counts failed authentications by address. Only failures are ever refused for it: a client with a good token is
 * not locked out by others behind the same proxy.
 */
export class FailureLimiter {
  readonly #failures = new Map<string, Failures>();

  /** Records a failure at `now`, milliseconds of a clock that is never set back. Answers the seconds to wait when the address has had too many, else undefined. */
  recordFailure(address: string, now: number): number | undefined {
    const known = this.#failures.get(address);
    if (known === undefined || now - known.since > windowMilliseconds) {
      if (this.#failures.size >= maxAddresses) this.#failures.clear();
      this.#failures.set(address, { since: now, count: 1 });
      return undefined;
    }
    known.count += 1;
    if (known.count <= maxFailures) return undefined;
    return Math.max(1, Math.ceil((known.since + windowMilliseconds - now) / 1000));
  }
}
