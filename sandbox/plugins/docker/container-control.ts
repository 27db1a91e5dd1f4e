/**
 * Starts or stops one container by name, or finds the id of a container or network, on Docker or among the plain processes that take its
 * place: `node container-control.ts start|stop|find-container|find-network <name>`. Prints what it did (started, stopped, unchanged or
 * missing), or the id; where Docker refuses, its reason on stderr.
 */
import { join } from "node:path";
import { Properties } from "../protocol/properties.ts";
import { connectRuntime } from "./config.ts";
import { createProcessRuntime } from "./process/process-runtime.ts";
import { RuntimeError } from "./runtime.ts";

const graceSeconds = 20;

async function control(action: Action, name: string): Promise<string> {
  const sandboxDir = process.env["OKTA_SCIM_SANDBOX_DIR"] ?? join(process.cwd(), ".sandbox");
  // What was deployed as a process stays one, also where Docker was installed since.
  const processes = createProcessRuntime(sandboxDir);
  const isNetwork = action === "find-network";
  const isProcess = isNetwork ? await processes.findNetwork(name) : await processes.findContainer(name);
  const runtime = isProcess
    ? processes
    : await connectRuntime(new Properties({}), process.env, sandboxDir, {
        signal: AbortSignal.timeout(60_000),
        log: () => {},
      });
  if (isNetwork) return (await runtime.findNetwork(name))?.Id ?? "missing";
  const details = await runtime.findContainer(name);
  if (details === undefined) return "missing";
  if (action === "find-container") return details.Id;
  if (action === "start") {
    if (details.State.Running) return "unchanged";
    await runtime.startContainer(details.Id);
    return "started";
  }
  if (!details.State.Running) return "unchanged";
  await runtime.stopContainer(details.Id, graceSeconds);
  return "stopped";
}

const actions = ["start", "stop", "find-container", "find-network"] as const;
type Action = (typeof actions)[number];

const [asked, name] = process.argv.slice(2);
const action = actions.find((candidate) => candidate === asked);
if (action === undefined || name === undefined) {
  process.stderr.write(`usage: container-control.ts ${actions.join("|")} <name>\n`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${await control(action, name)}\n`);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
