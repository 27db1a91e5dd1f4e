import { filterEquals } from "../../../src/scim/scim-client.ts";
import { ScimResponseError } from "../../../src/scim/scim-errors.ts";
import type { PatchOperation, ScimUser } from "../../../src/scim/scim-messages.ts";
import type { AppUser, AppUserSchema } from "../store/model.ts";
import { readNames } from "./event-planner.ts";
import { logUserPush } from "./provisioning-log.ts";
import { stateAfterPush } from "./sync-progress.ts";
import { readNow, type TaskEffect, TaskRefusedError, type TaskRun } from "./task-run.ts";
import { buildNewUser, copyJson, mergeUser } from "./user-resource.ts";

/**
 * Gives a person an account: looks for one by user name, takes it over (reactivating it) when it is there, makes it otherwise.
 * A run that was interrupted finds by the same search what it had made before.
 */
export async function createUser(run: TaskRun): Promise<TaskEffect> {
  const { app, store, task } = run;
  const appUser = store.appUsers.get(app.id, task.subjectId);
  const features = store.settings.features(app.id);
  if (appUser === undefined) {
    if (task.attempts > 1) await findInterruptedCreate(run);
    return "nothing";
  }
  if (features.createUsers === "DISABLED") {
    store.appUsers.recordSync(app.id, appUser.userId, { status: "ACTIVE", syncState: "DISABLED" });
    return "nothing";
  }
  const match = (await findLinked(run, appUser)) ?? (await findByUserName(run, appUser.userName));
  const [eventType, message] =
    match?.active === false
      ? ["application.provision.user.reactivate", "Reactivate user in external application"]
      : ["application.provision.user.push", "Push new user to external application"];
  if (match !== undefined) {
    await takeOver(run, appUser, match, features.updateProfiles === "ENABLED");
    return inStep(run, appUser, eventType, message);
  }
  const { seed, status } = features.password;
  const password = run.passwords.choose(appUser.userId, status === "ENABLED" ? seed : "RANDOM");
  const created = await run.client.users.create(buildNewUser(appUser, readSchema(run), password), run.signal);
  const { record } = inStep(run, appUser, eventType, message);
  return {
    record: () => {
      recordAccount(run, created.id);
      record();
    },
  };
}

/** Brings an account's profile in line: `GET`, then `PUT` of the whole resource with Okta's values merged in. */
export async function updateUser(run: TaskRun): Promise<TaskEffect> {
  const { app, store, task } = run;
  const appUser = store.appUsers.get(app.id, task.subjectId);
  if (appUser === undefined || appUser.externalId === null) return "nothing";
  if (store.settings.features(app.id).updateProfiles === "DISABLED") return "nothing";
  await replaceProfile(run, appUser, appUser.externalId);
  const eventType = "application.provision.user.push_profile";
  return inStep(run, appUser, eventType, "Push user's profile to external application");
}

/** Deactivates the account of a person whose assignment is gone: `PATCH active:false` (OIN) or `GET` and `PUT` (custom apps). */
export async function deactivateUser(run: TaskRun): Promise<TaskEffect> {
  const { app, ledger, store, task } = run;
  const { externalId, userName, retried } = task.payload;
  const accountId = typeof externalId === "string" ? externalId : ledger.accountId(app.id, task.subjectId);
  if (accountId === undefined) return { record: () => undefined };
  if (accountId !== externalId) {
    store.tasks.update(task.id, { payload: { ...task.payload, externalId: accountId } });
  }
  if (retried === true && isLinked(run, accountId)) return "nothing";
  await setActive(run, accountId, false);
  const eventType = "application.provision.user.deactivate";
  const message = "Push user deactivation to external application";
  return { record: () => logUserPush(run, String(userName), eventType, message) };
}

/** Whether somebody's assignment uses the account by now. Who is assigned again and not yet linked may get another: their name may be another. */
function isLinked({ app, ledger, store, task }: TaskRun, accountId: string): boolean {
  const owner = ledger.ownerOfAccount(app.id, accountId);
  if (owner !== task.subjectId) return owner !== undefined;
  return store.appUsers.get(app.id, owner)?.externalId === accountId;
}

/** Sends a changed password to the account. */
export async function pushPassword(run: TaskRun): Promise<TaskEffect> {
  const { app, client, signal, store, task } = run;
  const appUser = store.appUsers.get(app.id, task.subjectId);
  if (appUser === undefined || appUser.externalId === null) return "nothing";
  const { seed } = store.settings.features(app.id).password;
  const password = run.passwords.choose(appUser.userId, seed);
  if (app.dialect === "oin") {
    await client.users.patch(appUser.externalId, replaceValue({ password }), signal);
  } else {
    const current = await client.users.get(appUser.externalId, signal);
    await client.users.replace(appUser.externalId, { ...copyJson(current), password }, signal);
  }
  const eventType = "application.provision.user.push_password";
  const message = "Push user's password to external application";
  return {
    record: () => {
      store.appUsers.recordSync(app.id, appUser.userId, { passwordChanged: readNow(run) });
      logUserPush(run, appUser.userName, eventType, message);
    },
  };
}

/** The account that an earlier try took over before it failed: the person's user name may be another by now. */
async function findLinked(run: TaskRun, { externalId }: AppUser): Promise<ScimUser | undefined> {
  if (externalId === null) return undefined;
  try {
    return await run.client.users.get(externalId, run.signal);
  } catch (error) {
    if (error instanceof ScimResponseError && error.status === 404) return undefined;
    throw error;
  }
}

async function findByUserName(run: TaskRun, userName: string): Promise<ScimUser | undefined> {
  const query = { filter: filterEquals("userName", userName), startIndex: 1, count: 100 };
  try {
    const { Resources } = await run.client.users.list(query, run.signal);
    const wanted = userName.toLowerCase();
    return Resources.find((user) => user.userName.toLowerCase() === wanted);
  } catch (error) {
    if (error instanceof ScimResponseError && error.status === 404) return undefined;
    throw error;
  }
}

/** The process was killed between making an account and noting it, and the assignment is gone meanwhile. */
async function findInterruptedCreate(run: TaskRun): Promise<void> {
  const { userName } = run.task.payload;
  if (typeof userName !== "string") return;
  const match = await findByUserName(run, userName);
  if (match?.externalId === run.task.subjectId) {
    run.ledger.rememberAccount(run.app.id, run.task.subjectId, match.id);
  }
}

async function takeOver(
  run: TaskRun,
  appUser: AppUser,
  match: ScimUser,
  pushesProfile: boolean,
): Promise<void> {
  const owner = run.ledger.ownerOfAccount(run.app.id, match.id);
  if (owner !== undefined && owner !== appUser.userId) {
    throw new TaskRefusedError(`The account ${match.userName} is linked to another user already`);
  }
  recordAccount(run, match.id);
  const isInactive = match.active === false;
  if (isInactive && run.app.dialect === "oin") {
    await run.client.users.patch(match.id, replaceValue({ active: true }), run.signal);
  }
  if (pushesProfile) await replaceProfile(run, appUser, match.id);
  else if (isInactive && run.app.dialect === "aiw") await setActive(run, match.id, true);
}

async function replaceProfile(run: TaskRun, appUser: AppUser, accountId: string): Promise<void> {
  const { app, client, signal, store, task } = run;
  const current = await client.users.get(accountId, signal);
  const mapped = Object.keys(store.mappings.ofApp(app.id, "user-to-app")?.properties ?? {});
  const owned = new Set([...mapped, ...readNames(task.payload["changed"])]);
  const latest = store.appUsers.get(app.id, appUser.userId) ?? appUser;
  await client.users.replace(accountId, mergeUser(current, latest, readSchema(run), owned), signal);
}

async function setActive(run: TaskRun, accountId: string, active: boolean): Promise<void> {
  const { app, client, signal } = run;
  if (app.dialect === "oin") {
    await client.users.patch(accountId, replaceValue({ active }), signal);
    return;
  }
  const current = await client.users.get(accountId, signal);
  await client.users.replace(accountId, { ...copyJson(current), active }, signal);
}

/** Okta's form of a PATCH: one `replace` without a path. */
export function replaceValue(value: object): PatchOperation[] {
  return [{ op: "replace", value }];
}

/** The schema of the app's users. Throws TaskRefusedError when the app has none. */
export function readSchema(run: TaskRun): AppUserSchema {
  const schema = run.store.schemas.get(run.app.id);
  if (schema === undefined) throw new TaskRefusedError(`The app ${run.app.label} has no user schema`);
  return schema;
}

function recordAccount(run: TaskRun, accountId: string): void {
  run.store.transaction(() => {
    run.ledger.rememberAccount(run.app.id, run.task.subjectId, accountId);
    run.store.appUsers.recordSync(run.app.id, run.task.subjectId, { externalId: accountId });
  });
}

/** A success with its System Log event; the groups that are to have this person as a member follow. */
function inStep(
  run: TaskRun,
  appUser: AppUser,
  eventType: string,
  message: string,
): { readonly record: () => void } {
  return {
    record: () => {
      recordInStep(run, appUser.userId);
      logUserPush(run, appUser.userName, eventType, message);
    },
  };
}

function recordInStep(run: TaskRun, userId: string): void {
  const { app, ledger, planner, store } = run;
  store.appUsers.recordSync(app.id, userId, {
    status: "PROVISIONED",
    syncState: stateAfterPush(store, app.id, userId),
    syncError: null,
    lastSync: readNow(run),
  });
  const accountId = store.appUsers.get(app.id, userId)?.externalId ?? null;
  if (accountId === null) return;
  for (const { id, sourceGroupId } of planner.followedMappings({ appId: app.id })) {
    const isMissing =
      store.groups.isMember(sourceGroupId, userId) && !ledger.hasMember(id, userId, accountId);
    if (isMissing) planner.queueMembers(app.id, id);
  }
}
