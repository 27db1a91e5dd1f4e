import { spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that outlives this one. */
export interface DetachedProcess {
  readonly pid: number;
  readonly startTicks: string | undefined;
}

/** What is known of a process that may be gone. */
export interface ProcessTrace {
  readonly pid?: number | undefined;
  readonly startTicks?: string | undefined;
}

/** Milliseconds that a health check may take. */
const healthcheckTimeout = 5000;
const pollInterval = 50;

/**
 * Starts a process that keeps running when this one ends, with its output in a file.
 * @throws Error when it can't be started
 */
export async function startDetached(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
  logFile: string,
  onExit: (exitCode: number) => void,
): Promise<DetachedProcess> {
  const [program = "", ...args] = command;
  const log = await open(logFile, "a", 0o600);
  try {
    const child = spawn(program, args, {
      cwd,
      env: { ...environment },
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    child.once("exit", (code) => onExit(code ?? 1));
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, startTicks: await readStartTicks(pid) };
  } finally {
    await log.close();
  }
}

/** Whether it still is that process, and not another one with its id. */
export async function isRunning(target: ProcessTrace): Promise<boolean> {
  if (target.pid === undefined) return false;
  try {
    process.kill(target.pid, 0);
  } catch {
    return false;
  }
  return target.startTicks === undefined || (await readStartTicks(target.pid)) === target.startTicks;
}

/** Asks a process to end, and makes it after the grace period. */
export async function stopProcess(target: ProcessTrace, graceMilliseconds: number): Promise<void> {
  if (target.pid === undefined || !(await isRunning(target))) return;
  process.kill(target.pid, "SIGTERM");
  for (let waited = 0; waited < graceMilliseconds; waited += pollInterval) {
    await sleep(pollInterval);
    if (!(await isRunning(target))) return;
  }
  if (await isRunning(target)) process.kill(target.pid, "SIGKILL");
}

/** Runs a health check. @returns whether it succeeded in time */
export function runHealthcheck(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...environment },
      stdio: "ignore",
      timeout: healthcheckTimeout,
    });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** Field 22 of /proc/<pid>/stat; the second field may hold spaces, so it is counted from the last parenthesis. */
async function readStartTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
