import { filterEquals } from "../../scim/scim-client.ts";
import type { ScimUser } from "../../scim/scim-messages.ts";
import type { AppSession } from "../app-session.ts";
import { type Check, CheckFailure, demand, pass } from "../check.ts";
import type { AppCheckPlan } from "../check-plan.ts";
import { describeRead, type Exchange } from "../exchange.ts";
import { pollUntil } from "../poll.ts";
import { readScimPath } from "../read-scim-path.ts";
import { type CanaryChange, chooseCanaryChange } from "./canary-change.ts";

/** What was done to the canary person and is not undone yet. */
export interface CanaryState {
  userId?: string;
  userName?: string;
  isAssigned?: boolean;
  changed?: { readonly name: string; readonly original: unknown };
}

export const canaryChecks: readonly Check[] = [
  {
    id: "loop.canary.create",
    question: "Does the canary person appear in the SCIM server when assigned in Okta?",
    needs: ["loop.people.present", "okta.connection.status", "server.auth.accepted"],
    after: ["loop.people.values", "loop.people.orphans", "loop.groups"],
    deadline: "settle",
    writes: true,
    inapplicable: withoutCanary,
    run: assignCanary,
  },
  {
    id: "loop.canary.update",
    question: "Does a change of the canary's profile arrive?",
    needs: ["loop.canary.create"],
    deadline: "settle",
    writes: true,
    // Apps may have the same canary, whose profile each changes.
    exclusive: ({ canary }) => canary?.login,
    inapplicable: (app) =>
      withoutCanary(app) ??
      (app.provisioning.updateProfiles ? undefined : "The spec does not let Okta update people.") ??
      (chooseCanaryChange(app) === undefined
        ? "No pushed attribute comes from one attribute of Okta's user."
        : undefined),
    run: changeCanary,
  },
  {
    id: "loop.canary.deactivate",
    question: "Is the canary deactivated when unassigned in Okta?",
    needs: ["loop.canary.create"],
    after: ["loop.canary.update"],
    deadline: "settle",
    writes: true,
    inapplicable: (app) =>
      withoutCanary(app) ??
      (app.provisioning.deactivateUsers ? undefined : "The spec does not let Okta deactivate people."),
    run: unassignCanary,
  },
];

function withoutCanary(app: AppCheckPlan): string | undefined {
  if (app.canary === undefined) return "The spec names no canary person.";
  if (!app.connection.configured) return "The connection is not configured yet.";
  return app.provisioning.createUsers ? undefined : "The spec does not let Okta create people.";
}

/** Takes back what the canary checks did, whatever happened: the changed value and the assignment. */
export async function restoreCanary({ app, okta, canary, signal }: AppSession): Promise<void> {
  const { userId, changed } = canary;
  if (userId === undefined) return;
  if (changed !== undefined) {
    await okta.users.updateProfile(userId, { [changed.name]: changed.original }, signal);
    delete canary.changed;
  }
  if (canary.isAssigned === true) {
    await okta.appUsers.unassign(app.appId, userId, signal);
    canary.isAssigned = false;
  }
}

async function assignCanary(session: AppSession) {
  const { app, okta, canary, signal } = session;
  const login = app.canary?.login ?? "";
  const person = await okta.users.find(login, signal);
  const exchange = describeRead(`GET /api/v1/users/${login}`, { status: person?.status ?? "404" });
  const remedy =
    "Name an active person in `checks.canary` who has no access to the app otherwise, such as a test account.";
  demand(person !== undefined, `There is no person ${login} in Okta.`, remedy, exchange);
  demand(person.status === "ACTIVE", `The canary ${login} is ${person.status} in Okta.`, remedy, exchange);
  const assigned = await okta.appUsers.find(app.appId, person.id, signal);
  if (assigned !== undefined) {
    const bySpec = app.assignments.users.some((user) => user.login === login);
    demand(
      !bySpec && assigned.scope !== "GROUP",
      `The canary ${login} is assigned to the app already.`,
      remedy,
      describeRead(`GET /api/v1/apps/${app.appId}/users/${person.id}`, { scope: assigned.scope }),
    );
    await okta.appUsers.unassign(app.appId, person.id, signal);
  }
  const started = performance.now();
  canary.userId = person.id;
  canary.isAssigned = true;
  const appUser = await okta.appUsers.assign(app.appId, { id: person.id }, signal);
  canary.userName = appUser.credentials?.userName ?? person.profile.login;
  const account = await pollAccount(session, (found) => found?.active === true);
  demand(
    account?.active === true,
    account === undefined
      ? "The canary did not appear in the SCIM server."
      : "The canary's account stayed inactive.",
    "See okta.people.errors, okta.system-log and Dashboard > Tasks in Okta's console.",
    describeSearch(session, account),
  );
  return pass(`The canary appeared after ${showSeconds(started)}.`, {
    exchange: describeSearch(session, account),
  });
}

async function changeCanary(session: AppSession) {
  const { app, okta, canary, signal } = session;
  const change = chooseCanaryChange(app);
  const person = await okta.users.find(canary.userId ?? "", signal);
  if (change === undefined || person === undefined) {
    throw new CheckFailure("The canary person is gone from Okta.", "Name another in `checks.canary`.");
  }
  const original = removeMark(person.profile[change.userAttribute]);
  const changed = typeof original === "string" && original !== "" ? `${original} ${mark}` : mark;
  canary.changed = { name: change.userAttribute, original };
  const started = performance.now();
  await okta.users.updateProfile(person.id, { [change.userAttribute]: changed }, signal);
  const account = await pollAccount(session, (found) => readValue(found, change) === changed);
  const tookSeconds = showSeconds(started);
  await okta.users.updateProfile(person.id, { [change.userAttribute]: original }, signal);
  delete canary.changed;
  demand(
    readValue(account, change) === changed,
    `The canary's new ${change.userAttribute} did not arrive in ${change.scim}.`,
    "See okta.features (updateProfiles), okta.mapping.push and okta.system-log.",
    describeSearch(session, account),
  );
  return pass(`The canary's new ${change.userAttribute} arrived after ${tookSeconds}.`, {
    exchange: describeSearch(session, account),
  });
}

async function unassignCanary(session: AppSession) {
  const { app, okta, canary, signal } = session;
  const started = performance.now();
  await okta.appUsers.unassign(app.appId, canary.userId ?? "", signal);
  canary.isAssigned = false;
  const account = await pollAccount(session, (found) => found?.active !== true);
  demand(
    account?.active !== true,
    "The canary is still active in the SCIM server.",
    "See okta.features (deactivateUsers), server.user.deactivate and okta.system-log: people who leave keep their access.",
    describeSearch(session, account),
  );
  return pass(`The canary was deactivated after ${showSeconds(started)}.`, {
    exchange: describeSearch(session, account),
  });
}

/** What marks the changed value, so that a killed run's mark is taken off again by the next one. */
const mark = "(okta-scim canary)";

function removeMark(value: unknown): unknown {
  if (typeof value !== "string" || !value.endsWith(mark)) return value ?? null;
  const original = value.slice(0, -mark.length).trimEnd();
  return original === "" ? null : original;
}

function readValue(account: ScimUser | undefined, change: CanaryChange): unknown {
  return readScimPath(account, change.scim);
}

function pollAccount(
  session: AppSession,
  isSettled: (account: ScimUser | undefined) => boolean,
): Promise<ScimUser | undefined> {
  const { scim, canary, signal } = session;
  const filter = nameSearch(session);
  // A server that ignores filters answers with somebody else.
  const isCanary = ({ userName }: ScimUser) => userName.toLowerCase() === canary.userName?.toLowerCase();
  return pollUntil(
    session,
    async () =>
      (await scim.users.list({ filter, startIndex: 1, count: 10 }, signal)).Resources.find(isCanary),
    isSettled,
  );
}

function nameSearch({ canary }: AppSession): string {
  return filterEquals("userName", canary.userName ?? "");
}

/** The last search for the canary's account, as evidence. */
function describeSearch(session: AppSession, account: ScimUser | undefined): Exchange {
  const request = `GET ${session.app.server.baseUrl}/Users?filter=${nameSearch(session)}`;
  return describeRead(request, account ?? "nobody");
}

function showSeconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
