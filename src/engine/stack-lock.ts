import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../spec/json-value.ts";
import { EngineError } from "./engine-error.ts";
import { isAlive } from "./install-lock.ts";

const lockFile = z.looseObject({
  pid: z.number(),
  hostname: z.string(),
  username: z.string().optional(),
  timestamp: z.string().optional(),
});

/**
 * Removes the file backend's locks that an engine left behind when it was killed: those of this machine whose
 * process is gone.
 * @returns how many were removed
 * @throws EngineError ENGINE_STACK_LOCKED when an update is still running, or may be on another machine
 */
export async function clearStaleLocks(stateDir: string, project: string, stack: string): Promise<number> {
  const folder = join(stateDir, ".pulumi", "locks", "organization", project, stack);
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  // The backend keeps a companion `.json.attrs` of each lock.
  for (const name of names.filter((candidate) => candidate.endsWith(".json"))) {
    const path = join(folder, name);
    const lock = lockFile.safeParse(parseJson(await readFile(path, "utf8").catch(() => "")));
    const holder = lock.data;
    // A lock that can't be read was being written when its process died.
    const isStale = holder === undefined || (holder.hostname === hostname() && !(await isEngine(holder.pid)));
    if (!isStale) {
      throw new EngineError(
        "ENGINE_STACK_LOCKED",
        `Stack ${stack} is being updated by process ${holder.pid} on ${holder.hostname}` +
          `${holder.timestamp ? ` since ${holder.timestamp}` : ""}.`,
        `Wait for it to end. If that process is gone, delete ${path} and try again.`,
      );
    }
    await rm(path, { force: true });
    await rm(`${path}.attrs`, { force: true });
    removed++;
  }
  return removed;
}

/** A process of that id, and not another program that got the id of a dead engine. */
async function isEngine(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => undefined);
  return name === undefined || name.trim() === "pulumi";
}
