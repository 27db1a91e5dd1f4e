/**
 * Power cuts, simulated: a server writes under strace; at random moments of the trace its files are put together as a
 * disk may have them when the power goes (see disk-model.ts), opened, and compared with what had been answered by then.
 *
 *   node test/bench/scim-server/power-loss.ts [moments, 200] [seconds of load, 10] [seed]
 *
 * Before that, flushes are taken for nothing: if no answered write is lost then, the simulation shows nothing, and says
 * so. Needs strace.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import { ServerFolder, ServerProcess } from "../../conformance/scim-server/support/server-process.ts";
import { DiskModel } from "./disk-model.ts";
import { readTrace, type TracedCall, traceOptions } from "./syscall-trace.ts";

const serverMain = join(import.meta.dirname, "../../../scim-server/src/main.ts");

const connections = 8;

/** The newest version of each resource that somebody was told of. */
type Answered = Map<string, number>;

/** Creates people, changes them and puts them into a group, until it is told to stop. */
async function load(
  server: ServerProcess,
  group: string,
  name: string,
  isOver: () => boolean,
): Promise<void> {
  for (let index = 0; !isOver(); index += 1) {
    const userName = `${name}-${index}@example.com`;
    const made = await server.call("POST", "/scim/v2/Users", { userName, emails: [{ value: userName }] });
    const id = /"id":"([^"]+)"/.exec(await made.text())?.[1] ?? "";
    const deactivate = { Operations: [{ op: "replace", path: "active", value: false }] };
    await (await server.call("PATCH", `/scim/v2/Users/${id}`, deactivate)).text();
    const join = { Operations: [{ op: "add", path: "members", value: [{ value: id }] }] };
    await (await server.call("PATCH", `/scim/v2/Groups/${group}`, join)).text();
  }
}

/** Starts the server under strace, from its first call on. The tracer is the server's child, so that signals reach the server. */
function startTraced(folder: ServerFolder, trace: string): Promise<[ServerProcess, ChildProcess]> {
  const command = ["-D", ...traceOptions, "-o", trace, process.execPath, serverMain, "serve"];
  const child = spawn("strace", command, { env: folder.environment(), stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const address = /"address":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) resolve([new ServerProcess(address, [], child), child]);
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error("the server ended before it listened")));
  });
}

/** Runs the server with load on it, and kills it. */
async function record(folder: ServerFolder, trace: string, seconds: number): Promise<void> {
  const [server, child] = await startTraced(folder, trace);
  const group = await server.call("POST", "/scim/v2/Groups", { displayName: "All" });
  const groupId = /"id":"([^"]+)"/.exec(await group.text())?.[1] ?? "";
  const end = performance.now() + seconds * 1000;
  const isOver = (): boolean => performance.now() > end;
  await Promise.all(
    Array.from({ length: connections }, (_, index) => load(server, groupId, `w${index}`, isOver)),
  );
  // Its output is closed when the tracer has written everything and ended as well.
  const closed = once(child, "close");
  server.kill();
  await closed;
}

/** Notes what an answer tells: the version that a resource has at least. */
function note(answered: Answered, text: string): void {
  for (const [, head = ""] of text.matchAll(/HTTP\/1\.1 20[014] (.*?)\r\n\r\n/gs)) {
    const id = /^location: .*\/(\S+)$/im.exec(head)?.[1];
    const version = Number(/^etag: W\/"(\d+)"$/im.exec(head)?.[1]);
    if (id !== undefined && version > (answered.get(id) ?? 0)) answered.set(id, version);
  }
}

/** What is wrong with a database after a power cut; undefined when nothing is. */
async function findFault(
  folder: string,
  files: ReadonlyMap<string, Buffer>,
  answered: Answered,
): Promise<string | undefined> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [file, content] of files) writeFileSync(join(folder, basename(file)), content);
  const file = join(folder, "scim.sqlite");
  try {
    const storage = await openStorage(`sqlite://${file}`, () => {});
    try {
      const { last } = await storage.changeLog.bounds("payroll");
      let position = 0;
      while (position < last) {
        const changes = await storage.changeLog.after("payroll", { after: position, limit: 1000 });
        for (const { sequence } of changes) {
          position += 1;
          if (sequence !== position) return `the feed has ${sequence} where ${position} should be`;
        }
        if (changes.length === 0) return `the feed ends at ${position}, not at ${last}`;
      }
    } finally {
      await storage.close();
    }
    const database = new DatabaseSync(file);
    const [check] = database.prepare("PRAGMA integrity_check").all();
    const rows = database.prepare("SELECT id, version FROM resource").all();
    database.close();
    if (check?.["integrity_check"] !== "ok")
      return `the file is damaged: ${String(check?.["integrity_check"])}`;
    const versions = new Map(rows.map((row) => [String(row["id"]), Number(row["version"])]));
    const lost = [...answered].filter(([id, version]) => (versions.get(id) ?? 0) < version);
    return lost.length === 0 ? undefined : `${lost.length} answered writes are lost`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface Trial {
  readonly calls: readonly TracedCall[];
  readonly before: ReadonlyMap<string, Buffer>;
  readonly folder: string;
  readonly random: () => number;
}

/** Cuts the power at random moments. Answers what was wrong, and how much was written but not flushed at most. */
async function cutPower(
  trial: Trial,
  moments: number,
  honoursFlushes: boolean,
): Promise<{ readonly faults: readonly string[]; readonly unflushed: number; readonly answered: number }> {
  const { calls, random } = trial;
  const disk = new DiskModel();
  for (const [file, content] of trial.before) disk.add(file, Buffer.from(content));
  const cuts = new Set(Array.from({ length: moments }, () => Math.floor(random() * calls.length)));
  const answered: Answered = new Map();
  const faults: string[] = [];
  let unflushed = 0;
  for (const [index, call] of calls.entries()) {
    if (call.kind === "sent") note(answered, call.text);
    else if (honoursFlushes || !call.kind.startsWith("flush")) disk.apply(call);
    if (!cuts.has(index)) continue;
    unflushed = Math.max(unflushed, disk.unflushed);
    const fault = await findFault(trial.folder, disk.cut(random), answered);
    if (fault !== undefined)
      faults.push(`after call ${index}, ${answered.size} resources answered: ${fault}`);
  }
  return { faults, unflushed, answered: answered.size };
}

/** Numbers from a seed (mulberry32), so that a fault can be found again in the same trace. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const [moments = 200, seconds = 10, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const folder = new ServerFolder();
const scratch = mkdtempSync(join(tmpdir(), "scim-power-"));
try {
  // A first start makes the tables; what is there after its end is on the disk.
  await (await folder.start()).stop();
  const database = join(folder.path, "scim.sqlite");
  const before = new Map([[database, readFileSync(database)]]);
  const trace = join(scratch, "trace");
  await record(folder, trace, seconds);
  const calls: TracedCall[] = [];
  for await (const call of readTrace(trace)) {
    if (call.kind === "sent" || !("file" in call) || call.file.startsWith(database)) calls.push(call);
  }
  const trial = { calls, before, folder: join(scratch, "cut"), random: seeded(seed) };
  const writes = calls.filter(({ kind }) => kind === "write").length;
  const flushes = calls.filter(({ kind }) => kind === "flush-ended").length;
  const copied = calls.filter((call) => call.kind === "write" && call.file === database).length;
  process.stdout.write(
    `seed ${seed}: ${writes} writes, ${copied} of them into the database file, and ${flushes} flushes traced\n`,
  );
  const blind = await cutPower(trial, Math.ceil(moments / 20), false);
  process.stdout.write(
    `without flushes: ${blind.faults.length} of ${Math.ceil(moments / 20)} cuts lose something\n`,
  );
  if (blind.faults.length === 0)
    throw new Error("the simulation shows nothing: losing every flush goes unnoticed");
  const { faults, unflushed, answered } = await cutPower(trial, moments, true);
  process.stdout.write(
    `${moments} power cuts, ${answered} resources answered, up to ${unflushed} unflushed writes: ${faults.length} faults\n`,
  );
  for (const fault of faults.slice(0, 10)) process.stdout.write(`  ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  folder.remove();
  rmSync(scratch, { recursive: true, force: true });
}
