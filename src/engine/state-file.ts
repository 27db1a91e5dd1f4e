import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StackPlace } from "./work-dir.ts";

const checkpointFile = z.looseObject({
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        pending_operations: z.array(z.unknown()).nullish(),
        resources: z
          .array(z.looseObject({ type: z.string(), inputs: z.record(z.string(), z.unknown()).optional() }))
          .nullish(),
      })
      .nullish(),
  }),
});

/** Whether the stack is kept in a folder of ours and was written there before. */
export async function hasStateFile(place: StackPlace, stack: string): Promise<boolean> {
  const path = pathOf(place, stack);
  if (path === undefined) return false;
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Whether an engine died in the middle of this stack's last update; undefined when only the backend can tell.
 * Reading the file spares a run of the CLI at every start.
 */
export async function hasPendingOperations(place: StackPlace, stack: string): Promise<boolean | undefined> {
  const path = pathOf(place, stack);
  if (path === undefined) return undefined;
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = checkpointFile.safeParse(JSON.parse(text));
  return parsed.success ? (parsed.data.checkpoint.latest?.pending_operations ?? []).length > 0 : undefined;
}

/**
 * What a provider was told at the last update, secrets encrypted; undefined where nothing was deployed with it, or only the backend can tell.
 * @param name the plugin's, such as `docker`
 */
export async function readProviderInputs(
  place: StackPlace,
  stack: string,
  name: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const path = pathOf(place, stack);
  const text = path === undefined ? undefined : await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const resources = checkpointFile.safeParse(JSON.parse(text)).data?.checkpoint.latest?.resources ?? [];
  const provider = resources.find(({ type }) => type === `pulumi:providers:${name}`);
  return provider && (provider.inputs ?? {});
}

/** The file backend's layout: `.pulumi/stacks/<project>/<stack>.json`. */
function pathOf(place: StackPlace, stack: string): string | undefined {
  return place.stateDir && join(place.stateDir, ".pulumi", "stacks", place.project, `${stack}.json`);
}
