import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { comparePeople, createApp, fillOrg } from "../../bench/sandbox/large-org.ts";
import { OrgProcess, ScimServerProcess } from "./processes.ts";

const size = { people: 1_400, groups: 28, assigned: 1_200 };
const tenant = "payroll";
const nothingWrong = { accounts: size.assigned, missing: 0, doubled: 0, different: 0 };

let server: ScimServerProcess;
let org: OrgProcess;
let groupId: string;
let appId: string;
let elsewhere: string;

beforeAll(async () => {
  elsewhere = mkdtempSync(join(tmpdir(), "okta-org-"));
  [server, org] = await Promise.all([ScimServerProcess.start([tenant]), OrgProcess.start()]);
  await org.stop("SIGTERM");
  groupId = fillOrg(join(org.folder, "org.sqlite"), size);
  await org.launch();
  appId = await createApp(org, server, tenant);
});
afterAll(async () => {
  await org?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  rmSync(elsewhere, { recursive: true });
});

async function countCreated(): Promise<number> {
  return (await server.evidence(tenant))["user-create"] ?? 0;
}

async function countChanged(): Promise<number> {
  return (await server.evidence(tenant))["user-patch"] ?? 0;
}

async function waitForAccounts(count: number): Promise<void> {
  while ((await countCreated()) < count) await sleep(10);
}

async function compareAll(): Promise<unknown> {
  await org.stop("SIGTERM");
  const compared = await comparePeople(join(org.folder, "org.sqlite"), appId, server, tenant);
  await org.launch();
  return compared;
}

test("a group of more than a thousand is provisioned across kills, and nobody is missed or doubled", async () => {
  await org.api("PUT", `/api/v1/apps/${appId}/groups/${groupId}`, {});
  await waitForAccounts(100);
  await org.api("POST", "/sandbox/snapshots", { name: "midway" });
  for (const count of [200, 600, 1_100]) {
    await waitForAccounts(count);
    await org.stop("SIGKILL");
    await org.launch();
  }
  expect(await org.drain()).toBe(0);
  expect(await compareAll()).toEqual(nothingWrong);
});

test("a snapshot taken while that was under way brings the same people to their same accounts", async () => {
  const created = await countCreated();
  await org.api("POST", "/sandbox/snapshots/restore", { name: "midway" });
  expect(await org.drain()).toBe(0);
  expect(await compareAll()).toEqual(nothingWrong);
  expect(await countCreated()).toBe(created);
});

test("a snapshot restored while accounts are taken away ends that; a force sync then gives the accounts back", async () => {
  await org.api("POST", "/sandbox/snapshots", { name: "whole" });
  const changed = await countChanged();
  await org.api("DELETE", `/api/v1/apps/${appId}/groups/${groupId}`);
  while ((await countChanged()) < changed + 20) await sleep(10);
  await org.api("POST", "/sandbox/snapshots/restore", { name: "whole" });
  expect((await org.post(`/admin/apps/${appId}/force-sync`)).status).toBe(303);
  expect(await org.drain()).toBe(0);
  expect(await compareAll()).toEqual(nothingWrong);
});

test("a fixture has no secret, and another org begins with it", async () => {
  await org.api("POST", "/sandbox/snapshots", { name: "shipped", fixture: true });
  const path = join(elsewhere, "shipped.sqlite");
  copyFileSync(join(org.folder, "snapshots", "shipped.sqlite"), path);
  expect(readFileSync(path).includes(server.token)).toBe(false);
  await using other = await OrgProcess.start(["--snapshot", path]);
  const status = z.object({ users: z.int(), apps: z.int() }).parse(await other.api("GET", "/sandbox/status"));
  expect(status).toEqual(
    z.object({ users: z.int(), apps: z.int() }).parse(await org.api("GET", "/sandbox/status")),
  );
  const connection = await other.api("GET", `/api/v1/apps/${appId}/connections/default`);
  expect(connection).toMatchObject({ status: "ENABLED" });
});
