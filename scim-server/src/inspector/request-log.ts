/** One answered request in SCIM's terms. */
export interface LoggedRequest {
  readonly at: number;
  readonly tenant: string;
  readonly kind: string;
  readonly method: string;
  /** The route's pattern: paths and queries name people. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly tokenId: string;
  readonly userAgent: string;
}

const capacity = 1000;

/** The last requests of this server, in memory. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > capacity * 2) this.#entries.splice(0, this.#entries.length - capacity);
  }

  /** The tenant's last requests, newest first. */
  latest(tenant: string, count: number): readonly LoggedRequest[] {
    return this.#entries
      .filter((entry) => entry.tenant === tenant)
      .slice(-count)
      .toReversed();
  }
}
