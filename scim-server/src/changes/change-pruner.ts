import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Tenant } from "../config/tenant.ts";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { Storage } from "../storage/storage.ts";

const intervalMilliseconds = 60_000;

/**
 * Removes what a tenant's retention no longer keeps of its changes. What a webhook has still to get stays, whatever
 * its age, and the log says so. Several servers on one database may do this side by side.
 */
export class ChangePruner {
  readonly #storage: Storage;
  readonly #tenants: TenantRegistry;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(storage: Storage, tenants: TenantRegistry, logger: Logger) {
    this.#storage = storage;
    this.#tenants = tenants;
    this.#logger = logger;
  }

  /** Begins at once, then once a minute. */
  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const tenant of this.#tenants.tenants) {
        await this.#tend(tenant).catch((error: unknown) =>
          this.#logger.error({ err: error, tenant: tenant.name }, "changes not pruned"),
        );
      }
      await sleep(intervalMilliseconds, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #tend(tenant: Tenant): Promise<void> {
    // So that whoever asks for a person's history does not wait for what has gathered since the last time.
    const { signal } = this.#stopping;
    await this.#storage.changeLog.catchUp(tenant.name, { signal, gently: true });
    await this.#prune(tenant);
  }

  async #prune(tenant: Tenant): Promise<void> {
    const { keepMilliseconds, keepCount } = tenant.changes;
    if (keepMilliseconds === undefined && keepCount === undefined) return;
    const { last } = await this.#storage.changeLog.bounds(tenant.name);
    const limits = {
      before: keepMilliseconds === undefined ? 0 : Date.now() - keepMilliseconds,
      beyond: keepCount === undefined ? 0 : last - keepCount,
      upTo: await this.#deliveredToAll(tenant, last),
    };
    let pruned = 0;
    while (!this.#stopping.signal.aborted) {
      const count = await this.#storage.changeLog.prune(tenant.name, limits);
      pruned += count;
      if (count === 0) break;
    }
    if (pruned === 0) return;
    const { first } = await this.#storage.changeLog.bounds(tenant.name);
    this.#logger.info({ tenant: tenant.name, pruned, first, last }, "old changes removed");
  }

  /** The last change that every configured webhook has got or given up. */
  async #deliveredToAll(tenant: Tenant, last: number): Promise<number> {
    const states = await this.#storage.webhooks.states(tenant.name);
    let delivered = last;
    for (const { id, deliveredSequence } of states) {
      if (!tenant.webhooks.some((webhook) => webhook.id === id) || deliveredSequence >= delivered) continue;
      delivered = deliveredSequence;
      const waiting = last - deliveredSequence;
      this.#logger.debug({ tenant: tenant.name, webhook: id, waiting }, "changes kept for a webhook");
    }
    return delivered;
  }
}
