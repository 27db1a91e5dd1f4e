/**
 * Starts or stops one container by name, on Docker or among the plain processes that take its place:
 * `node container-control.ts start|stop <name>`. Prints what it did: started, stopped, unchanged or missing.
 */
import { join } from "node:path";
import { Properties } from "../protocol/properties.ts";
import { connectRuntime } from "./config.ts";

const graceSeconds = 20;

async function controlContainer(
  action: string,
  name: string,
): Promise<"started" | "stopped" | "unchanged" | "missing"> {
  const sandboxDir = process.env["OKTA_SCIM_SANDBOX_DIR"] ?? join(process.cwd(), ".sandbox");
  const runtime = await connectRuntime(new Properties({}), process.env, sandboxDir, {
    signal: AbortSignal.timeout(60_000),
    log: () => {},
  });
  const details = await runtime.findContainer(name);
  if (details === undefined) return "missing";
  if (action === "start") {
    if (details.State.Running) return "unchanged";
    await runtime.startContainer(details.Id);
    return "started";
  }
  if (!details.State.Running) return "unchanged";
  await runtime.stopContainer(details.Id, graceSeconds);
  return "stopped";
}

const [action, name] = process.argv.slice(2);
if ((action !== "start" && action !== "stop") || name === undefined) {
  process.stderr.write("usage: container-control.ts start|stop <name>\n");
  process.exitCode = 2;
} else {
  process.stdout.write(`${await controlContainer(action, name)}\n`);
}
