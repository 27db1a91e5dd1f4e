import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { downloadHost, isDownloadHostKnown } from "./download-host.ts";
import { engineVersion } from "./engine-version.ts";
import { runCommand } from "./run-command.ts";

/** Milliseconds; the archive has some 150 MB. */
const downloadTimeout = 5 * 60_000;

/**
 * Installs the official engine by the Automation API's own installer, in a process of its own so that a hanging
 * download can be ended.
 * @param root the installation root to fill
 * @returns undefined when it worked, else why not, in a sentence
 */
export async function downloadEngine(root: string, signal?: AbortSignal): Promise<string | undefined> {
  if (!(await isDownloadHostKnown())) return `${downloadHost} can't be reached from here`;
  await mkdir(dirname(root), { recursive: true });
  // What an earlier download left that was killed; the caller's lock is no folder.
  for (const entry of await readdir(dirname(root), { withFileTypes: true }))
    if (entry.isDirectory() && entry.name.startsWith(`${basename(root)}.`))
      await rm(join(dirname(root), entry.name), { recursive: true, force: true });
  const unfinished = await mkdtemp(`${root}.`);
  const result = await runCommand(
    process.execPath,
    [fileURLToPath(new URL("./install-official-engine.ts", import.meta.url)), unfinished, engineVersion],
    { timeout: downloadTimeout, ...(signal && { signal }) },
  );
  if (result.exitCode === 0) {
    await rm(root, { recursive: true, force: true });
    await rename(unfinished, root);
    return undefined;
  }
  await rm(unfinished, { recursive: true, force: true });
  if (result.timedOut) return `downloading it took longer than ${downloadTimeout / 60_000} minutes`;
  const lines = result.stderr.trim().split("\n");
  return `the official download failed: ${lines.at(-1) ?? "no reason given"}`;
}
