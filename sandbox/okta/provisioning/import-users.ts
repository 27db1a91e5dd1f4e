import type { ScimUser } from "../../../src/scim/scim-messages.ts";
import { evaluateMapping } from "../expression/evaluate-mapping.ts";
import type { AppUser, JsonObject, Profile, User } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import { readAppSettings } from "../store/person-lookups.ts";
import { isObject } from "../store/sql.ts";
import { GroupImport } from "./import-groups.ts";
import { type ImportCandidate, ImportStaging } from "./import-staging.ts";
import { readOktaUserName } from "./imported-user-name.ts";
import type { ProvisioningLedger } from "./ledger.ts";
import { logAppJob } from "./provisioning-log.ts";
import { readSchema } from "./push-user.ts";
import type { TaskEffect, TaskRun } from "./task-run.ts";
import { copyJson, readAppUserProfile } from "./user-resource.ts";

const pageSize = 100;

/** Rules of `INBOUND_PROVISIONING` that decide what happens to an account that an import finds. */
interface MatchRules {
  readonly criteria: "EMAIL" | "USERNAME";
  /** Whether first and last name decide where the criteria match nobody. */
  readonly matchesNames: boolean;
  readonly confirmsMatches: boolean;
  readonly confirmsNameMatches: boolean;
  readonly confirmsNewUsers: boolean;
  readonly activatesNewUsers: boolean;
}

/**
 * Imports an app's users, and its groups where import is configured: pages of 100 by `startIndex`. Inactive accounts are skipped,
 * linked ones left as they are; the rest is linked, made a person of, or kept for confirmation, as the rules say.
 */
export async function importUsers(run: TaskRun): Promise<TaskEffect> {
  const { app, client, signal, store } = run;
  const staging = new ImportStaging(store.database);
  staging.clear(app.id);
  const rules = readMatchRules(store, app.id);
  const counts = { seen: 0, linked: 0, created: 0, waiting: 0 };
  for await (const user of client.users.all({ count: pageSize }, signal)) {
    counts.seen += 1;
    if (user.active === false || run.ledger.ownerOfAccount(app.id, user.id) !== undefined) continue;
    const { candidate, isConfirmed } = createCandidate(run, user, rules);
    if (!isConfirmed) {
      staging.put(candidate);
      counts.waiting += 1;
    } else if (confirmCandidate(store, run.ledger, candidate, rules.activatesNewUsers) === "linked") {
      counts.linked += 1;
    } else counts.created += 1;
  }
  if (store.settings.features(app.id).inbound !== null) {
    const groups = new GroupImport(run);
    for await (const group of client.groups.all({ count: pageSize }, signal)) groups.take(group);
    groups.removeOthers();
  }
  const summary = `${counts.seen} accounts seen, ${counts.linked} linked, ${counts.created} created, ${counts.waiting} to be confirmed`;
  return {
    record: () => logAppJob(run, "system.import.complete", `Import from ${app.label}: ${summary}`),
  };
}

/**
 * Links an imported account to the person it matches, or makes a person of it by the app-to-user mapping.
 * @param isActivated whether a new person is ACTIVE at once (else STAGED)
 */
export function confirmCandidate(
  store: OrgStore,
  ledger: ProvisioningLedger,
  candidate: ImportCandidate,
  isActivated: boolean,
): "linked" | "created" {
  const { appId, externalId, userName } = candidate;
  return store.transaction(() => {
    const existing = candidate.matchUserId === null ? undefined : store.users.get(candidate.matchUserId);
    const user = existing ?? createPerson(store, candidate, isActivated);
    ledger.rememberAccount(appId, user.id, externalId);
    store.assignments.assignUser(appId, user.id, { scope: "USER", userName });
    store.appUsers.recordSync(appId, user.id, { externalId, status: "MATCHED", syncState: "SYNCHRONIZED" });
    new ImportStaging(store.database).remove(appId, externalId);
    return existing === undefined ? "created" : "linked";
  });
}

function createCandidate(
  run: TaskRun,
  user: ScimUser,
  rules: MatchRules,
): { readonly candidate: ImportCandidate; readonly isConfirmed: boolean } {
  const profile = readAppUserProfile(copyJson(user), readSchema(run));
  const email = profile["email"];
  const userName = readOktaUserName(run.store, run.app.id, { userName: user.userName, profile });
  const login = rules.criteria === "USERNAME" ? userName : typeof email === "string" ? email : undefined;
  const exact = login === undefined ? undefined : findPerson(run.store, login, rules.criteria);
  const match = exact ?? (rules.matchesNames ? findByNames(run.store, user) : undefined);
  const isConfirmed =
    match === undefined
      ? rules.confirmsNewUsers
      : exact === undefined
        ? rules.confirmsNameMatches
        : rules.confirmsMatches;
  const matchUserId = match?.id ?? null;
  const account = { appId: run.app.id, externalId: user.id, userName: user.userName };
  return { candidate: { ...account, profile, matchUserId }, isConfirmed };
}

function findPerson(store: OrgStore, value: string, criteria: MatchRules["criteria"]): User | undefined {
  if (criteria === "USERNAME") return store.users.getByLogin(value);
  return findOnly(store, "email = ?", [value]);
}

/** Okta's partial match: the only person of the same first and last name. */
function findByNames(store: OrgStore, { name }: ScimUser): User | undefined {
  const { givenName, familyName } = name ?? {};
  if (givenName == null || familyName == null) return undefined;
  return findOnly(store, "first_name = ? AND last_name = ?", [givenName, familyName]);
}

function findOnly(store: OrgStore, sql: string, values: string[]): User | undefined {
  const matches = store.users.page({ where: { sql, values }, limit: 2 });
  return matches.length === 1 ? matches[0] : undefined;
}

function createPerson(store: OrgStore, candidate: ImportCandidate, isActivated: boolean): User {
  const mapping = store.mappings.ofApp(candidate.appId, "app-to-user");
  const profile: Profile = { login: candidate.userName, email: candidate.userName };
  if (mapping !== undefined) {
    const app = (): JsonObject => readAppSettings(store.apps.get(candidate.appId));
    const values = Object.entries(evaluateMapping(mapping, nobody, asAppUser(candidate), { app }));
    Object.assign(profile, Object.fromEntries(values.filter(([, value]) => value !== null)));
  }
  profile["login"] = readOktaUserName(store, candidate.appId, candidate);
  const status = isActivated ? "ACTIVE" : "STAGED";
  return store.users.create({ profile, status, typeId: store.userTypes.default().id, passwordSet: false });
}

/** Stands for the person that does not exist yet: app-to-user mappings refer to `appuser` only. */
const nobody: User = {
  id: "",
  status: "STAGED",
  typeId: "",
  profile: {},
  created: "",
  activated: null,
  statusChanged: null,
  lastLogin: null,
  lastUpdated: "",
  passwordChanged: null,
};

function asAppUser({ appId, externalId, userName, profile }: ImportCandidate): AppUser {
  return {
    appId,
    userId: "",
    externalId,
    scope: "USER",
    status: "IMPORTED",
    syncState: "SYNCHRONIZED",
    syncError: null,
    lastSync: null,
    userName,
    profile,
    overrides: {},
    created: "",
    lastUpdated: "",
    statusChanged: null,
    passwordChanged: null,
  };
}

function readMatchRules(store: OrgStore, appId: string): MatchRules {
  const importRules = store.settings.features(appId).inbound?.["importRules"];
  const rules: JsonObject =
    isObject(importRules) && isObject(importRules["userCreateAndMatch"])
      ? importRules["userCreateAndMatch"]
      : {};
  return {
    criteria: rules["exactMatchCriteria"] === "EMAIL" ? "EMAIL" : "USERNAME",
    matchesNames: rules["allowPartialMatch"] === true,
    confirmsMatches: rules["autoConfirmExactMatch"] === true,
    confirmsNameMatches: rules["autoConfirmPartialMatch"] === true,
    confirmsNewUsers: rules["autoConfirmNewUsers"] === true,
    activatesNewUsers: rules["autoActivateNewUsers"] === true,
  };
}
