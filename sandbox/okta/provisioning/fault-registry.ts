/** What can be made to go wrong with a request. */
export const FAULT_KINDS = [
  /** 429, with `Retry-After` where `retryAfterSeconds` is given. */
  "rate-limit",
  /** A 5xx answer (`status`, default 503). */
  "server-error",
  /** The answer comes `delayMs` late. */
  "slow",
  /** The connection is refused. */
  "refused",
  /** The request arrives and is answered, but the connection breaks before the answer is read. */
  "dropped",
  /** 200 with an HTML page instead of SCIM. */
  "wrong-answer",
  /** 401, as when a token has expired. */
  "expired-token",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Whose requests a fault meets: Okta's to the SCIM servers, or clients' to the Management API. */
export type FaultTarget = "scim" | "api";

export interface FaultRule {
  readonly kind: FaultKind;
  readonly target: FaultTarget;
  /** Only requests of this app's provisioning (target scim). */
  readonly appId: string | null;
  /** Only requests with this method. */
  readonly method: string | null;
  /** Only requests whose path has this part, such as `/Users`. */
  readonly path: string | null;
  /** How many more requests it meets; null without end. */
  readonly remaining: number | null;
  /** Share of the requests that it meets, 0 to 1. */
  readonly probability: number;
  readonly retryAfterSeconds: number | null;
  readonly status: number;
  readonly delayMs: number;
}

export interface Fault extends FaultRule {
  readonly id: string;
  /** How many requests it has met. */
  readonly hits: number;
}

/** A request, as faults are chosen by it. */
export interface FaultSubject {
  readonly target: FaultTarget;
  readonly appId?: string;
  readonly method: string;
  readonly path: string;
}

/** A fault that meets every request to the SCIM servers until it is switched off. */
export const FAULT_DEFAULTS: Omit<FaultRule, "kind"> = {
  target: "scim",
  appId: null,
  method: null,
  path: null,
  remaining: null,
  probability: 1,
  retryAfterSeconds: null,
  status: 503,
  delayMs: 1_000,
};

/** The faults that are switched on. In memory only: a restarted org has none. */
export class FaultRegistry {
  readonly #random: () => number;
  #faults: Fault[] = [];
  #count = 0;

  /** @param random gives numbers from 0 to 1, for faults with a probability */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  add(rule: FaultRule): Fault {
    this.#count += 1;
    const fault: Fault = { ...rule, id: `flt${this.#count}`, hits: 0 };
    this.#faults.push(fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  remove(id: string): boolean {
    const before = this.#faults.length;
    this.#faults = this.#faults.filter((fault) => fault.id !== id);
    return this.#faults.length < before;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault that meets a request; a fault with a count is used up by it. */
  take(subject: FaultSubject): Fault | undefined {
    const fault = this.#faults.find(
      (candidate) => meets(candidate, subject) && this.#random() < candidate.probability,
    );
    if (fault === undefined) return undefined;
    const remaining = fault.remaining === null ? null : fault.remaining - 1;
    const used = { ...fault, remaining, hits: fault.hits + 1 };
    this.#faults = this.#faults.flatMap((one) => (one !== fault ? [one] : remaining === 0 ? [] : [used]));
    return used;
  }
}

function meets(fault: Fault, { target, appId, method, path }: FaultSubject): boolean {
  return (
    fault.target === target &&
    (fault.appId === null || fault.appId === appId) &&
    (fault.method === null || fault.method === method) &&
    (fault.path === null || path.includes(fault.path))
  );
}
