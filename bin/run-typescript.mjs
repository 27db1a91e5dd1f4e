// Pulumi's language plugin loads this before its runner (`nodeargs` in Pulumi.yaml). Where the `node` on the PATH runs TypeScript it does
// nothing; elsewhere the Node that `npm ci` brought does the same call, and this process only waits for it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { findBundledNode } from "./bundled-node.mjs";

if (!process.features.typescript) {
  const { node, environment } = findBundledNode();
  const run = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: environment,
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => run.kill(signal));
  const [code] = await once(run, "exit");
  process.exit(code ?? 1);
}
