import { type Answer, redirectTo } from "../../http.ts";
import type { App, AppUser } from "../../store/model.ts";
import {
  type ConsoleCall,
  type ConsoleRoute,
  describeApp,
  describeGroup,
  describeUser,
  findApp,
  logAct,
  nameOf,
  readParam,
} from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { badge, button, moment, notice, table } from "../layout.ts";
import { pageSize, renderPager } from "../paging.ts";
import { answerAppPage } from "./app-page.ts";

/** The People section: who has an account, how its provisioning stands, and assignment by person or group. */
export const appPeopleRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "apps/:appId/people", handle: showPeople },
  { method: "POST", path: "apps/:appId/people", handle: assignPerson },
  { method: "POST", path: "apps/:appId/people/:userId/unassign", handle: unassignPerson },
  { method: "POST", path: "apps/:appId/groups", handle: assignGroup },
  { method: "POST", path: "apps/:appId/groups/:groupId/unassign", handle: unassignGroup },
  { method: "POST", path: "apps/:appId/force-sync", handle: forceSync },
  { method: "POST", path: "apps/:appId/provision", handle: provisionAssigned },
  { method: "POST", path: "apps/:appId/import", handle: startImport },
  { method: "POST", path: "apps/:appId/import/:externalId/confirm", handle: confirmImport },
];

const messages: Readonly<Record<string, string>> = {
  "no-person": "No person has that login.",
  "no-group": "No group has that name.",
};

function showPeople(call: ConsoleCall): Answer {
  const app = findApp(call);
  const { query } = call.request;
  const startsWith = query.get("q") ?? "";
  const afterUserId = query.get("after");
  const page = call.store.appUsers.list({
    appId: app.id,
    limit: pageSize + 1,
    ...(startsWith === "" ? {} : { startsWith }),
    ...(afterUserId === null ? {} : { afterUserId }),
    ...(query.get("state") === "ERROR" ? { syncState: "ERROR" as const } : {}),
  });
  const shown = page.slice(0, pageSize);
  const more = page.length > pageSize ? shown.at(-1)?.userId : undefined;
  const problem = messages[query.get("problem") ?? ""];
  const home = `/admin/apps/${app.id}`;
  const headings = ["Person", "User name in the app", "Assigned by", "Provisioning", "Last sync", ""];
  const content = html`${problem !== undefined && notice("bad", problem)}
<div class="toolbar"><form class="row" role="search"><div><label for="q">Find people of this app</label><input id="q" name="q" value="${startsWith}" placeholder="Name, login or email"></div>
<button>Search</button> <a class="button" href="${home}/people?state=ERROR">Only errors</a></form>
<div class="row">${call.store.appUsers.countBySyncState(app.id).DISABLED > 0 && button(`${home}/provision`, "Provision Users")}${button(`${home}/force-sync`, "Force Sync")}${button(`${home}/import`, "Import now")}</div></div>
${table(
  headings,
  shown.map((appUser) => renderRow(call, app, appUser)),
  "Nobody here.",
)}
${renderPager(`${home}/people`, query, more)}
${renderCandidates(call, app)}
<section class="card"><h2>Assigned groups</h2>${renderGroups(call, app)}
<form class="row" method="post" action="${home}/groups"><div><label for="group">Group name</label><input id="group" name="group" required></div><button>Assign group</button></form></section>
<section class="card"><h2>Assign a person</h2><form class="row" method="post" action="${home}/people"><div><label for="login">Login</label><input id="login" name="login" required></div><button>Assign person</button></form></section>`;
  return answerAppPage(app, "people", content);
}

function renderRow(call: ConsoleCall, app: App, appUser: AppUser): SafeHtml {
  const user = call.store.users.get(appUser.userId);
  const name = user === undefined ? appUser.userId : nameOf(user);
  const unassign = button(`/admin/apps/${app.id}/people/${appUser.userId}/unassign`, "Unassign", {
    small: true,
    about: name,
  });
  return html`<tr><td><a href="/admin/people/${appUser.userId}">${name}</a></td>
<td>${appUser.userName}<br><small>${appUser.externalId === null ? "no account yet" : html`account <code>${appUser.externalId}</code>`}</small></td>
<td>${appUser.scope === "USER" ? "person" : "group"}</td>
<td class="long">${badge(appUser.syncState)} <small>${appUser.status}</small>${appUser.syncError !== null && html`<br>${appUser.syncError}`}</td>
<td>${moment(appUser.lastSync)}</td>
<td class="actions">${appUser.scope === "USER" && unassign}</td></tr>`;
}

function renderGroups(call: ConsoleCall, app: App): SafeHtml {
  const rows = call.store.assignments.groupsOfApp(app.id).map(({ groupId, priority }) => {
    const group = call.store.groups.get(groupId);
    const name = group?.name ?? groupId;
    return html`<li><a href="/admin/groups/${groupId}">${name}</a> <small>priority ${priority}, ${call.store.groups.countMembers(groupId)} members</small>
${button(`/admin/apps/${app.id}/groups/${groupId}/unassign`, "Unassign", { small: true, about: name })}</li>`;
  });
  return rows.length === 0
    ? html`<p class="quiet">No group is assigned.</p>`
    : html`<ul class="plain">${rows}</ul>`;
}

function renderCandidates(call: ConsoleCall, app: App): SafeHtml | false {
  const candidates = call.engine.jobs.importCandidates(app.id, 200);
  if (candidates.length === 0) return false;
  const rows = candidates.map(({ externalId, userName, matchUserId }) => {
    const match = matchUserId === null ? undefined : call.store.users.get(matchUserId);
    const path = `/admin/apps/${app.id}/import/${encodeURIComponent(externalId)}/confirm`;
    return html`<tr><td>${userName}<br><small>account <code>${externalId}</code></small></td>
<td>${match === undefined ? "new person" : html`<a href="/admin/people/${match.id}">${nameOf(match)}</a>`}</td>
<td class="actions">${button(path, "Confirm", { small: true, about: userName })}</td></tr>`;
  });
  return table(["Account", "Matches", ""], rows, "", "Import: to be confirmed");
}

function assignPerson(call: ConsoleCall): Answer {
  const app = findApp(call);
  const user = call.store.users.getByLogin((call.form.get("login") ?? "").trim());
  if (user === undefined) return redirectTo(`/admin/apps/${app.id}/people?problem=no-person`);
  call.store.assignments.assignUser(app.id, user.id, { scope: "USER" });
  logAct(call, "application.user_membership.add", "Add user to application membership", [
    describeApp(app),
    describeUser(user),
  ]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function unassignPerson(call: ConsoleCall): Answer {
  const app = findApp(call);
  const user = call.store.users.get(readParam(call, "userId"));
  call.store.assignments.unassignUser(app.id, readParam(call, "userId"));
  const who = user === undefined ? [] : [describeUser(user)];
  logAct(call, "application.user_membership.remove", "Remove user's application membership", [
    describeApp(app),
    ...who,
  ]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function assignGroup(call: ConsoleCall): Answer {
  const app = findApp(call);
  const name = (call.form.get("group") ?? "").trim();
  const group =
    call.store.groups.getByName(name, "OKTA_GROUP") ?? call.store.groups.getByName(name, "BUILT_IN");
  if (group === undefined) return redirectTo(`/admin/apps/${app.id}/people?problem=no-group`);
  call.store.assignments.assignGroup(app.id, group.id, { profile: {} });
  logAct(call, "group.application_assignment.add", "Add assigned application to group", [
    describeApp(app),
    describeGroup(group),
  ]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function unassignGroup(call: ConsoleCall): Answer {
  const app = findApp(call);
  const group = call.store.groups.get(readParam(call, "groupId"));
  call.store.assignments.unassignGroup(app.id, readParam(call, "groupId"));
  const what = group === undefined ? [] : [describeGroup(group)];
  logAct(call, "group.application_assignment.remove", "Remove assigned application from group", [
    describeApp(app),
    ...what,
  ]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function forceSync(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.engine.jobs.forceSync(app.id);
  logAct(call, "application.provision.user.sync", "Force sync of application users", [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function provisionAssigned(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.engine.jobs.provisionAssigned(app.id);
  logAct(call, "application.provision.user.sync", "Provision assigned users", [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function startImport(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.engine.jobs.importFrom(app.id);
  logAct(call, "system.import.start", "Start import from application", [describeApp(app)]);
  return redirectTo(`/admin/apps/${app.id}/people`);
}

function confirmImport(call: ConsoleCall): Answer {
  const app = findApp(call);
  call.engine.jobs.confirmImport(app.id, readParam(call, "externalId"));
  return redirectTo(`/admin/apps/${app.id}/people`);
}
