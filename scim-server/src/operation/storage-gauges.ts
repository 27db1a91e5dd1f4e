import { Gauge, type Registry } from "prom-client";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { Storage, TenantCounts } from "../storage/storage.ts";
import { answerInTime } from "./in-time.ts";

/** What the storage holds, and whether it answers: metrics are most needed while it does not. */
export class StorageGauges {
  readonly #storage: Storage;
  readonly #tenants: TenantRegistry;
  readonly #up: Gauge;
  readonly #users: Gauge<"tenant" | "state">;
  readonly #groups: Gauge<"tenant">;

  constructor(registry: Registry, storage: Storage, tenants: TenantRegistry) {
    const registers = [registry];
    this.#storage = storage;
    this.#tenants = tenants;
    this.#up = new Gauge({
      name: "scim_storage_up",
      help: "1 when the storage answers, else 0, and what it holds is not told",
      registers,
    });
    this.#users = new Gauge({
      name: "scim_users",
      help: "Provisioned people by state",
      labelNames: ["tenant", "state"],
      registers,
    });
    this.#groups = new Gauge({ name: "scim_groups", help: "Groups", labelNames: ["tenant"], registers });
  }

  /** Asks the storage. Tenants that are gone are told no more. */
  async refresh(): Promise<void> {
    const counted = await answerInTime(this.#count());
    this.#users.reset();
    this.#groups.reset();
    this.#up.set(counted === undefined ? 0 : 1);
    for (const [tenant, { users, activeUsers, groups }] of counted ?? []) {
      this.#users.set({ tenant, state: "active" }, activeUsers);
      this.#users.set({ tenant, state: "inactive" }, users - activeUsers);
      this.#groups.set({ tenant }, groups);
    }
  }

  async #count(): Promise<ReadonlyMap<string, TenantCounts>> {
    await this.#storage.check();
    const counts = new Map<string, TenantCounts>();
    for (const { name } of this.#tenants.tenants) counts.set(name, await this.#storage.counts(name));
    return counts;
  }
}
