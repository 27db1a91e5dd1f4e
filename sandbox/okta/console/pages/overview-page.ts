import type { Answer } from "../../http.ts";
import type { ConsoleCall, ConsoleRoute } from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, notice } from "../layout.ts";
import { renderAppTable } from "./app-page.ts";
import { renderLogTable } from "./log-page.ts";

/** `/admin`: what the org holds, what waits or failed, and what happened last. */
export const overviewRoutes: readonly ConsoleRoute[] = [{ method: "GET", path: "", handle: showOverview }];

function showOverview(call: ConsoleCall): Answer {
  const { clock, faults, store } = call;
  const { failed, pending, running } = store.tasks.counts();
  const active = faults.list().length;
  const body = html`<h1>Overview</h1>
<p class="lead">Org <code>${store.orgId}</code>. Its time is ${clock.now().toISOString().slice(0, 19).replace("T", " ")} UTC${
    clock.offset !== 0 && html` (moved by ${Math.round(clock.offset / 1000)} s)`
  }.</p>
${active > 0 && notice("wait", `${active} ${active === 1 ? "fault is" : "faults are"} switched on`, "Requests fail on purpose until they are switched off under Faults and time.")}
<div class="tiles">
${renderTile("/admin/apps", store.apps.count(), "Applications")}
${renderTile("/admin/people", store.users.count(), "People")}
${renderTile("/admin/groups", store.groups.count(), "Groups")}
${renderTile("/admin/tasks?status=pending", pending + running, "Tasks waiting")}
${renderTile("/admin/tasks?status=failed", failed, "Tasks failed", failed > 0)}
</div>
${renderAppTable(call, store.apps.page({ limit: 20 }), "Applications")}
${renderLogTable(store.log.page({ order: "DESCENDING", limit: 10 }), "Latest in the System Log")}`;
  return answerPage(200, { title: "Overview", section: "overview", body });
}

function renderTile(path: string, count: number, label: string, isBad = false): SafeHtml {
  return html`<a class="tile${isBad && " bad"}" href="${path}"><b>${count.toLocaleString("en")}</b><span>${label}</span></a>`;
}
