import { type ConfigMap, LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { toEngineError } from "./engine-failure.ts";
import type { Engine } from "./find-engine.ts";

/**
 * A stack's configuration with its secrets in plain, from the repository's files and the user's backend. Creates nothing: a stack that
 * the backend does not have is an error.
 * @throws EngineError ENGINE_ACCESS_MISSING where the backend, the stack or its secrets can't be had
 */
export async function readConfiguration(
  engine: Engine,
  projectDir: string,
  stack: string,
): Promise<ConfigMap> {
  try {
    const workspace = await LocalWorkspace.create({
      workDir: projectDir,
      pulumiCommand: engine.command,
      envVars: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true" },
    });
    return await workspace.getAllConfig(stack);
  } catch (error) {
    throw toEngineError(error, [], stack);
  }
}
