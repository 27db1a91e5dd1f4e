import type { ChangeAction, ResourceChange } from "../../../../src/preview/changes/resource-change.ts";

/** What a spec declares of an app, in the program's terms, with Okta's ids. */
export interface Declared {
  readonly status: "ACTIVE" | "INACTIVE";
  readonly management: "api" | "manual";
  /** Whether an administrator has connected a manual app, as the spec says. */
  readonly configured: boolean;
  readonly userName: { readonly template: string; readonly suffix: string; readonly pushes: boolean };
  readonly features: { readonly create: boolean; readonly update: boolean; readonly deactivate: boolean };
  readonly mapping: Readonly<
    Record<string, { readonly expression: string; readonly pushStatus: "PUSH" | "DONT_PUSH" }>
  >;
  /** Assigned groups with their priority and the values that they give. */
  readonly groups: ReadonlyMap<
    string,
    { readonly priority: number | undefined; readonly profile: Readonly<Record<string, string>> }
  >;
  /** People assigned by name, with the user name that the spec gives them. */
  readonly users: ReadonlyMap<string, string>;
  readonly pushes: ReadonlyMap<
    string,
    { readonly target: string; readonly deleteTarget: boolean; readonly status: "ACTIVE" | "INACTIVE" }
  >;
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
  // Until somebody has connected it, nothing of a manual app is declared but the app itself.
  const declares = (one: Declared | undefined): Declared | undefined =>
    one !== undefined && (one.management === "api" || one.configured) ? one : undefined;
  const [old, wanted] = [declares(before), declares(after)];
  compare("app", before && appInputs(before), appInputs(after));
  if (after.management === "api") {
    compare("connection", before && connectionInputs, connectionInputs);
    compare("features", before && featuresInputs(before), featuresInputs(after));
  }
  compare("mapping", old && mappingInputs(old), wanted && mappingInputs(wanted));
  for (const id of union(old?.users.keys(), wanted?.users.keys()))
    compare("person assignment", userInputs(old, id), userInputs(wanted, id));
  for (const id of inOrder(union(old?.groups.keys(), wanted?.groups.keys()), wanted))
    compare("group assignment", groupInputs(old, id), groupInputs(wanted, id));
  for (const id of union(old?.pushes.keys(), wanted?.pushes.keys()))
    compare("push group", pushInputs(old, id), pushInputs(wanted, id));
  const deletions = ["push group", "group assignment", "person assignment", "mapping"];
  last.sort((left, right) => deletions.indexOf(left.kind) - deletions.indexOf(right.kind));
  return [...first, ...last];
}

/** The program assigns groups with a priority one after the other, the first priority first. */
function inOrder(ids: Iterable<string>, declared: Declared | undefined): string[] {
  const rank = (id: string): number => declared?.groups.get(id)?.priority ?? Number.MAX_SAFE_INTEGER;
  return [...ids].sort((left, right) => rank(left) - rank(right));
}

function appInputs({ status, userName, management }: Declared): object {
  return {
    label: "Payroll (dev)",
    status,
    ...(management === "api" ? { preconfiguredApp: "scim2headerauth" } : {}),
    userNameTemplate: userName.template,
    userNameTemplateSuffix: userName.suffix,
    userNameTemplatePushStatus: userName.pushes ? "PUSH" : "DONT_PUSH",
  };
}

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
  const group = declared?.groups.get(groupId);
  return group && { groupId, priority: group.priority, profile: JSON.stringify(group.profile) };
}

function userInputs(declared: Declared | undefined, userId: string): object | undefined {
  const username = declared?.users.get(userId);
  return username === undefined ? undefined : { userId, username };
}

function pushInputs(declared: Declared | undefined, sourceGroupId: string): object | undefined {
  const push = declared?.pushes.get(sourceGroupId);
  return (
    push && {
      sourceGroupId,
      targetGroupName: push.target,
      deleteTargetGroupOnDestroy: push.deleteTarget,
      status: push.status,
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

function union(left: Iterable<string> | undefined, right: Iterable<string> | undefined): Set<string> {
  return new Set([...(left ?? []), ...(right ?? [])]);
}
