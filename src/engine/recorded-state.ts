import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const urns = z.array(z.string()).nullish();
const resourceState = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  dependencies: urns,
  propertyDependencies: z.record(z.string(), urns).nullish(),
  deletedWith: z.string().optional(),
});
const deploymentState = z.looseObject({ resources: z.array(resourceState).nullish() });

type Deployment = z.infer<typeof deploymentState>;

/** A resource as the last update recorded it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string | undefined;
  /** As in the state; secrets are encrypted there. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a stack's state records, components and providers too. */
export async function readRecorded(stack: Stack): Promise<RecordedResource[]> {
  const { resources } = deploymentState.parse((await stack.exportStack()).deployment);
  return (resources ?? []).map(({ urn, type, id, inputs }) => ({ urn, type, id, inputs: inputs ?? {} }));
}

/** Takes resources out of the state and touches nothing else: they are gone already, and reading them would fail. */
export async function forgetRecorded(stack: Stack, gone: ReadonlySet<string>): Promise<void> {
  const exported = await stack.exportStack();
  const deployment = withoutResources(deploymentState.parse(exported.deployment), gone);
  await stack.importStack({ version: exported.version, deployment });
}

/** A deployment without some resources, and without a word of them in others: the engine refuses a state that names what it lacks. */
function withoutResources(deployment: Deployment, gone: ReadonlySet<string>): Deployment {
  const kept = (list: readonly string[] | null | undefined) => (list ?? []).filter((urn) => !gone.has(urn));
  return {
    ...deployment,
    resources: (deployment.resources ?? [])
      .filter(({ urn }) => !gone.has(urn))
      .map(({ dependencies, propertyDependencies, deletedWith, ...resource }) => ({
        ...resource,
        ...(dependencies ? { dependencies: kept(dependencies) } : {}),
        ...(propertyDependencies
          ? {
              propertyDependencies: Object.fromEntries(
                Object.entries(propertyDependencies).map(([property, list]) => [property, kept(list)]),
              ),
            }
          : {}),
        ...(deletedWith === undefined || gone.has(deletedWith) ? {} : { deletedWith }),
      })),
  };
}
