import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { FilterNode } from "../store/filter.ts";
import { compileFilter, type SqlCondition } from "../store/filter-sql.ts";
import type { Profile, User, UserStatus } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, queryFlag, readBody } from "./api-call.ts";
import { invalidSearch, readFilter } from "./filters.ts";
import { presentGroup, userTarget } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { duplicateField, invalid, notEmulated, notFound } from "./okta-error.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { answerUser, presentListedUser, presentUser } from "./user-answer.ts";
import { checkUserProfile } from "./user-profile.ts";

const userBody = z.looseObject({
  profile: z.record(z.string(), z.json()),
  credentials: z
    .looseObject({
      password: z.looseObject({ value: z.string().nullish(), hash: z.json().nullish() }).nullish(),
    })
    .nullish(),
  groupIds: z.array(z.string()).nullish(),
  type: z.looseObject({ id: z.string() }).nullish(),
});
const updateBody = userBody.partial({ profile: true });

/** Columns of table `user` by attribute; other attributes are looked up in the profile. */
const COLUMNS: Readonly<Record<string, string>> = {
  id: "id",
  status: "status",
  created: "created",
  activated: "activated",
  statusChanged: "status_changed",
  lastUpdated: "last_updated",
  "type.id": "type_id",
  "profile.login": "login",
  "profile.email": "email",
  "profile.firstName": "first_name",
  "profile.lastName": "last_name",
};

/** The person of a call's `userId` (id, login or its short form). Throws 404. */
export function findUser(call: ApiCall): User {
  const id = param(call, "userId");
  const user = id === "me" ? findCaller(call) : call.store.users.find(id);
  if (user === undefined) throw notFound(id, "User");
  return user;
}

function findCaller(call: ApiCall): User | undefined {
  return call.caller.userId === null ? undefined : call.store.users.get(call.caller.userId);
}

const PAGE_SIZE: PageSize = { default: 200, max: 200 };
/** `q` is for look-ups while somebody types: few people, and no further pages. */
const FOUND_SIZE: PageSize = { default: 10, max: 200 };

/** What `filter` takes, which is older and less than `search`: a few attributes by equality, one by time. */
const FILTERED = ["status", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"];
const TIME_OPERATORS = ["eq", "gt", "ge", "lt", "le"];

/** Throws E0000031 for what only `search` can do. */
function refuseSearch(node: FilterNode): void {
  switch (node.kind) {
    case "and":
    case "or":
      refuseSearch(node.left);
      refuseSearch(node.right);
      return;
    case "not":
      throw invalidSearch("Invalid search criteria: not is not supported.");
    case "compare": {
      const { attribute, operator } = node;
      const allowed =
        attribute === "lastUpdated"
          ? TIME_OPERATORS.includes(operator)
          : FILTERED.includes(attribute) && operator === "eq";
      if (!allowed)
        throw invalidSearch(`Invalid search criteria: ${attribute} ${operator} is not supported.`);
    }
  }
}

function resolveColumn(name: string): string | undefined {
  const column = COLUMNS[name];
  if (column !== undefined) return column;
  const attribute = /^profile\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(name)?.[1];
  return attribute === undefined ? undefined : `json_extract(profile, '$.${attribute}')`;
}

function listUsers(call: ApiCall): Answer {
  const { query } = call.request;
  const text = query.get("q") ?? "";
  const size = text === "" ? PAGE_SIZE : FOUND_SIZE;
  const limit = readLimit(call, size);
  const conditions: SqlCondition[] = [];
  for (const kind of ["filter", "search"] as const) {
    const filter = readFilter(call, kind);
    if (filter === undefined) continue;
    if (kind === "filter") refuseSearch(filter);
    conditions.push(compileFilter(filter, resolveColumn));
  }
  if (text !== "") {
    const pattern = `${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const columns = ["first_name", "last_name", "email"].map((column) => `${column} LIKE ? ESCAPE '\\'`);
    conditions.push({ sql: columns.join(" OR "), values: [pattern, pattern, pattern] });
  }
  if (text !== "" || conditions.length === 0)
    conditions.push({ sql: "status <> 'DEPROVISIONED'", values: [] });
  const where = {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" AND "),
    values: conditions.flatMap(({ values }) => values),
  };
  const sortColumn = query.get("sortBy") === null ? undefined : resolveColumn(query.get("sortBy") ?? "");
  const users = call.store.users.page({
    where,
    limit: limit + 1,
    ...readPosition(call),
    ...(sortColumn === undefined
      ? {}
      : { sortBy: { sql: sortColumn, descending: query.get("sortOrder")?.toLowerCase() === "desc" } }),
  });
  const { page, next } = cutPage(users, limit, (user) => cursorOf(user, query.get("sortBy")));
  const items = page.map((user) => presentListedUser(call, user));
  return text === "" ? answerPage(call, items, next, PAGE_SIZE) : answerJson(200, items);
}

/** The cursor of a sorted list carries the value that it is sorted by. */
function cursorOf(user: User, sortBy: string | null): string {
  if (sortBy === null) return user.id;
  const value = sortBy.startsWith("profile.") ? user.profile[sortBy.slice(8)] : attributeOf(user, sortBy);
  return `${user.id}${Buffer.from(String(value ?? "")).toString("base64url")}`;
}

function attributeOf(user: User, name: string): string | null {
  return new Map<string, string | null>(Object.entries({ ...user, profile: null })).get(name) ?? null;
}

function readPosition(call: ApiCall): {
  readonly after?: { readonly id: string; readonly sortValue: string };
} {
  const after = readAfter(call);
  if (after === undefined) return {};
  return {
    after: { id: after.slice(0, 20), sortValue: Buffer.from(after.slice(20), "base64url").toString("utf8") },
  };
}

function createUser(call: ApiCall): Answer {
  const body = readBody(call, userBody, "newUser");
  const type = call.store.userTypes.get(body.type?.id ?? "default");
  if (type === undefined) throw notFound(body.type?.id ?? "default", "UserType");
  checkUserProfile(body.profile, type, "newUser");
  const login = String(body.profile["login"]);
  if (call.store.users.getByLogin(login) !== undefined) throw duplicateField("login");
  for (const id of body.groupIds ?? []) {
    if (call.store.groups.get(id)?.type !== "OKTA_GROUP") throw notFound(id, "UserGroup");
  }
  const password = body.credentials?.password;
  const passwordSet = (password?.value ?? password?.hash ?? null) !== null;
  const status: UserStatus = !queryFlag(call, "activate", true)
    ? "STAGED"
    : passwordSet
      ? "ACTIVE"
      : "PROVISIONED";
  const user = call.store.transaction(() => {
    const created = call.store.users.create({
      profile: withoutNulls(body.profile),
      status,
      typeId: type.id,
      passwordSet,
    });
    if (typeof password?.value === "string") call.rememberPassword(created.id, password.value);
    for (const id of body.groupIds ?? []) call.store.groups.addMembers(id, [created.id]);
    logChange(call, "user.lifecycle.create", "Create Okta user", [userTarget(created)]);
    if (status !== "STAGED")
      logChange(call, "user.lifecycle.activate", "Activate Okta user", [userTarget(created)]);
    return created;
  });
  return answerJson(200, presentUser(call, user));
}

/** PUT replaces the profile, POST changes the attributes that it names. */
function updateUser(call: ApiCall, extent: "replace" | "partial"): Answer {
  const user = findUser(call);
  const body = readBody(call, updateBody, "user");
  if (user.status === "DEPROVISIONED") {
    throw invalid("user", "The user is deprovisioned and cannot be updated.");
  }
  if (typeof body.type?.id === "string" && call.store.userTypes.get(body.type.id)?.id !== user.typeId) {
    throw notEmulated("changing the user type of a person");
  }
  if (body.profile !== undefined) {
    const profile = extent === "replace" ? body.profile : { ...user.profile, ...body.profile };
    const type = call.store.userTypes.get(user.typeId) ?? call.store.userTypes.default();
    checkUserProfile(profile, type, "user");
    const namesake = call.store.users.getByLogin(String(profile["login"]));
    if (namesake !== undefined && namesake.id !== user.id) throw duplicateField("login");
    call.store.users.setProfile(user.id, withoutNulls(profile));
    logChange(call, "user.account.update_profile", "Update user profile for Okta", [userTarget(user)]);
  }
  const password = body.credentials?.password?.value;
  if (typeof password === "string") {
    call.rememberPassword(user.id, password);
    call.store.users.setPassword(user.id);
    if (user.status === "PASSWORD_EXPIRED") call.store.users.setStatus(user.id, "ACTIVE");
    logChange(call, "user.account.update_password", "User update password for Okta", [userTarget(user)]);
  }
  return answerJson(200, presentUser(call, call.store.users.get(user.id) ?? user));
}

/** The first DELETE deactivates, the second deletes for good. */
function deleteUser(call: ApiCall): Answer {
  const user = findUser(call);
  if (user.status === "DEPROVISIONED") {
    call.store.users.delete(user.id);
    logChange(call, "user.lifecycle.delete.initiated", "Delete Okta user", [userTarget(user)]);
  } else {
    call.store.users.setStatus(user.id, "DEPROVISIONED");
    logChange(call, "user.lifecycle.deactivate", "Deactivate Okta user", [userTarget(user)]);
  }
  return { status: 204 };
}

function listGroups(call: ApiCall): Answer {
  const limit = readLimit(call, PAGE_SIZE);
  const after = readAfter(call) ?? "";
  const groups = call.store.groups.ofUser(findUser(call).id).filter(({ id }) => id > after);
  const { page, next } = cutPage(groups.slice(0, limit + 1), limit, ({ id }) => id);
  return answerPage(
    call,
    page.map((group) => presentGroup(call, group)),
    next,
    PAGE_SIZE,
  );
}

function listAppLinks(call: ApiCall): Answer {
  const user = findUser(call);
  const links = call.store.appUsers.ofUser(user.id).flatMap((appUser) => {
    const app = call.store.apps.get(appUser.appId);
    if (app === undefined) return [];
    return [
      {
        id: `${user.id}${app.id}`,
        label: app.label,
        linkUrl: `${call.orgUrl}/home/${app.name}/${app.id}/aln${app.id.slice(3)}`,
        appName: app.name,
        appInstanceId: app.id,
        appAssignmentId: `${user.id}${app.id}`,
        credentialsSetup: false,
        hidden: false,
        sortOrder: 0,
      },
    ];
  });
  return answerJson(200, links);
}

function withoutNulls(profile: Profile): Profile {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== null && value !== ""));
}

/** People. */
export const USER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/users", scopes: ["okta.users.read"], handle: listUsers },
  { method: "POST", path: "/api/v1/users", scopes: ["okta.users.manage"], handle: createUser },
  {
    method: "GET",
    path: "/api/v1/users/:userId",
    scopes: ["okta.users.read"],
    handle: (call) => answerUser(call, findUser(call)),
  },
  {
    method: "PUT",
    path: "/api/v1/users/:userId",
    scopes: ["okta.users.manage"],
    handle: (call) => updateUser(call, "replace"),
  },
  {
    method: "POST",
    path: "/api/v1/users/:userId",
    scopes: ["okta.users.manage"],
    handle: (call) => updateUser(call, "partial"),
  },
  { method: "DELETE", path: "/api/v1/users/:userId", scopes: ["okta.users.manage"], handle: deleteUser },
  { method: "GET", path: "/api/v1/users/:userId/groups", scopes: ["okta.users.read"], handle: listGroups },
  {
    method: "GET",
    path: "/api/v1/users/:userId/appLinks",
    scopes: ["okta.users.read"],
    handle: listAppLinks,
  },
];
