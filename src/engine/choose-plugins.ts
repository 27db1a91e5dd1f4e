import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { parseJson } from "../spec/json-value.ts";
import { isDownloadHostKnown } from "./download-host.ts";
import { engineCacheDir } from "./engine-version.ts";
import type { Engine } from "./find-engine.ts";
import { isPluginInstalled, type PluginPackage, readPluginPackages } from "./plugin-packages.ts";
import { runCommand } from "./run-command.ts";

/** Where each plugin comes from. */
export interface PluginChoice {
  /** Plugins that a stand-in takes the place of. */
  readonly standIns: readonly PluginPackage["name"][];
  /** One line for people. */
  readonly line: string;
}

/** Milliseconds; where the download works, it starts within a second or two. */
const installTimeout = 120_000;
/** Milliseconds in which a refused download is not tried again: a start without changes must not pay for it. */
const refusalLifetime = 6 * 60 * 60_000;

const refusals = z.record(z.string(), z.number());

/**
 * Decides for each plugin: the official one where it is installed or can be downloaded, else its stand-in.
 * @param now milliseconds since 1970
 */
export async function choosePlugins(
  engine: Engine,
  options: { readonly cacheDir?: string; readonly now?: number; readonly signal?: AbortSignal } = {},
): Promise<PluginChoice> {
  const now = options.now ?? Date.now();
  const memory = new RefusalMemory(join(options.cacheDir ?? engineCacheDir(), "refused-plugins.json"));
  const refused = await memory.read(now);
  const decided = await Promise.all(
    readPluginPackages().map(async (plugin) => {
      if (await isPluginInstalled(plugin)) return { plugin, official: true };
      if (refused.has(keyOf(plugin))) return { plugin, official: false };
      const installed = await installPlugin(engine, plugin, options.signal);
      return { plugin, official: installed, isNew: !installed };
    }),
  );
  await memory.remember(
    decided.filter((decision) => decision.isNew).map((decision) => keyOf(decision.plugin)),
    now,
  );
  const standIns = decided.filter((decision) => !decision.official).map((decision) => decision.plugin.name);
  const official = decided
    .filter((decision) => decision.official)
    .map((decision) => `${decision.plugin.name} ${decision.plugin.version}`);
  return { standIns, line: describeChoice(standIns, official) };
}

function describeChoice(standIns: readonly string[], official: readonly string[]): string {
  const parts = [
    official.length > 0 ? `official plugins: ${official.join(", ")}` : "",
    standIns.length > 0
      ? `stand-ins for the ${standIns.join(" and ")} plugin${standIns.length > 1 ? "s" : ""}, which can't be downloaded here`
      : "",
  ];
  return parts.filter(Boolean).join("; ");
}

async function installPlugin(
  engine: Engine,
  plugin: PluginPackage,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!(await isDownloadHostKnown())) return false;
  const result = await runCommand(
    engine.command.command,
    ["plugin", "install", "resource", plugin.name, `v${plugin.version}`, "--non-interactive"],
    {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: installTimeout,
      ...(signal && { signal }),
    },
  );
  return result.exitCode === 0;
}

function keyOf(plugin: PluginPackage): string {
  return `${plugin.name}@${plugin.version}`;
}

class RefusalMemory {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async read(now: number): Promise<Set<string>> {
    const text = await readFile(this.path, "utf8").catch(() => "{}");
    const parsed = refusals.safeParse(parseJson(text));
    const fresh = Object.entries(parsed.data ?? {}).filter(([, at]) => now - at < refusalLifetime);
    return new Set(fresh.map(([key]) => key));
  }

  async remember(keys: readonly string[], now: number): Promise<void> {
    if (keys.length === 0) return;
    const all = new Set([...(await this.read(now)), ...keys]);
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(this.path, JSON.stringify(Object.fromEntries([...all].map((key) => [key, now]))));
  }
}
