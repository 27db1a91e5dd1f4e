import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { RoleAssignment } from "../store/role-assignments.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { findUser } from "./find-user.ts";
import { findGroup, groupTarget, userTarget } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { blankField, forbidden, invalid, notEmulated, notFound, OktaApiError } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { findAppOfClient } from "./service-client.ts";

/** Okta's standard roles by the type that the API names them by. */
const LABELS: Readonly<Record<string, string>> = {
  API_ACCESS_MANAGEMENT_ADMIN: "API Access Management Administrator",
  APP_ADMIN: "Application Administrator",
  GROUP_MEMBERSHIP_ADMIN: "Group Membership Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  MOBILE_ADMIN: "Mobile Administrator",
  ORG_ADMIN: "Organization Administrator",
  READ_ONLY_ADMIN: "Read-only Administrator",
  REPORT_ADMIN: "Report Administrator",
  SUPER_ADMIN: "Super Administrator",
  USER_ADMIN: "Group Administrator",
};

const roleBody = z.looseObject({ type: z.string().optional() });

/** A person, a group or a service app that has roles. */
export interface Assignee {
  readonly kind: "user" | "group" | "client";
  readonly id: string;
  readonly created: string;
}

function findAssignee(call: ApiCall, kind: Assignee["kind"]): Assignee {
  if (kind === "client") {
    const clientId = param(call, "clientId");
    const app = findAppOfClient(call.store, clientId);
    if (app === undefined) throw notFound(clientId, "PublicClientApp");
    return { kind, id: clientId, created: app.created };
  }
  const { id, created } = kind === "user" ? findUser(call) : findGroup(call);
  return { kind, id, created };
}

/** The roles of somebody's own. The administrator of the org file is a super administrator. */
function ownRoles(call: ApiCall, assignee: Assignee): RoleAssignment[] {
  const stored = call.store.roles.list(assignee.id);
  if (assignee.id !== call.store.setting("administrator")) return stored;
  const { id, created } = assignee;
  return [{ id: `ra1${id.slice(3)}`, assigneeId: id, type: "SUPER_ADMIN", created }, ...stored];
}

/** Where those are whom a role is assigned to. */
export const ASSIGNEE_PATHS: Readonly<Record<Assignee["kind"], string>> = {
  user: "/api/v1/users",
  group: "/api/v1/groups",
  client: "/oauth2/v1/clients",
};

function kindOf(assigneeId: string): Assignee["kind"] {
  if (assigneeId.startsWith("00g")) return "group";
  return assigneeId.startsWith("00u") ? "user" : "client";
}

/** A role that is limited to targets has their times: of the oldest that is left, and of the newest. */
function presentRole(call: ApiCall, role: RoleAssignment): JsonObject {
  const kind = kindOf(role.assigneeId);
  const targets = call.store.roleTargets.list(role.assigneeId, role.id, ["group", "app", "catalog"]);
  return {
    id: role.id,
    label: LABELS[role.type] ?? role.type,
    type: role.type,
    status: "ACTIVE",
    created: wholeSeconds(targets[0]?.added ?? role.created),
    lastUpdated: wholeSeconds(targets.at(-1)?.added ?? role.created),
    assignmentType: kind.toUpperCase(),
    _links: { assignee: { href: `${call.orgUrl}${ASSIGNEE_PATHS[kind]}/${role.assigneeId}` } },
  };
}

/** A person has the roles of their groups, too. */
function listRoles(call: ApiCall, kind: Assignee["kind"]): Answer {
  const assignee = findAssignee(call, kind);
  const inherited =
    kind === "user"
      ? call.store.groups.ofUser(assignee.id).flatMap(({ id }) => call.store.roles.list(id))
      : [];
  return answerJson(
    200,
    [...ownRoles(call, assignee), ...inherited].map((role) => presentRole(call, role)),
  );
}

function assignRole(call: ApiCall, kind: Assignee["kind"]): Answer {
  const assignee = findAssignee(call, kind);
  const { type } = readBody(call, roleBody, "type");
  if (type === undefined || type === "") throw blankField("type");
  if (type === "CUSTOM") throw notEmulated("custom administrator roles");
  if (LABELS[type] === undefined) throw invalid("type", `type: ${type} is no standard role`);
  const taken = ownRoles(call, assignee).some((role) => role.type === type);
  const role = taken ? undefined : call.store.roles.assign(assignee.id, type);
  if (role === undefined) {
    throw new OktaApiError(409, "E0000090", "Duplicate role assignment exception.", [
      `The role specified is already assigned to the ${kind}.`,
    ]);
  }
  if (kind === "user") keepAdministrators(call, assignee);
  logRole(call, kind, "grant");
  return answerJson(201, presentRole(call, role));
}

/** The role assignment of a path. Throws E0000007. */
export function findRole(call: ApiCall, kind: Assignee["kind"]): RoleAssignment {
  const id = param(call, "roleId");
  const role = ownRoles(call, findAssignee(call, kind)).find((each) => each.id === id);
  if (role === undefined) throw notFound(id, "RoleAssignment");
  return role;
}

function removeRole(call: ApiCall, kind: Assignee["kind"]): Answer {
  const role = findRole(call, kind);
  // An org keeps its last super administrator, to whom the API token belongs.
  if (call.store.roles.get(role.assigneeId, role.id) === undefined) throw forbidden();
  call.store.roles.remove(role.assigneeId, role.id);
  call.store.roleTargets.roleRemoved(role.assigneeId, role.id);
  if (kind === "user") keepAdministrators(call, findAssignee(call, kind));
  logRole(call, kind, "revoke");
  return { status: 204 };
}

/** Somebody with a role of their own is one of Okta Administrators. */
function keepAdministrators(call: ApiCall, assignee: Assignee): void {
  const { groups } = call.store;
  const administrators = groups.administrators();
  if (administrators === undefined) return;
  if (ownRoles(call, assignee).length > 0) groups.addMembers(administrators.id, [assignee.id]);
  else groups.removeMembers(administrators.id, [assignee.id]);
}

function logRole(call: ApiCall, kind: Assignee["kind"], change: "grant" | "revoke"): void {
  const verb = change === "grant" ? "Grant" : "Revoke";
  if (kind === "user") {
    logChange(call, `user.account.privilege.${change}`, `${verb} user privilege`, [
      userTarget(findUser(call)),
    ]);
  } else if (kind === "group") {
    logChange(call, `group.privilege.${change}`, `${verb} group privilege`, [groupTarget(findGroup(call))]);
  }
}

/** Administrator roles of people, groups and service apps. */
export const ROLE_ENDPOINTS: readonly Endpoint[] = (["user", "group", "client"] as const).flatMap((kind) => {
  const home = `${ASSIGNEE_PATHS[kind]}/:${kind}Id/roles`;
  const read = ["okta.roles.read"];
  const manage = ["okta.roles.manage"];
  const endpoints: Endpoint[] = [
    { method: "GET", path: home, scopes: read, handle: (call) => listRoles(call, kind) },
    { method: "POST", path: home, scopes: manage, handle: (call) => assignRole(call, kind) },
    {
      method: "GET",
      path: `${home}/:roleId`,
      scopes: read,
      handle: (call) => answerJson(200, presentRole(call, findRole(call, kind))),
    },
    { method: "DELETE", path: `${home}/:roleId`, scopes: manage, handle: (call) => removeRole(call, kind) },
  ];
  return endpoints;
});
