import type { EngineStep, Properties } from "./engine-step.ts";
import { labelFor, replacementReason, wordsFor } from "./okta-words.ts";
import { diffProperties, isSecret, unknownValue } from "./property-diff.ts";
import type { ChangeAction, FieldChange, Names, ResourceChange, TakenOverPart } from "./resource-change.ts";

const actions: Readonly<Partial<Record<EngineStep["operation"], ChangeAction>>> = {
  create: "add",
  update: "change",
  replace: "replace",
  "import-replacement": "replace",
  delete: "remove",
};

const appComponent = "okta-scim:index:ScimApp";

/**
 * Tells the engine's steps in Okta's words: what is added, changed, replaced or removed, app by app. Components, providers and resources
 * that stay as they are say nothing.
 */
export function readChanges(steps: readonly EngineStep[], names: Names): ResourceChange[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  const changes = steps.flatMap((step) => {
    const action = actions[step.operation];
    if (action === undefined || step.type.startsWith("pulumi:") || step.type.startsWith("okta-scim:"))
      return [];
    return [toChange(step, action, appOf(step, byUrn), names)];
  });
  return joinReplacements(changes);
}

/**
 * What an update takes over as it is in Okta, of one app: the engine imports it. Where it is not as the spec says, the engine announces an
 * update after the import, and that is a change.
 */
export function readTakenOver(steps: readonly EngineStep[], app: string, names: Names): TakenOverPart[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  return steps
    .filter((step) => step.operation === "import" && appOf(step, byUrn) === app)
    .map((step) => {
      const words = wordsFor(step.type);
      return { kind: words.kind, title: words.title(step.after ?? step.before ?? {}, names) };
    });
}

/** The apps of which an update takes something over. */
export function appsTakenOver(steps: readonly EngineStep[]): string[] {
  const byUrn = new Map(steps.map((step) => [step.urn, step]));
  return steps.flatMap((step) => (step.operation === "import" ? (appOf(step, byUrn) ?? []) : []));
}

/** Another sign-on mode is another type of resource: the engine announces an app to add and one to remove, and means a replacement. */
function joinReplacements(changes: readonly ResourceChange[]): ResourceChange[] {
  const counterpart = (change: ResourceChange, action: ChangeAction): ResourceChange | undefined =>
    change.kind !== "app"
      ? undefined
      : changes.find((other) => other.kind === "app" && other.app === change.app && other.action === action);
  return changes.flatMap((change) => {
    if (change.action === "remove" && counterpart(change, "add") !== undefined) return [];
    const former = change.action === "add" ? counterpart(change, "remove") : undefined;
    if (former === undefined) return [change];
    const { before, type: formerType, id } = former;
    const fields = readFields({ type: change.type, before, after: change.after }, "replace", []);
    return [
      {
        ...change,
        fields,
        action: "replace",
        replacedBecause: ["the sign-on mode"],
        before,
        formerType,
        id,
      } as const,
    ];
  });
}

/** One step told in Okta's words. `before` is what is told as the old side, `after` as the new one. */
export function toChange(
  step: EngineStep,
  action: ChangeAction,
  app: string | undefined,
  names: Names,
): ResourceChange {
  const words = wordsFor(step.type);
  const inputs = step.after ?? step.before ?? {};
  const titled = action === "remove" ? (step.before ?? inputs) : inputs;
  const changedPaths = [...Object.keys(step.detailedDiff ?? {}), ...step.changedKeys];
  const fields = action === "remove" ? [] : readFields(step, action, changedPaths);
  return {
    app,
    kind: words.kind,
    action,
    title: words.title(titled, names),
    fields,
    replacedBecause:
      action === "replace" ? [...new Set(step.replaceKeys.map((key) => replacementReason(words, key)))] : [],
    type: step.type,
    urn: step.urn,
    id: step.id,
    before: step.before,
    after: step.after,
  };
}

function readFields(
  step: Pick<EngineStep, "type" | "before" | "after">,
  action: ChangeAction,
  changedPaths: readonly string[],
): FieldChange[] {
  const words = wordsFor(step.type);
  const before = action === "add" ? {} : step.before;
  return diffProperties(before, step.after, changedPaths).flatMap((change): FieldChange[] => {
    const label = labelFor(words, change.path);
    if (label === undefined || change.path.startsWith("__")) return [];
    if (change.secret) return [{ label, secret: true }];
    if (action === "add" && isUnremarkable(change.after)) return [];
    const show = (value: unknown): string => words.values?.[change.path]?.[String(value)] ?? showValue(value);
    return [{ label, secret: false, before: show(change.before), after: show(change.after) }];
  });
}

/** What a new object merely does not have or do is not worth a line. */
function isUnremarkable(value: unknown): boolean {
  return (
    value === false || value === null || value === undefined || value === "" || JSON.stringify(value) === "{}"
  );
}

/** A value as people read it; what only the update will know is said so. */
function showValue(value: unknown): string {
  if (value === undefined || value === null || value === "") return "(none)";
  if (value === unknownValue) return "(known after the update)";
  if (isSecret(value)) return "(secret)";
  if (isTenant(value)) return `at ${value["publicUrl"]}`;
  if (isTokenHash(value)) return "accepted";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (isMappingEntry(value))
    return value["pushStatus"] === "PUSH"
      ? `${value["expression"]}`
      : `${value["expression"]} (on create only)`;
  return JSON.stringify(value, (_key, nested: unknown) => (isSecret(nested) ? "(secret)" : nested));
}

/** One application of the SCIM server, as its file lists them. */
function isTenant(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && "publicUrl" in value && "tokens" in value;
}

function isTokenHash(value: unknown): boolean {
  return typeof value === "object" && value !== null && "sha256" in value;
}

function isMappingEntry(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && "expression" in value && "pushStatus" in value;
}

/** The app that a step belongs to, by its parents. */
export function appOf(step: EngineStep, byUrn: ReadonlyMap<string, EngineStep>): string | undefined {
  let parent = step.parent;
  while (parent !== undefined) {
    if (parent.includes(`${appComponent}::`)) return parent.split("::").at(-1);
    parent = byUrn.get(parent)?.parent;
  }
  return undefined;
}
