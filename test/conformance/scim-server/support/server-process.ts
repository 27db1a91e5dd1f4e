import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { tenantsFile, token } from "./running-server.ts";

const main = join(import.meta.dirname, "../../../../scim-server/src/main.ts");

/** Settings of a server in a process of its own. */
export interface ProcessOptions {
  readonly storageUrl?: string;
  readonly config?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A folder with a tenants file and room for a database; servers may be started in it again and again. */
export class ServerFolder {
  readonly path = mkdtempSync(join(tmpdir(), "scim-process-"));
  readonly #options: ProcessOptions;
  readonly #servers: ServerProcess[] = [];

  constructor(options: ProcessOptions = {}) {
    this.#options = options;
    writeFileSync(join(this.path, "tenants.json"), options.config ?? tenantsFile());
  }

  get storageUrl(): string {
    return this.#options.storageUrl ?? `sqlite://${join(this.path, "scim.sqlite")}`;
  }

  environment(): Record<string, string> {
    return {
      PATH: process.env["PATH"] ?? "",
      SCIM_SERVER_CONFIG: join(this.path, "tenants.json"),
      SCIM_SERVER_STORAGE: this.storageUrl,
      SCIM_SERVER_HOST: "127.0.0.1",
      SCIM_SERVER_PORT: "0",
      // A machine that is busy with other tests stops for seconds: that is not what tests of processes are about.
      SCIM_SERVER_MAX_LAG_MILLISECONDS: "60000",
      ...this.#options.variables,
    };
  }

  /** Runs a command of the server to its end. */
  async run(...command: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    const child = spawn(process.execPath, [main, ...command], { env: this.environment() });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, "close");
    return { code: child.exitCode ?? -1, output };
  }

  async start(): Promise<ServerProcess> {
    const server = await ServerProcess.start(this);
    this.#servers.push(server);
    return server;
  }

  /** Also ends servers that a failed test has left behind. */
  remove(): void {
    for (const server of this.#servers) server.kill();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A running server process. */
export class ServerProcess {
  readonly url: string;
  readonly log: readonly string[];
  readonly #child: ChildProcess;

  constructor(url: string, log: readonly string[], child: ChildProcess) {
    this.url = url;
    this.log = log;
    this.#child = child;
  }

  static async start(folder: ServerFolder): Promise<ServerProcess> {
    const child = spawn(process.execPath, [main, "serve"], {
      env: folder.environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log: string[] = [];
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    return new Promise((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        log.push(line);
        const address = /"address":"([^"]+)"/.exec(line)?.[1];
        if (address !== undefined) resolve(new ServerProcess(address, log, child));
      });
      child.once("close", () => reject(new Error(`the server ended: ${errors}${log.join("\n")}`)));
    });
  }

  call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/payroll${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/scim+json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Ends the process at once; nothing happens when it has ended. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Sends a signal and waits for the end. Answers the exit code, null after SIGKILL. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    const ended = once(this.#child, "close");
    this.#child.kill(signal);
    await ended;
    return this.#child.exitCode;
  }
}
