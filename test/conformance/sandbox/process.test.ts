import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { startEmulatedOrg } from "../../../src/services/emulated-org.ts";

const addressFile = z.object({
  url: z.string(),
  apiToken: z.string(),
  pid: z.number(),
  oauth: z.object({ clientId: z.string() }),
});

let folder: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-scim-org-"));
});
afterEach(async () => {
  for (const child of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child, "SIGKILL");
  rmSync(folder, { recursive: true });
});

function spawnOrg(...more: string[]): ChildProcess {
  const options = ["--data", folder, "--org", "sandbox/org.yaml", "--port", "0", ...more];
  const child = spawn(process.execPath, ["sandbox/okta/main.ts", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.resume();
  started.push(child);
  return child;
}

async function startOrg(...more: string[]) {
  const child = spawnOrg(...more);
  for (;;) {
    const path = join(folder, "address.json");
    const address = existsSync(path) ? addressFile.parse(JSON.parse(readFileSync(path, "utf8"))) : undefined;
    if (address?.pid === child.pid && address !== undefined) return { child, address };
    if (child.exitCode !== null) throw new Error(`the org ended with ${child.exitCode}`);
    await wait(20);
  }
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
  return child.exitCode;
}

async function readEnd(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly error: string }> {
  let error = "";
  child.stderr?.on("data", (data: Buffer) => {
    error += data.toString();
  });
  await once(child, "close");
  return { code: child.exitCode, error };
}

async function countGroups({ url, apiToken }: z.infer<typeof addressFile>, name: string): Promise<number> {
  const answer = await fetch(`${url}/api/v1/groups?q=${name}`, {
    headers: { authorization: `SSWS ${apiToken}` },
  });
  return z.array(z.unknown()).parse(JSON.parse(await answer.text())).length;
}

async function addGroup({ url, apiToken }: z.infer<typeof addressFile>, name: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/groups`, {
    method: "POST",
    headers: { authorization: `SSWS ${apiToken}`, "content-type": "application/json" },
    body: JSON.stringify({ profile: { name } }),
  });
  expect(answer.status).toBe(200);
}

test("state, credentials and ids survive a graceful stop and a kill", async () => {
  const first = await startOrg();
  for (const name of ["address.json", "api-token", "service-app.json", "org.sqlite"]) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  await addGroup(first.address, "Kept");
  expect(await end(first.child, "SIGTERM")).toBe(0);
  expect(existsSync(join(folder, "address.json"))).toBe(false);

  const second = await startOrg();
  expect(second.address.apiToken).toBe(first.address.apiToken);
  expect(second.address.oauth.clientId).toBe(first.address.oauth.clientId);
  expect(await countGroups(second.address, "Kept")).toBe(1);
  await addGroup(second.address, "Killed");
  await end(second.child, "SIGKILL");

  const third = await startOrg();
  expect(await countGroups(third.address, "Killed")).toBe(1);
});

test("a second org of the same folder, a wrong org file and a wrong port are refused in one sentence", async () => {
  const { address } = await startOrg();
  expect(await readEnd(spawnOrg())).toEqual({
    code: 1,
    error: `SANDBOX_RUNNING: An emulated org of this folder runs already on ${address.url}.\nUse the org that runs, or stop it: okta-scim sandbox stop.\n`,
  });
  expect((await readEnd(spawnOrg("--port", "none"))).error).toContain('SANDBOX_PORT: "none" is no TCP port.');
  const orgFile = join(folder, "org.yaml");
  writeFileSync(orgFile, "version: 2\n");
  const wrong = await readEnd(spawnOrg("--org", orgFile, "--data", join(folder, "other")));
  expect(wrong.code).toBe(1);
  expect(wrong.error).toContain(`${orgFile}:1:10 version:`);
});

test("a snapshot brings back what was there, and the credentials go on working", async () => {
  const { address } = await startOrg();
  const post = (path: string, body?: unknown) =>
    fetch(`${address.url}${path}`, {
      method: "POST",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  await addGroup(address, "Before");
  expect((await post("/sandbox/snapshots", { name: "first" })).status).toBe(201);
  await addGroup(address, "After");
  expect((await post("/sandbox/snapshots/restore", { name: "first" })).status).toBe(200);
  expect([await countGroups(address, "Before"), await countGroups(address, "After")]).toEqual([1, 0]);
  expect((await post("/sandbox/reset")).status).toBe(200);
  expect(await countGroups(address, "Before")).toBe(0);
  expect((await post("/sandbox/snapshots/restore", { name: "none" })).status).toBe(404);
  expect((await post("/sandbox/snapshots", { name: "../outside" })).status).toBe(400);
});

test("a new org begins with a snapshot; a file that is none is refused with the way out", async () => {
  const first = await startOrg();
  await addGroup(first.address, "Saved");
  await fetch(`${first.address.url}/sandbox/snapshots`, { method: "POST", body: '{"name":"kept"}' });
  await end(first.child, "SIGTERM");
  const snapshot = join(folder, "kept.sqlite");
  renameSync(join(folder, "snapshots", "kept.sqlite"), snapshot);
  for (const name of ["org.sqlite", "org.sqlite-wal", "org.sqlite-shm"])
    rmSync(join(folder, name), { force: true });

  const second = await startOrg("--snapshot", snapshot);
  expect(await countGroups(second.address, "Saved")).toBe(1);
  await end(second.child, "SIGTERM");
  const other = ["--data", join(folder, "other"), "--snapshot"];
  const none = await readEnd(spawnOrg(...other, join(folder, "none.sqlite")));
  expect(none.error).toContain(
    "none.sqlite is no file.\nGive the path of a snapshot that this version has saved",
  );
  const wrong = await readEnd(spawnOrg(...other, join(folder, "api-token")));
  expect([wrong.code, wrong.error]).toEqual([
    1,
    expect.stringContaining("api-token is no snapshot of this version"),
  ]);

  mkdirSync(join(folder, ".sandbox", "okta"), { recursive: true });
  writeFileSync(join(folder, ".sandbox", "okta", "org.sqlite"), "");
  await expect(startEmulatedOrg(folder, { snapshot })).rejects.toThrow("has been started before");
});
