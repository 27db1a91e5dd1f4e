import { type Answer, redirectTo } from "../../http.ts";
import type { Profile, User, UserStatus } from "../../store/model.ts";
import {
  type ConsoleCall,
  type ConsoleRoute,
  describeUser,
  findUser,
  logAct,
  nameOf,
  text,
} from "../console-call.ts";
import { html, type SafeHtml } from "../html.ts";
import { answerPage, badge, button, moment, notice, table } from "../layout.ts";
import { pageSize, renderPager, searchPeople } from "../paging.ts";

/** People: the list, one person's profile and life cycle. */
export const peopleRoutes: readonly ConsoleRoute[] = [
  { method: "GET", path: "people", handle: listPeople },
  { method: "GET", path: "people/:userId", handle: (call) => showPerson(call, findUser(call)) },
  { method: "POST", path: "people/:userId/profile", handle: saveProfile },
  { method: "POST", path: "people/:userId/lifecycle", handle: changeStatus },
];

type Step = "activate" | "deactivate" | "suspend" | "unsuspend" | "delete";

/** Steps of the life cycle that Okta offers, by status. */
const steps: Readonly<Record<UserStatus, readonly Step[]>> = {
  STAGED: ["activate", "deactivate"],
  PROVISIONED: ["suspend", "deactivate"],
  ACTIVE: ["suspend", "deactivate"],
  RECOVERY: ["deactivate"],
  PASSWORD_EXPIRED: ["suspend", "deactivate"],
  LOCKED_OUT: ["suspend", "deactivate"],
  SUSPENDED: ["unsuspend", "deactivate"],
  DEPROVISIONED: ["activate", "delete"],
};

const results: Readonly<Record<Exclude<Step, "delete">, UserStatus>> = {
  activate: "ACTIVE",
  deactivate: "DEPROVISIONED",
  suspend: "SUSPENDED",
  unsuspend: "ACTIVE",
};

function listPeople(call: ConsoleCall): Answer {
  const { query } = call.request;
  const words = query.get("q")?.trim() ?? "";
  const after = query.get("after");
  const people = call.store.users.page({
    limit: pageSize + 1,
    ...(words === "" ? {} : { where: searchPeople(words) }),
    ...(after === null ? {} : { after: { id: after, sortValue: "" } }),
  });
  const shown = people.slice(0, pageSize);
  const more = people.length > pageSize ? shown.at(-1)?.id : undefined;
  const rows = shown.map(
    (
      user,
    ) => html`<tr><td><a href="/admin/people/${user.id}">${nameOf(user)}</a><br><small>${text(user, "login")}</small></td>
<td>${text(user, "title")}</td><td>${text(user, "department")}</td><td>${badge(user.status)}</td></tr>`,
  );
  const body = html`<h1>People</h1><p class="lead">${call.store.users.count().toLocaleString("en")} people in the org.</p>
<div class="toolbar"><form class="row" role="search"><div><label for="q">Find people</label><input id="q" name="q" value="${words}" placeholder="Name, login or email"></div><button>Search</button></form></div>
${table(["Person", "Title", "Department", "Status"], rows, "Nobody matches.")}
${renderPager("/admin/people", query, more)}`;
  return answerPage(200, { title: "People", section: "people", body });
}

function showPerson(call: ConsoleCall, user: User, problem?: string): Answer {
  const { store } = call;
  const apps = store.appUsers.ofUser(user.id).map((appUser) => {
    const label = store.apps.get(appUser.appId)?.label ?? appUser.appId;
    return html`<tr><td><a href="/admin/apps/${appUser.appId}/people">${label}</a></td><td>${appUser.userName}</td><td class="long">${badge(appUser.syncState)}${appUser.syncError !== null && html`<br>${appUser.syncError}`}</td></tr>`;
  });
  const groups = store.groups
    .ofUser(user.id)
    .map((group) => html`<li><a href="/admin/groups/${group.id}">${group.name}</a></li>`);
  const actions = steps[user.status].map((step) =>
    button(`/admin/people/${user.id}/lifecycle`, capitalize(step), {
      fields: { step },
      ...(step === "deactivate" || step === "delete" ? { kind: "danger" as const } : {}),
    }),
  );
  const body = html`<p class="crumbs"><a href="/admin/people">People</a></p><h1>${nameOf(user)}</h1>
<div class="toolbar"><div>${badge(user.status)} <span class="quiet">${text(user, "login")} · <code>${user.id}</code></span></div><div class="row">${actions}</div></div>
${problem !== undefined && notice("bad", problem)}
${table(["Application", "User name", "Provisioning"], apps, "No applications.", "Applications")}
<section class="card"><h2>Groups</h2><ul class="plain">${groups}</ul></section>
${renderProfile(call, user)}
<section class="card"><h2>History</h2><dl class="facts"><dt>Created</dt><dd>${moment(user.created)}</dd><dt>Activated</dt><dd>${moment(user.activated)}</dd><dt>Status changed</dt><dd>${moment(user.statusChanged)}</dd><dt>Profile updated</dt><dd>${moment(user.lastUpdated)}</dd></dl></section>`;
  return answerPage(problem === undefined ? 200 : 422, { title: nameOf(user), section: "people", body });
}

/** Text attributes of the person's type: those that have a value or are common, then the rest behind a summary. */
function renderProfile(call: ConsoleCall, user: User): SafeHtml {
  const attributes = listTextAttributes(call, user);
  const isCommon = ([name]: readonly [string, string]): boolean =>
    common.has(name) || text(user, name) !== "";
  const field = ([name, title]: readonly [string, string]): SafeHtml =>
    html`<div class="field"><label for="p-${name}">${title}</label><input id="p-${name}" name="${name}" value="${text(user, name)}"${required.has(name) && html` required`}></div>`;
  const rest = attributes.filter((attribute) => !isCommon(attribute));
  return html`<form class="card" method="post" action="/admin/people/${user.id}/profile"><h2>Profile</h2>
<div class="fields">${attributes.filter(isCommon).map(field)}</div>
${rest.length > 0 && html`<details><summary>${rest.length} more attributes</summary><div class="fields">${rest.map(field)}</div></details>`}
<button class="primary">Save profile</button></form>`;
}

const common = new Set(["login", "email", "firstName", "lastName", "displayName", "title", "department"]);
const required = new Set(["login", "email"]);

function listTextAttributes(call: ConsoleCall, user: User): [string, string][] {
  const type = call.store.userTypes.get(user.typeId) ?? call.store.userTypes.default();
  return Object.entries({ ...type.base, ...type.custom })
    .filter(([, attribute]) => attribute["type"] === "string")
    .map(([name, attribute]) => [name, String(attribute["title"] ?? name)]);
}

function saveProfile(call: ConsoleCall): Answer {
  const user = findUser(call);
  const profile: Profile = { ...user.profile };
  for (const [name] of listTextAttributes(call, user)) {
    const value = call.form.get(name);
    if (value === null) continue;
    if (value.trim() !== "") profile[name] = value.trim();
    else if (profile[name] !== undefined) profile[name] = null;
  }
  const login = String(profile["login"] ?? "");
  const taken = call.store.users.getByLogin(login);
  if (login === "") return showPerson(call, user, "login: The field cannot be left blank");
  if (taken !== undefined && taken.id !== user.id) {
    return showPerson(
      call,
      user,
      "login: An object with this field already exists in the current organization",
    );
  }
  call.store.users.setProfile(user.id, profile);
  logAct(call, "user.account.update_profile", "Update user profile for Okta", [describeUser(user)]);
  return redirectTo(`/admin/people/${user.id}`);
}

function changeStatus(call: ConsoleCall): Answer {
  const user = findUser(call);
  const step = steps[user.status].find((one) => one === call.form.get("step"));
  if (step === undefined)
    return showPerson(call, user, "Okta does not offer this step for the person's status.");
  if (step === "delete") {
    call.store.users.delete(user.id);
    logAct(call, "user.lifecycle.delete.completed", "Delete Okta user", [describeUser(user)]);
    return redirectTo("/admin/people");
  }
  call.store.users.setStatus(user.id, results[step]);
  logAct(call, `user.lifecycle.${step}`, `${capitalize(step)} Okta user`, [describeUser(user)]);
  return redirectTo(`/admin/people/${user.id}`);
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
