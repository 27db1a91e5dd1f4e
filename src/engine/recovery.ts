import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { clearStaleLocks } from "./stack-lock.ts";
import { hasPendingOperations } from "./state-file.ts";
import type { StackPlace } from "./work-dir.ts";

const resourceState = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
});
const deployment = z.looseObject({
  manifest: z.looseObject({ time: z.string() }).optional(),
  resources: z.array(resourceState).nullish(),
  pending_operations: z.array(z.looseObject({ resource: resourceState, type: z.string() })).nullish(),
});

/** A creation that was under way when the engine died: nobody knows whether it happened. */
export interface PendingCreation {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As in the state; secrets are encrypted there. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** When the state was written that says it had begun. */
  readonly since: Date;
}

export type FindExisting = (creation: PendingCreation) => Promise<string | undefined>;

/** What was found and put right before an operation. */
export interface Recovery {
  readonly staleLocks: number;
  /** Creations whose resource was found and taken into the state. */
  readonly adopted: readonly PendingCreation[];
  /** Creations that are done again; when the resource was made after all, there are two of it. */
  readonly repeated: readonly PendingCreation[];
  /** Updates and deletions that were under way; they are simply done again. */
  readonly interrupted: number;
}

/**
 * Puts a stack right whose engine was killed in the middle of an update: removes its lock, and settles the operations
 * that it had begun.
 * @param findExisting the id of what a pending creation made, or undefined where it made nothing or may be done again
 * @throws EngineError ENGINE_STACK_LOCKED when an update is still running
 */
export async function recoverStack(
  stack: Stack,
  place: StackPlace,
  findExisting: FindExisting,
): Promise<Recovery> {
  const staleLocks = place.stateDir ? await clearStaleLocks(place.stateDir, place.project, stack.name) : 0;
  const nothing = { staleLocks, adopted: [], repeated: [], interrupted: 0 };
  if ((await hasPendingOperations(place, stack.name)) === false) return nothing;
  const exported = await stack.exportStack();
  const state = deployment.safeParse(exported.deployment);
  const pending = state.data?.pending_operations ?? [];
  if (state.data === undefined || pending.length === 0) return nothing;
  const adopted: PendingCreation[] = [];
  const repeated: PendingCreation[] = [];
  const resources = [...(state.data.resources ?? [])];
  for (const { resource, type } of pending) {
    if (type !== "creating") continue;
    const creation = toPendingCreation(resource, state.data.manifest?.time);
    const id = (await findExisting(creation)) ?? findByName(creation);
    const isKnown = resources.some((known) => known.type === resource.type && known.id === id);
    if (id === undefined || isKnown) repeated.push(creation);
    else {
      adopted.push(creation);
      resources.push({ ...resource, id, outputs: assumeOutputs(resource) });
    }
  }
  await stack.importStack({
    version: exported.version,
    deployment: { ...state.data, resources, pending_operations: [] },
  });
  // Only a look at each adopted resource tells its outputs, which others may need.
  if (adopted.length > 0) await stack.refresh({ target: adopted.map((creation) => creation.urn) });
  const creations = adopted.length + repeated.length;
  return { staleLocks, adopted, repeated, interrupted: pending.length - creations };
}

/**
 * What an adopted resource is taken to be until it is read. A container may lack what reading can't tell (its uploaded
 * files), so that nothing is assumed of it and it is made again; of all else its inputs are assumed.
 */
function assumeOutputs(resource: z.infer<typeof resourceState>): Readonly<Record<string, unknown>> {
  return resource.type === "docker:index/container:Container" ? {} : (resource.inputs ?? {});
}

/** Docker takes a name wherever it takes an id; when there is none of that name, reading it finds nothing. */
function findByName(creation: PendingCreation): string | undefined {
  const isNamed = ["docker:index/container:Container", "docker:index/network:Network"].includes(
    creation.type,
  );
  const name = creation.inputs["name"];
  return isNamed && typeof name === "string" ? name : undefined;
}

function toPendingCreation(
  resource: z.infer<typeof resourceState>,
  stateTime: string | undefined,
): PendingCreation {
  return {
    since: new Date(stateTime ?? 0),
    urn: resource.urn,
    type: resource.type,
    name: resource.urn.split("::").at(-1) ?? resource.urn,
    inputs: resource.inputs ?? {},
  };
}
