import { type Answer, redirectTo } from "../../http.ts";
import type { App } from "../../store/model.ts";
import { type ConsoleCall, type ConsoleRoute, describeApp, findApp, logAct } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, badge, button, moment, table } from "../layout.ts";
import { pageSize, renderPager } from "../paging.ts";

/** The list of applications, and the General section of one. */
export const appRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "apps", handle: listApps },
  { method: "GET", path: "apps/:appId", handle: showApp },
  { method: "POST", path: "apps/:appId/activate", handle: (call) => setStatus(call, "ACTIVE") },
  { method: "POST", path: "apps/:appId/deactivate", handle: (call) => setStatus(call, "INACTIVE") },
];

const tabs = [
  ["general", "General", ""],
  ["provisioning", "Provisioning", "/provisioning"],
  ["people", "People", "/people"],
  ["push-groups", "Push Groups", "/push-groups"],
  ["mapping", "Mapping", "/mapping"],
] as const;
type AppTab = (typeof tabs)[number][0];

/** The page of one app: its name, its sections, and one section's content. */
export function answerAppPage(app: App, tab: AppTab, content: SafeHtml, status = 200): Answer {
  const home = `/admin/apps/${app.id}`;
  const body = html`<p class="crumbs"><a href="/admin/apps">Applications</a></p>
<h1>${app.label}</h1>
<div>${badge(app.status)} <span class="quiet">${app.catalogName ?? "custom app"} · ${app.signOnMode ?? "no sign-on mode"} · <code>${app.id}</code></span></div>
<nav class="tabs" aria-label="Sections of ${app.label}">${tabs.map(
    ([key, label, path]) =>
      html`<a href="${home}${path}"${key === tab && html` aria-current="page"`}>${label}</a>`,
  )}</nav>
${content}`;
  return answerPage(status, { title: app.label, section: "apps", body });
}

/** Apps with how provisioning stands: one row each. */
export function renderAppTable(call: ConsoleCall, apps: readonly App[], title?: string): SafeHtml {
  const rows = apps.map((app) => {
    const connection = call.store.settings.connection(app.id);
    const counts = call.store.appUsers.countBySyncState(app.id);
    const total = call.store.appUsers.count(app.id);
    const inStep = counts.SYNCHRONIZED;
    return html`<tr><td><a href="/admin/apps/${app.id}">${app.label}</a><br><small>${app.catalogName ?? "custom app"}</small></td>
<td>${badge(app.status)}</td>
<td>${connection === undefined ? html`<span class="quiet">not set</span>` : badge(connection.status)}</td>
<td class="number" data-label="In step">${inStep.toLocaleString("en")} of ${total.toLocaleString("en")}</td>
<td class="number" data-label="Errors">${counts.ERROR === 0 ? "0" : html`<span class="badge bad">${counts.ERROR}</span>`}</td></tr>`;
  });
  const headings = ["Application", "Status", "Connection", "In step", "Errors"];
  return table(headings, rows, "No applications yet. The first `up` of a stack makes them.", title);
}

function listApps(call: ConsoleCall): Answer {
  const afterId = call.request.query.get("after");
  const apps = call.store.apps.page({ limit: pageSize + 1, ...(afterId === null ? {} : { afterId }) });
  const shown = apps.slice(0, pageSize);
  const more = apps.length > pageSize ? shown.at(-1)?.id : undefined;
  const body = html`<h1>Applications</h1>
<p class="lead">Applications are made through the Management API, as by Pulumi.</p>
${renderAppTable(call, shown)}
${renderPager("/admin/apps", call.request.query, more)}`;
  return answerPage(200, { title: "Applications", section: "apps", body });
}

function showApp(call: ConsoleCall): Answer {
  const app = findApp(call);
  const { store } = call;
  const connection = store.settings.connection(app.id);
  const counts = store.appUsers.countBySyncState(app.id);
  const template = JSON.stringify(app.credentials["userNameTemplate"] ?? null);
  const groups = store.assignments.groupsOfApp(app.id).map(({ groupId }) => store.groups.get(groupId));
  const home = `/admin/apps/${app.id}`;
  const lifecycle =
    app.status === "ACTIVE"
      ? button(`${home}/deactivate`, "Deactivate", { kind: "danger" })
      : button(`${home}/activate`, "Activate", { kind: "primary" });
  const content = html`<div class="tiles">
<div class="tile"><b>${counts.SYNCHRONIZED}</b><span>in step</span></div>
<div class="tile"><b>${counts.OUT_OF_SYNC + counts.SYNCING}</b><span>waiting</span></div>
<div class="tile${counts.ERROR > 0 && " bad"}"><b>${counts.ERROR}</b><span>in error</span></div>
<div class="tile"><b>${counts.DISABLED}</b><span>never provisioned</span></div>
</div>
<section class="card"><h2>Settings</h2><dl class="facts">
<dt>Label</dt><dd>${app.label}</dd>
<dt>Name</dt><dd><code>${app.name}</code></dd>
<dt>Sign-on mode</dt><dd>${app.signOnMode ?? "none"}</dd>
<dt>SCIM requests</dt><dd>${app.dialect === "oin" ? "as for catalog apps: PATCH to change, PUT for profiles" : "as for custom apps: GET and PUT of whole resources"}</dd>
<dt>User name</dt><dd><code>${template}</code></dd>
<dt>Connection</dt><dd>${connection === undefined ? "not set" : html`${badge(connection.status)} ${connection.baseUrl}`}</dd>
<dt>Assigned groups</dt><dd>${groups.length === 0 ? "none" : groups.map((group) => group && html`<a href="/admin/groups/${group.id}">${group.name}</a> `)}</dd>
<dt>Created</dt><dd>${moment(app.created)}</dd>
<dt>Last updated</dt><dd>${moment(app.lastUpdated)}</dd>
</dl></section>
<div class="row">${lifecycle}</div>`;
  return answerAppPage(app, "general", content);
}

function setStatus(call: ConsoleCall, status: "ACTIVE" | "INACTIVE"): Answer {
  const app = findApp(call);
  call.store.apps.setStatus(app.id, status);
  const verb = status === "ACTIVE" ? "activate" : "deactivate";
  logAct(
    call,
    `application.lifecycle.${verb}`,
    `${verb === "activate" ? "Activate" : "Deactivate"} application`,
    [describeApp(app)],
  );
  return redirectTo(`/admin/apps/${app.id}`);
}
