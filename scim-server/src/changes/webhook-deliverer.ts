import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Tenant } from "../config/tenant.ts";
import type { TenantRegistry } from "../config/tenant-registry.ts";
import type { WebhookConfig } from "../config/tenants-file.ts";
import type { RecordedChange, Storage, WebhookState } from "../storage/storage.ts";
import type { ChangeFeed } from "./change-feed.ts";
import { messageId, toMessage } from "./change-message.ts";
import { PositionGoneError } from "./position-gone-error.ts";
import { signDelivery } from "./webhook-signature.ts";

const maxPauseMilliseconds = 300_000;
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
  /** Webhooks that cannot be worked on, such as while the database is away, and why: told once, not twice a second. */
  readonly #stuck = new Map<string, string>();
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

  /** Ends after the deliveries under way, and leaves the webhooks to the next server at once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#running.values());
    await this.#storage.webhooks
      .release(this.#owner)
      // They are free by themselves in half a minute.
      .catch((error: unknown) =>
        this.#logger.warn({ reason: describe(error) }, "webhooks not left to others"),
      );
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
    const work = this.#deliverPending(tenant, webhook)
      .then(
        () => {
          this.#stuck.delete(key);
        },
        (error: unknown) => {
          const reason = describe(error);
          if (this.#stuck.get(key) === reason) return;
          this.#stuck.set(key, reason);
          this.#logger.error({ err: error, tenant: tenant.name, webhook: webhook.id }, "webhook waits");
        },
      )
      .finally(() => this.#running.delete(key));
    this.#running.set(key, work);
  }

  async #deliverPending(tenant: Tenant, webhook: WebhookConfig): Promise<void> {
    const { webhooks, changeLog } = this.#storage;
    const { last } = await changeLog.bounds(tenant.name);
    const until = performance.now() + leaseMilliseconds;
    let state = await webhooks.lease(tenant.name, webhook.id, this.#owner, leaseMilliseconds, last);
    if (state === undefined || isPausing(state, Date.now())) return;
    const secret = await this.#readSecret(tenant.name, webhook, state);
    if (secret === undefined) return;
    const { signal } = this.#stopping;
    const changes = await this.#next(tenant.name, webhook, state);
    const letters = await webhooks.deadLetters(tenant.name);
    const given = new Set(letters.flatMap((one) => (one.webhookId === webhook.id ? one.sequence : [])));
    for (const change of changes) {
      if (signal.aborted || performance.now() > until - answerMilliseconds) return;
      const failure = await this.#send(tenant, webhook, secret, change);
      if (signal.aborted && failure !== undefined) return;
      const next = await this.#note(tenant.name, webhook, state, change, failure);
      if (next === undefined || next.deliveredSequence < change.sequence) return;
      if (failure === undefined && given.has(change.sequence)) {
        await webhooks.removeDeadLetter(tenant.name, webhook.id, change.sequence);
      }
      state = next;
    }
  }

  /** Undefined while its file cannot be read, which is told once, and to whoever asks how far the webhook is. */
  async #readSecret(
    tenant: string,
    webhook: WebhookConfig,
    state: WebhookState,
  ): Promise<string | undefined> {
    try {
      return (await readFile(webhook.secretFile, "utf8")).trim();
    } catch (error) {
      // Where the file is concerns the operator alone; the log has it.
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
      const reason = `its secret cannot be read (${code})`;
      if (state.lastError === reason) return undefined;
      this.#logger.error({ tenant, webhook: webhook.id, err: error }, "webhook waits for its secret");
      await this.#storage.webhooks.save(tenant, state, { ...state, lastError: reason });
      return undefined;
    }
  }

  /** The next changes. What was removed while the webhook was not configured is written down, not passed over. */
  async #next(
    tenant: string,
    webhook: WebhookConfig,
    state: WebhookState,
  ): Promise<readonly RecordedChange[]> {
    const { deliveredSequence } = state;
    try {
      const { signal } = this.#stopping;
      return await this.#feed.next(tenant, deliveredSequence, 50, leaseMilliseconds / 2, signal);
    } catch (error) {
      if (!(error instanceof PositionGoneError)) throw error;
      const resumed = Math.min(error.bounds.first - 1, error.bounds.last);
      const reason = `the changes ${deliveredSequence + 1} to ${resumed} are not kept any more`;
      const letter = { webhookId: webhook.id, sequence: resumed, at: Date.now(), reason };
      await this.#storage.webhooks.addDeadLetter(tenant, letter);
      this.#logger.error({ tenant, webhook: webhook.id, reason }, "webhook misses changes");
      const next = { ...state, deliveredSequence: resumed, attempts: 0, nextAttemptAt: 0, lastError: reason };
      await this.#storage.webhooks.save(tenant, state, next);
      return [];
    }
  }

  async #send(
    tenant: Tenant,
    webhook: WebhookConfig,
    secret: string,
    change: RecordedChange,
  ): Promise<string | undefined> {
    const id = messageId(tenant, change);
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
      return describe(error);
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
    const givenUp = failure !== undefined && attempts >= webhook.maxAttempts;
    const pause = Math.min(maxPauseMilliseconds, webhook.firstPauseMilliseconds * 2 ** (attempts - 1));
    const next: WebhookState =
      failure === undefined || givenUp
        ? { ...state, deliveredSequence: change.sequence, attempts: 0, nextAttemptAt: 0, lastError: failure }
        : { ...state, attempts, nextAttemptAt: Date.now() + pause, lastError: failure };
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

/** With its cause where it says no more than that something failed, as fetch does. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = error.cause instanceof Error ? error.cause.message : "";
  return error.message.includes(reason) ? error.message : `${error.message}: ${reason}`;
}

/** No pause is longer than the longest: the clock has been set back since. */
function isPausing({ nextAttemptAt }: WebhookState, now: number): boolean {
  return now < nextAttemptAt && nextAttemptAt <= now + maxPauseMilliseconds;
}
