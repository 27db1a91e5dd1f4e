import { type Answer, redirectTo } from "../../http.ts";
import { type ProvisioningTask, TASK_STATUSES } from "../../store/model.ts";
import { type ConsoleCall, type ConsoleRoute, nameOf, readParam } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, badge, button, moment, table } from "../layout.ts";
import { pageSize, renderPager } from "../paging.ts";

/** Provisioning tasks: what waits, what failed and why, and trying again. */
export const taskRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "tasks", handle: listTasks },
  { method: "POST", path: "tasks/retry", handle: retryAll },
  { method: "POST", path: "tasks/:taskId/retry", handle: retryOne },
];

const labels: Readonly<Record<string, string>> = {
  "user.create": "Provision user",
  "user.update": "Push profile",
  "user.deactivate": "Deactivate user",
  "user.password": "Push password",
  "group.push": "Push group",
  "group.members": "Push group members",
  "group.rename": "Rename pushed group",
  "group.unlink": "Unlink pushed group",
  "users.import": "Import users",
};

function listTasks(call: ConsoleCall): Answer {
  const { query } = call.request;
  const status = TASK_STATUSES.find((one) => one === query.get("status"));
  const after = Number(query.get("after") ?? "0");
  const tasks = call.store.tasks.list({
    limit: pageSize + 1,
    ...(status === undefined ? {} : { status }),
    ...(after > 0 ? { beforeSequence: after } : {}),
  });
  const shown = tasks.slice(0, pageSize);
  const last = shown.at(-1);
  const more = tasks.length > pageSize && last !== undefined ? String(last.sequence) : undefined;
  const counts = call.store.tasks.counts();
  const tabs = [undefined, ...TASK_STATUSES].map((one) => {
    const path = one === undefined ? "/admin/tasks" : `/admin/tasks?status=${one}`;
    const count = one !== undefined && html` <small>${counts[one].toLocaleString("en")}</small>`;
    return html`<a href="${path}"${one === status && html` aria-current="page"`}>${one ?? "all"}${count}</a>`;
  });
  const body = html`<h1>Tasks</h1><p class="lead">What provisioning does, newest first. Tasks of one app run in order; a rate limit of the SCIM server holds back the whole app.</p>
<nav class="tabs" aria-label="Status">${tabs}</nav>
${counts.failed > 0 && html`<div class="toolbar"><span></span>${button("/admin/tasks/retry", "Retry all failed", { kind: "primary" })}</div>`}
${table(
  ["Task", "Application", "About", "Status", "Created", ""],
  shown.map((task) => renderRow(call, task)),
  "No tasks.",
)}
${renderPager("/admin/tasks", query, more)}`;
  return answerPage(200, { title: "Tasks", section: "tasks", body });
}

function renderRow(call: ConsoleCall, task: ProvisioningTask): SafeHtml {
  const app = call.store.apps.get(task.appId);
  const label = labels[task.kind] ?? task.kind;
  const waits = task.status === "pending" && task.notBefore > call.clock.now().toISOString();
  return html`<tr><td class="nowrap">${label}<br><small>${task.attempts > 1 && `attempt ${task.attempts}`}</small></td>
<td><a href="/admin/apps/${task.appId}/people">${app?.label ?? task.appId}</a></td><td>${renderSubject(call, task)}</td>
<td class="long">${badge(task.status)}${waits && html` <small>not before ${moment(task.notBefore)}</small>`}${task.error !== null && html`<br>${task.error}`}</td>
<td>${moment(task.created)}</td>
<td class="actions">${task.status === "failed" && button(`/admin/tasks/${task.id}/retry`, "Retry", { small: true, about: label })}</td></tr>`;
}

function renderSubject(call: ConsoleCall, task: ProvisioningTask): SafeHtml | string {
  if (task.kind.startsWith("user.")) {
    const user = call.store.users.get(task.subjectId);
    if (user === undefined) return String(task.payload["userName"] ?? task.subjectId);
    return html`<a href="/admin/people/${user.id}">${nameOf(user)}</a>`;
  }
  const mapping = call.store.pushMappings.get(task.appId, task.subjectId);
  const group = mapping === undefined ? undefined : call.store.groups.get(mapping.sourceGroupId);
  return group === undefined ? "" : html`<a href="/admin/groups/${group.id}">${group.name}</a>`;
}

function retryAll(call: ConsoleCall): Answer {
  call.engine.jobs.retryFailed();
  return redirectTo("/admin/tasks");
}

function retryOne(call: ConsoleCall): Answer {
  call.engine.jobs.retryTask(readParam(call, "taskId"));
  return redirectTo("/admin/tasks");
}
