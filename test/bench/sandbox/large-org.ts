import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  collect,
  type OrgProcess,
  type ScimServerProcess,
} from "../../conformance/provisioning/processes.ts";
import { addGroup, addPerson, newStore } from "../../unit/sandbox/store/new-store.ts";

/** Size of a large org: people, groups of 50, and the members of one group more. */
export interface OrgSize {
  readonly people: number;
  readonly groups: number;
  readonly assigned: number;
}

/** Fills the database of an org that doesn't run. Returns the id of the large group. */
export function fillOrg(path: string, size: OrgSize): string {
  const store = newStore(path);
  const groupId = addGroup(store, "Large");
  const ids: string[] = [];
  while (ids.length < size.people) {
    store.transaction(() => {
      for (let count = 0; count < 10_000 && ids.length < size.people; count++) {
        const department = `D${ids.length % 40}`;
        ids.push(addPerson(store, `p${ids.length}`, { department }).id);
      }
    });
  }
  store.transaction(() => {
    for (let index = 0; index < size.groups; index++) {
      const start = (index * 50) % size.people;
      store.groups.addMembers(addGroup(store, `G${index}`), ids.slice(start, start + 50));
    }
    store.groups.addMembers(groupId, ids.slice(0, size.assigned));
  });
  store.close();
  return groupId;
}

const withId = z.object({ id: z.string() });

/** Makes a catalog app that provisions into a tenant of the SCIM server, and switches everything on. Returns its id. */
export async function createApp(org: OrgProcess, server: ScimServerProcess, tenant: string): Promise<string> {
  const app = { name: "scim2headerauth", label: "Payroll", signOnMode: "AUTO_LOGIN", settings: {} };
  const { id } = withId.parse(await org.api("POST", "/api/v1/apps?activate=true", app));
  const connection = `/api/v1/apps/${id}/connections/default`;
  const profile = { authScheme: "TOKEN", token: server.authorization };
  await org.api("POST", connection, { baseUrl: server.baseUrl(tenant), profile });
  await org.api("POST", `${connection}/lifecycle/activate`);
  await org.api("PUT", `/api/v1/apps/${id}/features/USER_PROVISIONING`, {
    create: { lifecycleCreate: { status: "ENABLED" } },
    update: { profile: { status: "ENABLED" }, lifecycleDeactivate: { status: "ENABLED" } },
  });
  return id;
}

/** What differs between the people that the org (which doesn't run) says are provisioned, and the accounts of the server. */
export interface Comparison {
  readonly accounts: number;
  readonly missing: number;
  readonly doubled: number;
  readonly different: number;
}

/** Compares the app users of an org that doesn't run with the server's accounts, person by person. */
export async function comparePeople(
  path: string,
  appId: string,
  server: ScimServerProcess,
  tenant: string,
): Promise<Comparison> {
  const accounts = await collect(server.client(tenant).users.all({ count: 500 }));
  const byName = new Map(accounts.map((account) => [account.userName.toLowerCase(), account]));
  const store = newStore(path);
  let [missing, different] = [0, 0];
  for (let afterUserId: string | undefined = ""; afterUserId !== undefined; ) {
    const page = store.appUsers.list({ appId, afterUserId, limit: 1_000 });
    for (const appUser of page) {
      const account = byName.get(appUser.userName.toLowerCase());
      if (account === undefined) missing += 1;
      const isSame =
        account?.id === appUser.externalId &&
        account.externalId === appUser.userId &&
        account.active === true &&
        account.name?.givenName === store.users.get(appUser.userId)?.profile["firstName"] &&
        appUser.syncState === "SYNCHRONIZED";
      if (account !== undefined && !isSame) different += 1;
    }
    afterUserId = page.at(-1)?.userId;
  }
  const expected = store.appUsers.count(appId);
  store.close();
  const doubled = accounts.length - byName.size + Math.max(0, byName.size - (expected - missing));
  return { accounts: accounts.length, missing, doubled, different };
}

/** Calls `request` again and again until `isOver`; the longest time that one took, in milliseconds. */
export async function longestAnswer(request: () => Promise<unknown>, isOver: () => boolean): Promise<number> {
  let longest = 0;
  while (!isOver()) {
    const started = performance.now();
    await request();
    longest = Math.max(longest, performance.now() - started);
    await sleep(20);
  }
  return longest;
}
