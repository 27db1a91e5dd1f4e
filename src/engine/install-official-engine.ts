/**
 * Installs the Pulumi CLI into a folder: `node install-official-engine.ts <root> <version>`.
 * Started by {@link ./download-engine.ts}.
 */
import { createRequire } from "node:module";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";

const [root = "", version = ""] = process.argv.slice(2);
// The installer takes a version only as an object of the semver package that it depends on itself.
const { SemVer } = createRequire(import.meta.resolve("@pulumi/pulumi"))("semver");
try {
  await PulumiCommand.install({ root, version: new SemVer(version) });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${reason.split("\n").find((line) => line.trim() !== "") ?? "unknown"}\n`);
  process.exitCode = 1;
}
