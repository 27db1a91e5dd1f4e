import type { EvidenceEntry, Storage, TokenUse } from "../storage/storage.ts";

const flushMilliseconds = 5000;
const maxUserAgentLength = 200;
const maxUserAgents = 100;

type Counted<T> = { -readonly [K in keyof T]: T[K] };

interface Pending {
  readonly entries: Map<string, Counted<EvidenceEntry>>;
  readonly uses: Map<string, Counted<TokenUse>>;
}

/**
 * Records who called: the proof, for post-deployment checks, that Okta reached this server. Calls are counted in
 * memory and written together, so that reading costs no write; the first call of its kind is written at once.
 */
export class EvidenceRecorder {
  readonly #storage: Storage;
  readonly #onError: (error: unknown) => void;
  readonly #pending = new Map<string, Pending>();
  readonly #known = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(storage: Storage, onError: (error: unknown) => void) {
    this.#storage = storage;
    this.#onError = onError;
  }

  /** Records one authenticated call. */
  record(tenant: string, tokenId: string, userAgent: string, kind: string, status: number): void {
    let known = this.#known.get(tenant);
    if (known === undefined) {
      known = new Set();
      this.#known.set(tenant, known);
    }
    const shortened = userAgent.slice(0, maxUserAgentLength);
    const agent = known.has(shortened) || known.size < maxUserAgents ? shortened : "(other)";
    let pending = this.#pending.get(tenant);
    if (pending === undefined) {
      pending = { entries: new Map(), uses: new Map() };
      this.#pending.set(tenant, pending);
    }
    const now = Date.now();
    const key = `${kind} ${agent}`;
    const entry = pending.entries.get(key);
    if (entry === undefined) {
      pending.entries.set(key, { userAgent: agent, kind, count: 1, lastAt: now, lastStatus: status });
    } else {
      entry.count += 1;
      entry.lastAt = now;
      entry.lastStatus = status;
    }
    const use = pending.uses.get(tokenId);
    if (use === undefined) {
      pending.uses.set(tokenId, { tokenId, count: 1, lastAt: now });
    } else {
      use.count += 1;
      use.lastAt = now;
    }
    const isNew = !known.has(agent) || !known.has(key);
    known.add(agent).add(key);
    if (isNew) void this.flush();
    else this.#flushLater();
  }

  /** Writes what was counted; resolves when it is durable, or when it has to wait for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = [...this.#pending];
    this.#pending.clear();
    const write = async (): Promise<void> => {
      for (const [tenant, counted] of pending) {
        const { entries, uses } = counted;
        try {
          await this.#storage.addEvidence(tenant, [...entries.values()], [...uses.values()]);
        } catch (error) {
          this.#onError(error);
          this.#keep(tenant, counted);
        }
      }
    };
    this.#flushing = this.#flushing.then(write);
    return this.#flushing;
  }

  /** What could not be written counts with what has come since: there are no more of either than of kinds of calls. */
  #keep(tenant: string, counted: Pending): void {
    const since = this.#pending.get(tenant);
    this.#pending.set(tenant, counted);
    for (const [key, entry] of since?.entries ?? []) {
      const earlier = counted.entries.get(key);
      counted.entries.set(key, { ...entry, count: entry.count + (earlier?.count ?? 0) });
    }
    for (const [tokenId, use] of since?.uses ?? []) {
      const earlier = counted.uses.get(tokenId);
      counted.uses.set(tokenId, { ...use, count: use.count + (earlier?.count ?? 0) });
    }
    this.#flushLater();
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), flushMilliseconds).unref();
  }
}
