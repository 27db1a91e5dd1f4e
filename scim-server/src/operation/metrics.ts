import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { StorageTimer } from "../storage/sql/timed-engine.ts";
import type { Storage } from "../storage/storage.ts";
import { DurationHistogram, type DurationSeries } from "./duration-histogram.ts";
import { StorageGauges } from "./storage-gauges.ts";

/** The server's Prometheus metrics. */
export interface Metrics {
  readonly contentType: string;
  /** All of them, in Prometheus' text format. */
  render(): Promise<string>;
  /** Counts one answered request; `seconds` is its duration. */
  observeRequest(tenant: string, method: string, route: string, status: number, seconds: number): void;
  /** Remembers Okta's last authenticated call to a tenant. */
  observeOktaCall(tenant: string): void;
  /** Counts members that a write named and that do not exist. */
  observeUnknownMembers(tenant: string, count: number): void;
}

/** Creates the metrics; what the storage knows is asked for when they are scraped. */
export function createMetrics(storage: Storage, tenants: TenantRegistry, timer: StorageTimer): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new RequestSeries();
  new Counter({
    name: "scim_requests_total",
    help: "Answered requests",
    labelNames: ["tenant", "method", "route", "status"],
    registers,
    collect() {
      this.reset();
      for (const [labels, count] of requests.counts()) this.inc(labels, count);
    },
  });
  const storageTime = new DurationHistogram(
    "scim_storage_duration_seconds",
    "Time the database took for a read or a transaction",
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
  );
  const storageSeries = {
    read: storageTime.seriesOf({ operation: "read" }),
    write: storageTime.seriesOf({ operation: "write" }),
  };
  timer.observe = (operation, seconds) => storageSeries[operation].observe(seconds);
  const oktaCall = new Gauge({
    name: "scim_last_okta_call_timestamp_seconds",
    help: "When Okta last called with a good credential",
    labelNames: ["tenant"],
    registers,
  });
  const unknownMembers = new Counter({
    name: "scim_unknown_members_total",
    help: "Members named in writes that were passed over, because no resource has their id",
    labelNames: ["tenant"],
    registers,
  });
  const stored = new StorageGauges(registry, storage, tenants);
  return {
    contentType: registry.contentType,
    async render() {
      await stored.refresh();
      return `${await registry.metrics()}\n${requests.durations.render()}\n${storageTime.render()}`;
    },
    observeRequest(tenant, method, route, status, seconds) {
      requests.observe(tenant, method, route, status, seconds);
    },
    observeOktaCall(tenant) {
      oktaCall.set({ tenant }, Date.now() / 1000);
    },
    observeUnknownMembers(tenant, count) {
      unknownMembers.inc({ tenant }, count);
    },
  };
}

interface Counted {
  readonly statuses: Map<number, number>;
  readonly duration: DurationSeries;
}

type RequestLabels = Readonly<Record<"tenant" | "method" | "route", string>> & { readonly status: number };

/** Counts requests by nested maps: texts that are compared again and again cost next to nothing as keys. */
class RequestSeries {
  readonly durations = new DurationHistogram(
    "scim_request_duration_seconds",
    "Time to answer",
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  readonly #tenants = new Map<string, Map<string, Map<string, Counted>>>();

  observe(tenant: string, method: string, route: string, status: number, seconds: number): void {
    const routes = getOrAdd(this.#tenants, tenant, () => new Map<string, Map<string, Counted>>());
    const methods = getOrAdd(routes, route, () => new Map<string, Counted>());
    const counted = getOrAdd(methods, method, () => ({
      statuses: new Map<number, number>(),
      duration: this.durations.seriesOf({ method, route }),
    }));
    counted.statuses.set(status, (counted.statuses.get(status) ?? 0) + 1);
    counted.duration.observe(seconds);
  }

  *counts(): Generator<readonly [labels: RequestLabels, count: number]> {
    for (const [tenant, routes] of this.#tenants) {
      for (const [route, methods] of routes) {
        for (const [method, { statuses }] of methods) {
          for (const [status, count] of statuses) yield [{ tenant, method, route, status }, count];
        }
      }
    }
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
