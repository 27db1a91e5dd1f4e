import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOrgCaller, field, type OrgCaller } from "./call-org.ts";
import { startOrg, type TestOrg } from "./start-org.ts";

/**
 * What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of real orgs and
 * what no recording in test/fixtures/okta-recordings shows. Each test sends what the provider sends and says which recording it
 * is from; compared is what Okta answered, ids, names and times apart.
 */
let org: TestOrg;
let call: OrgCaller;

beforeAll(async () => {
  org = await startOrg();
  call = createOrgCaller(org);
});
afterAll(async () => {
  await org.stop();
});

describe("people in lists (GroupMemberships_crud, DataSourceOktaUsers_read)", () => {
  test("have one link, to themselves, in group members and searches; alone they have all", async () => {
    const group = await call("POST", "/api/v1/groups", { profile: { name: "members", description: "" } });
    const person = await call("POST", "/api/v1/users", {
      credentials: { password: {} },
      profile: {
        email: "john@example.com",
        firstName: "TestAcc",
        lastName: "Jones",
        login: "john@example.com",
        postalAddress: null,
      },
    });
    const groupId = String(group.body["id"]);
    const userId = String(person.body["id"]);
    expect(group.body["profile"]).toEqual({ name: "members", description: "" });
    expect(Object.keys(field(person.body, "_links") ?? {})).toEqual([
      "suspend",
      "schema",
      "resetPassword",
      "reactivate",
      "self",
      "type",
      "deactivate",
    ]);
    expect((await call("PUT", `/api/v1/groups/${groupId}/users/${userId}`)).status).toBe(204);
    const self = { _links: { self: { href: `${org.url}/api/v1/users/${userId}` } } };
    const members = await call("GET", `/api/v1/groups/${groupId}/users?limit=200`);
    expect(members.list).toEqual([{ ...person.body, ...self }]);
    expect(members.links).toEqual(["self"]);
    const found = await call(
      "GET",
      "/api/v1/users?limit=200&search=profile.email+sw+%22john%40%22&sortOrder=0",
    );
    expect(found.list).toEqual([{ ...person.body, ...self }]);
    expect(found.links).toEqual(["self"]);
  });
});

describe("group rules (GroupRule_crud)", () => {
  test("a rule whose group is deleted is invalid and can still be deleted (GroupRule_invalidHandle)", async () => {
    const group = await call("POST", "/api/v1/groups", { profile: { name: "short-lived", description: "" } });
    const groupIds = [String(group.body["id"])];
    const value = 'String.startsWith(user.firstName,String.toLowerCase("bob"))';
    const created = await call("POST", "/api/v1/groups/rules", {
      actions: { assignUserToGroups: { groupIds } },
      conditions: { expression: { type: "urn:okta:expression:1.0", value }, people: { users: {} } },
      name: "short-lived",
      type: "group_rule",
    });
    const home = `/api/v1/groups/rules/${String(created.body["id"])}`;
    await call("POST", `${home}/lifecycle/activate`);
    expect((await call("DELETE", `/api/v1/groups/${groupIds[0]}`)).status).toBe(204);
    const found = await call("GET", "/api/v1/groups?q=short-lived");
    expect([found.status, found.list, found.links]).toEqual([200, [], []]);
    const rule = await call("GET", home);
    expect(rule.status).toBe(200);
    expect(rule.body).toEqual({
      ...created.body,
      status: "INVALID",
      lastUpdated: expect.any(String),
      allGroupsValid: false,
    });
    expect((await call("DELETE", `${home}?removeUsers=false`)).status).toBe(202);
  });

  test("life from creation to the 404 after deletion", async () => {
    const group = await call("POST", "/api/v1/groups", { profile: { name: "ruled", description: "" } });
    const groupIds = [String(group.body["id"])];
    const sent = (value: string) => ({
      actions: { assignUserToGroups: { groupIds } },
      conditions: { expression: { type: "urn:okta:expression:1.0", value }, people: { users: {} } },
      name: "rule",
      type: "group_rule",
    });
    const created = await call(
      "POST",
      "/api/v1/groups/rules",
      sent('String.startsWith(user.firstName,"andy")'),
    );
    expect(created.status).toBe(200);
    expect(Object.keys(created.body)).toEqual([
      "type",
      "id",
      "status",
      "name",
      "created",
      "lastUpdated",
      "conditions",
      "actions",
      "allGroupsValid",
    ]);
    expect(created.body).toMatchObject({
      status: "INACTIVE",
      conditions: { people: { users: { exclude: [] }, groups: { exclude: [] } } },
      actions: { assignUserToGroups: { groupIds } },
      allGroupsValid: true,
    });
    const home = `/api/v1/groups/rules/${String(created.body["id"])}`;
    // GroupRules_read: the names of the groups come between what they were and whether they are there.
    const [named] = await call.list("/api/v1/groups/rules?expand=groupIdToGroupNameMap&limit=200");
    const names = { groupIdToGroupNameMap: { [String(group.body["id"])]: "ruled" } };
    const { allGroupsValid, ...rest } = created.body;
    expect(JSON.stringify(named)).toBe(JSON.stringify({ ...rest, _embedded: names, allGroupsValid }));
    expect((await call("POST", `${home}/lifecycle/activate`)).status).toBe(204);
    expect((await call("POST", `${home}/lifecycle/deactivate`)).status).toBe(204);
    const expression = 'String.startsWith(user.firstName,String.toLowerCase("bob"))';
    const updated = await call("PUT", home, sent(expression));
    expect(updated.body).toMatchObject({ conditions: { expression: { value: expression } } });
    expect(await call("DELETE", `${home}?removeUsers=false`)).toMatchObject({ status: 202, body: {} });
    expect(await call("GET", home)).toMatchObject({
      status: 404,
      body: {
        errorCode: "E0000007",
        errorSummary: `Not found: Resource not found: ${String(created.body["id"])} (PolicyRule)`,
        errorCauses: [],
      },
    });
  });
});

test("the password policy of a new org (DataSourceOktaDefaultPolicy_readPasswordPolicy)", async () => {
  const [policy] = await call.list("/api/v1/policies?type=PASSWORD");
  expect(Object.keys(policy ?? {})).toEqual([
    "id",
    "status",
    "name",
    "description",
    "priority",
    "system",
    "conditions",
    "created",
    "lastUpdated",
    "settings",
    "_links",
    "type",
  ]);
  expect(policy).toMatchObject({
    id: expect.stringMatching(/^00p/),
    name: "Default Policy",
    system: true,
    conditions: {
      people: { groups: { include: [expect.stringMatching(/^00g/)] } },
      authProvider: { provider: "OKTA" },
    },
  });
});
