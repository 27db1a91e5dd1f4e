import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of real orgs and
 * what no recording in test/fixtures/okta-recordings shows. Each test sends what the provider sends and says which recording it
 * is from; compared is what Okta answered, ids, names and times apart.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

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
    // The provider deactivates before it deletes, and goes on when the refusal has this text.
    const refused = await call("POST", `${home}/lifecycle/deactivate`);
    expect([refused.status, refused.body["errorCauses"]]).toEqual([
      400,
      [{ errorSummary: "Cannot activate or deactivate a Group Rule with the status INVALID" }],
    ]);
    expect((await call("PUT", home, { ...created.body, name: "renamed" })).status).toBe(400);
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

describe("expressions of group rules", () => {
  const createGroup = async (name: string): Promise<string> =>
    String((await call("POST", "/api/v1/groups", { profile: { name, description: "" } })).body["id"]);
  const createRule = (name: string, groupId: string, value: string) =>
    call("POST", "/api/v1/groups/rules", {
      actions: { assignUserToGroups: { groupIds: [groupId] } },
      conditions: { expression: { type: "urn:okta:expression:1.0", value }, people: { users: {} } },
      name,
      type: "group_rule",
    });
  const createPerson = async (login: string): Promise<string> => {
    const profile = { login, email: login, firstName: "TestAcc", lastName: "Smith" };
    return String((await call("POST", "/api/v1/users", { profile })).body["id"]);
  };
  const listMembers = async (groupId: string) =>
    (await call.list(`/api/v1/groups/${groupId}/users`)).map(({ id }) => id);

  test("that cannot be read are refused in two sentences (GroupRule_invalidSyntax)", async () => {
    const groupId = await createGroup("unreadable");
    for (const value of [
      '(user.firstName == "TestAcc"',
      "user.firstName == AND user.lastName",
      'user.firstName == "TestAcc" AND',
    ]) {
      expect(await createRule("unreadable", groupId, value)).toMatchObject({
        status: 400,
        body: {
          errorCode: "E0000001",
          errorSummary: "Api validation failed: validateRule",
          errorCauses: [
            { errorSummary: `Invalid expression syntax ${value}` },
            { errorSummary: "conditions: Invalid expression" },
          ],
        },
      });
    }
  });

  test("may ask for groups and directories, with any space (GroupRule_validConditions, _directoryFunctions)", async () => {
    const groupId = await createGroup("valid");
    for (const [index, value] of [
      "hasWorkdayUser()",
      'hasDirectoryUser() AND findDirectoryUser().managerUpn == "manager@example.com"',
      'isMemberOfGroupNameStartsWith("IT-")',
      '   user   \n   .   \n   firstName   ==   "John"   ',
    ].entries()) {
      const created = await createRule(`valid ${index}`, groupId, value);
      expect(created.status).toBe(200);
      expect(field(created.body, "conditions", "expression", "value")).toBe(value);
    }
  });

  test("of group B fill group A, and who leaves B leaves A (GroupMemberships_ClassicBehavior)", async () => {
    const [a, b] = [await createGroup("Group A"), await createGroup("Group B")];
    const [direct, first, second] = [
      await createPerson("direct@example.com"),
      await createPerson("first@example.com"),
      await createPerson("second@example.com"),
    ];
    await call("PUT", `/api/v1/groups/${a}/users/${direct}`);
    await call("PUT", `/api/v1/groups/${b}/users/${first}`);
    const rule = await createRule("B to A", a, `isMemberOfAnyGroup("${b}")`);
    await call("POST", `/api/v1/groups/rules/${String(rule.body["id"])}/lifecycle/activate`);
    expect(await listMembers(a)).toEqual([direct, first]);
    await call("PUT", `/api/v1/groups/${b}/users/${second}`);
    expect(await listMembers(a)).toEqual([direct, first, second]);
    await call("DELETE", `/api/v1/groups/${b}/users/${first}`);
    expect(await listMembers(a)).toEqual([direct, second]);
    // Two rules that never settle end all the same.
    const never = await createRule("not in B", b, `!isMemberOfGroup("${b}")`);
    await call("POST", `/api/v1/groups/rules/${String(never.body["id"])}/lifecycle/activate`);
    expect((await call("PUT", `/api/v1/groups/${b}/users/${first}`)).status).toBe(204);
  });
});

test("links have the page size before the question, and no order of nothing (DataSourceOktaGroups_read)", async () => {
  const { self } = await call("GET", "/api/v1/groups?filter=type+eq+%22BUILT_IN%22&limit=200");
  expect(self).toBe("/api/v1/groups?limit=200&filter=type+eq+%22BUILT_IN%22");
  const search = "search=profile.email+eq+%22john%40example.com%22";
  expect((await call("GET", `/api/v1/users?${search}&sortOrder=0&limit=200`)).self).toBe(
    `/api/v1/users?limit=200&${search}`,
  );
});

test("what only a profile's change alters is the ETag (User_updateAllAttributes)", async () => {
  const read = async (path: string, method = "GET") => {
    const headers = { authorization: `SSWS ${org.token}` };
    return (await fetch(`${org.url}${path}`, { method, headers })).headers.get("etag");
  };
  const profile = {
    login: "etag@example.com",
    email: "etag@example.com",
    firstName: "TestAcc",
    lastName: "Smith",
  };
  const { body } = await call("POST", "/api/v1/users?activate=false", { profile });
  const home = `/api/v1/users/${String(body["id"])}`;
  const staged = await read(home);
  await call("POST", `${home}/lifecycle/activate`);
  expect(await read(home)).toBe(staged);
  await call("PUT", home, { profile: { ...profile, city: "New York" } });
  expect(await read(home)).not.toBe(staged);
  await call("PUT", home, { profile: { ...profile, postalAddress: null } });
  expect(await read(home)).toBe(staged);
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

test("the policy of identity providers of a new org (DataSourceOktaDefaultPolicy_readIdpPolicy)", async () => {
  const answer = await call("GET", "/api/v1/policies?type=IDP_DISCOVERY");
  const id = String(answer.list[0]?.["id"]);
  const home = `${org.url}/api/v1/policies/${id}`;
  expect(answer.list).toEqual([
    {
      id: expect.stringMatching(/^00p\w{17}$/),
      status: "ACTIVE",
      name: "Idp Discovery Policy",
      description: "The default IdP Discovery Policy",
      priority: 1,
      system: true,
      conditions: null,
      created: expect.any(String),
      lastUpdated: expect.any(String),
      _links: {
        self: { href: home, hints: { allow: ["GET", "PUT"] } },
        rules: { href: `${home}/rules`, hints: { allow: ["GET", "POST"] } },
      },
      type: "IDP_DISCOVERY",
    },
  ]);
});
