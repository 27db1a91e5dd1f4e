/**
 * Measures the SCIM server against its peers in one run: `node test/bench/scim-server/bench.ts [people] [seconds]`.
 * Peers are installed into a temporary folder; one that cannot be installed is left out, and the table says so.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sha256, tenantsFile } from "../../conformance/scim-server/support/running-server.ts";
import type { Measurement } from "./load.ts";
import {
  runScenario,
  type ScenarioName,
  type Subject,
  scenarioTitles,
  seedByBulk,
  seedOneByOne,
} from "./scenarios.ts";

const people = Number(process.argv[2] ?? 10_000);
const milliseconds = Number(process.argv[3] ?? 4) * 1000;
const here = import.meta.dirname;
const repository = join(here, "../../..");
const folder = mkdtempSync(join(tmpdir(), "scim-bench-"));
const token = "bench";

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts a program and waits for the first line with an address. */
async function start(
  command: string,
  options: readonly string[],
  variables = {},
  cwd = folder,
): Promise<Started> {
  const child = spawn(command, options, {
    cwd,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+[^"\s]*/.exec(line)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, child };
  }
  throw new Error(`${command} ${options.join(" ")} did not start`);
}

async function stop({ child }: Started): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** Resident memory of a process in MB, where /proc tells. */
function memoryOf(child: ChildProcess): string {
  const file = `/proc/${child.pid}/status`;
  if (!existsSync(file)) return "?";
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1];
  return kilobytes === undefined ? "?" : String(Math.round(Number(kilobytes) / 1024));
}

/** Processor time of a process in microseconds, where /proc tells: what a busy machine leaves comparable. */
function processorTimeOf(child: ChildProcess): number | undefined {
  const file = `/proc/${child.pid}/stat`;
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000_000;
}

const rows: string[] = [];

async function run(
  subject: Subject,
  started: Started,
  ids: readonly string[],
  time = milliseconds,
): Promise<void> {
  const all: readonly ScenarioName[] = ["get", "filter", "patch", "create", "list", "member"];
  const only = process.env["BENCH_SCENARIOS"]?.split(",");
  const scenarios = all.filter((scenario) => only === undefined || only.includes(scenario));
  for (const scenario of scenarios) {
    if (subject.constant && scenario === "member") continue;
    let before: number | undefined;
    const result = await runScenario(subject, scenario, ids, time, () => {
      before = processorTimeOf(started.child);
    });
    const after = processorTimeOf(started.child);
    const each =
      before === undefined || after === undefined
        ? "?"
        : String(Math.round((after - before) / result.requests));
    rows.push(format(subject.name, scenario, result, each, memoryOf(started.child)));
    console.log(rows.at(-1));
  }
}

function format(
  name: string,
  scenario: ScenarioName,
  result: Measurement,
  processor: string,
  memory: string,
): string {
  const failures = result.failures === 0 ? "" : ` (${result.failures} failed)`;
  const cells = [name, scenarioTitles[scenario], `${result.requestsPerSecond}${failures}`];
  return `| ${[...cells, result.p50.toFixed(2), result.p99.toFixed(2), processor, memory].join(" | ")} |`;
}

async function benchOurs(): Promise<void> {
  execFileSync(process.execPath, [join(repository, "scim-server/build.ts")]);
  const config = join(folder, "tenants.json");
  writeFileSync(config, tenantsFile({ tokens: [{ id: "bench", sha256: sha256(token) }] }));
  const profiling =
    process.env["BENCH_PROFILE"] === undefined
      ? []
      : ["--cpu-prof", `--cpu-prof-dir=${process.env["BENCH_PROFILE"]}`];
  const server = [...profiling, join(repository, "scim-server/build/server.mjs"), "serve"];
  const started = await start(process.execPath, server, {
    SCIM_SERVER_CONFIG: config,
    SCIM_SERVER_STORAGE: `sqlite://${join(folder, "scim.sqlite")}`,
    SCIM_SERVER_HOST: "127.0.0.1",
    SCIM_SERVER_PORT: "0",
    SCIM_SERVER_LOG_LEVEL: process.env["BENCH_LOG_LEVEL"] ?? "info",
  });
  const subject: Subject = {
    name: "okta-scim (SQLite, durable)",
    baseUrl: `${started.url}/payroll/scim/v2`,
    headers: { authorization: `Bearer ${token}` },
    constant: false,
  };
  await run(subject, started, await seedByBulk(subject, people));
  await stop(started);
}

async function benchConstant(framework: "http" | "fastify"): Promise<void> {
  const started = await start(process.execPath, [join(here, "constant-server.ts"), framework]);
  const name = framework === "http" ? "node:http, constant answer" : "Fastify, constant answer";
  await run({ name, baseUrl: started.url, headers: {}, constant: true }, started, ["1"]);
  await stop(started);
}

async function benchScimmy(): Promise<void> {
  const packages = ["scimmy@1.3.5", "scimmy-routers@1.3.2", "express@4"];
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", ...packages], {
    cwd: folder,
    stdio: "ignore",
  });
  const started = await start(process.execPath, [join(here, "scimmy-server.mjs")]);
  const subject: Subject = {
    name: "SCIMMY (in memory)",
    baseUrl: started.url,
    headers: { authorization: "Bearer bench" },
    constant: false,
  };
  await run(subject, started, await seedOneByOne(subject, Math.min(people, 10_000)));
  await stop(started);
}

console.log(`${people} people, 16 connections, ${milliseconds / 1000} s each\n`);
console.log(
  "| server | request | requests/s | p50 ms | p99 ms | CPU µs each | memory MB |\n|---|---|---|---|---|---|---|",
);
const subjects: Readonly<Record<string, () => Promise<void>>> = {
  ours: benchOurs,
  http: () => benchConstant("http"),
  fastify: () => benchConstant("fastify"),
  scimmy: benchScimmy,
};
const wanted = process.env["BENCH_ONLY"]?.split(",") ?? Object.keys(subjects);
for (const name of wanted) {
  try {
    await subjects[name]?.();
  } catch (error) {
    console.log(
      `| ${name} | left out: ${error instanceof Error ? error.message.split("\n")[0] : error} | | | | | |`,
    );
  }
}
rmSync(folder, { recursive: true, force: true });
