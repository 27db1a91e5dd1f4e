import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withInstallLock } from "../../../src/engine/install-lock.ts";
import { clearStaleLocks } from "../../../src/engine/stack-lock.ts";

let folder: string;
let locks: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "locks-"));
  locks = join(folder, ".pulumi/locks/organization/demo/dev");
  mkdirSync(locks, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function lock(content: object | string): void {
  writeFileSync(join(locks, "1.json"), typeof content === "string" ? content : JSON.stringify(content));
  writeFileSync(join(locks, "1.json.attrs"), "{}");
}

/** The id of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn("true");
  await new Promise((resolve) => child.on("exit", resolve));
  return child.pid ?? 0;
}

describe("the file backend's locks", () => {
  it("of an engine that is gone are removed", async () => {
    lock({ pid: await endedProcess(), hostname: hostname() });
    await expect(clearStaleLocks(folder, "demo", "dev")).resolves.toBe(1);
    expect(readdirSync(locks)).toEqual([]);
  });

  it("whose process id is another program's by now are removed", async () => {
    lock({ pid: process.pid, hostname: hostname() });
    await expect(clearStaleLocks(folder, "demo", "dev")).resolves.toBe(process.platform === "linux" ? 1 : 0);
  });

  it("that were being written when their engine died are removed", async () => {
    lock('{"pid":');
    await expect(clearStaleLocks(folder, "demo", "dev")).resolves.toBe(1);
  });

  it("of another machine are left, and the way out is told", async () => {
    lock({ pid: 1, hostname: "elsewhere", timestamp: "2026-11-22T20:00:00Z" });
    await expect(clearStaleLocks(folder, "demo", "dev")).rejects.toMatchObject({
      code: "ENGINE_STACK_LOCKED",
      message: "Stack dev is being updated by process 1 on elsewhere since 2026-11-22T20:00:00Z.",
      remedy: expect.stringContaining("1.json"),
    });
    expect(readdirSync(locks)).toHaveLength(2);
  });

  it("of other stacks are none of its business", async () => {
    await expect(clearStaleLocks(folder, "demo", "prod")).resolves.toBe(0);
  });
});

describe("a lock for work on the cache", () => {
  it("lets one in at a time, and takes over from a process that is gone", async () => {
    const path = join(folder, "cache.lock");
    writeFileSync(path, String(await endedProcess()));
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} out`);
    };
    await Promise.all([
      withInstallLock(path, () => {}, work("a")),
      withInstallLock(path, () => {}, work("b")),
    ]);
    expect(order.map((line) => line.split(" ")[1])).toEqual(["in", "out", "in", "out"]);
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ["names nobody, as one whose writing the full disk ended", "", new Date()],
    ["is older than any work, whatever has its process id now", String(process.pid), new Date(0)],
  ])("that %s is taken over", async (_, content, written) => {
    const path = join(folder, "cache.lock");
    writeFileSync(path, content);
    utimesSync(path, written, written);
    await expect(
      withInstallLock(
        path,
        () => {},
        async () => "done",
      ),
    ).resolves.toBe("done");
    expect(readdirSync(folder)).not.toContain("cache.lock");
  });
});
