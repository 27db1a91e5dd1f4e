import { expect, test } from "vitest";
import { loadOrgFile, OrgFileError, parseOrgData, seedOrg } from "../../../../sandbox/okta/org-data.ts";
import { newStore } from "./new-store.ts";

test("the org of the repository has forty people, and seven groups besides those that every org has", () => {
  const store = newStore();
  expect(seedOrg(store, loadOrgFile("sandbox/org.yaml"))).toBe(true);
  expect(store.users.count()).toBe(40);
  expect(store.groups.page({ limit: 20 }).map(({ name }) => name)).toEqual([
    "Everyone",
    "Okta Administrators",
    "Finance",
    "Payroll Admins",
    "Payroll Viewers",
    "Engineering",
    "People Operations",
    "Sales",
    "Contractors",
  ]);
  const statuses = store.users.page({ limit: 50 }).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set(["ACTIVE", "SUSPENDED", "DEPROVISIONED", "STAGED"]));
  expect(store.users.getByLogin("ada@example.com")?.profile).toMatchObject({
    firstName: "Ada",
    department: "Finance",
    managerId: "grace.okafor@example.com",
    manager: "Grace Okafor",
  });
  expect(store.users.get(store.setting("administrator") ?? "")?.profile["login"]).toBe(
    "isaac.adeyemi@example.com",
  );
});

test("an org that has people is left as it is", () => {
  const store = newStore();
  const data = loadOrgFile("sandbox/org.yaml");
  seedOrg(store, data);
  const ada = store.users.getByLogin("ada@example.com");
  store.users.setProfile(ada?.id ?? "", { ...ada?.profile, title: "Countess" });
  expect(seedOrg(store, data)).toBe(false);
  expect(store.users.getByLogin("ada@example.com")?.profile["title"]).toBe("Countess");
});

test("every problem of an org file has its place", () => {
  const text = `version: 1
administrator: nobody@example.com
groups:
  - { name: Finance }
  - { name: Finance }
people:
  - login: ada@example.com
    firstName: Ada
    lastName: Lovelace
    manager: boss@example.com
    groups: [Finance, Fiance]
  - { login: ADA@example.com, firstName: Ada, lastName: Again }
`;
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    [
      "org.yaml:5:13 groups.1.name: the group "Finance" exists already",
      "org.yaml:12:14 people.1.login: the login ADA@example.com is used twice",
      "org.yaml:10:14 people.0.manager: nobody has the login boss@example.com",
      "org.yaml:11:23 people.0.groups.1: there is no group "Fiance"",
      "org.yaml:2:16 administrator: nobody has the login nobody@example.com",
    ]
  `);
});

test("keys and values that are not known are named", () => {
  const text = `version: 1
administrator: ada@example.com
groups: []
people:
  - { login: ada, firstName: Ada, lastName: L, shoeSize: 44, status: gone }
`;
  expect(problemsOf(text)).toMatchInlineSnapshot(`
    [
      "org.yaml:5:14 people.0.login: Invalid email address",
      "org.yaml:5:70 people.0.status: Invalid option: expected one of "active"|"staged"|"suspended"|"deprovisioned"",
      "org.yaml:5:5 people.0: Unrecognized key: "shoeSize"",
    ]
  `);
  expect(problemsOf("people: [")).toMatchInlineSnapshot(`
    [
      "org.yaml:1:10 Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10:",
    ]
  `);
});

function problemsOf(text: string): readonly string[] {
  try {
    parseOrgData(text, "org.yaml");
  } catch (error) {
    if (error instanceof OrgFileError) return error.problems;
    throw error;
  }
  return [];
}
