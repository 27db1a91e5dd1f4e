/**
 * How fast a group of 50,000 people is provisioned, and whether anybody is missed or doubled when the org is killed in the middle:
 * `node test/bench/sandbox/provision-many.ts [people]`. The emulated org and the SCIM server are processes of their own, as in `npm start`.
 * Prints seconds, people per second and the org's peak resident memory (MB, Linux only).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { collect, OrgProcess, ScimServerProcess } from "../../conformance/provisioning/processes.ts";
import { addApp, addGroup, addPerson, newStore } from "../../unit/sandbox/store/new-store.ts";

const PEOPLE = Number(process.argv[2] ?? 50_000);

const status = z.object({ queue: z.object({ pending: z.int(), running: z.int(), failed: z.int() }) });
const address = z.object({ pid: z.int() });

await using server = await ScimServerProcess.start(["payroll"]);
await using org = await OrgProcess.start();
await org.stop("SIGTERM");
const { appId, groupId } = fillOrg(join(org.folder, "org.sqlite"));
await org.launch();

const started = performance.now();
await org.api("PUT", `/api/v1/apps/${appId}/groups/${groupId}`, {});
const assigned = performance.now();
while (((await server.evidence("payroll"))["user-create"] ?? 0) < PEOPLE / 2) await sleep(250);
const peakBefore = readPeakMemory();
await org.stop("SIGKILL");
const killed = performance.now();
await org.launch();
const relaunched = performance.now();
let { queue } = status.parse(await org.api("GET", "/sandbox/status"));
while (!(await isIdle())) await sleep(250);
const ended = performance.now();
const peak = Math.max(peakBefore, readPeakMemory());

const accounts = await collect(server.client("payroll").users.all({ count: 500 }));
const names = new Set(accounts.map(({ userName }) => userName));
const provisioning = (ended - assigned - (relaunched - killed)) / 1000;
const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
process.stdout.write(
  `${PEOPLE} people: assigned in ${seconds(assigned - started)} s, provisioned in ${provisioning.toFixed(1)} s ` +
    `(${Math.round(PEOPLE / provisioning)} a second), killed in the middle and back in ${seconds(relaunched - killed)} s, ` +
    `peak memory of the org ${peak} MB; ${accounts.length} accounts, ${names.size} different names, ${queue.failed} failed tasks\n`,
);
if (accounts.length !== PEOPLE || names.size !== PEOPLE || queue.failed > 0) process.exitCode = 1;

async function isIdle(): Promise<boolean> {
  ({ queue } = status.parse(await org.api("GET", "/sandbox/status")));
  if (queue.pending + queue.running > 0) return false;
  return (await server.client("payroll").users.list({ startIndex: 1, count: 1 })).totalResults >= PEOPLE;
}

function fillOrg(path: string): { readonly appId: string; readonly groupId: string } {
  const store = newStore(path);
  const app = addApp(store, { provisioned: true });
  store.settings.saveConnection({
    appId: app.id,
    authScheme: "TOKEN",
    status: "ENABLED",
    baseUrl: server.baseUrl("payroll"),
    authentication: "header",
    token: server.authorization,
    username: null,
    oauth2: null,
    setBy: "api",
  });
  const groupId = addGroup(store, "Large");
  store.transaction(() => {
    const people = Array.from({ length: PEOPLE }, (_, index) => addPerson(store, `p${index}`).id);
    store.groups.addMembers(groupId, people);
  });
  store.close();
  return { appId: app.id, groupId };
}

function readPeakMemory(): number {
  const { pid } = address.parse(JSON.parse(readFileSync(join(org.folder, "address.json"), "utf8")));
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}
