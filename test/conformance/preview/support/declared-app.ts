import type { ChangeAction, ResourceChange } from "../../../../src/preview/changes/resource-change.ts";

/** What a spec declares of an app, in the program's terms, with Okta's ids. */
export interface Declared {
  readonly features: { readonly create: boolean; readonly update: boolean; readonly deactivate: boolean };
  readonly mapping: Readonly<
    Record<string, { readonly expression: string; readonly pushStatus: "PUSH" | "DONT_PUSH" }>
  >;
  /** Assigned groups, most important first, with the values that they give. */
  readonly groups: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly users: ReadonlySet<string>;
  readonly pushes: ReadonlyMap<string, { readonly target: string; readonly deleteTarget: boolean }>;
}

/** One step of the engine: the change as the preview reads it, in the order in which the program applies it. */
export type Step = ResourceChange;

const types = {
  app: "okta:app/autoLogin:AutoLogin",
  connection: "okta:app/connection:Connection",
  features: "okta:app/features:Features",
  mapping: "okta:profile/mapping:Mapping",
  "group assignment": "okta:app/groupAssignment:GroupAssignment",
  "person assignment": "okta:app/user:User",
  "push group": "okta:index/pushGroup:PushGroup",
} as const;

/** The engine's steps from one declaration to the next; from nothing when there is none yet. Updates and creations first, then deletions. */
export function stepsBetween(before: Declared | undefined, after: Declared): Step[] {
  const first: Step[] = [];
  const last: Step[] = [];
  const compare = (kind: keyof typeof types, old: object | undefined, wanted: object | undefined): void => {
    if (JSON.stringify(old) === JSON.stringify(wanted)) return;
    const isRenamed =
      kind === "push group" && inputOf(old, "targetGroupName") !== inputOf(wanted, "targetGroupName");
    const action =
      old === undefined ? "add" : wanted === undefined ? "remove" : isRenamed ? "replace" : "change";
    (action === "remove" ? last : first).push(step(kind, action, old, wanted));
  };
  compare("app", before && appInputs, appInputs);
  compare("connection", before && connectionInputs, connectionInputs);
  compare("features", before && featuresInputs(before), featuresInputs(after));
  compare("mapping", before && mappingInputs(before), mappingInputs(after));
  for (const id of union(before?.groups.keys(), after.groups.keys()))
    compare("group assignment", groupInputs(before, id), groupInputs(after, id));
  for (const id of union(before?.users, after.users))
    compare("person assignment", userInputs(before, id), userInputs(after, id));
  for (const id of union(before?.pushes.keys(), after.pushes.keys()))
    compare("push group", pushInputs(before, id), pushInputs(after, id));
  const deletions = ["push group", "group assignment", "person assignment"];
  last.sort((left, right) => deletions.indexOf(left.kind) - deletions.indexOf(right.kind));
  return [...first, ...last];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's template
const appInputs = { label: "Payroll (dev)", status: "ACTIVE", userNameTemplate: "${source.login}" };
const connectionInputs = { action: "activate" };

function featuresInputs({ features }: Declared): object {
  const status = (on: boolean): { status: string } => ({ status: on ? "ENABLED" : "DISABLED" });
  return {
    capabilities: {
      create: { lifecycleCreate: status(features.create) },
      update: { lifecycleDeactivate: status(features.deactivate), profile: status(features.update) },
    },
  };
}

function mappingInputs({ mapping }: Declared): object {
  const entries = Object.entries(mapping).sort(([left], [right]) => left.localeCompare(right));
  return {
    alwaysApply: true,
    deleteWhenAbsent: true,
    mappings: entries.map(([id, entry]) => ({ id, ...entry })),
  };
}

function groupInputs(declared: Declared | undefined, groupId: string): object | undefined {
  const profile = declared?.groups.get(groupId);
  return profile && { groupId, profile: JSON.stringify(profile) };
}

function userInputs(declared: Declared | undefined, userId: string): object | undefined {
  return declared?.users.has(userId) === true ? { userId } : undefined;
}

function pushInputs(declared: Declared | undefined, sourceGroupId: string): object | undefined {
  const push = declared?.pushes.get(sourceGroupId);
  return (
    push && {
      sourceGroupId,
      targetGroupName: push.target,
      deleteTargetGroupOnDestroy: push.deleteTarget,
      status: "ACTIVE",
    }
  );
}

function step(
  kind: keyof typeof types,
  action: ChangeAction,
  before: object | undefined,
  after: object | undefined,
): Step {
  return {
    app: "app",
    kind,
    action,
    title: kind,
    fields: [],
    replacedBecause: [],
    type: types[kind],
    urn: kind,
    id: undefined,
    before: before && { ...before },
    after: after && { ...after },
  };
}

function inputOf(inputs: object | undefined, name: string): unknown {
  return inputs === undefined ? undefined : Object.entries(inputs).find(([key]) => key === name)?.[1];
}

function union(left: Iterable<string> | undefined, right: Iterable<string>): Set<string> {
  return new Set([...(left ?? []), ...right]);
}
