import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { defaultRealmId, hasFeature } from "../org-edition.ts";
import type { Profile, UserStatus } from "../store/model.ts";
import type { UserType } from "../store/user-types.ts";
import { type ApiCall, type Endpoint, queryFlag, readBody } from "./api-call.ts";
import { findUser } from "./find-user.ts";
import { presentGroup, userTarget } from "./group-endpoints.ts";
import { logChange } from "./log-change.ts";
import { invalid, notEmulated, notFound } from "./okta-error.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { answerUser, presentUser } from "./user-answer.ts";
import { savePassword } from "./user-credential-endpoints.ts";
import {
  credentialsBody,
  keepCredentials,
  type NewCredentials,
  readCredentials,
} from "./user-credentials-body.ts";
import { checkUserProfile } from "./user-profile.ts";
import { listUsers } from "./user-search.ts";

const userBody = z.looseObject({
  profile: z.record(z.string(), z.json()),
  credentials: credentialsBody,
  groupIds: z.array(z.string()).nullish(),
  type: z.looseObject({ id: z.string() }).nullish(),
  realmId: z.string().nullish(),
});
const updateBody = userBody.partial({ profile: true });

function createUser(call: ApiCall): Answer {
  const body = readBody(call, userBody, "newUser");
  refuseOtherRealms(call, body.realmId);
  const type = readType(call, body.type?.id ?? "default");
  checkUserProfile(call.store, body.profile, type, { subject: "newUser" });
  const login = String(body.profile["login"]);
  for (const id of body.groupIds ?? []) {
    if (call.store.groups.get(id)?.type !== "OKTA_GROUP") throw notFound(id, "UserGroup");
  }
  const credentials = readCredentials(body.credentials, login);
  const status = firstStatus(call, credentials);
  const user = call.store.transaction(() => {
    const created = call.store.users.create({
      profile: withoutNulls(body.profile),
      status,
      typeId: type.id,
      passwordSet: credentials.password !== undefined || credentials.imported,
    });
    keepCredentials(call, created, credentials);
    for (const id of body.groupIds ?? []) call.store.groups.addMembers(id, [created.id]);
    logChange(call, "user.lifecycle.create", "Create Okta user", [userTarget(created)]);
    if (status !== "STAGED")
      logChange(call, "user.lifecycle.activate", "Activate Okta user", [userTarget(created)]);
    return created;
  });
  return answerJson(200, presentUser(call, user));
}

/** An org without realms ignores them, as anything that it does not know. */
function refuseOtherRealms(call: ApiCall, realmId: string | null | undefined): void {
  if ((realmId ?? null) === null || !hasFeature(call.store, "realms")) return;
  if (realmId !== defaultRealmId(call.store)) throw notEmulated("realms but the default one");
}

function readType(call: ApiCall, id: string): UserType {
  const type = call.store.userTypes.get(id);
  if (type === undefined) throw notFound(id, "UserType");
  return type;
}

/** With a password, or another organization that checks one, a person is active at once; without they wait for the mail. */
function firstStatus(call: ApiCall, credentials: NewCredentials): UserStatus {
  if (!queryFlag(call, "activate", true)) return "STAGED";
  if (credentials.provider !== undefined) return "ACTIVE";
  if (credentials.password === undefined) return credentials.imported ? "ACTIVE" : "PROVISIONED";
  return call.request.query.get("nextLogin") === "changePassword" ? "PASSWORD_EXPIRED" : "ACTIVE";
}

/** PUT replaces the profile, POST changes the attributes that it names. */
function updateUser(call: ApiCall, extent: "replace" | "partial"): Answer {
  const user = findUser(call);
  const body = readBody(call, updateBody, "user");
  if (user.status === "DEPROVISIONED") {
    throw invalid("user", "The user is deprovisioned and cannot be updated.");
  }
  refuseOtherRealms(call, body.realmId);
  const type = readType(call, body.type?.id ?? user.typeId);
  const profile =
    body.profile === undefined || extent === "partial" ? { ...user.profile, ...body.profile } : body.profile;
  if (body.profile !== undefined || type.id !== user.typeId) {
    checkUserProfile(call.store, profile, type, { subject: "user", id: user.id });
  }
  const credentials = readCredentials(body.credentials, String(profile["login"]));
  call.store.transaction(() => {
    if (type.id !== user.typeId) call.store.users.setType(user.id, type.id);
    if (body.profile !== undefined) {
      call.store.users.setProfile(user.id, withoutNulls(profile));
      logChange(call, "user.account.update_profile", "Update user profile for Okta", [userTarget(user)]);
    }
    if (credentials.imported) call.store.users.setPassword(user.id);
    keepCredentials(call, user, { ...credentials, password: undefined });
    if (credentials.password !== undefined) savePassword(call, user, credentials.password);
  });
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

const GROUPS_PAGE: PageSize = { default: 200, max: 200 };

function listGroups(call: ApiCall): Answer {
  const limit = readLimit(call, GROUPS_PAGE);
  const after = readAfter(call) ?? "";
  const groups = call.store.groups.ofUser(findUser(call).id).filter(({ id }) => id > after);
  const { page, next } = cutPage(groups.slice(0, limit + 1), limit, ({ id }) => id);
  return answerPage(
    call,
    page.map((group) => presentGroup(call, group)),
    next,
    GROUPS_PAGE,
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
