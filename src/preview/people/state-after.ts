import { z } from "zod";
import type { AppPlan } from "../../spec/plan-types.ts";
import type { ResourceChange } from "../changes/resource-change.ts";
import type { AccessState, MappingEntry, PushedGroup } from "./access.ts";

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

/** Who has access once the engine has applied its changes to an app. */
export interface StateAfter {
  readonly state: AccessState;
  /** True when the app itself goes: whoever is left then loses it without a deactivation downstream. */
  readonly appRemoved: boolean;
}

/**
 * Applies the engine's changes of one app to its state. What the engine does not change stays as it is in Okta, also what people
 * assigned by hand.
 */
export function applyChanges(
  before: AccessState,
  changes: readonly ResourceChange[],
  plan: AppPlan | undefined,
): StateAfter {
  const groups = new Set(before.assignedGroups);
  const users = new Set(before.assignedUsers);
  let state = before;
  let appRemoved = false;
  for (const change of changes) {
    switch (change.kind) {
      case "group assignment":
        applyMembership(groups, change, "groupId");
        break;
      case "person assignment":
        applyMembership(users, change, "userId");
        break;
      case "features":
        state = { ...state, ...readFeatures(change) };
        break;
      case "connection":
        if (change.action !== "remove")
          state = { ...state, provisioning: change.after?.["action"] === "activate" };
        break;
      case "mapping":
        state = { ...state, mapping: readMapping(state.mapping, change) };
        break;
      case "push group":
        state = { ...state, pushGroups: applyPushGroup(state.pushGroups, change) };
        break;
      case "app":
        appRemoved = change.action === "remove";
        state = applyApp(state, change);
        break;
      default:
        break;
    }
  }
  if (plan?.connection.management === "manual") state = { ...state, ...manualState(plan) };
  return { state: { ...state, assignedGroups: [...groups], assignedUsers: [...users] }, appRemoved };
}

/** What holds of an app whose connection an administrator sets: the API does not tell, so the spec's word counts. */
export function manualState(
  plan: AppPlan,
): Pick<AccessState, "provisioning" | "createUsers" | "updateProfiles" | "deactivateUsers"> {
  return {
    provisioning: plan.connection.configured && plan.status === "ACTIVE",
    createUsers: plan.provisioning.createUsers,
    updateProfiles: plan.provisioning.updateProfiles,
    deactivateUsers: plan.provisioning.deactivateUsers,
  };
}

function applyMembership(members: Set<string>, change: ResourceChange, key: "groupId" | "userId"): void {
  const before = change.before?.[key];
  const after = change.after?.[key];
  if (change.action !== "add" && typeof before === "string") members.delete(before);
  if (change.action !== "remove" && typeof after === "string") members.add(after);
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
  const others = before.filter((group) => group.sourceGroupId !== source);
  if (change.action === "remove" || typeof source !== "string") return others;
  const target = change.after?.["targetGroupName"] ?? change.after?.["targetGroupId"];
  return [
    ...others,
    {
      sourceGroupId: source,
      target: typeof target === "string" ? target : source,
      active: change.after?.["status"] !== "INACTIVE",
    },
  ];
}

function applyApp(state: AccessState, change: ResourceChange): AccessState {
  if (change.action === "remove") return state;
  const template = change.after?.["userNameTemplate"];
  const withTemplate = typeof template === "string" ? { ...state, userNameTemplate: template } : state;
  return change.after?.["status"] === "INACTIVE" ? { ...withTemplate, provisioning: false } : withTemplate;
}
