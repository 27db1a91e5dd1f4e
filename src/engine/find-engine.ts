import { access } from "node:fs/promises";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { type BuildProgress, buildEngine } from "./build-engine.ts";
import { downloadEngine } from "./download-engine.ts";
import { EngineError } from "./engine-error.ts";
import {
  checkEngineVersion,
  engineCacheDir,
  engineCommand,
  engineRoot,
  engineVersion,
} from "./engine-version.ts";
import { withInstallLock } from "./install-lock.ts";

/** An engine that can be used. */
export interface Engine {
  readonly command: PulumiCommand;
  readonly version: string;
  /** Where it came from. */
  readonly source: "path" | "cache" | "download" | "build";
}

/** What {@link findEngine} tells while it is at work. */
export type EngineProgress =
  | { readonly step: "download"; readonly version: string }
  | ({ readonly step: "build"; readonly version: string; readonly once: true } & Partial<BuildProgress>)
  | { readonly step: "wait"; readonly holder: number };

export interface FindEngineOptions {
  /** The repository's root: its `tools/` has the Go module. */
  readonly projectDir: string;
  readonly cacheDir?: string;
  readonly onProgress?: (progress: EngineProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds the Pulumi engine, or gets one: from PATH, from the cache outside the repository, by the official download,
 * by building it from source. What is installed is kept in the cache.
 * @throws EngineError ENGINE_NOT_FOUND with every way that was tried and why it did not work
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const root = engineRoot(options.cacheDir ?? engineCacheDir());
  const found = await findInstalledEngine(options);
  if ("command" in found) return found;
  const report = options.onProgress ?? (() => {});
  return withInstallLock(
    `${root}.lock`,
    (holder) => report({ step: "wait", holder }),
    async () => {
      // Another process may have finished the same work meanwhile.
      const cached = await tryCommand(root, "cache");
      if (typeof cached !== "string") return cached;
      const tried = [...found.tried];
      report({ step: "download", version: engineVersion });
      tried.push(`official download: ${(await install("download", root, options, report, tried)) ?? ""}`);
      const downloaded = await tryCommand(root, "download");
      if (typeof downloaded !== "string") return downloaded;
      report({ step: "build", version: engineVersion, once: true });
      tried.push(`build from source: ${(await install("build", root, options, report, tried)) ?? ""}`);
      const built = await tryCommand(root, "build");
      if (typeof built !== "string") return built;
      throw notFound(tried);
    },
  );
}

/** Looks only at what is there, and downloads or builds nothing: for `doctor`. */
export async function findInstalledEngine(
  options: Pick<FindEngineOptions, "cacheDir">,
): Promise<Engine | { readonly tried: readonly string[] }> {
  const onPath = await tryCommand(undefined, "path");
  if (typeof onPath !== "string") return onPath;
  const root = engineRoot(options.cacheDir ?? engineCacheDir());
  const cached = await tryCommand(root, "cache");
  if (typeof cached !== "string") return cached;
  return { tried: [`PATH: ${onPath}`, `cache ${join(root, "bin")}: ${cached}`] };
}

async function install(
  way: "download" | "build",
  root: string,
  options: FindEngineOptions,
  report: (progress: EngineProgress) => void,
  tried: readonly string[],
): Promise<string | undefined> {
  if (options.signal?.aborted) throw notFound([...tried, "stopped by the user"]);
  if (way === "download") return downloadEngine(root, options.signal);
  const onProgress = (progress: BuildProgress) =>
    report({ step: "build", version: engineVersion, once: true, ...progress });
  return buildEngine(join(options.projectDir, "tools"), root, onProgress, options.signal);
}

/** @returns the engine, or why it can't be used */
async function tryCommand(root: string | undefined, source: Engine["source"]): Promise<Engine | string> {
  if (root !== undefined) {
    const isThere = await access(engineCommand(root)).then(
      () => true,
      () => false,
    );
    if (!isThere) return "not there";
  }
  try {
    const command = await PulumiCommand.get({ ...(root && { root }), skipVersionCheck: true });
    const checked = checkEngineVersion(String(command.version ?? ""));
    return "reason" in checked ? checked.reason : { command, version: checked.version, source };
  } catch {
    return "no pulumi that runs";
  }
}

function notFound(tried: readonly string[]): EngineError {
  return new EngineError(
    "ENGINE_NOT_FOUND",
    `No Pulumi engine could be had.\n${tried.map((attempt) => `  - ${attempt}`).join("\n")}`,
    "One of: install the Pulumi CLI so that `pulumi version` works (https://www.pulumi.com/docs/iac/download-install/); " +
      "let this machine reach get.pulumi.com; or install Go (https://go.dev/dl/) so that it can be built from source.",
  );
}
