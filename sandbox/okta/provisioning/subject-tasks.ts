import type { ProvisioningTask, TaskStatus } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";

/** Tasks of one person or mapping that are looked at, newest first. */
const limit = 100;

/**
 * The newest tasks of one status about a person or push mapping. The status is sorted out here: asked of the database, it would
 * read all tasks of that status (tens of thousands after a large assignment) instead of the few of the subject.
 */
export function listSubjectTasks(
  store: OrgStore,
  appId: string,
  subjectId: string,
  status: TaskStatus,
): ProvisioningTask[] {
  return store.tasks.list({ appId, subjectId, limit }).filter((task) => task.status === status);
}
