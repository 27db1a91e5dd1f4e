import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const projectDir = join(import.meta.dirname, "../../../..");
const startDeadline = 30_000;

/** A process of the product, started for a test. */
export interface StartedProcess {
  readonly stop: () => Promise<void>;
}

/** Runs a TypeScript entry point and waits until `isReady` answers something. */
export async function startProcess<Ready>(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  isReady: (output: string) => Promise<Ready | undefined>,
): Promise<StartedProcess & { readonly ready: Ready }> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(projectDir, script), ...args],
    {
      cwd: projectDir,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  const deadline = Date.now() + startDeadline;
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await isReady(output);
    if (ready !== undefined) return { ready, stop: () => stopProcess(child) };
    await sleep(25);
  }
  await stopProcess(child);
  throw new Error(`${script} did not start:\n${output}`);
}

/** The text of a file, `undefined` while it is not there. */
export function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exited;
  clearTimeout(killer);
}
