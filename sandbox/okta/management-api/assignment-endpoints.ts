import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { App, AppGroupAssignment, AppUser, JsonObject, Profile } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { blankField, invalid, notFound, OktaApiError } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, readAfter, readLimit } from "./pagination.ts";

const profile = z.record(z.string(), z.json());
const groupBody = z.looseObject({ priority: z.number().int().min(0).nullish(), profile: profile.nullish() });
const groupPatch = z.array(
  z.object({ op: z.enum(["add", "replace", "remove"]), path: z.string(), value: z.json().optional() }),
);
const userBody = z.looseObject({
  id: z.string().optional(),
  scope: z.enum(["USER", "GROUP"]).nullish(),
  credentials: z.looseObject({ userName: z.string().nullish() }).nullish(),
  profile: profile.nullish(),
});

function presentGroup(call: ApiCall, assignment: AppGroupAssignment): JsonObject {
  const app = `${call.orgUrl}/api/v1/apps/${assignment.appId}`;
  return {
    id: assignment.groupId,
    lastUpdated: wholeSeconds(assignment.lastUpdated),
    priority: assignment.priority,
    profile: { ...assignment.profile },
    _links: {
      app: { href: app },
      self: { href: `${app}/groups/${assignment.groupId}` },
      group: { href: `${call.orgUrl}/api/v1/groups/${assignment.groupId}` },
    },
  };
}

function getGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  const assignment = call.store.assignments.group(app.id, groupId);
  if (assignment === undefined) throw notFound(groupId, "GroupAppAssignment");
  return answerJson(200, presentGroup(call, assignment));
}

function putGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  const group = call.store.groups.get(groupId);
  if (group === undefined) throw notFound(groupId, "UserGroup");
  const body = call.request.body.length === 0 ? {} : readBody(call, groupBody, "groupAppAssignment");
  checkProfile(call, app, body.profile ?? {});
  const assignment = call.store.assignments.assignGroup(app.id, groupId, {
    profile: body.profile ?? {},
    ...(typeof body.priority === "number" ? { priority: body.priority } : {}),
  });
  logChange(call, "group.application_assignment.add", "Add assigned application to group", [
    { id: groupId, type: "UserGroup", alternateId: group.name, displayName: group.name },
    appTarget(app),
  ]);
  return answerJson(200, presentGroup(call, assignment));
}

/** PATCH takes a JSON Patch (RFC 6902) that replaces the priority or values of the profile. */
function patchGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  const before = call.store.assignments.group(app.id, groupId);
  if (before === undefined) throw notFound(groupId, "GroupAppAssignment");
  let { priority } = before;
  const changes: Profile = {};
  for (const { op, path, value } of readBody(call, groupPatch, "groupAppAssignment")) {
    const name = /^\/profile\/([^/]+)$/.exec(path)?.[1];
    if (path === "/priority" && op !== "remove" && typeof value === "number") priority = value;
    else if (name !== undefined) changes[name] = op === "remove" ? null : (value ?? null);
    else throw invalid("path", `path: ${op} ${path} is not supported`);
  }
  checkProfile(call, app, changes);
  const merged = Object.entries({ ...before.profile, ...changes }).filter(([, value]) => value !== null);
  const assignment = call.store.assignments.assignGroup(app.id, groupId, {
    priority,
    profile: Object.fromEntries(merged),
  });
  return answerJson(200, presentGroup(call, assignment));
}

function deleteGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  if (!call.store.assignments.unassignGroup(app.id, groupId)) throw notFound(groupId, "GroupAppAssignment");
  const name = call.store.groups.get(groupId)?.name ?? groupId;
  logChange(call, "group.application_assignment.remove", "Remove assigned application from group", [
    { id: groupId, type: "UserGroup", alternateId: name, displayName: name },
    appTarget(app),
  ]);
  return { status: 204 };
}

function listGroups(call: ApiCall): Answer {
  const app = findApp(call);
  const limit = readLimit(call, { default: 20, max: 200 });
  const after = readAfter(call);
  const query = call.request.query.get("q")?.toLowerCase();
  const all = call.store.assignments
    .groupsOfApp(app.id)
    .filter(
      ({ groupId }) =>
        query === undefined || call.store.groups.get(groupId)?.name.toLowerCase().startsWith(query) === true,
    );
  const start = after === undefined ? 0 : all.findIndex(({ groupId }) => groupId === after) + 1;
  const { page, next } = cutPage(all.slice(start, start + limit + 1), limit, ({ groupId }) => groupId);
  return answerPage(
    call,
    page.map((assignment) => presentGroup(call, assignment)),
    next,
  );
}

function presentUser(call: ApiCall, appUser: AppUser): JsonObject {
  const schema = call.store.schemas.get(appUser.appId);
  const names = [...Object.keys(schema?.base ?? {}), ...Object.keys(schema?.custom ?? {})].filter(
    (name) => name !== "userName",
  );
  return {
    id: appUser.userId,
    externalId: appUser.externalId,
    created: wholeSeconds(appUser.created),
    lastUpdated: wholeSeconds(appUser.lastUpdated),
    scope: appUser.scope,
    status: appUser.status,
    statusChanged: wholeSeconds(appUser.statusChanged),
    passwordChanged: wholeSeconds(appUser.passwordChanged),
    syncState: appUser.syncState,
    ...(appUser.lastSync === null ? {} : { lastSync: wholeSeconds(appUser.lastSync) }),
    credentials: { userName: appUser.userName },
    profile: Object.fromEntries(names.map((name) => [name, appUser.profile[name] ?? null])),
    _links: {
      app: { href: `${call.orgUrl}/api/v1/apps/${appUser.appId}` },
      user: { href: `${call.orgUrl}/api/v1/users/${appUser.userId}` },
    },
  };
}

function findAppUser(call: ApiCall): { readonly app: App; readonly appUser: AppUser } {
  const app = findApp(call);
  const id = param(call, "userId");
  const userId = call.store.users.find(id)?.id ?? id;
  const appUser = call.store.appUsers.get(app.id, userId);
  if (appUser === undefined) throw notFound(id, "AppUser");
  return { app, appUser };
}

function assignUser(call: ApiCall): Answer {
  const app = findApp(call);
  const body = readBody(call, userBody, "appUser");
  const { id } = body;
  if (id === undefined) throw blankField("id");
  const user = call.store.users.get(id);
  if (user === undefined) throw notFound(id, "User");
  if (user.status === "DEPROVISIONED") {
    throw new OktaApiError(403, "E0000038", "This operation is not allowed in the user's current status.");
  }
  return answerJson(200, presentUser(call, saveUser(call, app, user.id, body)));
}

function updateUser(call: ApiCall): Answer {
  const { app, appUser } = findAppUser(call);
  const body = readBody(call, userBody, "appUser");
  return answerJson(200, presentUser(call, saveUser(call, app, appUser.userId, body)));
}

function saveUser(call: ApiCall, app: App, userId: string, body: z.infer<typeof userBody>): AppUser {
  const given = body.profile ?? {};
  const { userName: nameInProfile, ...values } = given;
  checkProfile(call, app, values);
  const userName =
    body.credentials?.userName ?? (typeof nameInProfile === "string" ? nameInProfile : undefined);
  const existing = call.store.appUsers.get(app.id, userId);
  const appUser = call.store.assignments.assignUser(app.id, userId, {
    profile: values,
    ...(body.scope ? { scope: body.scope } : existing === undefined ? { scope: "USER" } : {}),
    ...(userName ? { userName } : {}),
  });
  if (appUser === undefined) throw notFound(userId, "User");
  const eventType =
    existing === undefined ? "application.user_membership.add" : "application.user_membership.update";
  const message =
    existing === undefined ? "Add user to application membership" : "Update user's application membership";
  logChange(call, eventType, message, [
    { id: userId, type: "AppUser", alternateId: appUser.userName, displayName: appUser.userName },
    appTarget(app),
  ]);
  return appUser;
}

function checkProfile(call: ApiCall, app: App, values: Profile): void {
  const schema = call.store.schemas.get(app.id);
  const unknown = Object.keys(values).filter(
    (name) => !Object.hasOwn(schema?.base ?? {}, name) && !Object.hasOwn(schema?.custom ?? {}, name),
  );
  if (unknown.length === 0) return;
  throw invalid("profile", ...unknown.map((name) => `Property name '${name}' is not defined in profile`));
}

function unassignUser(call: ApiCall): Answer {
  const { app, appUser } = findAppUser(call);
  if (call.store.assignments.isAssignedByGroup(app.id, appUser.userId)) {
    throw new OktaApiError(403, "E0000046", "Deactivate application for user forbidden.", [
      "The application cannot be unassigned from the user while their group memberships grant them access.",
    ]);
  }
  call.store.assignments.unassignUser(app.id, appUser.userId);
  logChange(call, "application.user_membership.remove", "Remove user's application membership", [
    { id: appUser.userId, type: "AppUser", alternateId: appUser.userName, displayName: appUser.userName },
    appTarget(app),
  ]);
  return { status: 204 };
}

function listUsers(call: ApiCall): Answer {
  const app = findApp(call);
  const limit = readLimit(call, { default: 50, max: 500 });
  const afterUserId = readAfter(call);
  const query = call.request.query.get("q");
  const users = call.store.appUsers.list({
    appId: app.id,
    limit: limit + 1,
    ...(afterUserId === undefined ? {} : { afterUserId }),
    ...(query === null || query === "" ? {} : { startsWith: query }),
  });
  const { page, next } = cutPage(users, limit, ({ userId }) => userId);
  const embed = call.request.query.get("expand") === "user";
  const items = page.map((appUser) => {
    const shown = presentUser(call, appUser);
    const user = embed ? call.store.users.get(appUser.userId) : undefined;
    return user === undefined
      ? shown
      : { ...shown, _embedded: { user: { id: user.id, status: user.status, profile: user.profile } } };
  });
  return answerPage(call, items, next);
}

/** Groups and people assigned to apps. */
export const ASSIGNMENT_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps/:appId/groups", scopes: ["okta.apps.read"], handle: listGroups },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/groups/:groupId",
    scopes: ["okta.apps.read"],
    handle: getGroup,
  },
  {
    method: "PUT",
    path: "/api/v1/apps/:appId/groups/:groupId",
    scopes: ["okta.apps.manage"],
    handle: putGroup,
  },
  {
    method: "PATCH",
    path: "/api/v1/apps/:appId/groups/:groupId",
    scopes: ["okta.apps.manage"],
    handle: patchGroup,
  },
  {
    method: "DELETE",
    path: "/api/v1/apps/:appId/groups/:groupId",
    scopes: ["okta.apps.manage"],
    handle: deleteGroup,
  },
  { method: "GET", path: "/api/v1/apps/:appId/users", scopes: ["okta.apps.read"], handle: listUsers },
  { method: "POST", path: "/api/v1/apps/:appId/users", scopes: ["okta.apps.manage"], handle: assignUser },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/users/:userId",
    scopes: ["okta.apps.read"],
    handle: (call) => answerJson(200, presentUser(call, findAppUser(call).appUser)),
  },
  {
    method: "POST",
    path: "/api/v1/apps/:appId/users/:userId",
    scopes: ["okta.apps.manage"],
    handle: updateUser,
  },
  {
    method: "DELETE",
    path: "/api/v1/apps/:appId/users/:userId",
    scopes: ["okta.apps.manage"],
    handle: unassignUser,
  },
];
