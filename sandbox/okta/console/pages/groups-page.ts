import { type Answer, redirectTo } from "../../http.ts";
import {
  type ConsoleCall,
  type ConsoleRoute,
  describeGroup,
  describeUser,
  findGroup,
  logAct,
  nameOf,
  readParam,
  text,
} from "../console-call.ts";
import { html } from "../html.ts";
import { answerPage, badge, button, moment, notice, table } from "../layout.ts";
import { pageSize, renderPager } from "../paging.ts";

/** Groups: the list, one group's members, renaming. */
export const groupRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "groups", handle: listGroups },
  { method: "POST", path: "groups", handle: createGroup },
  { method: "GET", path: "groups/:groupId", handle: showGroup },
  { method: "POST", path: "groups/:groupId/name", handle: renameGroup },
  { method: "POST", path: "groups/:groupId/members", handle: addMember },
  { method: "POST", path: "groups/:groupId/members/:userId/remove", handle: removeMember },
];

function listGroups(call: ConsoleCall): Answer {
  const { query } = call.request;
  const afterId = query.get("after");
  const words = query.get("q")?.trim() ?? "";
  const groups = call.store.groups.page({
    limit: pageSize + 1,
    ...(words === "" ? {} : { where: { sql: "instr(lower(name), lower(?)) > 0", values: [words] } }),
    ...(afterId === null ? {} : { afterId }),
  });
  const shown = groups.slice(0, pageSize);
  const more = groups.length > pageSize ? shown.at(-1)?.id : undefined;
  const rows = shown.map((group) => {
    const app = group.sourceAppId === null ? undefined : call.store.apps.get(group.sourceAppId);
    const apps = call.store.assignments.appsOfGroup(group.id).length;
    return html`<tr><td><a href="/admin/groups/${group.id}">${group.name}</a><br><small>${String(group.profile["description"] ?? "")}</small></td>
<td>${app === undefined ? group.type : html`group of <a href="/admin/apps/${app.id}">${app.label}</a>`}</td>
<td class="number" data-label="Members">${call.store.groups.countMembers(group.id).toLocaleString("en")}</td><td class="number" data-label="Applications">${apps}</td></tr>`;
  });
  const body = html`<h1>Groups</h1><p class="lead">${call.store.groups.count().toLocaleString("en")} groups, those of applications included.</p>
<div class="toolbar"><form class="row" role="search"><div><label for="q">Find groups</label><input id="q" name="q" value="${words}" placeholder="Part of the name"></div><button>Search</button></form></div>
${table(["Group", "Kind", "Members", "Applications"], rows, words === "" ? "No groups." : "No group matches.")}
${renderPager("/admin/groups", query, more)}
<section class="card"><h2>New group</h2><form class="row" method="post" action="/admin/groups"><div><label for="name">Name</label><input id="name" name="name" required maxlength="255"></div><button>Create group</button></form></section>`;
  return answerPage(200, { title: "Groups", section: "groups", body });
}

function createGroup(call: ConsoleCall): Answer {
  const name = (call.form.get("name") ?? "").trim();
  if (name === "" || call.store.groups.getByName(name, "OKTA_GROUP") !== undefined)
    return redirectTo("/admin/groups");
  const group = call.store.groups.create({ type: "OKTA_GROUP", profile: { name, description: null } });
  logAct(call, "group.lifecycle.create", "Create Okta group", [describeGroup(group)]);
  return redirectTo(`/admin/groups/${group.id}`);
}

function showGroup(call: ConsoleCall): Answer {
  const group = findGroup(call);
  const { query } = call.request;
  const afterId = query.get("after");
  const people = call.store.groups.members(group.id, {
    limit: pageSize + 1,
    ...(afterId === null ? {} : { afterId }),
  });
  const shown = people.slice(0, pageSize);
  const more = people.length > pageSize ? shown.at(-1)?.id : undefined;
  const home = `/admin/groups/${group.id}`;
  const isEditable = group.type === "OKTA_GROUP";
  const rows = shown.map(
    (
      user,
    ) => html`<tr><td><a href="/admin/people/${user.id}">${nameOf(user)}</a><br><small>${text(user, "login")}</small></td><td>${badge(user.status)}</td>
<td class="actions">${isEditable && button(`${home}/members/${user.id}/remove`, "Remove", { small: true, about: nameOf(user) })}</td></tr>`,
  );
  const apps = call.store.assignments.appsOfGroup(group.id).map((appId) => {
    const app = call.store.apps.get(appId);
    return app && html`<a href="/admin/apps/${app.id}">${app.label}</a> `;
  });
  const pushed = call.store.pushMappings.list({ sourceGroupId: group.id, limit: 100 }).map((mapping) => {
    const app = call.store.apps.get(mapping.appId);
    return (
      app && html`<a href="/admin/apps/${app.id}/push-groups">${app.label}</a> ${badge(mapping.status)} `
    );
  });
  const body = html`<p class="crumbs"><a href="/admin/groups">Groups</a></p><h1>${group.name}</h1>
<p class="lead">${group.type} · <code>${group.id}</code> · ${call.store.groups.countMembers(group.id).toLocaleString("en")} members</p>
${query.get("problem") === "no-person" && notice("bad", "No person has that login.")}
<section class="card"><dl class="facts"><dt>Assigned to</dt><dd>${apps.length === 0 ? "no application" : apps}</dd><dt>Pushed to</dt><dd>${pushed.length === 0 ? "no application" : pushed}</dd>
<dt>Members changed</dt><dd>${moment(group.lastMembershipUpdated)}</dd></dl></section>
${table(["Person", "Status", ""], rows, "No members.", "Members")}
${renderPager(home, query, more)}
${
  isEditable &&
  html`<section class="card"><h2>Add a member</h2><form class="row" method="post" action="${home}/members"><div><label for="login">Login</label><input id="login" name="login" required></div><button>Add</button></form></section>
<section class="card"><h2>Rename</h2><form class="row" method="post" action="${home}/name"><div><label for="name">Name</label><input id="name" name="name" required maxlength="255" value="${group.name}"></div><button>Rename</button></form></section>`
}`;
  return answerPage(200, { title: group.name, section: "groups", body });
}

function renameGroup(call: ConsoleCall): Answer {
  const group = findGroup(call);
  const name = (call.form.get("name") ?? "").trim();
  if (name !== "" && group.type === "OKTA_GROUP") {
    call.store.groups.setProfile(group.id, { ...group.profile, name });
    logAct(call, "group.profile.update", "Update Okta group", [describeGroup(group)]);
  }
  return redirectTo(`/admin/groups/${group.id}`);
}

function addMember(call: ConsoleCall): Answer {
  const group = findGroup(call);
  const user = call.store.users.getByLogin((call.form.get("login") ?? "").trim());
  if (user === undefined) return redirectTo(`/admin/groups/${group.id}?problem=no-person`);
  call.store.groups.addMembers(group.id, [user.id]);
  logAct(call, "group.user_membership.add", "Add user to group membership", [
    describeUser(user),
    describeGroup(group),
  ]);
  return redirectTo(`/admin/groups/${group.id}`);
}

function removeMember(call: ConsoleCall): Answer {
  const group = findGroup(call);
  const user = call.store.users.get(readParam(call, "userId"));
  if (user !== undefined) {
    call.store.groups.removeMembers(group.id, [user.id]);
    logAct(call, "group.user_membership.remove", "Remove user from group membership", [
      describeUser(user),
      describeGroup(group),
    ]);
  }
  return redirectTo(`/admin/groups/${group.id}`);
}
