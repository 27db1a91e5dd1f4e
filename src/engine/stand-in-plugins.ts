import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { EngineError } from "./engine-error.ts";

/** Milliseconds in which a stand-in must say its port. */
const startDeadline = 20_000;

/** Stand-ins that run, to be attached by the engine. */
export interface StandInPlugins {
  /** The value of PULUMI_DEBUG_PROVIDERS; undefined when there is none. */
  readonly attach: string | undefined;
  readonly close: () => void;
}

/**
 * Starts stand-in plugins. They end with this process, however it ends.
 * @param projectDir where they look for `.sandbox/` and resolve relative paths
 * @param environment what they read besides their provider's configuration, such as DOCKER_HOST
 * @throws EngineError ENGINE_PLUGIN_FAILED
 */
export async function startStandIns(
  projectDir: string,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StandInPlugins> {
  const started = await Promise.allSettled(names.map((name) => startStandIn(projectDir, name, environment)));
  const running = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const close = () => {
    for (const { child } of running) child.kill("SIGTERM");
  };
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    close();
    throw failed.reason;
  }
  const attach = running.map(({ name, port }) => `${name}:${port}`).join(",");
  return { attach: attach === "" ? undefined : attach, close };
}

async function startStandIn(
  projectDir: string,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly name: string; readonly port: number; readonly child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL(`../../sandbox/plugins/${name}/main.ts`, import.meta.url)), "--exit-with-stdin"],
    { cwd: projectDir, env: environment, stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (reason: string) => {
      child.kill("SIGTERM");
      reject(
        new EngineError(
          "ENGINE_PLUGIN_FAILED",
          `The stand-in for the ${name} plugin did not start: ${reason}.`,
          `Run \`node sandbox/plugins/${name}/main.ts\` to see why, or install the official plugin: \`pulumi plugin install resource ${name}\`.`,
        ),
      );
    };
    const timer = setTimeout(() => fail("it said nothing in time"), startDeadline);
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code) => fail(`it ended with code ${code}. ${complaint}`.trim()));
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      resolve(Number(line));
    });
  });
  return { name, port, child };
}
