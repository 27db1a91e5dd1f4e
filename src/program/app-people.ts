import * as okta from "@pulumi/okta";
import type * as pulumi from "@pulumi/pulumi";
import type { AppPlan } from "../spec/plan-types.ts";
import type { OrgDirectory } from "./org-directory.ts";
import type { ResourceHistory } from "./resource-history.ts";
import { guardedTypes } from "./wanted-resources.ts";

export interface AppPeople {
  readonly plan: AppPlan;
  readonly appId: pulumi.Output<string>;
  readonly directory: OrgDirectory;
  readonly history: ResourceHistory;
  readonly parent: pulumi.Resource;
}

/**
 * Assigns people and groups. People by name come first: who is in an assigned group, too, would otherwise get an account with the name that the
 * username format makes, and another one only then; and when both go, Okta refuses to unassign a person whom a group still assigns. Groups with a priority are assigned one after the other, the first priority first, and those without
 * one after them: Okta moves others to make room for a priority, and the official plugin never sends priority 0, so that the
 * group that has it must be there before any other.
 */
export function declareAssignments(
  { plan, appId, directory, history, parent }: AppPeople,
  after: readonly pulumi.Resource[],
): pulumi.CustomResource[] {
  const adopt = plan.adopt;
  const declared: pulumi.CustomResource[] = [];
  for (const { resourceName, login, userName } of plan.userAssignments) {
    const userId = idOf(directory.userIds, login);
    declared.push(
      new okta.app.User(
        resourceName,
        { appId, userId, username: userName },
        {
          parent,
          dependsOn: [...after],
          deleteBeforeReplace: true,
          ...history.optionsFor(
            guardedTypes.user,
            resourceName,
            adopt?.users.includes(login) === true ? `${adopt.app}/${userId}` : undefined,
          ),
        },
      ),
    );
  }
  const people = [...declared];
  let previous: readonly pulumi.Resource[] = [];
  const inOrder = [...plan.groupAssignments].sort((a, b) => rank(a.priority) - rank(b.priority));
  for (const { resourceName, group, priority, profile } of inOrder) {
    const groupId = idOf(directory.groupIds, group);
    const assignment = new okta.app.GroupAssignment(
      resourceName,
      { appId, groupId, priority, profile: JSON.stringify(profile) },
      {
        parent,
        dependsOn: [...after, ...people, ...previous],
        deleteBeforeReplace: true,
        ...history.optionsFor(
          guardedTypes.group,
          resourceName,
          adopt?.groups.includes(group) === true ? `${adopt.app}/${groupId}` : undefined,
        ),
        // Okta gives the rest a place of its own, which the plugin would otherwise want to clear for ever.
        ...(priority === undefined ? { ignoreChanges: ["priority"] } : {}),
      },
    );
    if (priority !== undefined) previous = [assignment];
    declared.push(assignment);
  }
  return declared;
}

/** Pushes groups, after everybody is assigned: Okta pushes only members who are assigned. */
export function declarePushGroups(
  { plan, appId, directory, history, parent }: AppPeople,
  after: readonly pulumi.Resource[],
): pulumi.CustomResource[] {
  return plan.pushGroups.map(({ resourceName, group, target, targetId, deleteTarget, status }) => {
    const mappingId = plan.adopt?.pushGroups[group];
    return new okta.PushGroup(
      resourceName,
      {
        appId,
        sourceGroupId: idOf(directory.groupIds, group),
        ...(targetId === undefined ? { targetGroupName: target } : { targetGroupId: targetId }),
        deleteTargetGroupOnDestroy: deleteTarget,
        status,
      },
      {
        parent,
        dependsOn: [...after],
        deleteBeforeReplace: true,
        ...history.optionsFor(
          guardedTypes.push,
          resourceName,
          mappingId === undefined ? undefined : `${plan.adopt?.app}/${mappingId}`,
        ),
      },
    );
  });
}

function rank(priority: number | undefined): number {
  return priority ?? Number.MAX_SAFE_INTEGER;
}

function idOf(ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${name} was not looked up in the org`);
  return id;
}
