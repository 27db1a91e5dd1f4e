import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { readUsed, type UsedAcknowledgements } from "../preview/guard-rails/used-acknowledgements.ts";

const maxReads = 8;
const pauseMilliseconds = 50;

const appSchema = z.looseObject({
  id: z.string(),
  lifecycle: z.string().optional(),
  protected: z.boolean().default(false),
});
const outputsSchema = z.object({
  outputs: z
    .looseObject({
      apps: z.record(z.string(), z.unknown()).default({}).transform(onlyMade),
      usedAcknowledgements: z.array(z.string()).default([]),
      allowedLosses: z.record(z.string(), z.array(z.string())).default({}),
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
  readonly usedAcknowledgements: UsedAcknowledgements;
  /** Apps whose spec said `lifecycle: offboarding`. */
  readonly offboarded: readonly string[];
  /** Apps that the engine refused to delete. */
  readonly protectedApps: readonly string[];
  readonly resources: readonly PreviousResource[];
}

/** An update that left an app out (`pulumi up --target`) before it was ever made has recorded an id that nobody knows: that one is not there. */
function onlyMade(
  apps: Readonly<Record<string, unknown>>,
): Readonly<Record<string, z.infer<typeof appSchema>>> {
  return Object.fromEntries(
    Object.entries(apps).flatMap(([name, app]) => {
      const made = appSchema.safeParse(app).data;
      return made === undefined ? [] : [[name, made]];
    }),
  );
}

/** Reads what the stack's last update left, from the engine's own state: empty before the first one. */
export async function readPreviousUpdate(): Promise<PreviousUpdate> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const [outputs, resources] = await Promise.all([
    readState("pulumi:pulumi:readStackOutputs", { name: stack }),
    readState("pulumi:pulumi:readStackResourceOutputs", { stackName: stack }),
  ]);
  const { apps, ...acknowledged } = outputsSchema.parse(outputs).outputs;
  const recorded = Object.entries(resourcesSchema.parse(resources).outputs).map(([urn, resource]) => ({
    urn,
    type: resource.type,
    name: urn.split("::").slice(3).join("::"),
    outputs: resource.outputs,
  }));
  return {
    appIds: {
      ...findAppIds(recorded),
      ...Object.fromEntries(Object.entries(apps).map(([name, { id }]) => [name, id])),
    },
    usedAcknowledgements: readUsed(acknowledged),
    offboarded: Object.keys(apps).filter((name) => apps[name]?.lifecycle === "offboarding"),
    protectedApps: Object.keys(apps).filter((name) => apps[name]?.protected === true),
    resources: recorded,
  };
}

/** The file backend writes its state in place while an update goes on, so that a read may find half of it: then it is read again. */
async function readState(token: string, parameters: Record<string, string>): Promise<unknown> {
  for (let read = 1; ; read += 1) {
    try {
      return await pulumi.runtime.invoke(token, parameters);
    } catch (error) {
      const isHalfWritten = error instanceof Error && error.message.includes("failed to load checkpoint");
      if (!isHalfWritten || read === maxReads) throw error;
      await wait(pauseMilliseconds * read);
    }
  }
}

/** The ids of apps that an update made and did not live to export: what belongs to them says whose it is. */
function findAppIds(resources: readonly PreviousResource[]): Record<string, string> {
  const apps = resources.filter(({ type }) => /^okta:app\/(?:autoLogin|swa|saml):/.test(type));
  return Object.fromEntries(
    apps.flatMap(({ name }) => {
      const part = resources.find(
        ({ name: other, outputs }) => other.startsWith(`${name}-`) && "appId" in outputs,
      );
      const id = part?.outputs["appId"];
      return typeof id === "string" ? [[name, id]] : [];
    }),
  );
}
