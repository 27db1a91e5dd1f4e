import { randomUUID } from "node:crypto";

export const FAULT_KINDS = [
  "rate-limit",
  "server-error",
  "slow",
  "drop",
  "unknown-connections",
  "exhaust-rate-limit",
] as const;
/** What goes wrong in the Management API on demand. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault as it is asked for. */
export interface NewFault {
  readonly kind: FaultKind;
  /** Only requests whose path starts with this; all when absent. */
  readonly path?: string;
  /** Only requests of this method. */
  readonly method?: string;
  /** How many requests it hits; without it until it is taken back. */
  readonly times?: number;
  /** Status of `server-error`; 500 when absent. */
  readonly status?: number;
  /** Seconds until the limit is reset, of `rate-limit`; 1 when absent. */
  readonly resetSeconds?: number;
  /** Milliseconds of `slow`; 1000 when absent. */
  readonly delayMs?: number;
}

export interface Fault extends NewFault {
  readonly id: string;
  readonly hits: number;
}

interface ActiveFault {
  readonly id: string;
  readonly fault: NewFault;
  hits: number;
}

/** The faults that the Management API has right now. The control routes set them, `server.ts` heeds them. */
export class Faults {
  readonly #active: ActiveFault[] = [];

  add(fault: NewFault): Fault {
    const active = { id: randomUUID(), fault, hits: 0 };
    this.#active.push(active);
    return { ...fault, id: active.id, hits: 0 };
  }

  list(): Fault[] {
    return this.#active.map(({ id, fault, hits }) => ({ ...fault, id, hits }));
  }

  remove(id: string): boolean {
    const index = this.#active.findIndex((active) => active.id === id);
    if (index < 0) return false;
    this.#active.splice(index, 1);
    return true;
  }

  clear(): void {
    this.#active.length = 0;
  }

  /** The faults that hit this request; each counts as one of its `times`. */
  take(request: { readonly method: string; readonly path: string }): NewFault[] {
    const hit = this.#active.filter(
      ({ fault, hits }) =>
        fault.kind !== "unknown-connections" &&
        (fault.path === undefined || request.path.startsWith(fault.path)) &&
        (fault.method === undefined || fault.method === request.method) &&
        (fault.times === undefined || hits < fault.times),
    );
    for (const active of hit) active.hits += 1;
    return hit.map(({ fault }) => fault);
  }

  /** Whether the connections API is to answer UNKNOWN for every app. */
  hidesConnections(): boolean {
    return this.#active.some(({ fault }) => fault.kind === "unknown-connections");
  }
}
