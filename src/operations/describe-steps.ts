import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What the engine is doing now, in a few words; undefined for events that say nothing to people. */
export function describeEvent(event: EngineEvent): string | undefined {
  const step = event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata;
  if (step === undefined || step.op === "same" || step.type.startsWith("pulumi:")) return undefined;
  const name = step.urn.split("::").at(-1) ?? step.urn;
  const done = event.resOutputsEvent === undefined ? "" : " done";
  return `${step.op} ${name}${done}`;
}

/** Changes by kind as people count them: `12 created, 1 updated, 30 unchanged`. */
export function describeChanges(changes: Readonly<Record<string, number | undefined>>): string {
  const words: readonly [string, string][] = [
    ["create", "created"],
    ["update", "updated"],
    ["replace", "replaced"],
    ["delete", "deleted"],
    ["import", "imported"],
    ["same", "unchanged"],
  ];
  const parts = words.flatMap(([operation, word]) => {
    const count = changes[operation] ?? 0;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
}

/** How many resources an operation changed; components and what stays the same do not count. */
export function countChanged(changes: Readonly<Record<string, number | undefined>>): number {
  return ["create", "update", "replace", "delete", "import"].reduce(
    (sum, operation) => sum + (changes[operation] ?? 0),
    0,
  );
}
