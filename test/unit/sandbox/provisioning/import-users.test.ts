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
