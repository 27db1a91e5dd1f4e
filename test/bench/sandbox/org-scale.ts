/**
 * An org of 100,000 people and 2,000 groups, from start to the last provisioned person: `node test/bench/sandbox/org-scale.ts`.
 * The emulated org and the bundled SCIM server are processes of their own, as in `npm start`. A group of 50,000 is assigned, and
 * the org is killed (SIGKILL) three times while it provisions them. At the end every person is compared with their account.
 * Prints a Markdown table; the memory is the org's peak resident memory (Linux only). `PEOPLE=10000` makes a tenth of it.
 */
import { readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { OrgProcess, ScimServerProcess } from "../../conformance/provisioning/processes.ts";
import { comparePeople, createApp, fillOrg, longestAnswer } from "./large-org.ts";

const people = Number(process.env["PEOPLE"] ?? 100_000);
const size = { people, groups: people / 50, assigned: people / 2 };
const killsAt = [0.2, 0.5, 0.8];
const tenant = "payroll";

const addressSchema = z.object({ pid: z.int() });
const queueSchema = z.object({
  queue: z.object({ pending: z.int(), running: z.int(), failed: z.int() }),
});
const lines = ["| Step | Result |", "|---|---|"];
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

function report(step: string, result: string): void {
  lines.push(`| ${step} | ${result} |`);
}

async function timed<T>(work: () => Promise<T> | T): Promise<{ readonly value: T; readonly ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
}

await using server = await ScimServerProcess.start([tenant]);
await using org = await OrgProcess.start();
const database = join(org.folder, "org.sqlite");
await org.stop("SIGTERM");
const filled = await timed(() => fillOrg(database, size));
report(`${size.people} people, ${size.groups} groups of 50 written`, seconds(filled.ms));
report("start with them", seconds((await timed(() => org.launch())).ms));

const appId = await createApp(org, server, tenant);
const search = (query: string) => () => org.api("GET", `/api/v1/users?${query}`);
report("a person by login", seconds((await timed(search('search=profile.login eq "p77@example.com"'))).ms));
report(
  "200 people of a department",
  seconds((await timed(search('limit=200&search=profile.department eq "D7"'))).ms),
);

let isAssigned = false;
const others = longestAnswer(
  () => org.api("GET", "/api/v1/users/me"),
  () => isAssigned,
);
const assigned = await timed(() => org.api("PUT", `/api/v1/apps/${appId}/groups/${filled.value}`, {}));
isAssigned = true;
report(`group of ${size.assigned} assigned`, seconds(assigned.ms));
report("longest that another request took meanwhile", seconds(await others));

const began = performance.now();
let down = 0;
let peak = 0;
for (const share of killsAt) {
  while (((await server.evidence(tenant))["user-create"] ?? 0) < size.assigned * share) await sleep(100);
  peak = Math.max(peak, readPeakMemory());
  await org.stop("SIGKILL");
  down += (await timed(() => org.launch())).ms;
}
let isIdle = false;
let failed = 0;
const duringLoad = longestAnswer(
  () => org.api("GET", "/api/v1/users/me"),
  () => isIdle,
);
while (!isIdle) {
  const { queue } = queueSchema.parse(await org.api("GET", "/sandbox/status"));
  failed = queue.failed;
  const accounts = (await server.client(tenant).users.list({ startIndex: 1, count: 1 })).totalResults;
  isIdle = queue.pending + queue.running === 0 && accounts >= size.assigned;
  await sleep(isIdle ? 0 : 250);
}
const spent = performance.now() - began - down;
report(`provisioned, killed ${killsAt.length} times`, seconds(spent));
report("people per second", String(Math.round(size.assigned / (spent / 1000))));
report("back after a kill, on average", seconds(down / killsAt.length));
report("longest that a request took while provisioning", seconds(await duringLoad));
report("peak memory of the org", `${Math.max(peak, readPeakMemory())} MB`);
report("snapshot saved", seconds((await timed(() => snapshot("/sandbox/snapshots"))).ms));
report("snapshot restored", seconds((await timed(() => snapshot("/sandbox/snapshots/restore"))).ms));
await org.stop("SIGTERM");
report("database afterwards", `${Math.round(statSync(database).size / 1e6)} MB`);

const compared = await comparePeople(database, appId, server, tenant);
report(
  "accounts: missing / doubled / different / failed tasks",
  `${compared.accounts}: ${compared.missing} / ${compared.doubled} / ${compared.different} / ${failed}`,
);
process.stdout.write(`${cpus().length} cores, Node ${process.version}\n\n${lines.join("\n")}\n`);
const isRight =
  compared.accounts === size.assigned &&
  compared.missing + compared.doubled + compared.different + failed === 0;
if (!isRight) process.exitCode = 1;

function snapshot(path: string): Promise<unknown> {
  return org.api("POST", path, { name: "scale" });
}

function readPeakMemory(): number {
  const { pid } = addressSchema.parse(JSON.parse(readFileSync(join(org.folder, "address.json"), "utf8")));
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}
