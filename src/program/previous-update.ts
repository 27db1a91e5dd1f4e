import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

const outputsSchema = z.object({
  outputs: z
    .looseObject({
      apps: z
        .record(z.string(), z.looseObject({ id: z.string(), lifecycle: z.string().optional() }))
        .default({}),
      usedAcknowledgements: z.array(z.string()).default([]),
    })
    .prefault({}),
});
const resourcesSchema = z.object({
  outputs: z
    .record(
      z.string(),
      z.looseObject({ type: z.string(), outputs: z.record(z.string(), z.unknown()).default({}) }),
    )
    .default({}),
});

/** One resource as the last update left it. Holds secrets: never show it. */
export interface PreviousResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the stack's last update left behind. */
export interface PreviousUpdate {
  readonly appIds: Readonly<Record<string, string>>;
  readonly usedAcknowledgements: readonly string[];
  /** Apps whose spec said `lifecycle: offboarding`. */
  readonly offboarded: readonly string[];
  readonly resources: readonly PreviousResource[];
}

/** Reads what the stack's last update left, from the engine's own state: empty before the first one. */
export async function readPreviousUpdate(): Promise<PreviousUpdate> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const [outputs, resources] = await Promise.all([
    pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack }),
    pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: stack }),
  ]);
  const { apps, usedAcknowledgements } = outputsSchema.parse(outputs).outputs;
  return {
    appIds: Object.fromEntries(Object.entries(apps).map(([name, { id }]) => [name, id])),
    usedAcknowledgements,
    offboarded: Object.keys(apps).filter((name) => apps[name]?.lifecycle === "offboarding"),
    resources: Object.entries(resourcesSchema.parse(resources).outputs).map(([urn, resource]) => ({
      urn,
      type: resource.type,
      name: urn.split("::").slice(3).join("::"),
      outputs: resource.outputs,
    })),
  };
}
