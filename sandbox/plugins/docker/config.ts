import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../protocol/definition.ts";
import type { Properties } from "../protocol/properties.ts";
import { connectDockerHost, defaultDockerHost } from "./engine-api/docker-host.ts";
import { EngineClient } from "./engine-api/engine-client.ts";
import { createEngineRuntime } from "./engine-api/engine-runtime.ts";
import { createProcessRuntime } from "./process/process-runtime.ts";
import { type ContainerRuntime, RuntimeError } from "./runtime.ts";

/** Milliseconds for a daemon to answer that it is there. */
const pingDeadline = 5000;

/** The host of a program that asks for plain processes by itself. */
export const processHost = "process:";

/**
 * Connects to a Docker daemon; where the program asks for processes, or none listens and the program did not name one itself, containers become plain
 * processes.
 * @param sandboxDir where those processes keep their files
 * @throws RuntimeError when the daemon that the program names does not answer, or one that listens does not
 */
export async function connectRuntime(
  config: Properties,
  environment: Readonly<Record<string, string | undefined>>,
  sandboxDir: string,
  { signal, log }: Pick<Context<never>, "signal" | "log">,
): Promise<ContainerRuntime> {
  // The SDK fills in DOCKER_HOST where the program says nothing.
  const fromEnvironment = environment["DOCKER_HOST"] || undefined;
  const configured = config.optionalText("host") || undefined;
  const isChosen = configured !== undefined && configured !== fromEnvironment;
  if (configured === processHost) return createProcessRuntime(sandboxDir);
  const host = configured ?? fromEnvironment ?? defaultDockerHost;
  try {
    const client = new EngineClient(connectDockerHost(host), signal);
    await Promise.race([
      client.call({ method: "GET", path: "/version" }),
      sleep(pingDeadline, undefined, { ref: false }).then(() => {
        throw new RuntimeError(0, `${host} does not answer`);
      }),
    ]);
    return createEngineRuntime(client);
  } catch (error) {
    if (isChosen || !isAbsent(error)) throw error;
    log("info", `No Docker daemon answers at ${host}: containers run as plain processes.`);
    return createProcessRuntime(sandboxDir);
  }
}

/** Whether nothing listens, or nothing that this user may use. A daemon that is slow or cancelled is still there, and so is what it runs. */
function isAbsent(error: unknown): boolean {
  const cause = error instanceof RuntimeError ? error.cause : undefined;
  const codes = ["ENOENT", "ECONNREFUSED", "EACCES"];
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}
