import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import { isPushed } from "../store/app-user-profile.ts";
import type { App, AppUser, JsonObject, Profile, User } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { checkAppUserProfile } from "./app-user-profile-check.ts";
import { appTarget, findApp } from "./find-app.ts";
import { logChange } from "./log-change.ts";
import { blankField, notFound, OktaApiError } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { answerPage, cutPage, type PageSize, readAfter, readLimit } from "./pagination.ts";
import { presentUser as presentPerson } from "./user-answer.ts";

const userBody = z.looseObject({
  id: z.string().optional(),
  scope: z.enum(["USER", "GROUP"]).nullish(),
  credentials: z.looseObject({ userName: z.string().nullish() }).nullish(),
  profile: z.record(z.string(), z.json()).nullish(),
});

const PAGE_SIZE: PageSize = { default: 50, max: 500 };

/** An account of an app as the Management API shows it. */
export function presentAppUser(call: ApiCall, appUser: AppUser): JsonObject {
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

/** An account with its person, as `expand=user` asks. */
function withPerson(call: ApiCall, appUser: AppUser): JsonObject {
  const shown = presentAppUser(call, appUser);
  const person = call.store.users.get(appUser.userId);
  return person === undefined ? shown : { ...shown, _embedded: { user: presentPerson(call, person) } };
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
  const asked = { ...body, scope: body.scope ?? "USER" };
  return answerJson(200, presentAppUser(call, saveUser(call, app, checkAssignable(user).id, asked)));
}

/** Changes an account; a person without one is assigned, as Okta does for the official provider when an assignment moves. */
function updateUser(call: ApiCall): Answer {
  const app = findApp(call);
  const id = param(call, "userId");
  const user = call.store.users.find(id);
  const appUser = user === undefined ? undefined : call.store.appUsers.get(app.id, user.id);
  if (user === undefined) throw notFound(id, "User");
  const body = readBody(call, userBody, "appUser");
  if (appUser !== undefined) refusePushedChanges(call, appUser, body.profile ?? {});
  const asked = appUser === undefined ? { ...body, scope: body.scope ?? "USER" } : body;
  return answerJson(200, presentAppUser(call, saveUser(call, app, checkAssignable(user).id, asked)));
}

/** Nobody who is deactivated gets an account. */
function checkAssignable(user: User): User {
  if (user.status !== "DEPROVISIONED") return user;
  throw new OktaApiError(403, "E0000038", "This operation is not allowed in the user's current status.");
}

/** With profile push on, an attribute that a mapping pushes cannot be set for one person. */
function refusePushedChanges(call: ApiCall, appUser: AppUser, values: Profile): void {
  const { settings, mappings } = call.store;
  if (!settings.isEnabled(appUser.appId) || settings.features(appUser.appId).updateProfiles !== "ENABLED")
    return;
  const mapping = mappings.ofApp(appUser.appId, "user-to-app");
  for (const [name, value] of Object.entries(values)) {
    const changes = JSON.stringify(value) !== JSON.stringify(appUser.profile[name] ?? null);
    if (!changes || mapping === undefined || !isPushed(mapping, name)) continue;
    throw new OktaApiError(
      403,
      "E0000075",
      `Cannot modify the ${name} attribute because it has a field mapping and profile push is enabled.`,
    );
  }
}

function saveUser(call: ApiCall, app: App, userId: string, body: z.infer<typeof userBody>): AppUser {
  const given = body.profile ?? {};
  const { userName: nameInProfile, ...values } = given;
  checkAppUserProfile(call, app, values);
  const userName =
    body.credentials?.userName ?? (typeof nameInProfile === "string" ? nameInProfile : undefined);
  const existing = call.store.appUsers.get(app.id, userId);
  const appUser = call.store.assignments.assignUser(app.id, userId, {
    profile: values,
    ...(body.scope ? { scope: body.scope } : {}),
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
  const limit = readLimit(call, PAGE_SIZE);
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
  const items = page.map((appUser) => (embed ? withPerson(call, appUser) : presentAppUser(call, appUser)));
  return answerPage(call, items, next, PAGE_SIZE);
}

/** People assigned to apps. */
export const APP_USER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps/:appId/users", scopes: ["okta.apps.read"], handle: listUsers },
  { method: "POST", path: "/api/v1/apps/:appId/users", scopes: ["okta.apps.manage"], handle: assignUser },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/users/:userId",
    scopes: ["okta.apps.read"],
    handle: (call) => {
      const { appUser } = findAppUser(call);
      const embed = call.request.query.get("expand") === "user";
      return answerJson(200, embed ? withPerson(call, appUser) : presentAppUser(call, appUser));
    },
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
