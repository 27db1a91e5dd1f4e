import { filterEquals } from "../../../src/scim/scim-client.ts";
import { ScimResponseError } from "../../../src/scim/scim-errors.ts";
import { type PatchOperation, type ScimGroup, scimUrn } from "../../../src/scim/scim-messages.ts";
import type { Group, GroupPushMapping } from "../store/model.ts";
import type { MappingSource, PushedMember } from "./ledger.ts";
import { logGroupPush } from "./provisioning-log.ts";
import { replaceValue } from "./push-user.ts";
import { readNow, type TaskEffect, TaskRefusedError, type TaskRun } from "./task-run.ts";
import { copyJson } from "./user-resource.ts";

/** Members per request: the most that was seen of Okta. */
const memberBatch = 256;

/** A push mapping with its groups and the pushed group's id in the SCIM server. */
interface PushTarget {
  readonly mapping: GroupPushMapping;
  readonly source: MappingSource;
  readonly name: string;
  readonly externalId: string;
}

/** Pushes a whole group: links the group of that name or makes it, then sets name and members. */
export async function pushGroup(run: TaskRun): Promise<TaskEffect> {
  const found = readMapping(run);
  if (found === undefined || found.mapping.status === "INACTIVE") return "nothing";
  const { mapping, sourceGroup } = found;
  const targetGroup = followSourceName(run, found);
  const name = targetGroup.name;
  const known = targetGroup.externalId ?? (await findGroup(run, name))?.id;
  const source: MappingSource = {
    mappingId: mapping.id,
    appId: run.app.id,
    sourceGroupId: mapping.sourceGroupId,
  };
  const link = (externalId: string, members: readonly PushedMember[]): PushTarget => {
    run.store.transaction(() => {
      run.ledger.rememberGroup(run.app.id, mapping.id, {
        externalId,
        sourceName: sourceGroup.name,
        pushedName: name,
      });
      run.ledger.forgetAllMembers(mapping.id);
      run.ledger.rememberMembers(mapping.id, members);
      run.store.groups.setExternalId(targetGroup.id, externalId);
    });
    return { mapping, source, name, externalId };
  };
  if (known === undefined) {
    const members = run.ledger.membersToAdd({ ...source, mappingId: "" }, memberBatch);
    const body = { schemas: [scimUrn.group], displayName: name, members: members.map(formatMember) };
    const created = await run.client.groups.create(body, run.signal);
    await finishPush(run, link(created.id, members), { replacesMembers: false });
  } else {
    await finishPush(run, link(known, []), { replacesMembers: true });
  }
  return inStep(run, mapping, name);
}

/** Pushes what changed in a group's members since the last push. */
export async function pushMembers(run: TaskRun): Promise<TaskEffect> {
  const target = readTarget(run);
  if (target === undefined || !hasMemberChanges(run, target)) return "nothing";
  if (run.app.dialect === "aiw") {
    await replaceGroup(run, target);
  } else {
    await patchName(run, target);
    await patchMembers(run, target);
  }
  return inStep(run, target.mapping, target.name);
}

/** Renames the pushed group after its source was renamed, where both had the same name. */
export async function renameGroup(run: TaskRun): Promise<TaskEffect> {
  const found = readMapping(run);
  if (found === undefined) return "nothing";
  followSourceName(run, found);
  const target = readTarget(run);
  if (target === undefined || run.ledger.pushedGroup(target.mapping.id)?.pushedName === target.name) {
    return "nothing";
  }
  if (run.app.dialect === "aiw") await replaceGroup(run, target);
  else await patchName(run, target);
  return inStep(run, target.mapping, target.name);
}

/** Ends a push: deletes the group in the SCIM server where that was asked for, and leaves it alone otherwise. */
export async function unlinkGroup(run: TaskRun): Promise<TaskEffect> {
  const { mappingId, payload } = { mappingId: run.task.subjectId, payload: run.task.payload };
  const { externalGroupId, deleteTargetGroup } = payload;
  const known = run.ledger.pushedGroup(mappingId)?.externalId;
  const externalId = typeof externalGroupId === "string" ? externalGroupId : known;
  // Pushed anew since the first try, the group is another mapping's now.
  const isTaken = externalId !== undefined && run.ledger.isPushedByAnother(run.app.id, mappingId, externalId);
  const deleted = deleteTargetGroup === true && !isTaken ? externalId : undefined;
  if (deleted !== undefined) {
    try {
      await run.client.groups.delete(deleted, run.signal);
    } catch (error) {
      const isGone = error instanceof ScimResponseError && error.status === 404;
      if (!isGone) throw error;
    }
  }
  return {
    record: () => {
      run.ledger.forgetGroup(mappingId);
      if (deleted === undefined) return;
      logGroupPush(run, deleted, "application.provision.group_push.delete_appgroup", "Delete app group");
    },
  };
}

interface FoundMapping {
  readonly mapping: GroupPushMapping;
  readonly sourceGroup: Group;
  readonly targetGroup: Group;
}

function readMapping(run: TaskRun): FoundMapping | undefined {
  const mapping = run.store.pushMappings.get(run.app.id, run.task.subjectId);
  if (mapping === undefined) return undefined;
  const sourceGroup = run.store.groups.get(mapping.sourceGroupId);
  const targetGroup = run.store.groups.get(mapping.targetGroupId);
  if (sourceGroup === undefined || targetGroup === undefined) {
    throw new TaskRefusedError("The group that is pushed, or its app group, no longer exists");
  }
  return { mapping, sourceGroup, targetGroup };
}

/** The target of an active mapping that was pushed before; a mapping in another state waits for its whole push. */
function readTarget(run: TaskRun): PushTarget | undefined {
  const mapping = run.store.pushMappings.get(run.app.id, run.task.subjectId);
  if (mapping?.status !== "ACTIVE") return undefined;
  const pushed = run.ledger.pushedGroup(mapping.id);
  const targetGroup = run.store.groups.get(mapping.targetGroupId);
  if (pushed === undefined || targetGroup === undefined) return undefined;
  const source = { mappingId: mapping.id, appId: run.app.id, sourceGroupId: mapping.sourceGroupId };
  return { mapping, source, name: targetGroup.name, externalId: pushed.externalId };
}

/**
 * Okta's "Rename app groups to match group name in Okta", which is on by default: the target follows its source as long as both
 * had the same name when it was pushed. A target named differently on purpose keeps its name.
 */
function followSourceName(run: TaskRun, { mapping, sourceGroup, targetGroup }: FoundMapping): Group {
  const nameAtPush = run.ledger.pushedGroup(mapping.id)?.sourceName;
  const follows = nameAtPush === targetGroup.name && sourceGroup.name !== targetGroup.name;
  if (!follows) return targetGroup;
  return run.store.transaction(() => {
    run.ledger.rememberSourceName(mapping.id, sourceGroup.name);
    const profile = { ...targetGroup.profile, name: sourceGroup.name };
    return run.store.groups.setProfile(targetGroup.id, profile) ?? targetGroup;
  });
}

async function findGroup(run: TaskRun, name: string): Promise<ScimGroup | undefined> {
  const query = { filter: filterEquals("displayName", name), startIndex: 1, count: 100 };
  try {
    const { Resources } = await run.client.groups.list(query, run.signal);
    return Resources.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  } catch (error) {
    if (error instanceof ScimResponseError && error.status === 404) return undefined;
    throw error;
  }
}

/** What follows the creation or linking: custom apps get the whole group by `PUT`, OIN apps the name, then the members. */
async function finishPush(
  run: TaskRun,
  target: PushTarget,
  options: { readonly replacesMembers: boolean },
): Promise<void> {
  if (run.app.dialect === "aiw") {
    await replaceGroup(run, target);
    return;
  }
  await patchName(run, target);
  if (options.replacesMembers) {
    const members = run.ledger.membersToAdd(target.source, memberBatch);
    const value = members.map(formatMember);
    await run.client.groups.patch(target.externalId, [{ op: "replace", path: "members", value }], run.signal);
    run.ledger.rememberMembers(target.mapping.id, members);
  }
  await patchMembers(run, target);
}

async function patchName(run: TaskRun, { externalId, mapping, name }: PushTarget): Promise<void> {
  await run.client.groups.patch(externalId, replaceValue({ id: externalId, displayName: name }), run.signal);
  run.ledger.rememberPushedName(mapping.id, name);
}

/** Sends removals and additions in batches; each is remembered as soon as the server has taken it. */
async function patchMembers(run: TaskRun, target: PushTarget): Promise<void> {
  while (true) {
    const removed = run.ledger.membersToRemove(target.source, memberBatch);
    const added = run.ledger.membersToAdd(target.source, memberBatch - removed.length);
    if (removed.length === 0 && added.length === 0) return;
    const operations: PatchOperation[] = removed.map(({ externalId }) => ({
      op: "remove",
      path: `members[value eq ${JSON.stringify(externalId)}]`,
    }));
    if (added.length > 0) operations.push({ op: "add", path: "members", value: added.map(formatMember) });
    await run.client.groups.patch(target.externalId, operations, run.signal);
    run.store.transaction(() => {
      run.ledger.forgetMembers(target.mapping.id, removed);
      run.ledger.rememberMembers(target.mapping.id, added);
    });
  }
}

/** `GET` and `PUT` of the whole group, as Okta does for custom apps; the list of members is in memory as a whole here. */
async function replaceGroup(run: TaskRun, target: PushTarget): Promise<void> {
  const current = await run.client.groups.get(target.externalId, run.signal);
  const members = run.ledger.membersToAdd({ ...target.source, mappingId: "" }, Number.MAX_SAFE_INTEGER);
  const body = { ...copyJson(current), displayName: target.name, members: members.map(formatMember) };
  await run.client.groups.replace(target.externalId, body, run.signal);
  run.store.transaction(() => {
    run.ledger.rememberPushedName(target.mapping.id, target.name);
    run.ledger.forgetAllMembers(target.mapping.id);
    run.ledger.rememberMembers(target.mapping.id, members);
  });
}

function hasMemberChanges(run: TaskRun, { source }: PushTarget): boolean {
  return run.ledger.membersToAdd(source, 1).length > 0 || run.ledger.membersToRemove(source, 1).length > 0;
}

function formatMember({ externalId, userName }: PushedMember): { value: string; display: string } {
  return { value: externalId, display: userName };
}

/** A push that worked, with its System Log event. */
function inStep(run: TaskRun, mapping: GroupPushMapping, name: string): { readonly record: () => void } {
  return {
    record: () => {
      run.store.pushMappings.recordPush(mapping.id, { at: readNow(run) });
      const eventType = "application.provision.group_push.updated";
      logGroupPush(run, name, eventType, "Push group to external application");
    },
  };
}
