import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { engineCommand, engineVersion } from "./engine-version.ts";
import { runCommand } from "./run-command.ts";

const enginePackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
/** Milliseconds; a build takes 5 minutes on two cores, a slow machine and network may take long. */
const buildTimeout = 45 * 60_000;
/** Where Go is installed by default; used when PATH lacks it. */
const goCandidates = ["go", "/usr/local/go/bin/go"];

/** What a build tells of itself while it runs. */
export interface BuildProgress {
  /** Packages downloaded or compiled so far. */
  readonly packages: number;
  /** The one at work last. */
  readonly current: string;
}

/**
 * Builds the engine from the Go module in `tools/`. The result appears at once and complete: it is built under
 * another name first.
 * @param toolsDir the folder with go.mod
 * @param root the installation root to fill
 * @returns undefined when it worked, else why not, in a sentence
 */
export async function buildEngine(
  toolsDir: string,
  root: string,
  onProgress: (progress: BuildProgress) => void,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const go = await findGo();
  if (go === undefined) return "Go is not installed (no `go` on PATH)";
  const target = engineCommand(root);
  const unfinished = `${target}.${randomUUID()}`;
  const folder = join(root, "bin");
  await mkdir(folder, { recursive: true });
  // What an earlier build left that was killed: some 200 MB each time. Nobody else builds meanwhile: the caller holds the lock.
  for (const name of await readdir(folder))
    if (name.startsWith(`${basename(target)}.`)) await rm(join(folder, name), { force: true });
  let packages = 0;
  const result = await runCommand(
    go,
    // -v names each package as it is compiled: the sign of life for some minutes.
    [
      "build",
      "-v",
      "-mod=readonly",
      "-trimpath",
      "-ldflags",
      `-s -w -X ${versionVariable}=v${engineVersion}`,
      "-o",
      unfinished,
      enginePackage,
    ],
    {
      cwd: toolsDir,
      env: { ...process.env, CGO_ENABLED: "0" },
      timeout: buildTimeout,
      ...(signal && { signal }),
      onStderr: (text) => {
        const lines = text.split("\n").filter((line) => line.trim() !== "");
        packages += lines.length;
        const current = lines.at(-1);
        if (current !== undefined) onProgress({ packages, current });
      },
    },
  );
  if (result.exitCode === 0) {
    await rename(unfinished, target);
    return undefined;
  }
  await rm(unfinished, { force: true });
  if (result.timedOut) return `building it took longer than ${buildTimeout / 60_000} minutes`;
  return `go build failed: ${result.stderr.trim().split("\n").slice(-3).join(" / ")}`;
}

/** The Go command: on PATH, or where Go is installed by default; undefined where there is none. */
export async function findGo(): Promise<string | undefined> {
  for (const candidate of goCandidates) {
    const { exitCode } = await runCommand(candidate, ["version"], { timeout: 10_000 });
    if (exitCode === 0) return candidate;
  }
  return undefined;
}
