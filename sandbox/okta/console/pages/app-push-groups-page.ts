import { type Answer, redirectTo } from "../../http.ts";
import type { App, GroupPushMapping } from "../../store/model.ts";
import {
  type ConsoleCall,
  ConsoleNotFoundError,
  type ConsoleRoute,
  describeApp,
  findApp,
  logAct,
  readParam,
} from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { badge, button, moment, notice, table } from "../layout.ts";
import { answerAppPage } from "./app-page.ts";

/** The Push Groups section: mappings with their outcome, and everything an administrator can do to one. */
export const appPushGroupRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "apps/:appId/push-groups", handle: showPushGroups },
  { method: "POST", path: "apps/:appId/push-groups", handle: addPushGroup },
  { method: "POST", path: "apps/:appId/push-groups/:mappingId/push", handle: pushNow },
  { method: "POST", path: "apps/:appId/push-groups/:mappingId/status", handle: changeStatus },
  { method: "POST", path: "apps/:appId/push-groups/:mappingId/unlink", handle: unlink },
];

const problems: Readonly<Record<string, string>> = {
  "no-group": "No group has that name.",
  "pushed-already": "That group is pushed to this app already.",
};

function showPushGroups(call: ConsoleCall): Answer {
  const app = findApp(call);
  const mappings = call.store.pushMappings.list({ appId: app.id, limit: 1000 });
  const problem = problems[call.request.query.get("problem") ?? ""];
  const assigned = new Set(call.store.assignments.groupsOfApp(app.id).map(({ groupId }) => groupId));
  const doubled = mappings.some(({ sourceGroupId }) => assigned.has(sourceGroupId));
  const content = html`${problem !== undefined && notice("bad", problem)}
${doubled && notice("wait", "A group is both assigned and pushed", "Okta does not support using one group for both: members may be missing from the pushed group.")}
${table(
  ["Group in Okta", "Group in the app", "Status", "Last push", ""],
  mappings.map((mapping) => renderRow(call, app, mapping)),
  "No group is pushed to this app.",
)}
<section class="card"><h2>Push a group</h2><form class="row" method="post" action="/admin/apps/${app.id}/push-groups">
<div><label for="group">Group in Okta</label><input id="group" name="group" required></div>
<div><label for="target">Name in the app</label><input id="target" name="target" placeholder="same name"></div><button>Push group</button></form></section>`;
  return answerAppPage(app, "push-groups", content);
}

function renderRow(call: ConsoleCall, app: App, mapping: GroupPushMapping): SafeHtml {
  const source = call.store.groups.get(mapping.sourceGroupId);
  const target = call.store.groups.get(mapping.targetGroupId);
  const home = `/admin/apps/${app.id}/push-groups/${mapping.id}`;
  const about = source?.name ?? mapping.id;
  const isActive = mapping.status === "ACTIVE";
  return html`<tr><td><a href="/admin/groups/${mapping.sourceGroupId}">${about}</a></td>
<td>${target?.name}<br><small>${target?.externalId ? html`group <code>${target.externalId}</code>` : "not pushed yet"}</small></td>
<td class="long">${badge(mapping.status)}${mapping.errorSummary !== null && html`<br>${mapping.errorSummary}`}</td>
<td>${moment(mapping.lastPush)}</td>
<td class="actions">${mapping.status !== "INACTIVE" && button(`${home}/push`, "Push now", { small: true, about })}
${button(`${home}/status`, isActive ? "Deactivate" : "Activate", { small: true, about, fields: { status: isActive ? "INACTIVE" : "ACTIVE" } })}
${button(`${home}/unlink`, "Unlink", { small: true, about, fields: { deletes: "no" } })}
${button(`${home}/unlink`, "Unlink and delete", { small: true, about, kind: "danger", fields: { deletes: "yes" } })}</td></tr>`;
}

function addPushGroup(call: ConsoleCall): Answer {
  const app = findApp(call);
  const home = `/admin/apps/${app.id}/push-groups`;
  const source = call.store.groups.getByName((call.form.get("group") ?? "").trim(), "OKTA_GROUP");
  if (source === undefined) return redirectTo(`${home}?problem=no-group`);
  if (call.store.pushMappings.list({ appId: app.id, sourceGroupId: source.id, limit: 1 }).length > 0) {
    return redirectTo(`${home}?problem=pushed-already`);
  }
  const given = (call.form.get("target") ?? "").trim();
  const name = given === "" ? source.name : given;
  call.store.transaction(() => {
    const { groups } = call.store;
    const profile = { name, description: null };
    const target =
      groups.getByName(name, "APP_GROUP", app.id) ??
      groups.create({ type: "APP_GROUP", profile, sourceAppId: app.id });
    call.store.pushMappings.create({
      appId: app.id,
      sourceGroupId: source.id,
      targetGroupId: target.id,
      status: "ACTIVE",
    });
  });
  logAct(call, "application.provision.group_push.mapping.created", "Create group push mapping", [
    describeApp(app),
  ]);
  return redirectTo(home);
}

function findMapping(call: ConsoleCall): { app: App; mapping: GroupPushMapping; home: string } {
  const app = findApp(call);
  const mapping = call.store.pushMappings.get(app.id, readParam(call, "mappingId"));
  if (mapping === undefined) throw new ConsoleNotFoundError("There is no such push mapping.");
  return { app, mapping, home: `/admin/apps/${app.id}/push-groups` };
}

function pushNow(call: ConsoleCall): Answer {
  const { app, mapping, home } = findMapping(call);
  call.engine.jobs.pushGroup(app.id, mapping.id);
  return redirectTo(home);
}

function changeStatus(call: ConsoleCall): Answer {
  const { app, mapping, home } = findMapping(call);
  const status = call.form.get("status") === "ACTIVE" ? "ACTIVE" : "INACTIVE";
  call.store.pushMappings.setStatus(app.id, mapping.id, status);
  logAct(call, "application.provision.group_push.mapping.updated", `Set group push mapping ${status}`, [
    describeApp(app),
  ]);
  return redirectTo(home);
}

function unlink(call: ConsoleCall): Answer {
  const { app, mapping, home } = findMapping(call);
  call.store.pushMappings.delete(app.id, mapping.id, call.form.get("deletes") === "yes");
  logAct(call, "application.provision.group_push.mapping.deleted", "Delete group push mapping", [
    describeApp(app),
  ]);
  return redirectTo(home);
}
