import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between looks at a lock that another process holds. */
const pollInterval = 500;

/**
 * Runs work that only one process may do at a time, such as filling a cache. A lock whose process is gone is taken
 * over.
 * @param onWait called once per look while another process holds the lock, with its process id
 */
export async function withInstallLock<T>(
  path: string,
  onWait: (holder: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await tryLock(path))) {
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && isAlive(holder)) onWait(holder);
    else if (holder > 0) await rm(path, { force: true });
    await sleep(pollInterval);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
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
