import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { StorageTimer } from "../storage/sql/timed-engine.ts";
import type { Storage } from "../storage/storage.ts";

/** The server's Prometheus metrics. */
export interface Metrics {
  readonly registry: Registry;
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
  const requests = new Counter({
    name: "scim_requests_total",
    help: "Answered requests",
    labelNames: ["tenant", "method", "route", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "scim_request_duration_seconds",
    help: "Time to answer",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const storageTime = new Histogram({
    name: "scim_storage_duration_seconds",
    help: "Time the database took for a read or a transaction",
    labelNames: ["operation"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  timer.observe = (operation, seconds) => storageTime.observe({ operation }, seconds);
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
  new Gauge({
    name: "scim_users",
    help: "Provisioned people by state",
    labelNames: ["tenant", "state"],
    registers,
    async collect() {
      for (const { name } of tenants.tenants) {
        const { users, activeUsers } = await storage.counts(name);
        this.set({ tenant: name, state: "active" }, activeUsers);
        this.set({ tenant: name, state: "inactive" }, users - activeUsers);
      }
    },
  });
  new Gauge({
    name: "scim_groups",
    help: "Groups",
    labelNames: ["tenant"],
    registers,
    async collect() {
      for (const { name } of tenants.tenants) {
        this.set({ tenant: name }, (await storage.counts(name)).groups);
      }
    },
  });
  return {
    registry,
    observeRequest(tenant, method, route, status, seconds) {
      requests.inc({ tenant, method, route, status });
      duration.observe({ method, route }, seconds);
    },
    observeOktaCall(tenant) {
      oktaCall.set({ tenant }, Date.now() / 1000);
    },
    observeUnknownMembers(tenant, count) {
      unknownMembers.inc({ tenant }, count);
    },
  };
}
