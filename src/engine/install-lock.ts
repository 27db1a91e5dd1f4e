import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between looks at a lock that another process holds. */
const pollInterval = 500;
/** Milliseconds; longer than any work under a lock may take. By then another program may have the process id of a dead holder. */
const longestWork = 60 * 60_000;

/**
 * Runs work that only one process may do at a time, such as filling a cache. A lock that names no living process, or is older than an hour,
 * is taken over.
 * @param onWait called once per look while another process holds the lock, with its process id
 */
export async function withInstallLock<T>(
  path: string,
  onWait: (holder: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await tryLock(path))) {
    const holder = await readHolder(path);
    if (holder === "gone") continue;
    if (holder === "stale") await rm(path, { force: true });
    else onWait(holder);
    // After a removal too: whoever found the same stale lock has removed it by then, and not the lock of the next holder.
    await sleep(pollInterval);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The lock appears with its content: whoever dies, or finds the disk full, while writing it leaves no lock that names nobody. */
async function tryLock(path: string): Promise<boolean> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    await writeFile(unfinished, String(process.pid));
    await link(unfinished, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function readHolder(path: string): Promise<number | "stale" | "gone"> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const holder = Number(text);
    return holder > 0 && isAlive(holder) && Date.now() - mtimeMs < longestWork ? holder : "stale";
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "gone";
    throw error;
  }
}

/** True while a process of that id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
