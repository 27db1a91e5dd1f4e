import { spawn } from "node:child_process";

/** How a command ended. */
export interface CommandResult {
  /** null when a signal or the timeout ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which the command and its children are ended. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly onStderr?: (text: string) => void;
}

/** What ends this program from outside; a command in a process group of its own doesn't hear it. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command to its end. A command that can't be started at all counts as exit code 127, as in a shell. A signal that ends this program
 * ends the command first: what a person stops with Ctrl-C must not go on behind their back.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    // A process group of its own, so that a timeout ends what the command started as well.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGTERM");
      } catch {
        // It ended by itself.
      }
    };
    const expire = () => {
      timedOut = true;
      end();
    };
    const passOn = (signal: NodeJS.Signals) => {
      end();
      for (const ending of endings) process.off(ending, passOn);
      // Whoever else listens decides; with nobody, the signal does what it always does.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    for (const ending of endings) process.on(ending, passOn);
    const timer = options.timeout === undefined ? undefined : setTimeout(expire, options.timeout);
    options.signal?.addEventListener("abort", end, { once: true });
    const finish = (exitCode: number | null) => {
      clearTimeout(timer);
      for (const ending of endings) process.off(ending, passOn);
      options.signal?.removeEventListener("abort", end);
      resolve({ exitCode, stdout, stderr, timedOut });
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      options.onStderr?.(text);
    });
    child.on("error", (error) => {
      stderr += error.message;
      finish(127);
    });
    child.on("close", finish);
  });
}
