import { ScimClientError } from "../../../src/scim/scim-errors.ts";
import { logAppJob, logGroupPush, logUserPush } from "./provisioning-log.ts";
import { describeRemoteError } from "./remote-error.ts";
import { TaskRefusedError, type TaskRun } from "./task-run.ts";

/** How Okta introduces a failed push of a person, and the System Log event that tells of it. */
const userFailures: Readonly<
  Record<string, { readonly eventType: string; readonly introduction: Introduction }>
> = {
  "user.create": {
    eventType: "application.provision.user.push",
    introduction: (name, app) =>
      `Automatic provisioning of user ${name} to app ${app} failed: Error while creating user ${name}`,
  },
  "user.update": {
    eventType: "application.provision.user.push_profile",
    introduction: (name, app) =>
      `Automatic profile push of user ${name} to app ${app} failed: Error while trying to push profile update for ${name}`,
  },
  "user.deactivate": {
    eventType: "application.provision.user.deactivate",
    introduction: (name, app) =>
      `Automatic deactivation of user ${name} from app ${app} failed: Error while deactivating user ${name}`,
  },
  "user.password": {
    eventType: "application.provision.user.push_password",
    introduction: (name, app) =>
      `Automatic password push of user ${name} to app ${app} failed: Error while trying to push password update for ${name}`,
  },
};

type Introduction = (userName: string, appLabel: string) => string;

/** The reason of a failure in Okta's words; undefined when it is neither the SCIM server's nor the org's refusal, but a bug. */
export function describeFailure(error: unknown): string | undefined {
  if (error instanceof ScimClientError) return describeRemoteError(error);
  return error instanceof TaskRefusedError ? error.message : undefined;
}

/**
 * Records a failed task where Okta shows it: the app user's or the mapping's error, and the System Log.
 * @returns the text for the task itself
 */
export function recordFailure(run: TaskRun, reason: string): string {
  const { app, store, task } = run;
  const userFailure = userFailures[task.kind];
  if (userFailure !== undefined) {
    const appUser = store.appUsers.get(app.id, task.subjectId);
    const userName = appUser?.userName ?? String(task.payload["userName"] ?? task.subjectId);
    const text = `${userFailure.introduction(userName, app.label)}: ${reason}`;
    if (task.kind !== "user.deactivate") {
      store.appUsers.recordSync(app.id, task.subjectId, { syncState: "ERROR", syncError: text });
    }
    logUserPush(run, userName, userFailure.eventType, "Push to external application failed", text);
    return text;
  }
  if (task.kind.startsWith("group.")) return recordGroupFailure(run, reason);
  logAppJob(run, "system.import.complete", "Import from external application failed", reason);
  return reason;
}

function recordGroupFailure(run: TaskRun, reason: string): string {
  const { app, ledger, store, task } = run;
  const mapping = store.pushMappings.get(app.id, task.subjectId);
  const name = mapping === undefined ? undefined : store.groups.get(mapping.targetGroupId)?.name;
  const groupName = name ?? task.subjectId;
  const isNew = ledger.pushedGroup(task.subjectId) === undefined;
  const action = task.kind === "group.unlink" ? "deleting" : isNew ? "creating" : "updating";
  const text = `Unable to update Group Push mapping target App group ${groupName}: Error while ${action} user group ${groupName}: ${reason}`;
  if (mapping !== undefined) store.pushMappings.recordPush(mapping.id, { error: text });
  const eventType = isNew
    ? "application.provision.group.add"
    : "application.provision.group_push.mapping.update.or.delete.failed.with.error";
  logGroupPush(run, groupName, eventType, "Push of a group to an external application failed", text);
  return text;
}
