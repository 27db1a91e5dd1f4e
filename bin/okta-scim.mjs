#!/usr/bin/env node
// Starts the TypeScript command: right here where Node runs TypeScript, else with the Node that `npm ci` brought.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBundledNode } from "./bundled-node.mjs";

const command = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "cli", "okta-scim.ts");
if (process.features.typescript) {
  await import(command);
} else {
  const { node, environment } = findBundledNode();
  const run = spawnSync(node, [command, ...process.argv.slice(2)], { stdio: "inherit", env: environment });
  process.exitCode = run.status ?? 1;
}
