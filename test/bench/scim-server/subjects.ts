/** Starts the servers that are measured: ours, its peers, and constant answers as their frameworks' ceiling. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { findPostgres, TemporaryPostgres } from "../../conformance/scim-server/support/postgres.ts";
import { sha256, tenantsFile } from "../../conformance/scim-server/support/running-server.ts";
import { person, type Subject, seedOneByOne } from "./scenarios.ts";

const here = import.meta.dirname;
const repository = join(here, "../../..");
const token = "bench";

/** A server under test, running and filled. */
export interface Started {
  readonly subject: Subject;
  readonly ids: readonly string[];
  readonly child: ChildProcess;
  /** Ends what was started for it. */
  readonly cleanUp?: () => Promise<void>;
}

/** Peers that keep people in lists are measured with few of them: with more, one request takes them seconds. */
const peerPeople = 1000;

/** Starts a program and waits for the first line with an address. */
async function start(
  command: string,
  options: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(command, options, {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+[^"\s]*/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, child };
  }
  throw new Error(`${command} ${options.join(" ")} did not start`);
}

/** Stops a server and waits until it is gone. */
export async function stop({ child, cleanUp }: Started): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  await cleanUp?.();
}

/** Our server on SQLite. */
export function startOurs(folder: string, people: number): Promise<Started> {
  return startOn(folder, people, "SQLite", `sqlite://${join(folder, `ours-${people}`, "scim.sqlite")}`);
}

/**
 * Our server on a PostgreSQL of its own, with that program's own settings: it flushes before it answers a commit.
 * Processor time and memory are the server's alone.
 */
export async function startOursOnPostgres(folder: string, people: number): Promise<Started> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error("no PostgreSQL below /usr/lib/postgresql");
  const database = await TemporaryPostgres.start(programs);
  try {
    const started = await startOn(folder, people, "PostgreSQL", await database.createDatabase());
    return { ...started, cleanUp: () => database.stop() };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Filled by `import` and started afresh, so that its memory is that of serving. */
async function startOn(folder: string, people: number, engine: string, storageUrl: string): Promise<Started> {
  execFileSync(process.execPath, [join(repository, "scim-server/build.ts")]);
  const own = join(folder, `${engine === "SQLite" ? "ours" : engine}-${people}`);
  mkdirSync(own);
  const config = join(own, "tenants.json");
  writeFileSync(config, tenantsFile({ tokens: [{ id: "bench", sha256: sha256(token) }] }));
  const variables = {
    SCIM_SERVER_CONFIG: config,
    SCIM_SERVER_STORAGE: storageUrl,
    SCIM_SERVER_HOST: "127.0.0.1",
    SCIM_SERVER_PORT: "0",
    MALLOC_MMAP_THRESHOLD_: "65536",
  };
  const program = join(repository, "scim-server/build/server.mjs");
  const lines = join(own, "people.jsonl");
  const ids = await writePeople(lines, people);
  const before = performance.now();
  execFileSync(process.execPath, [program, "import", "payroll", lines], {
    env: { ...process.env, ...variables },
  });
  rmSync(lines);
  console.error(
    `${people} people imported into ${engine} in ${Math.round((performance.now() - before) / 1000)} s`,
  );
  const folderOfProfile = process.env["BENCH_PROFILE"];
  const profiling = folderOfProfile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folderOfProfile}`];
  // As the image starts it.
  const options = ["--max-semi-space-size=8", ...profiling, program, "serve"];
  const { url, child } = await start(process.execPath, options, own, variables);
  const subject = {
    name: `okta-scim, ${engine}, durable`,
    people,
    baseUrl: `${url}/payroll/scim/v2`,
    headers: { authorization: `Bearer ${token}` },
    constant: false,
  };
  return { subject, ids, child };
}

async function writePeople(file: string, people: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const output = createWriteStream(file);
  for (let index = 0; index < people; index += 1) {
    const { schemas: _schemas, ...document } = person(index);
    const id = randomUUID();
    ids.push(id);
    if (!output.write(`${JSON.stringify({ type: "User", id, document })}\n`)) await once(output, "drain");
  }
  output.end();
  await finished(output);
  return ids;
}

/** A framework that answers every request with the same person. */
export async function startConstant(folder: string, framework: "http" | "fastify"): Promise<Started> {
  const { url, child } = await start(process.execPath, [join(here, "constant-server.ts"), framework], folder);
  const name = framework === "http" ? "node:http, constant answer" : "Fastify, constant answer";
  return { subject: { name, people: 1, baseUrl: url, headers: {}, constant: true }, ids: ["1"], child };
}

/** SCIMMY with scimmy-routers, from npm. */
export async function startScimmy(folder: string): Promise<Started> {
  const own = join(folder, "scimmy");
  mkdirSync(own);
  writeFileSync(join(own, "package.json"), "{}");
  const packages = ["scimmy@1.3.5", "scimmy-routers@1.3.2", "express@4"];
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", ...packages], {
    cwd: own,
    stdio: "ignore",
  });
  const { url, child } = await start(process.execPath, [join(here, "scimmy-server.mjs")], own);
  return fillPeer("SCIMMY, in memory", url, child);
}

/** scim2-server, from PyPI, served as its README does: by its own command. */
export async function startScim2Server(folder: string): Promise<Started> {
  const environment = join(folder, "scim2-server");
  execFileSync("python3", ["-m", "venv", environment]);
  execFileSync(join(environment, "bin/pip"), ["install", "--quiet", "scim2-server==0.8.3"], {
    stdio: "ignore",
  });
  const options = ["--port", String(await freePort()), "--bearer-token", token];
  const { url, child } = await start(join(environment, "bin/scim2-server"), options, folder, {
    PYTHONUNBUFFERED: "1",
  });
  return fillPeer("scim2-server, in memory", url, child);
}

async function fillPeer(name: string, baseUrl: string, child: ChildProcess): Promise<Started> {
  const headers = { authorization: `Bearer ${token}` };
  const subject = { name, people: peerPeople, baseUrl, headers, constant: false };
  return { subject, ids: await seedOneByOne(subject, peerPeople), child };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
