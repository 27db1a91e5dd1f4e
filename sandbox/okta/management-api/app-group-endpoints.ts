import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { AppGroupAssignment, JsonObject, Profile } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { checkAppGroupProfile } from "./app-user-profile-check.ts";
import { appTarget, findApp } from "./find-app.ts";
import { presentGroup as presentOktaGroup } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";

const PAGE_SIZE: PageSize = { default: 20, max: 200 };

const profile = z.record(z.string(), z.json());
const groupBody = z.looseObject({ priority: z.number().int().min(0).nullish(), profile: profile.nullish() });
const groupPatch = z.array(
  z.object({ op: z.enum(["add", "replace", "remove"]), path: z.string(), value: z.json().optional() }),
);

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

/** An assignment with its group, as `expand=group` asks. */
function withGroup(call: ApiCall, assignment: AppGroupAssignment): JsonObject {
  const shown = presentGroup(call, assignment);
  const group = call.store.groups.get(assignment.groupId);
  return group === undefined ? shown : { ...shown, _embedded: { group: presentOktaGroup(call, group) } };
}

function getGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  const assignment = call.store.assignments.group(app.id, groupId);
  if (assignment === undefined) throw notFound(groupId, "GroupAppAssignment");
  const embed = call.request.query.get("expand") === "group";
  return answerJson(200, embed ? withGroup(call, assignment) : presentGroup(call, assignment));
}

function putGroup(call: ApiCall): Answer {
  const app = findApp(call);
  const groupId = param(call, "groupId");
  const group = call.store.groups.get(groupId);
  if (group === undefined) throw notFound(groupId, "UserGroup");
  const body = call.request.body.length === 0 ? {} : readBody(call, groupBody, "groupAppAssignment");
  checkAppGroupProfile(call, app, body.profile ?? {});
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
  checkAppGroupProfile(call, app, changes);
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
  const limit = readLimit(call, PAGE_SIZE);
  const after = readAfter(call);
  const query = call.request.query.get("q")?.toLowerCase();
  const embed = call.request.query.get("expand") === "group";
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
    page.map((assignment) => (embed ? withGroup(call, assignment) : presentGroup(call, assignment))),
    next,
    PAGE_SIZE,
  );
}

/** Groups assigned to apps. */
export const APP_GROUP_ENDPOINTS: readonly Endpoint[] = [
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
];
