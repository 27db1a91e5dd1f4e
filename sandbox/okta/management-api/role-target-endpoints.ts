import { findCatalogEntry } from "../catalog/catalog.ts";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { RoleAssignment } from "../store/role-assignments.ts";
import type { RoleTarget, RoleTargetKind } from "../store/role-targets.ts";
import { type ApiCall, type Endpoint, param } from "./api-call.ts";
import { presentGroup } from "./group-endpoints.ts";
import { invalid, notFound, OktaApiError } from "./okta-error.ts";
import { readAfter } from "./pagination.ts";
import { ASSIGNEE_PATHS, type Assignee, findRole } from "./role-endpoints.ts";

/** Targets on a page; the parameter `limit`, which the official provider sends, changes nothing. */
const PAGE = 20;

const GROUP_ROLES: readonly string[] = ["USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN"];
const APP_ROLES: readonly string[] = ["APP_ADMIN"];

/** A role that can be limited to targets of a sort. Throws E0000091 for any other. */
function findLimitable(call: ApiCall, kind: Assignee["kind"], types: readonly string[]): RoleAssignment {
  const role = findRole(call, kind);
  if (types.includes(role.type)) return role;
  throw new OktaApiError(400, "E0000091", "The provided role type was not the same as required role type.");
}

function findTargetGroup(call: ApiCall): string {
  const id = param(call, "targetGroupId");
  if (call.store.groups.get(id) === undefined) throw notFound(id, "UserGroup");
  return id;
}

/** An app instance, or all of an integration of the catalog where the path names none. */
function findTargetApp(call: ApiCall): { readonly kind: RoleTargetKind; readonly target: string } {
  const name = param(call, "appName");
  const id = call.params["targetAppId"];
  if (id === undefined) {
    if (findCatalogEntry(name) === undefined) throw notFound(name, "App");
    return { kind: "catalog", target: name };
  }
  if (call.store.apps.get(id)?.name !== name) throw notFound(id, "AppInstance");
  return { kind: "app", target: id };
}

function addGroup(call: ApiCall, kind: Assignee["kind"]): Answer {
  const role = findLimitable(call, kind, GROUP_ROLES);
  call.store.roleTargets.add(role.assigneeId, role.id, "group", findTargetGroup(call));
  return { status: 204 };
}

/** All apps of an integration take the place of those that were named one by one. */
function addApp(call: ApiCall, kind: Assignee["kind"]): Answer {
  const role = findLimitable(call, kind, APP_ROLES);
  const { roleTargets, apps } = call.store;
  const added = findTargetApp(call);
  if (added.kind === "catalog") {
    for (const { target } of roleTargets.list(role.assigneeId, role.id, ["app"])) {
      if (apps.get(target)?.name === added.target) {
        roleTargets.remove(role.assigneeId, role.id, "app", target);
      }
    }
  }
  roleTargets.add(role.assigneeId, role.id, added.kind, added.target);
  return { status: 204 };
}

/** Without its last target the role would be one for the whole org, which Okta refuses. */
function removeTarget(call: ApiCall, role: RoleAssignment, kind: RoleTargetKind, target: string): Answer {
  const targets = call.store.roleTargets.list(role.assigneeId, role.id, ["group", "app", "catalog"]);
  if (!targets.some((each) => each.kind === kind && each.target === target)) {
    throw notFound(target, "RoleTarget");
  }
  if (targets.length === 1) {
    throw invalid("targets", "The last target cannot be removed: delete the role assignment instead.");
  }
  call.store.roleTargets.remove(role.assigneeId, role.id, kind, target);
  return { status: 204 };
}

function removeApp(call: ApiCall, assignee: Assignee["kind"]): Answer {
  const role = findRole(call, assignee);
  const id = call.params["targetAppId"];
  return id === undefined
    ? removeTarget(call, role, "catalog", param(call, "appName"))
    : removeTarget(call, role, "app", id);
}

function presentApp(call: ApiCall, { kind, target }: RoleTarget): JsonObject[] {
  if (kind === "app") {
    const app = call.store.apps.get(target);
    if (app === undefined) return [];
    const self = { href: `${call.orgUrl}/api/v1/apps/${app.id}` };
    return [{ name: app.label, status: app.status, id: app.id, _links: { self } }];
  }
  const entry = findCatalogEntry(target);
  if (entry === undefined) return [];
  return [
    {
      name: target,
      displayName: entry.displayName,
      status: "ACTIVE",
      verificationStatus: "OKTA_VERIFIED",
      signOnModes: entry.signOnModes.flatMap((mode) => (mode === null ? [] : [mode])),
      _links: { self: { href: `${call.orgUrl}/api/v1/catalog/apps/${target}` } },
    },
  ];
}

function presentTargetGroup(call: ApiCall, { target }: RoleTarget): JsonObject[] {
  const group = call.store.groups.get(target);
  return group === undefined ? [] : [presentGroup(call, group)];
}

/** A page of targets. Its links have a cursor even to itself, and Okta's page size whatever was asked for. */
function answerTargets(
  call: ApiCall,
  targets: readonly RoleTarget[],
  present: (call: ApiCall, target: RoleTarget) => JsonObject[],
): Answer {
  const cursorOf = ({ kind, target }: RoleTarget) =>
    `PGE${Buffer.from(`${kind}/${target}`).toString("base64url")}`;
  const after = readAfter(call);
  const start = targets.findIndex((target) => cursorOf(target) === after) + 1;
  const page = targets.slice(start, start + PAGE);
  const last = page.at(-1);
  const home = `${call.orgUrl}${call.request.path}`;
  const line = (cursor: string | undefined, relation: string) =>
    `<${home}?${cursor === undefined ? "" : `after=${cursor}&`}limit=${PAGE}>; rel="${relation}"`;
  const self = line(after ?? (page[0] && cursorOf(page[0])), "self");
  const hasMore = last !== undefined && targets.length > start + PAGE;
  return answerJson(
    200,
    page.flatMap((target) => present(call, target)),
    { link: hasMore ? [self, line(cursorOf(last), "next")] : [self] },
  );
}

function listGroups(call: ApiCall, kind: Assignee["kind"]): Answer {
  const role = findRole(call, kind);
  return answerTargets(
    call,
    call.store.roleTargets.list(role.assigneeId, role.id, ["group"]),
    presentTargetGroup,
  );
}

/** Recorded lists have the newest app first. */
function listApps(call: ApiCall, kind: Assignee["kind"]): Answer {
  const role = findRole(call, kind);
  const targets = call.store.roleTargets.list(role.assigneeId, role.id, ["app", "catalog"]);
  return answerTargets(call, targets.toReversed(), presentApp);
}

/** What the administrator roles of people, groups and service apps are limited to. */
export const ROLE_TARGET_ENDPOINTS: readonly Endpoint[] = (["user", "group", "client"] as const).flatMap(
  (kind) => {
    const home = `${ASSIGNEE_PATHS[kind]}/:${kind}Id/roles/:roleId/targets`;
    const group = `${home}/groups/:targetGroupId`;
    const apps = `${home}/catalog/apps`;
    const read = ["okta.roles.read"];
    const manage = ["okta.roles.manage"];
    const endpoints: Endpoint[] = [
      { method: "GET", path: `${home}/groups`, scopes: read, handle: (call) => listGroups(call, kind) },
      { method: "PUT", path: group, scopes: manage, handle: (call) => addGroup(call, kind) },
      {
        method: "DELETE",
        path: group,
        scopes: manage,
        handle: (call) => removeTarget(call, findRole(call, kind), "group", param(call, "targetGroupId")),
      },
      { method: "GET", path: apps, scopes: read, handle: (call) => listApps(call, kind) },
    ];
    for (const path of [`${apps}/:appName`, `${apps}/:appName/:targetAppId`]) {
      endpoints.push(
        { method: "PUT", path, scopes: manage, handle: (call) => addApp(call, kind) },
        { method: "DELETE", path, scopes: manage, handle: (call) => removeApp(call, kind) },
      );
    }
    return endpoints;
  },
);
