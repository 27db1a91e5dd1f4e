import { spawn } from "node:child_process";
import { join } from "node:path";
import { ServiceError } from "./service-error.ts";

/**
 * Brings `scim-server/build/` up to date: the server as one file and, on Linux, the root file system of its image. Does nothing when
 * neither its inputs nor its outputs were changed since.
 * @throws ServiceError SERVER_BUNDLE_FAILED with what the build said.
 */
export async function buildServerBundle(projectDir: string): Promise<void> {
  const { exitCode, text } = await run(
    process.execPath,
    [join(projectDir, "scim-server", "build.ts")],
    projectDir,
  );
  if (exitCode !== 0)
    throw new ServiceError(
      "SERVER_BUNDLE_FAILED",
      `The SCIM server could not be bundled:\n${text.trimEnd().split("\n").slice(-8).join("\n")}`,
      "If scim-server/src was changed, correct what the message names; else run npm ci again.",
    );
}

function run(
  command: string,
  commandArguments: readonly string[],
  cwd: string,
): Promise<{ exitCode: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const collect = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? 1, text }));
  });
}
