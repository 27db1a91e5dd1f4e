import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and standard error, in order, without colours. */
  readonly text: string;
  readonly stdout: string;
  readonly milliseconds: number;
}

/** A clone of this repository with a HOME of its own; only the engine's cache is kept. */
export interface FreshClone {
  readonly folder: string;
  readonly home: string;
  readonly run: (command: string, options?: RunOptions) => Promise<CommandResult>;
  readonly remove: () => void;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked again and again while the command runs; when it says yes, the command and all its children are killed (SIGKILL). */
  readonly killWhen?: () => Promise<boolean>;
  readonly timeout?: number;
}

const repository = join(import.meta.dirname, "..", "..", "..");

/**
 * Clones what is committed, plus what is not (so that a test sees the working tree), into a temporary folder.
 * @param options.installed gives it this repository's node_modules, for tests of what comes after `npm ci`
 */
export async function createFreshClone(
  name: string,
  options: { readonly installed?: boolean } = {},
): Promise<FreshClone> {
  const root = mkdtempSync(join(tmpdir(), `okta-scim-${name}-`));
  const folder = join(root, "clone");
  const home = join(root, "home");
  mkdirSync(home);
  const engineCache = process.env["OKTA_SCIM_HOME"] ?? join(process.env["HOME"] ?? "", ".okta-scim");
  const environment = (): NodeJS.ProcessEnv => {
    const inherited = Object.entries(process.env).filter(
      ([key]) => !/^(npm_|PULUMI_|OKTA_|VITEST|NODE_|INIT_CWD|FORCE_COLOR)/.test(key),
    );
    const path = (process.env["PATH"] ?? "")
      .split(":")
      .filter((part) => !part.includes("node_modules"))
      .join(":");
    return { ...Object.fromEntries(inherited), HOME: home, PATH: path, OKTA_SCIM_HOME: engineCache };
  };
  const run: FreshClone["run"] = (command, options = {}) =>
    runCommand(command, folder, { ...environment(), ...options.environment }, options);
  const cloned = await runCommand(
    `git clone -q "${repository}" "${folder}" && cd "${repository}" && git ls-files -z --cached --others --exclude-standard | (xargs -0 ls -d 2>/dev/null | tr '\\n' '\\0') | xargs -0 cp --parents -t "${folder}"`,
    root,
    process.env,
    {},
  );
  if (cloned.exitCode !== 0) throw new Error(`The clone failed: ${cloned.text}`);
  if (options.installed) {
    const modules = join(repository, "node_modules");
    // Links where both are on one file system, else a copy.
    const linked = await runCommand(`cp -al "${modules}" . || cp -a "${modules}" .`, folder, process.env, {});
    if (linked.exitCode !== 0) throw new Error(`The packages could not be linked: ${linked.text}`);
  }
  return { folder, home, run, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function runCommand(
  command: string,
  cwd: string,
  environment: NodeJS.ProcessEnv,
  options: RunOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn("bash", ["-c", command], {
      cwd,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const kill = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    };
    const timer = setTimeout(() => kill("SIGKILL"), options.timeout ?? 540_000);
    let ended = false;
    const watch = async (): Promise<void> => {
      while (!ended && options.killWhen !== undefined) {
        if (await options.killWhen().catch(() => false)) return kill("SIGKILL");
        await sleep(25);
      }
    };
    void watch();
    let text = "";
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      text += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      ended = true;
      clearTimeout(timer);
      resolve({
        exitCode: code ?? (signal === null ? 1 : 128),
        text: stripVTControlCharacters(text),
        stdout: stripVTControlCharacters(stdout),
        milliseconds: performance.now() - started,
      });
    });
  });
}
