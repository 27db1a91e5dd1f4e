/**
 * Measures the SCIM server against its peers in one run:
 * `node test/bench/scim-server/bench.ts [people,people…] [seconds]`, by default `10000,100000 4`.
 * Peers are installed into a temporary folder; one that cannot be installed is left out, and the table says so.
 * BENCH_ONLY=ours,postgres,fastify and BENCH_SCENARIOS=get,list narrow it down; BENCH_IN_TURNS=1 starts all servers first
 * and measures them in turns; BENCH_PROFILE=<folder> profiles our server.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measurement } from "./load.ts";
import { connections, prepareScenario, type ScenarioName, scenarioTitles } from "./scenarios.ts";
import {
  type Started,
  startConstant,
  startOurs,
  startOursOnPostgres,
  startScim2Server,
  startScimmy,
  stop,
} from "./subjects.ts";

const sizes = (process.argv[2] ?? "10000,100000").split(",").map(Number);
const milliseconds = Number(process.argv[3] ?? 4) * 1000;
const rounds = 5;
const folder = mkdtempSync(join(tmpdir(), "scim-bench-"));

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

const all: readonly ScenarioName[] = ["get", "filter", "patch", "create", "list", "member"];
const scenarios = all.filter((name) => process.env["BENCH_SCENARIOS"]?.split(",").includes(name) ?? true);

/** What each server managed, for the summary: by scenario, then by server. */
const summary = new Map<ScenarioName, Map<string, string>>();

interface Round {
  readonly result: Measurement;
  /** Processor time in microseconds a request. */
  readonly processor: string;
}

async function measureRound(
  measure: (milliseconds: number) => Promise<Measurement>,
  child: ChildProcess,
): Promise<Round> {
  const before = processorTimeOf(child);
  const result = await measure(milliseconds / rounds);
  const after = processorTimeOf(child);
  const known = before !== undefined && after !== undefined && result.requests > 0;
  return { result, processor: known ? String(Math.round((after - before) / result.requests)) : "?" };
}

/** Of short rounds the one in the middle counts: another program's moment on the machine is not ours. */
function middleOf(measured: readonly Round[]): Round {
  const sorted = measured.toSorted(
    (left, right) => left.result.requestsPerSecond - right.result.requestsPerSecond,
  );
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError("a scenario needs at least one round");
  return middle;
}

/** Measures servers that run at the same time, in turns: what else the machine does hits all of them alike. */
async function run(group: readonly Started[]): Promise<void> {
  for (const scenario of scenarios) {
    const measured: { readonly started: Started; readonly next: () => Promise<Round>; all: Round[] }[] = [];
    for (const started of group) {
      const { subject, ids, child } = started;
      if (subject.constant && scenario === "member") continue;
      const measure = await prepareScenario(subject, scenario, ids, Math.min(2000, milliseconds / 2));
      measured.push({ started, next: () => measureRound(measure, child), all: [] });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { next, all } of measured) all.push(await next());
    }
    for (const { started, all } of measured) report(scenario, started, middleOf(all));
  }
}

function report(scenario: ScenarioName, { subject, child }: Started, { result, processor }: Round): void {
  const failures = result.failures === 0 ? "" : ` (${result.failures} failed)`;
  const title = `${subject.name}${subject.constant ? "" : `, ${subject.people.toLocaleString("en")} people`}`;
  const cells = [title, scenarioTitles[scenario], `${result.requestsPerSecond}${failures}`];
  const figures = [result.p50.toFixed(2), result.p99.toFixed(2), processor, memoryOf(child)];
  console.log(`| ${[...cells, ...figures].join(" | ")} |`);
  const row = summary.get(scenario) ?? new Map<string, string>();
  row.set(title, `${result.requestsPerSecond}`);
  summary.set(scenario, row);
}

function printSummary(): void {
  const titles = [...new Set([...summary.values()].flatMap((row) => [...row.keys()]))];
  console.log(`\nRequests per second:\n\n| | ${titles.join(" | ")} |\n|---|${"---|".repeat(titles.length)}`);
  for (const [scenario, row] of summary) {
    const cells = titles.map((title) => row.get(title) ?? "-");
    console.log(`| ${[scenarioTitles[scenario], ...cells].join(" | ")} |`);
  }
}

const subjects: Readonly<Record<string, readonly (() => Promise<Started>)[]>> = {
  ours: sizes.map((people) => () => startOurs(folder, people)),
  postgres: sizes.map((people) => () => startOursOnPostgres(folder, people)),
  http: [() => startConstant(folder, "http")],
  fastify: [() => startConstant(folder, "fastify")],
  scimmy: [() => startScimmy(folder)],
  scim2: [() => startScim2Server(folder)],
};

console.log(
  `${connections} connections, the median of ${rounds} rounds of ${milliseconds / rounds} ms each\n`,
);
console.log(
  "| server | request | requests/s | p50 ms | p99 ms | CPU µs each | memory MB |\n|---|---|---|---|---|---|---|",
);
const chosen = (process.env["BENCH_ONLY"]?.split(",") ?? Object.keys(subjects)).flatMap((name) =>
  (subjects[name] ?? []).map((start) => ({ name, start })),
);
const groups = process.env["BENCH_IN_TURNS"] === undefined ? chosen.map((one) => [one]) : [chosen];
for (const group of groups) {
  const running: Started[] = [];
  try {
    for (const { name, start } of group) {
      try {
        running.push(await start());
      } catch (error) {
        const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
        console.log(`| ${name} | left out: ${reason} | | | | | |`);
      }
    }
    await run(running);
  } catch (error) {
    console.log(
      `| left out from here on: ${error instanceof Error ? error.message : String(error)} | | | | | | |`,
    );
  } finally {
    for (const started of running) await stop(started);
  }
}
printSummary();
rmSync(folder, { recursive: true, force: true });
