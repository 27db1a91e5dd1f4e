import type { OpenedStack } from "../engine/open-stack.ts";
import { hasStateFile } from "../engine/state-file.ts";
import { chooseStackPlace } from "../engine/work-dir.ts";
import { ServiceError } from "../services/service-error.ts";
import { readOutputs } from "./stack-outputs.ts";

/**
 * Refuses a stack of which the sandbox's own state holds nothing: before the engine is looked for, let alone built.
 * @throws ServiceError STACK_NOT_DEPLOYED
 */
export async function requireState(projectDir: string, stack: string): Promise<void> {
  const place = await chooseStackPlace(projectDir, stack);
  if (place.stateDir !== undefined && !(await hasStateFile(place, stack))) throw notDeployed(stack);
}

/**
 * Refuses a stack that has no application: never deployed in any backend, or destroyed.
 * @throws ServiceError STACK_NOT_DEPLOYED
 */
export async function requireApps(opened: Pick<OpenedStack, "outputs">, stack: string): Promise<void> {
  if (Object.keys(readOutputs(await opened.outputs()).apps).length === 0) throw notDeployed(stack);
}

function notDeployed(stack: string): ServiceError {
  return new ServiceError(
    "STACK_NOT_DEPLOYED",
    `Stack ${stack} is not deployed: there is nothing to check.`,
    `Deploy it first: npm run up -- --stack ${stack} (npm start for the sandbox).`,
  );
}
