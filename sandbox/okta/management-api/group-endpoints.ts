import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { compileFilter, type SqlCondition } from "../store/filter-sql.ts";
import type { Group, JsonObject, Profile, User } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { presentApp } from "./app-answer.ts";
import { readFilter } from "./filters.ts";
import { checkGroupProfile, customGroupAttributes } from "./group-schema-endpoints.ts";
import { logChange } from "./log-change.ts";
import { duplicateField, notFound, OktaApiError } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { presentListedUser } from "./user-answer.ts";

const groupBody = z.looseObject({
  profile: z.looseObject({ name: z.string().min(1).max(255), description: z.string().max(1024).nullish() }),
});

/** Where a filter's attributes are stored. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: "id",
  type: "type",
  lastUpdated: "last_updated",
  created: "created",
  lastMembershipUpdated: "last_membership_updated",
  "profile.name": "name",
  "profile.description": "json_extract(profile, '$.description')",
  "source.id": "source_app_id",
};

const GROUPS_PAGE: PageSize = { default: 10_000, max: 10_000 };
const MEMBERS_PAGE: PageSize = { default: 1_000, max: 1_000 };
const APPS_PAGE: PageSize = { default: 20, max: 200 };

/** The group of a call's `groupId`. Throws 404. */
export function findGroup(call: ApiCall): Group {
  const id = param(call, "groupId");
  const group = call.store.groups.get(id);
  if (group === undefined) throw notFound(id, "UserGroup");
  return group;
}

/** A group as the Management API shows it. */
export function presentGroup(call: ApiCall, group: Group): JsonObject {
  const home = `${call.orgUrl}/api/v1/groups/${group.id}`;
  const logo = (name: string): JsonObject => ({
    name,
    href: `${call.orgUrl}/assets/img/logos/groups/odyssey/okta-${name}.png`,
    type: "image/png",
  });
  const isAppGroup = group.type === "APP_GROUP";
  return {
    id: group.id,
    created: wholeSeconds(group.created),
    lastUpdated: wholeSeconds(group.lastUpdated),
    lastMembershipUpdated: wholeSeconds(group.lastMembershipUpdated),
    objectClass: [isAppGroup ? "okta:app_group" : "okta:user_group"],
    type: group.type,
    profile: { ...group.profile },
    ...(group.sourceAppId === null ? {} : { source: { id: group.sourceAppId } }),
    _links: {
      logo: [logo("medium"), logo("large")],
      ...(group.sourceAppId === null
        ? { owners: { href: `${home}/owners` } }
        : { source: { href: `${call.orgUrl}/api/v1/apps/${group.sourceAppId}` } }),
      users: { href: `${home}/users` },
      apps: { href: `${home}/apps` },
    },
  };
}

/** Where the attributes are stored that the org has added to the group schema. */
function customColumns(store: OrgStore): Record<string, string> {
  return Object.fromEntries(
    customGroupAttributes(store).map((name) => [`profile.${name}`, `json_extract(profile, '$.${name}')`]),
  );
}

function listGroups(call: ApiCall): Answer {
  const limit = readLimit(call, GROUPS_PAGE);
  const conditions: SqlCondition[] = [];
  for (const kind of ["filter", "search"] as const) {
    const filter = readFilter(call, kind);
    if (filter !== undefined) {
      const custom = kind === "search" ? customColumns(call.store) : {};
      conditions.push(compileFilter(filter, (name) => COLUMNS[name] ?? custom[name]));
    }
  }
  const query = call.request.query.get("q") ?? "";
  if (query !== "") {
    conditions.push({ sql: "name LIKE ? ESCAPE '\\'", values: [`${query.replaceAll(/[\\%_]/g, "\\$&")}%`] });
  }
  const where = {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND ") || "1",
    values: conditions.flatMap(({ values }) => values),
  };
  const afterId = readAfter(call);
  const groups = call.store.groups.page({
    where,
    limit: limit + 1,
    ...(afterId === undefined ? {} : { afterId }),
    ...(query === "" ? {} : { byName: true }),
  });
  const { page, next } = cutPage(groups, limit, (group) => group.id);
  const stats = call.request.query.get("expand") === "stats";
  const items = page.map((group) => (stats ? withStats(call, group) : presentGroup(call, group)));
  // `q` finds the first groups by name, an exact one before longer ones, and has no further pages.
  return query === "" ? answerPage(call, items, next, GROUPS_PAGE) : answerJson(200, items);
}

function withStats(call: ApiCall, group: Group): JsonObject {
  return {
    ...presentGroup(call, group),
    _embedded: {
      stats: {
        usersCount: call.store.groups.countMembers(group.id),
        appsCount: call.store.assignments.appsOfGroup(group.id).length,
        groupPushMappingsCount: call.store.pushMappings.list({ sourceGroupId: group.id, limit: 1_000 })
          .length,
      },
    },
  };
}

function readProfile(call: ApiCall): Profile & { name: string } {
  const { profile } = readBody(call, groupBody, "group");
  const { name, description, ...others } = profile;
  const custom = Object.fromEntries(
    Object.entries(z.record(z.string(), z.json()).parse(others)).filter(([, value]) => value !== null),
  );
  const checked = { ...custom, name, description: description ?? null };
  checkGroupProfile(call.store, checked);
  return checked;
}

function createGroup(call: ApiCall): Answer {
  const profile = readProfile(call);
  const taken = (["OKTA_GROUP", "BUILT_IN"] as const).some(
    (type) => call.store.groups.getByName(profile.name, type) !== undefined,
  );
  if (taken) {
    throw duplicateField("name");
  }
  const group = call.store.groups.create({ type: "OKTA_GROUP", profile });
  logChange(call, "group.lifecycle.create", "Create Okta group", [groupTarget(group)]);
  return answerJson(200, presentGroup(call, group));
}

function updateGroup(call: ApiCall): Answer {
  const group = findGroup(call);
  refuseForeign(group);
  const profile = readProfile(call);
  const namesake = call.store.groups.getByName(profile.name, "OKTA_GROUP");
  if (namesake !== undefined && namesake.id !== group.id) throw duplicateField("name");
  const updated = call.store.groups.setProfile(group.id, profile) ?? group;
  logChange(call, "group.profile.update", "Update Okta group", [groupTarget(updated)]);
  return answerJson(200, presentGroup(call, updated));
}

function deleteGroup(call: ApiCall): Answer {
  const group = findGroup(call);
  if (group.type === "BUILT_IN") refuseForeign(group);
  call.store.groups.delete(group.id);
  logChange(call, "group.lifecycle.delete", "Delete Okta group", [groupTarget(group)]);
  return { status: 204 };
}

/** Groups of apps and built-in groups are not changed by the API. */
function refuseForeign(group: Group): void {
  if (group.type === "OKTA_GROUP") return;
  throw new OktaApiError(
    403,
    "E0000023",
    "Operation failed because user profile is mastered under another system",
  );
}

function changeMember(call: ApiCall, change: "add" | "remove"): Answer {
  const group = findGroup(call);
  const id = param(call, "userId");
  const user = call.store.users.find(id);
  if (user === undefined) throw notFound(id, "User");
  if (group.type !== "OKTA_GROUP") {
    throw new OktaApiError(501, "E0000060", "Unsupported operation.");
  }
  const changed =
    change === "add"
      ? call.store.groups.addMembers(group.id, [user.id])
      : call.store.groups.removeMembers(group.id, [user.id]);
  if (changed.length > 0) {
    const text = change === "add" ? "Add user to group membership" : "Remove user from group membership";
    logChange(call, `group.user_membership.${change}`, text, [userTarget(user), groupTarget(group)]);
  }
  return { status: 204 };
}

function listMembers(call: ApiCall): Answer {
  const group = findGroup(call);
  const limit = readLimit(call, MEMBERS_PAGE);
  const afterId = readAfter(call);
  const users = call.store.groups.members(group.id, {
    limit: limit + 1,
    ...(afterId === undefined ? {} : { afterId }),
  });
  const { page, next } = cutPage(users, limit, (user) => user.id);
  return answerPage(
    call,
    page.map((user) => presentListedUser(call, user)),
    next,
    MEMBERS_PAGE,
  );
}

function listApps(call: ApiCall): Answer {
  const group = findGroup(call);
  const limit = readLimit(call, APPS_PAGE);
  const after = readAfter(call) ?? "";
  const ids = call.store.assignments.appsOfGroup(group.id).filter((id) => id > after);
  const { page, next } = cutPage(ids.slice(0, limit + 1), limit, (id) => id);
  const apps = page.map((id) => call.store.apps.get(id)).filter((app) => app !== undefined);
  return answerPage(
    call,
    apps.map((app) => presentApp(call, app)),
    next,
    APPS_PAGE,
  );
}

/** A group as a System Log target. */
export function groupTarget(group: Group) {
  return { id: group.id, type: "UserGroup", alternateId: group.name, displayName: group.name };
}

/** A person as a System Log target. */
export function userTarget(user: User) {
  return {
    id: user.id,
    type: "User",
    alternateId: String(user.profile["login"] ?? ""),
    displayName: `${user.profile["firstName"] ?? ""} ${user.profile["lastName"] ?? ""}`.trim(),
  };
}

/** Groups and their members. */
export const GROUP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups", scopes: ["okta.groups.read"], handle: listGroups },
  { method: "POST", path: "/api/v1/groups", scopes: ["okta.groups.manage"], handle: createGroup },
  {
    method: "GET",
    path: "/api/v1/groups/:groupId",
    scopes: ["okta.groups.read"],
    handle: (call) => answerJson(200, presentGroup(call, findGroup(call))),
  },
  { method: "PUT", path: "/api/v1/groups/:groupId", scopes: ["okta.groups.manage"], handle: updateGroup },
  { method: "DELETE", path: "/api/v1/groups/:groupId", scopes: ["okta.groups.manage"], handle: deleteGroup },
  { method: "GET", path: "/api/v1/groups/:groupId/users", scopes: ["okta.groups.read"], handle: listMembers },
  { method: "GET", path: "/api/v1/groups/:groupId/apps", scopes: ["okta.groups.read"], handle: listApps },
  {
    method: "PUT",
    path: "/api/v1/groups/:groupId/users/:userId",
    scopes: ["okta.groups.manage"],
    handle: (call) => changeMember(call, "add"),
  },
  {
    method: "DELETE",
    path: "/api/v1/groups/:groupId/users/:userId",
    scopes: ["okta.groups.manage"],
    handle: (call) => changeMember(call, "remove"),
  },
];
