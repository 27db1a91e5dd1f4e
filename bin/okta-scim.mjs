#!/usr/bin/env node
// Starts the TypeScript command: right here where Node runs TypeScript, else with the Node that `npm ci` brought.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const command = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "cli", "okta-scim.ts");
if (process.features.typescript) {
  await import(command);
} else {
  const node = join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
  const path = `${dirname(node)}:${process.env.PATH ?? ""}`;
  const run = spawnSync(node, [command, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  process.exitCode = run.status ?? 1;
}
