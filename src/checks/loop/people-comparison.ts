import type { OktaAppUser } from "../../okta/app-users.ts";
import { collectList } from "../../okta/collect-list.ts";
import { ScimResponseError } from "../../scim/scim-errors.ts";
import type { ScimUser } from "../../scim/scim-messages.ts";
import { needsAccount } from "../account-need.ts";
import type { AppSession } from "../app-session.ts";
import type { Exchange } from "../exchange.ts";
import { pollUntil } from "../poll.ts";
import { isMarked } from "../throw-aways.ts";
import { compareValues } from "./compare-values.ts";

/** A server with at most so many times the people that are compared one by one is listed as a whole. */
const listFactor = 4;
const requestsAtOnce = 8;

/** Okta's people of an app against the accounts in its SCIM server, after provisioning has settled or has had its time. */
export interface PeopleComparison {
  /** People who must have an account: assigned, active, and not in ERROR. */
  readonly expected: number;
  /** People whom Okta failed to provision: whether they have an account is not asked. */
  readonly inError: number;
  /** Of those looked at, how many have one. */
  readonly present: number;
  readonly lookedAt: number;
  /** Why only some were looked at; `undefined` when all were. */
  readonly sample: string | undefined;
  readonly missing: readonly string[];
  /** Assigned while provisioning was off: Okta never sends them by itself. */
  readonly neverPushed: readonly string[];
  /** One line per person and attribute. */
  readonly differences: readonly string[];
  readonly orphans: readonly string[];
  /** Accounts looked through for orphans, and how many there are. */
  readonly accountsLookedAt: number;
  readonly accounts: number;
  /** What was asked on both sides, and how many came back. */
  readonly exchange: Exchange;
}

/** Compares again and again until everything agrees or provisioning has had its time. */
export function comparePeople(session: AppSession): Promise<PeopleComparison> {
  return pollUntil(
    session,
    (maxAgeMs) => compareOnce(session, maxAgeMs),
    ({ missing, differences, orphans }) => missing.length + differences.length + orphans.length === 0,
  );
}

async function compareOnce(session: AppSession, maxAgeMs: number): Promise<PeopleComparison> {
  const { app, reads, patience } = session;
  const assigned = await reads.appUsers(maxAgeMs);
  const due = assigned.filter(needsAccount);
  const expected = due.filter(({ syncState }) => syncState !== "ERROR");
  const neverPushed = expected.filter(
    (person) => person.externalId == null && person.syncState === "DISABLED",
  );
  const pushed = expected.filter((person) => !neverPushed.includes(person));
  const people = spread(pushed, patience.exactPeople);
  const accounts = await readAccounts(session, people);
  const missing: string[] = [];
  const differences: string[] = [];
  for (const person of people) {
    const account = accounts.byId.get(person.externalId ?? "");
    if (account === undefined) missing.push(nameOf(person));
    else {
      if (account.active === false) differences.push(`${nameOf(person)}: the account is inactive`);
      for (const difference of compareValues(app, person, account))
        differences.push(`${nameOf(person)}: ${difference}`);
    }
  }
  const ids = new Set(assigned.map(({ externalId }) => externalId));
  const orphans = accounts.listed.filter(
    ({ id, active, userName }) => active !== false && !ids.has(id) && !isMarked(userName),
  );
  return {
    expected: expected.length,
    inError: due.length - expected.length,
    present: people.length - missing.length,
    lookedAt: people.length,
    sample:
      people.length === pushed.length ? undefined : `a sample of ${people.length} of ${pushed.length} people`,
    missing,
    neverPushed: neverPushed.map(nameOf),
    differences,
    orphans: orphans.map(({ userName }) => userName),
    accountsLookedAt: accounts.listed.length,
    accounts: accounts.total,
    exchange: {
      request: `GET /api/v1/apps/${app.appId}/users; GET ${app.server.baseUrl}/Users`,
      answer: `${assigned.length} people; ${accounts.total} accounts`,
    },
  };
}

interface Accounts {
  readonly byId: ReadonlyMap<string, ScimUser>;
  /** The accounts that were listed: all of a small server, evenly spread pages of a large one. */
  readonly listed: readonly ScimUser[];
  readonly total: number;
}

async function readAccounts(session: AppSession, people: readonly OktaAppUser[]): Promise<Accounts> {
  const { scim, patience, signal } = session;
  const { totalResults } = await scim.users.list({ startIndex: 1, count: 1 }, signal);
  if (totalResults <= patience.exactPeople * listFactor) {
    const listed = await collectList(scim.users.all({ count: 100 }, signal));
    return { byId: new Map(listed.map((user) => [user.id, user])), listed, total: totalResults };
  }
  const byId = new Map<string, ScimUser>();
  const queue = people.flatMap(({ externalId }) => (externalId == null ? [] : [externalId]));
  const work = async (): Promise<void> => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const user = await readAccount(session, id);
      if (user !== undefined) byId.set(id, user);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  return { byId, listed: await listSomeAccounts(session, totalResults), total: totalResults };
}

async function readAccount({ scim, signal }: AppSession, id: string): Promise<ScimUser | undefined> {
  try {
    return await scim.users.get(id, signal);
  } catch (error) {
    if (error instanceof ScimResponseError && error.status === 404) return undefined;
    throw error;
  }
}

async function listSomeAccounts(
  { scim, patience, signal }: AppSession,
  total: number,
): Promise<readonly ScimUser[]> {
  const pageSize = 100;
  const pages = Math.max(Math.floor(patience.exactPeople / pageSize), 1);
  const listed: ScimUser[] = [];
  for (let page = 0; page < pages; page += 1) {
    const startIndex = Math.floor((page * total) / pages) + 1;
    listed.push(...(await scim.users.list({ startIndex, count: pageSize }, signal)).Resources);
  }
  return listed;
}

/** At most `limit` elements, evenly spread and the same in each run, so that a finding can be looked at again. */
function spread<Element>(elements: readonly Element[], limit: number): readonly Element[] {
  if (elements.length <= limit) return elements;
  return Array.from(
    { length: limit },
    (_, index) => elements[Math.floor((index * elements.length) / limit)],
  ).filter((element) => element !== undefined);
}

function nameOf({ id, credentials }: OktaAppUser): string {
  return credentials?.userName ?? id;
}
