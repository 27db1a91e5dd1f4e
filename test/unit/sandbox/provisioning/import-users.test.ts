import { afterEach, expect, test } from "vitest";
import type { JsonObject } from "../../../../sandbox/okta/store/model.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org[Symbol.asyncDispose]());

function useRules(userCreateAndMatch: JsonObject): void {
  org.setFeatures({ inbound: { importRules: { userCreateAndMatch }, importSettings: {} } });
}

function addAccount(id: string, userName: string, more: Record<string, unknown> = {}): void {
  const name = { givenName: "Given", familyName: id };
  org.scim.users.set(id, {
    id,
    userName,
    active: true,
    name,
    emails: [{ type: "work", value: userName }],
    ...more,
  });
}

test("reads page by page, groups after users, and skips the inactive and the linked", async () => {
  org = await TestOrg.start();
  const ada = org.addUser("Ada");
  org.assign(ada);
  await org.settle();
  for (let index = 0; index < 149; index++) addAccount(`x${index}`, `stranger${index}@example.com`);
  addAccount("gone", "gone@example.com", { active: false });
  org.scim.groups.set("g1", { id: "g1", displayName: "Clerks" });
  useRules({ exactMatchCriteria: "USERNAME" });
  org.engine.jobs.importFrom(org.app.id);
  expect(await org.settle()).toEqual([
    "GET /Users?startIndex=1&count=100",
    "GET /Users?startIndex=101&count=100",
    "GET /Groups?startIndex=1&count=100",
  ]);
  expect(org.engine.jobs.importCandidates(org.app.id, 1000)).toHaveLength(149);
  expect(org.store.groups.getByName("Clerks", "APP_GROUP", org.app.id)?.externalId).toBe("g1");
  expect(org.logLines().at(-1)).toBe("system.import.complete SUCCESS");
});

test("links exact matches by user name, and by email, where the rules confirm them", async () => {
  org = await TestOrg.start();
  const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
  addAccount("x1", "ADA@example.com");
  addAccount("x2", "robert", { emails: [{ type: "work", value: "bob@example.com" }] });
  useRules({ exactMatchCriteria: "USERNAME", autoConfirmExactMatch: true });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({
    externalId: "x1",
    syncState: "SYNCHRONIZED",
  });
  expect(org.engine.jobs.importCandidates(org.app.id, 10)).toMatchObject([
    { externalId: "x2", matchUserId: null },
  ]);
  useRules({ exactMatchCriteria: "EMAIL", autoConfirmExactMatch: true });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(org.store.appUsers.get(org.app.id, bob.id)).toMatchObject({ externalId: "x2", userName: "robert" });
  expect(org.engine.jobs.importCandidates(org.app.id, 10)).toEqual([]);
});

test.each([
  [true, "ACTIVE"],
  [false, "STAGED"],
] as const)(
  "makes people of unknown accounts where the rules confirm them, activated: %s",
  async (autoActivateNewUsers, status) => {
    org = await TestOrg.start();
    addAccount("x1", "eve@example.com", { title: "Clerk" });
    useRules({ exactMatchCriteria: "USERNAME", autoConfirmNewUsers: true, autoActivateNewUsers });
    org.engine.jobs.importFrom(org.app.id);
    await org.settle();
    const eve = org.store.users.getByLogin("eve@example.com");
    expect(eve).toMatchObject({ status, profile: { firstName: "Given", lastName: "x1", title: "Clerk" } });
    expect(org.store.appUsers.get(org.app.id, eve?.id ?? "")?.externalId).toBe("x1");
    expect(org.scim.users.size).toBe(1);
  },
);

test("a failed import says why", async () => {
  org = await TestOrg.start();
  org.scim.intercept = () => ({ status: 500, body: { detail: "disk full" } });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(org.logLines()).toEqual([
    "system.import.complete FAILURE Internal Server Error. Errors reported by remote server: disk full",
  ]);
});

test("the only person of the same names is a partial match, confirmed by its own rule", async () => {
  org = await TestOrg.start();
  const ada = org.addUser("Ada");
  addAccount("x1", "countess", { name: { givenName: "ADA", familyName: "Example" } });
  for (const [allowPartialMatch, autoConfirmPartialMatch, found] of [
    [false, true, null],
    [true, false, ada.id],
  ] as const) {
    const exact = { exactMatchCriteria: "USERNAME", autoConfirmExactMatch: true };
    useRules({ ...exact, allowPartialMatch, autoConfirmPartialMatch });
    org.engine.jobs.importFrom(org.app.id);
    await org.settle();
    expect(org.engine.jobs.importCandidates(org.app.id, 10)).toMatchObject([{ matchUserId: found }]);
  }
  useRules({ exactMatchCriteria: "USERNAME", allowPartialMatch: true, autoConfirmPartialMatch: true });
  const twin = org.addUser("Ada", { login: "twin@example.com" });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(org.engine.jobs.importCandidates(org.app.id, 10)).toMatchObject([{ matchUserId: null }]);
  org.changeProfile(twin, { lastName: "Other" });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({ externalId: "x1" });
});

test("groups come with their linked members, follow the app's names, and pushed ones stay Okta's", async () => {
  org = await TestOrg.start();
  const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
  org.assign(ada);
  org.push(org.addGroup("Pushed", [ada]), "pushed");
  await org.settle();
  const pushed = String(org.scim.groupNamed("pushed")?.["id"]);
  const account = org.store.appUsers.get(org.app.id, ada.id)?.externalId;
  addAccount("x1", "bob@example.com");
  addAccount("x2", "stranger@example.com");
  const members = [{ value: account }, { value: "x1" }, { value: "x2" }];
  org.scim.groups.set("g1", { id: "g1", displayName: "Clerks", members });
  org.scim.groups.set(pushed, { id: pushed, displayName: "pushed", members: [{ value: "x1" }] });
  useRules({ exactMatchCriteria: "USERNAME", autoConfirmExactMatch: true });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  const clerks = org.store.groups.getByName("Clerks", "APP_GROUP", org.app.id);
  const memberIds = (): string[] =>
    org.store.groups
      .members(clerks?.id ?? "", { limit: 10 })
      .map(({ id }) => id)
      .toSorted();
  expect(memberIds()).toEqual([ada.id, bob.id].toSorted());
  const target = org.store.groups.getByName("pushed", "APP_GROUP", org.app.id);
  expect(org.store.groups.countMembers(target?.id ?? "")).toBe(0);

  org.scim.groups.set("g1", { id: "g1", displayName: "Accountants", members: [{ value: "x1" }] });
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  expect(memberIds()).toEqual([bob.id]);
  expect(org.store.groups.get(clerks?.id ?? "")?.name).toBe("Accountants");
});

test("groups that are gone in the app go with the next import, except pushed ones", async () => {
  org = await TestOrg.start();
  org.push(org.addGroup("Pushed"), "pushed");
  await org.settle();
  org.scim.groups.set("c1", { id: "c1", displayName: "Clerks" });
  useRules({});
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  org.scim.groups.clear();
  org.engine.jobs.importFrom(org.app.id);
  await org.settle();
  const names = org.store.groups.page({ where: { sql: "type = 'APP_GROUP'", values: [] }, limit: 10 });
  expect(names.map(({ name }) => name)).toEqual(["pushed"]);
  expect(org.logLines()).toContain("system.import.group.delete SUCCESS");
});

test.each([
  ["EMAIL", undefined, "eve@mail.example.com"],
  ["CUSTOM", 'String.substringBefore(source.userName, "+") + "@example.com"', "eve@example.com"],
  ["CUSTOM", "source.nothing + 1", "eve+1"],
] as const)(
  "the Okta user name is of the format %s %s",
  async (usernameFormat, userNameExpression, login) => {
    org = await TestOrg.start();
    const username = { usernameFormat, ...(userNameExpression === undefined ? {} : { userNameExpression }) };
    const userCreateAndMatch = {
      exactMatchCriteria: "USERNAME",
      autoConfirmExactMatch: true,
      autoConfirmNewUsers: true,
    };
    org.setFeatures({ inbound: { importRules: { userCreateAndMatch }, importSettings: { username } } });
    const email = { type: "work", value: "eve@mail.example.com" };
    addAccount("x1", "eve+1", { emails: [email] });
    org.engine.jobs.importFrom(org.app.id);
    await org.settle();
    const eve = org.store.users.getByLogin(login);
    expect(org.store.appUsers.get(org.app.id, eve?.id ?? "")).toMatchObject({
      userName: "eve+1",
      externalId: "x1",
    });

    addAccount("x2", "eve+1", { emails: [email] });
    org.scim.users.delete("x1");
    org.unassign(eve ?? org.addUser("nobody"));
    await org.settle();
    org.engine.jobs.importFrom(org.app.id);
    await org.settle();
    expect(org.store.appUsers.get(org.app.id, eve?.id ?? "")).toMatchObject({ externalId: "x2" });
  },
);
