import { z } from "zod";
import type { AppPlan, ConnectionPlan } from "../../spec/plan-types.ts";
import type { Properties } from "../changes/engine-step.ts";
import type { ResourceChange } from "../changes/resource-change.ts";
import type {
  AccessState,
  AssignedGroup,
  AssignedPerson,
  EndedPush,
  MappingEntry,
  PushedGroup,
} from "./access.ts";
import type { ImpactInput } from "./impact.ts";

const featuresSchema = z.looseObject({
  capabilities: z.looseObject({
    create: z.looseObject({ lifecycleCreate: z.looseObject({ status: z.string() }) }),
    update: z.looseObject({
      lifecycleDeactivate: z.looseObject({ status: z.string() }),
      profile: z.looseObject({ status: z.string() }),
    }),
  }),
});
const mappingSchema = z.looseObject({
  deleteWhenAbsent: z.boolean().optional(),
  mappings: z
    .array(z.looseObject({ id: z.string(), expression: z.string(), pushStatus: z.string().optional() }))
    .default([]),
});

const profileTextSchema = z.string().transform((text, context) => {
  try {
    return z.record(z.string(), z.json()).parse(JSON.parse(text));
  } catch {
    context.addIssue("not a JSON object");
    return z.NEVER;
  }
});

/** Who has access once the engine has applied its changes to an app. */
export interface StateAfter {
  readonly state: AccessState;
  readonly endedPushes: readonly EndedPush[];
  /** People whose assignment by name the update deletes, by id. */
  readonly unassigned: readonly string[];
  /** Groups whose assignment the update makes, changes or ends. A priority that it moves beside that makes Okta look at nobody. */
  readonly touchedGroups: readonly string[];
  readonly mapping: ImpactInput["mapping"];
  /** What becomes of the app itself. A removed app leaves whoever still has it without a deactivation downstream. */
  readonly app: "kept" | "removed" | "replaced";
}

/** What a spec says of who connects an app, and of what Okta does there. */
export interface ConnectionIntent {
  readonly connection: Pick<ConnectionPlan, "management" | "configured">;
  readonly provisioning: Pick<AppPlan["provisioning"], "createUsers" | "updateProfiles" | "deactivateUsers">;
}

/** What the update can do in this org. */
export interface OrgAbilities {
  /** Whether the credential may apply mappings to existing accounts: an API token may, OAuth may not. */
  readonly appliesMappings: boolean;
}

/**
 * Applies the engine's changes of one app to its state. What the engine does not change stays as it is in Okta, also what people
 * assigned by hand.
 */
export function applyChanges(
  before: AccessState,
  changes: readonly ResourceChange[],
  plan: ConnectionIntent | undefined,
  abilities: OrgAbilities,
): StateAfter {
  const users = new Map(before.assignedUsers.map((user) => [user.id, user]));
  const endedPushes: EndedPush[] = [];
  let state = before;
  let mapping: StateAfter["mapping"] = "unchanged";
  let app: StateAfter["app"] = "kept";
  for (const change of changes) {
    switch (change.kind) {
      case "person assignment":
        applyPerson(users, change);
        break;
      case "features":
        state = { ...state, ...readFeatures(change) };
        break;
      case "connection":
        if (change.action !== "remove")
          state = { ...state, connected: change.after?.["action"] === "activate" };
        break;
      case "mapping":
        state = { ...state, mapping: readMapping(state.mapping, change) };
        if (change.action !== "remove")
          mapping =
            abilities.appliesMappings && change.after?.["alwaysApply"] === true ? "applied" : "not applied";
        break;
      case "push group":
        endedPushes.push(...readEndedPush(change));
        state = { ...state, pushGroups: applyPushGroup(state.pushGroups, change) };
        break;
      case "app":
        if (change.action === "remove") app = "removed";
        if (change.action === "replace") app = "replaced";
        state = applyApp(state, change);
        break;
      default:
        break;
    }
  }
  // Nobody can have connected an app by hand before it is there.
  if (app === "replaced" && plan?.connection.management === "manual") state = { ...state, connected: false };
  const unassigned = changes
    .filter(({ kind, action }) => kind === "person assignment" && action === "remove")
    .flatMap(({ before: inputs }) => (typeof inputs?.["userId"] === "string" ? [inputs["userId"]] : []));
  const groupChanges = changes.filter(({ kind }) => kind === "group assignment");
  return {
    state: {
      ...state,
      assignedGroups: applyGroups(before.assignedGroups, groupChanges),
      assignedUsers: [...users.values()],
    },
    endedPushes,
    unassigned,
    touchedGroups: groupChanges.flatMap(({ before: old, after: wanted }) =>
      [old?.["groupId"], wanted?.["groupId"]].filter((id) => typeof id === "string"),
    ),
    mapping,
    app,
  };
}

/** What holds of an app that an administrator connects, where the API does not tell whether anybody did: the spec's word counts. */
export function manualState(
  plan: ConnectionIntent,
): Pick<AccessState, "connected" | "createUsers" | "updateProfiles" | "deactivateUsers"> {
  return {
    connected: plan.connection.configured,
    createUsers: plan.provisioning.createUsers,
    updateProfiles: plan.provisioning.updateProfiles,
    deactivateUsers: plan.provisioning.deactivateUsers,
  };
}

function applyPerson(users: Map<string, AssignedPerson>, change: ResourceChange): void {
  const before = change.before?.["userId"];
  const after = change.after?.["userId"];
  if (change.action !== "add" && typeof before === "string") users.delete(before);
  if (change.action === "remove" || typeof after !== "string") return;
  const userName = change.after?.["username"];
  users.set(after, { id: after, userName: typeof userName === "string" ? userName : undefined });
}

/** Groups as Okta numbers them: a priority that is taken moves the others down; none given means the last place, or the one it has. */
function applyGroups(
  before: readonly AssignedGroup[],
  changes: readonly ResourceChange[],
): readonly AssignedGroup[] {
  let groups = [...before];
  for (const change of changes) {
    const old = change.before?.["groupId"];
    const id = change.after?.["groupId"];
    if (change.action === "remove" || typeof id !== "string" || (typeof old === "string" && old !== id))
      groups = groups.filter((group) => group.id !== old);
    if (change.action === "remove" || typeof id !== "string") continue;
    const present = groups.find((group) => group.id === id);
    const last = Math.max(-1, ...groups.map(({ priority }) => priority)) + 1;
    const wanted = change.after?.["priority"];
    // The provider takes 0 for "not given".
    const priority = typeof wanted === "number" && wanted > 0 ? wanted : (present?.priority ?? last);
    const others = groups.filter((group) => group.id !== id);
    const isTaken = priority !== present?.priority && others.some((group) => group.priority === priority);
    groups = [
      ...others.map((group) =>
        isTaken && group.priority >= priority ? { ...group, priority: group.priority + 1 } : group,
      ),
      { id, priority, profile: readAssignmentProfile(change.after?.["profile"]) },
    ];
  }
  return groups;
}

function readAssignmentProfile(text: unknown): AssignedGroup["profile"] {
  const parsed = profileTextSchema.safeParse(text);
  return parsed.success ? parsed.data : {};
}

function readFeatures(change: ResourceChange): Partial<AccessState> {
  const parsed = featuresSchema.safeParse(change.after);
  if (!parsed.success) return {};
  const { create, update } = parsed.data.capabilities;
  return {
    createUsers: create.lifecycleCreate.status === "ENABLED",
    updateProfiles: update.profile.status === "ENABLED",
    deactivateUsers: update.lifecycleDeactivate.status === "ENABLED",
  };
}

function readMapping(before: readonly MappingEntry[], change: ResourceChange): readonly MappingEntry[] {
  const parsed = mappingSchema.safeParse(change.after);
  if (!parsed.success) return before;
  const declared = parsed.data.mappings.map((entry) => ({
    attribute: entry.id,
    expression: entry.expression,
    push: entry.pushStatus === "PUSH",
  }));
  const names = new Set(declared.map((entry) => entry.attribute));
  const kept =
    parsed.data.deleteWhenAbsent === true ? [] : before.filter((entry) => !names.has(entry.attribute));
  return [...kept, ...declared];
}

function applyPushGroup(before: readonly PushedGroup[], change: ResourceChange): readonly PushedGroup[] {
  const source = change.after?.["sourceGroupId"] ?? change.before?.["sourceGroupId"];
  const present = before.find((group) => group.sourceGroupId === source);
  const others = before.filter((group) => group.sourceGroupId !== source);
  if (change.action === "remove" || typeof source !== "string") return others;
  const isNew = change.action !== "change";
  const isWanted = change.after?.["status"] !== "INACTIVE";
  const stalled = isNew || !isWanted ? undefined : present?.stalled;
  return [
    ...others,
    {
      sourceGroupId: source,
      target: targetOf(change.after) ?? present?.target ?? source,
      active: isWanted && stalled === undefined,
      stalled,
      isNew,
    },
  ];
}

function readEndedPush(change: ResourceChange): EndedPush[] {
  const source = change.before?.["sourceGroupId"];
  if ((change.action !== "remove" && change.action !== "replace") || typeof source !== "string") return [];
  const deletesTarget = change.before?.["deleteTargetGroupOnDestroy"] === true;
  return [{ sourceGroupId: source, target: targetOf(change.before) ?? source, deletesTarget }];
}

function targetOf(inputs: Properties | undefined): string | undefined {
  const target = inputs?.["targetGroupName"] ?? inputs?.["targetGroupId"];
  return typeof target === "string" ? target : undefined;
}

function applyApp(state: AccessState, change: ResourceChange): AccessState {
  if (change.action === "remove") return state;
  const text = (name: string): string | undefined => {
    const value = change.after?.[name];
    return typeof value === "string" ? value : undefined;
  };
  const { userNameTemplate } = state;
  const withTemplate = {
    ...state,
    userNameTemplate: {
      template: text("userNameTemplate") ?? userNameTemplate.template,
      suffix: text("userNameTemplateSuffix") ?? userNameTemplate.suffix,
      pushes:
        (text("userNameTemplatePushStatus") ?? (userNameTemplate.pushes ? "PUSH" : "DONT_PUSH")) !==
        "DONT_PUSH",
    },
  };
  const isNew = change.action !== "change";
  const status = text("status") ?? (isNew ? "ACTIVE" : undefined);
  return status === undefined ? withTemplate : { ...withTemplate, active: status === "ACTIVE" };
}
