import type { Group, LogTarget } from "../store/model.ts";
import type { TaskRun } from "./task-run.ts";

/** Writes the System Log event of a push about one person. */
export function logUserPush(
  run: TaskRun,
  userName: string,
  eventType: string,
  displayMessage: string,
  failure?: string,
): void {
  const { subjectId } = run.task;
  const user = run.store.users.get(subjectId);
  const name = [user?.profile["firstName"], user?.profile["lastName"]].filter(
    (part) => typeof part === "string",
  );
  const displayName = name.length === 0 ? userName : name.join(" ");
  const login = user?.profile["login"];
  append(run, eventType, displayMessage, failure, [
    { id: subjectId, type: "AppUser", alternateId: userName, displayName },
    { id: subjectId, type: "User", alternateId: typeof login === "string" ? login : userName, displayName },
  ]);
}

/** Writes the System Log event of a push about one group. */
export function logGroupPush(
  run: TaskRun,
  groupName: string,
  eventType: string,
  displayMessage: string,
  failure?: string,
): void {
  const mapping = run.store.pushMappings.get(run.app.id, run.task.subjectId);
  const id = mapping?.targetGroupId ?? run.task.subjectId;
  append(run, eventType, displayMessage, failure, [
    { id, type: "AppGroup", alternateId: "unknown", displayName: groupName },
  ]);
}

/** Writes the System Log event of a group that an import has brought or taken away. */
export function logImportedGroup(
  run: TaskRun,
  { id, name }: Group,
  eventType: string,
  displayMessage: string,
): void {
  append(run, eventType, displayMessage, undefined, [
    { id, type: "AppGroup", alternateId: "unknown", displayName: name },
  ]);
}

/** Writes the System Log event of a job about a whole app. */
export function logAppJob(run: TaskRun, eventType: string, displayMessage: string, failure?: string): void {
  append(run, eventType, displayMessage, failure, []);
}

function append(
  run: TaskRun,
  eventType: string,
  displayMessage: string,
  failure: string | undefined,
  targets: readonly LogTarget[],
): void {
  const { app } = run;
  run.store.log.append({
    eventType,
    displayMessage,
    severity: failure === undefined ? "INFO" : "WARN",
    outcome: failure === undefined ? { result: "SUCCESS" } : { result: "FAILURE", reason: failure },
    target: [{ id: app.id, type: "AppInstance", alternateId: app.label, displayName: app.label }, ...targets],
    debugData: { taskId: run.task.id, attempt: run.task.attempts },
  });
}
