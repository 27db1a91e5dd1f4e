import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Logger } from "pino";
import { buildTenant, type Tenant } from "./tenant.ts";
import { parseTenantsFile, type TenantConfig, type TenantsFile } from "./tenants-file.ts";

const pollMilliseconds = 1000;
const missRecheckMilliseconds = 100;

/**
 * The tenants, kept in step with their file. The file is polled, because notifications do not cross the mounts that
 * containers read it through; and looked at again when a credential is not known, so that a new one counts at once.
 */
export class TenantRegistry {
  readonly #file: string;
  readonly #logger: Logger;
  #tenants: ReadonlyMap<string, Tenant> = new Map();
  #inspector: TenantsFile["inspector"] = { access: "loopback" };
  #readSignature: string | undefined;
  #reportedSignature: string | undefined;
  #lastMissCheck = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> | undefined;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** Reads the file for the first time and begins to watch it. A missing file means no tenants yet. */
  async start(): Promise<void> {
    await this.#reload();
    this.#timer = setInterval(() => void this.#reload(), pollMilliseconds);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get tenants(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  get inspector(): TenantsFile["inspector"] {
    return this.#inspector;
  }

  find(name: string): Tenant | undefined {
    return this.#tenants.get(name);
  }

  /** The tenant that `/scim/v2` without a name means: the only one there is. */
  findOnly(): Tenant | undefined {
    return this.#tenants.size === 1 ? this.tenants[0] : undefined;
  }

  /** Looks at the file again after a credential or name was not known; at most every 100 ms, whoever asks. */
  async recheck(): Promise<void> {
    const now = performance.now();
    if (now - this.#lastMissCheck < missRecheckMilliseconds) return this.#reloading;
    this.#lastMissCheck = now;
    await this.#reload();
  }

  #reload(): Promise<void> {
    this.#reloading ??= this.#readFile().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  async #readFile(): Promise<void> {
    let signature = "missing";
    try {
      const stats = await stat(this.#file, { bigint: true });
      signature = `${stats.mtimeNs}:${stats.ctimeNs}:${stats.size}:${stats.ino}`;
      if (signature === this.#readSignature) return;
      const parsed = parseTenantsFile(await readFile(this.#file, "utf8"));
      const folder = dirname(this.#file);
      this.#tenants = new Map(
        parsed.tenants.map((config) => [config.name, buildTenant(locateSecrets(config, folder))]),
      );
      this.#inspector = parsed.inspector;
      this.#readSignature = signature;
      this.#logger.info({ tenants: [...this.#tenants.keys()] }, "tenants file read");
    } catch (error) {
      if (signature === this.#reportedSignature) return;
      this.#reportedSignature = signature;
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn({ reason }, "the tenants file cannot be read; what was read before stays in force");
    }
  }
}

/** Files of secrets are named relative to the tenants file. */
function locateSecrets(config: TenantConfig, folder: string): TenantConfig {
  const webhooks = config.webhooks.map((webhook) => ({
    ...webhook,
    secretFile: resolve(folder, webhook.secretFile),
  }));
  return { ...config, webhooks };
}
