import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { createOktaClient, type OktaClient } from "../../../../src/okta/okta-client.ts";
import { updateGuarded } from "../../../../src/operations/guarded-update.ts";
import {
  openSession,
  type PhaseRunner,
  readStackInput,
  type StackSession,
} from "../../../../src/operations/stack-session.ts";
import { startEmulatedOrg, stopEmulatedOrg } from "../../../../src/services/emulated-org.ts";
import { controlServerContainer, serverContainerName } from "../../../../src/services/server-container.ts";

const repository = join(import.meta.dirname, "..", "..", "..", "..");
/** No daemon listens here: the SCIM server runs as a plain process. */
export const noDocker = "unix:///nonexistent/docker.sock";

export interface OwnStackOptions {
  /** Specs by file name without `.yaml`; a function gets the port of the SCIM server. */
  readonly specs: (serverPort: number) => Readonly<Record<string, unknown>>;
  /** More of `Pulumi.dev.yaml`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** SCIM servers side by side, on ports that follow each other. */
  readonly replicas?: number;
}

/**
 * A project of its own with a stack `dev`: the real engine, the emulated org and the SCIM server in processes of their own, the program in
 * the test's. Ports, state and names are its own.
 */
export class OwnStack {
  readonly folder: string;
  readonly serverPort: number;
  readonly orgUrl: string;
  readonly apiToken: string;
  readonly okta: OktaClient;
  /** What the phases said. */
  readonly lines: string[] = [];

  private constructor(folder: string, serverPort: number, org: { url: string; apiToken: string }) {
    this.folder = folder;
    this.serverPort = serverPort;
    this.orgUrl = org.url;
    this.apiToken = org.apiToken;
    this.okta = createOktaClient({
      orgUrl: org.url,
      credentials: { kind: "api-token", apiToken: org.apiToken },
      rateLimitShare: 1,
    });
  }

  static async create(options: OwnStackOptions): Promise<OwnStack> {
    const folder = mkdtempSync(join(tmpdir(), "okta-scim-program-"));
    vi.stubEnv("OKTA_SCIM_HOME", process.env["OKTA_SCIM_HOME"] ?? join(homedir(), ".okta-scim"));
    vi.stubEnv("HOME", folder);
    vi.stubEnv("PULUMI_HOME", join(folder, ".pulumi"));
    vi.stubEnv("DOCKER_HOST", noDocker);
    const serverPort = await findFreePort();
    layOut(folder, {
      "okta-scim:org": "sandbox",
      ...options.config,
      "okta-scim:server": {
        port: serverPort,
        namePrefix: `okta-scim-own-${serverPort}`,
        replicas: options.replicas ?? 1,
      },
    });
    const { address } = await startEmulatedOrg(folder, { port: await findFreePort() });
    const stack = new OwnStack(folder, serverPort, address);
    for (const [name, spec] of Object.entries(options.specs(serverPort))) stack.writeSpec(name, spec);
    return stack;
  }

  /** Writes a spec; JSON is YAML. `undefined` deletes it. */
  writeSpec(name: string, spec: unknown): void {
    const file = join(this.folder, "stacks", "dev", `${name}.yaml`);
    if (spec === undefined) rmSync(file);
    else writeFileSync(file, JSON.stringify(spec, null, 2));
  }

  /** Changes keys of `Pulumi.dev.yaml`; `undefined` takes one out. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    const file = join(this.folder, "Pulumi.dev.yaml");
    // The engine, too, writes this file: as YAML, with a salt of its own.
    const { config, ...rest } = z
      .looseObject({ config: z.record(z.string(), z.unknown()) })
      .parse(parse(readFileSync(file, "utf8")));
    writeFileSync(file, JSON.stringify({ ...rest, config: { ...config, ...changes } }));
  }

  /** Another project on the same org, in a folder within this one. */
  neighbour(
    name: string,
    options: {
      readonly config: Readonly<Record<string, unknown>>;
      readonly specs: Readonly<Record<string, unknown>>;
    },
  ): OwnStack {
    const folder = join(this.folder, name);
    layOut(folder, options.config);
    const stack = new OwnStack(folder, this.serverPort, { url: this.orgUrl, apiToken: this.apiToken });
    for (const [file, spec] of Object.entries(options.specs)) stack.writeSpec(file, spec);
    return stack;
  }

  /** Runs an operation on a session, as a command does; of one application alone, as `--app` does. */
  async run<T>(work: (session: StackSession, phases: PhaseRunner) => Promise<T>, app?: string): Promise<T> {
    const phases = this.phases();
    const session = await openSession(readStackInput(this.folder, "dev", app), phases);
    try {
      return await work(session, phases);
    } finally {
      session.opened.close();
    }
  }

  /** `okta-scim up`, `okta-scim up --app`. */
  up(app?: string) {
    return this.run((session, phases) => updateGuarded(session, phases), app);
  }

  /** A plain call of the org's API, as the console's pages or another program make it. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(path, this.orgUrl), {
      method,
      headers: { authorization: `SSWS ${this.apiToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async appId(label: string): Promise<string> {
    const apps = z.array(z.looseObject({ id: z.string(), label: z.string() }));
    const found = apps.parse(await this.call("GET", "/api/v1/apps")).find((app) => app.label === label);
    if (found === undefined) throw new Error(`no app ${label}`);
    return found.id;
  }

  async remove(): Promise<void> {
    const first = serverContainerName("dev", `okta-scim-own-${this.serverPort}`);
    for (const name of [first, `${first}-2`])
      await controlServerContainer(this.folder, "stop", name).catch(() => "missing");
    await stopEmulatedOrg(this.folder);
    vi.unstubAllEnvs();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private phases(): PhaseRunner {
    const say = (text: string) => void this.lines.push(text);
    return { run: (_name, work) => work({ progress: () => {}, result: say, line: say }) };
  }
}

/** A project's folder: ours, but for the specs and the configuration. */
function layOut(folder: string, config: Readonly<Record<string, unknown>>): void {
  mkdirSync(join(folder, "stacks", "dev"), { recursive: true });
  for (const name of ["bin", "src", "sandbox", "node_modules", "package.json", "package-lock.json"])
    symlinkSync(join(repository, name), join(folder, name));
  // The program takes the folder above itself for the project.
  copyFileSync(join(repository, "stacks", "index.ts"), join(folder, "stacks", "index.ts"));
  // A copy: who edits the server while this runs would have its image changed by the next update.
  const server = join(repository, "scim-server");
  const built = join(server, "build");
  cpSync(server, join(folder, "scim-server"), { recursive: true, filter: (path) => path !== built });
  writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(repository, "Pulumi.yaml")));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config }));
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
