import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

const root = "/usr/lib/postgresql";

/** Where the newest installed PostgreSQL has its programs; undefined where there is none. */
export function findPostgres(): string | undefined {
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).toSorted((left, right) => Number(right) - Number(left));
  return versions
    .map((version) => join(root, version, "bin"))
    .find((path) => existsSync(join(path, "initdb")));
}

/** PostgreSQL refuses to run as root; nobody has this id. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** A PostgreSQL of its own in a temporary folder. */
export class TemporaryPostgres {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #port: number;

  constructor(folder: string, child: ChildProcess, port: number) {
    this.#folder = folder;
    this.#process = child;
    this.#port = port;
  }

  static async start(programs: string): Promise<TemporaryPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "scim-postgres-"));
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, "data");
    const options = ["-D", data, "-U", "scim", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"];
    execFileSync(join(programs, "initdb"), options, { ...user, cwd: folder, stdio: "ignore" });
    const port = await freePort();
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${folder}`];
    const child = spawn(join(programs, "postgres"), ["-D", data, "-p", String(port), ...settings], {
      ...user,
      cwd: folder,
      stdio: "ignore",
    });
    const server = new TemporaryPostgres(folder, child, port);
    await server.#waitUntilReady();
    return server;
  }

  async #waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const client = new pg.Client(this.#url("postgres"));
      try {
        await client.connect();
        await client.end();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    throw new Error("PostgreSQL did not start");
  }

  #url(database: string): string {
    return `postgres://scim@127.0.0.1:${this.#port}/${database}`;
  }

  /** Creates an empty database and answers its URL. */
  async createDatabase(): Promise<string> {
    const name = `scim_${randomBytes(6).toString("hex")}`;
    const client = new pg.Client(this.#url("postgres"));
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return this.#url(name);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGINT");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
