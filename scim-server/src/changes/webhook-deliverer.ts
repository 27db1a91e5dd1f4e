import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Tenant } from "../config/tenant.ts";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { WebhookConfig } from "../config/tenants-file.ts";
import type { RecordedChange, Storage, WebhookState } from "../storage/storage.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { toMessage } from "./change-message.ts";
import { signDelivery } from "./webhook-signature.ts";

const maxAttempts = 12;
const firstDelayMilliseconds = 500;
const maxDelayMilliseconds = 300_000;
const answerMilliseconds = 15_000;
const leaseMilliseconds = 30_000;
const idleMilliseconds = 500;

/**
 * Delivers changes to webhooks, each webhook in the order of the changes and at least once: what was delivered is
 * written down after the receiver's 2xx. A change that cannot be delivered is retried with growing pauses, then put
 * with the dead letters so that later ones are not held up for ever.
 */
export class WebhookDeliverer {
  readonly #storage: Storage;
  readonly #tenants: TenantRegistry;
  readonly #feed: ChangeFeed;
  readonly #logger: Logger;
  readonly #owner = randomUUID();
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(storage: Storage, tenants: TenantRegistry, feed: ChangeFeed, logger: Logger) {
    this.#storage = storage;
    this.#tenants = tenants;
    this.#feed = feed;
    this.#logger = logger;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Ends after the deliveries under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#running.values());
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const tenant of this.#tenants.tenants) {
        for (const webhook of tenant.webhooks) this.#ensureRunning(tenant, webhook);
      }
      await this.#pause(idleMilliseconds);
    }
  }

  #ensureRunning(tenant: Tenant, webhook: WebhookConfig): void {
    const key = `${tenant.name} ${webhook.id}`;
    if (this.#running.has(key)) return;
    const work = this.#deliverPending(tenant.name, webhook)
      .catch((error: unknown) =>
        this.#logger.error({ err: error, tenant: tenant.name, webhook: webhook.id }, "webhook"),
      )
      .finally(() => this.#running.delete(key));
    this.#running.set(key, work);
  }

  async #deliverPending(tenant: string, webhook: WebhookConfig): Promise<void> {
    const last = await this.#storage.lastSequence(tenant);
    const until = Date.now() + leaseMilliseconds;
    let state = await this.#storage.webhooks.lease(tenant, webhook.id, this.#owner, until, last);
    if (state === undefined || Date.now() < state.nextAttemptAt) return;
    const secret = (await readFile(webhook.secretFile, "utf8")).trim();
    const { signal } = this.#stopping;
    const changes = await this.#feed.next(tenant, state.deliveredSequence, 50, leaseMilliseconds / 2, signal);
    for (const change of changes) {
      if (signal.aborted || Date.now() > until - answerMilliseconds) return;
      const failure = await this.#send(tenant, webhook, secret, change);
      if (signal.aborted && failure !== undefined) return;
      const next = await this.#note(tenant, webhook, state, change, failure);
      if (next === undefined || next.deliveredSequence < change.sequence) return;
      state = next;
    }
  }

  async #send(
    tenant: string,
    webhook: WebhookConfig,
    secret: string,
    change: RecordedChange,
  ): Promise<string | undefined> {
    const id = `${tenant}-${change.sequence}`;
    const body = JSON.stringify(toMessage(tenant, change));
    const timestamp = Math.floor(Date.now() / 1000);
    try {
      const response = await fetch(webhook.url, {
        method: "POST",
        redirect: "error",
        headers: {
          "content-type": "application/json",
          "user-agent": "okta-scim server",
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": signDelivery(secret, id, timestamp, body),
        },
        body,
        signal: AbortSignal.any([AbortSignal.timeout(answerMilliseconds), this.#stopping.signal]),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `the receiver answered ${response.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Writes the outcome down. Undefined when the webhook was sent elsewhere (a replay) in the meantime. */
  async #note(
    tenant: string,
    webhook: WebhookConfig,
    state: WebhookState,
    change: RecordedChange,
    failure: string | undefined,
  ): Promise<WebhookState | undefined> {
    const attempts = state.attempts + 1;
    const givenUp = failure !== undefined && attempts >= maxAttempts;
    const delay = Math.min(maxDelayMilliseconds, firstDelayMilliseconds * 2 ** (attempts - 1));
    const next: WebhookState =
      failure === undefined || givenUp
        ? { ...state, deliveredSequence: change.sequence, attempts: 0, nextAttemptAt: 0, lastError: failure }
        : { ...state, attempts, nextAttemptAt: Date.now() + delay, lastError: failure };
    if (givenUp) {
      const letter = { webhookId: webhook.id, sequence: change.sequence, at: Date.now(), reason: failure };
      await this.#storage.webhooks.addDeadLetter(tenant, letter);
      this.#logger.error(
        { tenant, webhook: webhook.id, sequence: change.sequence },
        "webhook delivery given up",
      );
    }
    return (await this.#storage.webhooks.save(tenant, state, next)) ? next : undefined;
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
