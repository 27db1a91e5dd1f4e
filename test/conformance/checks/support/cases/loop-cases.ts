import { expect } from "vitest";
import { changing, failingOkta, targets } from "../breakages.ts";
import type { ProxiedRequest } from "../breaking-proxy.ts";
import type { BrokenCase } from "../broken-case.ts";
import { setFeatures, type World } from "../world.ts";

const impatient = { patience: { settleMs: 1_500 } };
const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";

async function userId(world: World, login: string): Promise<string> {
  return (await world.okta.users.find(login))?.id ?? "";
}

async function accountId(world: World, login: string): Promise<string> {
  const person = await world.okta.appUsers.find(world.app.appId, await userId(world, login));
  return person?.externalId ?? "";
}

/** The canary's life is played with a server that fails Okta at one step; whatever happens, the canary is put back. */
function breakCanary(id: string, remedy: string, fails: (request: ProxiedRequest) => boolean): BrokenCase {
  return {
    id,
    remedy,
    run: async (world) => {
      const canary = await userId(world, "zoe.vanderberg@example.com");
      const before = await world.okta.users.find(canary);
      const report = await world.proxy.broken(failingOkta(fails), () =>
        world.check({ only: ["loop.canary"], patience: { settleMs: 2_000 } }),
      );
      expect((await world.okta.users.find(canary))?.profile).toEqual(before?.profile);
      expect(await world.okta.appUsers.find(world.app.appId, canary)).toBeUndefined();
      await world.drain();
      return report;
    },
  };
}

async function loseAccount(world: World) {
  const id = await userId(world, "noor.haddad@example.com");
  await world.scim.users.delete(await accountId(world, "noor.haddad@example.com"));
  const report = await world.check(impatient);
  await world.okta.appUsers.unassign(world.app.appId, id);
  await world.drain();
  await world.okta.appUsers.assign(world.app.appId, { id });
  await world.drain();
  return report;
}

async function assignWhileOff(world: World) {
  const id = await userId(world, "mei.chen@example.com");
  await setFeatures(world.call, world.app.appId, "DISABLED");
  await world.okta.appUsers.assign(world.app.appId, { id });
  await setFeatures(world.call, world.app.appId, "ENABLED");
  const report = await world.check(impatient);
  await world.okta.appUsers.unassign(world.app.appId, id);
  await world.drain();
  return report;
}

async function makeOrphan(world: World, kind: "bundled" | "external") {
  const orphan = await world.scim.users.create({
    schemas: [userSchema],
    userName: "ghost@example.com",
    name: { givenName: "Gho", familyName: "St" },
    emails: [{ value: "ghost@example.com", type: "work", primary: true }],
    active: true,
  });
  const report = await world.check({ ...impatient, only: ["loop.people"] }, (app) => ({
    ...app,
    server: { ...app.server, kind },
  }));
  await world.scim.users.delete(orphan.id);
  return report;
}

async function loseMember(world: World) {
  const found = await world.scim.groups.list({ filter: 'displayName eq "payroll-admins"' });
  const group = await world.scim.groups.get(found.Resources[0]?.id ?? "");
  const [member] = group.members ?? [];
  await world.scim.groups.patch(group.id, [{ op: "remove", path: `members[value eq "${member?.value}"]` }]);
  const report = await world.check(impatient);
  await world.scim.groups.patch(group.id, [{ op: "add", path: "members", value: [member] }]);
  return report;
}

/** What Okta and the server disagree about. */
export const loopCases: readonly BrokenCase[] = [
  {
    id: "loop.reached",
    how: "Okta never came",
    run: (world) =>
      world.proxy.broken(
        changing(targets("/evidence"), () => '{"entries":[]}'),
        () => world.check(impatient),
      ),
    evidence: /^Okta has never reached the SCIM server\.$/,
    remedy: "okta.connection.status",
  },
  {
    id: "loop.reached",
    how: "Okta was refused",
    run: (world) =>
      world.proxy.broken(
        changing(targets("/evidence"), (json) => json.replaceAll(/"lastStatus":\d+/g, '"lastStatus":401')),
        () => world.check(impatient),
      ),
    evidence: /^Okta reached the server, which answered 401 to /,
    remedy: "okta.connection.status",
  },
  {
    id: "loop.people.present",
    how: "the server lost somebody",
    run: loseAccount,
    details: ["noor.haddad@example.com"],
    remedy: "Dashboard > Tasks",
    verify: (_result, report) => expect(report.apps[0]?.people).toEqual({ actual: 9, expected: 10 }),
  },
  {
    id: "loop.people.present",
    how: "somebody was assigned while provisioning was off",
    run: assignWhileOff,
    details: ["mei.chen@example.com (never pushed)"],
    remedy: "Provision User",
  },
  {
    id: "loop.people.values",
    run: async (world) => {
      const account = await accountId(world, "noor.haddad@example.com");
      const before = await world.scim.users.get(account);
      await world.scim.users.patch(account, [{ op: "replace", path: "name.givenName", value: "Mallory" }]);
      const report = await world.check(impatient);
      await world.scim.users.replace(account, before);
      return report;
    },
    details: ['noor.haddad@example.com: givenName is "Mallory" in name.givenName, Okta has "Noor"'],
    remedy: "Force Sync",
  },
  {
    id: "loop.people.orphans",
    run: (world) => makeOrphan(world, "bundled"),
    details: ["ghost@example.com"],
    remedy: "Deactivate them in the app",
  },
  {
    id: "loop.people.orphans",
    how: "a warning for an external server",
    outcome: "warn",
    run: (world) => makeOrphan(world, "external"),
    details: ["ghost@example.com"],
    remedy: "Deactivate them in the app",
  },
  {
    id: "loop.groups",
    run: loseMember,
    details: ["payroll-admins lacks 1 member and has 0 too many"],
    remedy: "Push now",
  },
  {
    id: "loop.canary.create",
    how: "the canary has access otherwise",
    run: (world) =>
      world.check({ only: ["loop.canary"] }, (app) => ({ ...app, canary: { login: "ada@example.com" } })),
    evidence: /is assigned to the app already/,
    remedy: "a test account",
  },
  breakCanary("loop.canary.create", "okta.people.errors", ({ method }) =>
    ["POST", "PUT", "PATCH"].includes(method),
  ),
  breakCanary(
    "loop.canary.update",
    "okta.mapping.push",
    ({ method, body }) => method === "PUT" && body.includes("canary)"),
  ),
  breakCanary(
    "loop.canary.deactivate",
    "people who leave keep their access",
    ({ method, body }) => method === "PATCH" && body.includes("false"),
  ),
];
