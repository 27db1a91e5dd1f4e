import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ScimClient } from "../../../src/scim/scim-client.ts";

const root = join(import.meta.dirname, "../../..");
const credential = "a-token-for-conformance";

/** Everything that a paged listing has. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** A process of the product in a folder of its own; ends with the test. */
class Process implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "okta-scim-"));
  output = "";
  #child: ChildProcess | undefined;

  protected run(args: readonly string[], environment: Readonly<Record<string, string>>): void {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.#child = child;
  }

  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  protected async waitFor<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#child?.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`${what} did not start:\n${this.output}`);
  }
}

/** The bundled SCIM server, run from its source, with a tenant per name. */
export class ScimServerProcess extends Process {
  #address = "";

  static async start(tenants: readonly string[]): Promise<ScimServerProcess> {
    const server = new ScimServerProcess();
    const sha256 = createHash("sha256").update(credential).digest("hex");
    const config = {
      version: 1,
      inspector: { access: "open" },
      tenants: tenants.map((name) => ({
        name,
        publicUrl: `http://scim.example.com/${name}`,
        authentication: "header",
        tokens: [{ id: "v1", sha256, scope: "read-write", expiresAt: null }],
      })),
    };
    writeFileSync(join(server.folder, "tenants.json"), JSON.stringify(config));
    server.run(["scim-server/src/main.ts", "serve"], {
      SCIM_SERVER_CONFIG: join(server.folder, "tenants.json"),
      SCIM_SERVER_STORAGE: `sqlite://${join(server.folder, "scim.sqlite")}`,
      SCIM_SERVER_HOST: "127.0.0.1",
      SCIM_SERVER_PORT: "0",
    });
    server.#address = await server.waitFor(
      "the SCIM server",
      () => /"address":"([^"]+)"/.exec(server.output)?.[1],
    );
    return server;
  }

  baseUrl(tenant: string): string {
    return `${this.#address}/${tenant}/scim/v2`;
  }

  /** The value that Okta's header authentication sends. */
  get authorization(): string {
    return `Bearer ${credential}`;
  }

  get token(): string {
    return credential;
  }

  client(tenant: string): ScimClient {
    return new ScimClient({ baseUrl: this.baseUrl(tenant), authorization: this.authorization });
  }

  /** Kinds of calls that Okta's client has made, with their number. */
  async evidence(tenant: string): Promise<Record<string, number>> {
    const answer = await fetch(`${this.#address}/${tenant}/evidence`, {
      headers: { authorization: this.authorization },
    });
    const { entries } = evidenceSchema.parse(await answer.json());
    const own = entries.filter(({ userAgent }) => userAgent === "Okta SCIM Client 1.0.0");
    return Object.fromEntries(own.map(({ kind, count }) => [kind, count]));
  }
}

const evidenceSchema = z.object({
  entries: z.array(z.object({ userAgent: z.string(), kind: z.string(), count: z.number() })),
});

const addressSchema = z.object({ url: z.string(), apiToken: z.string() });

/** The emulated org, run as `npm start` runs it. */
export class OrgProcess extends Process {
  #address = { url: "", apiToken: "" };
  #arguments: readonly string[] = [];

  /** @param more further arguments of its command line */
  static async start(more: readonly string[] = []): Promise<OrgProcess> {
    const org = new OrgProcess();
    org.#arguments = more;
    await org.launch();
    return org;
  }

  /** Starts the org on its data folder, also after it was stopped or killed. */
  async launch(): Promise<void> {
    const addressFile = join(this.folder, "address.json");
    rmSync(addressFile, { force: true });
    const options = ["--data", this.folder, "--org", "sandbox/org.yaml", "--port", "0", ...this.#arguments];
    this.run(["sandbox/okta/main.ts", ...options], {});
    this.#address = await this.waitFor("the org", () =>
      existsSync(addressFile)
        ? addressSchema.parse(JSON.parse(readFileSync(addressFile, "utf8")))
        : undefined,
    );
  }

  /** Calls the Management API; the answer's JSON, null when it has none. Throws for a status that is not 2xx. */
  async api(method: string, path: string, body?: unknown): Promise<z.core.util.JSONType> {
    const answer = await fetch(this.#address.url + path, {
      method,
      headers: {
        authorization: `SSWS ${this.#address.apiToken}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? null : z.json().parse(JSON.parse(text));
  }

  /** Sends a form of the console as a script does; the answer's JSON. */
  async sendForm(path: string, fields: Readonly<Record<string, string>>): Promise<z.core.util.JSONType> {
    return z.json().parse(await (await this.post(path, fields)).json());
  }

  /** Sends a form of the console; redirections are not followed. */
  post(path: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.#address.url + path, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  }

  /** Waits until provisioning is idle; the number of failed tasks. */
  async drain(): Promise<number> {
    const answer = await this.api("POST", "/sandbox/drain", { timeoutMs: 60_000 });
    const { idle, queue } = z
      .object({ idle: z.boolean(), queue: z.object({ failed: z.number() }) })
      .parse(answer);
    if (!idle) throw new Error("provisioning did not become idle");
    return queue.failed;
  }
}
