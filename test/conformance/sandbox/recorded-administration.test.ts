import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * Administrator roles, group owners and linked objects as recordings of the official provider's acceptance tests show them
 * (UserAdminRoles_crud, GroupAdminRole_crud, GroupOwner_crud, LinkDefinition_crud, LinkValue_crud).
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

async function createPerson(login: string): Promise<string> {
  const profile = { email: login, firstName: "TestAcc", lastName: "Smith", login };
  return String((await call("POST", "/api/v1/users", { profile })).body["id"]);
}

async function createGroup(name: string): Promise<string> {
  return String((await call("POST", "/api/v1/groups", { profile: { name, description: "" } })).body["id"]);
}

describe("roles of a person (UserAdminRoles_crud)", () => {
  test("come with an id that says what they are, and go", async () => {
    const userId = await createPerson("roles@example.com");
    const home = `/api/v1/users/${userId}/roles`;
    const created = await call("POST", `${home}?disableNotifications=false`, { type: "APP_ADMIN" });
    const role = {
      id: "IFIFAX2BIRGUSTQ",
      label: "Application Administrator",
      type: "APP_ADMIN",
      status: "ACTIVE",
      created: expect.any(String),
      lastUpdated: expect.any(String),
      assignmentType: "USER",
      _links: { assignee: { href: `${org.url}/api/v1/users/${userId}` } },
    };
    expect(created.status).toBe(201);
    expect(created.body).toEqual(role);
    const other = await call("POST", home, { type: "USER_ADMIN" });
    expect(other.body).toMatchObject({ id: "KVJUKUS7IFCE2SKO", label: "Group Administrator" });
    const listed = await call("GET", home);
    expect(listed.list).toEqual([role, other.body]);
    expect(listed.links).toEqual([]);
    expect(await call("POST", home, { type: "APP_ADMIN" })).toMatchObject({
      status: 409,
      body: { errorCode: "E0000090" },
    });
    expect((await call("DELETE", `${home}/KVJUKUS7IFCE2SKO`)).status).toBe(204);
    expect((await call("GET", home)).list).toEqual([role]);
    const groups = async () => {
      const { list } = await call("GET", `/api/v1/users/${userId}/groups`);
      return list.map(({ type, profile }) => [type, field(profile, "name")]);
    };
    expect(await groups()).toEqual([
      ["BUILT_IN", "Everyone"],
      ["BUILT_IN", "Okta Administrators"],
    ]);
    expect(await call("GET", `${home}/KVJUKUS7IFCE2SKO`)).toMatchObject({
      status: 404,
      body: { errorSummary: "Not found: Resource not found: KVJUKUS7IFCE2SKO (RoleAssignment)" },
    });
  });

  test("those that can have targets come first, and share a time (DataSourceOktaUser_NoSkips)", async () => {
    const userId = await createPerson("super@example.com");
    const home = `/api/v1/users/${userId}/roles`;
    const all = await call("POST", home, { type: "SUPER_ADMIN" });
    expect(all.body).toMatchObject({
      id: expect.stringMatching(/^ra1\w{17}$/),
      label: "Super Administrator",
    });
    await call("POST", home, { type: "APP_ADMIN" });
    await call("POST", home, { type: "USER_ADMIN" });
    org.clock.advance(5_000);
    const latest = await call("POST", home, { type: "HELP_DESK_ADMIN" });
    const listed = (await call("GET", home)).list;
    expect(listed.map(({ type }) => type)).toEqual([
      "APP_ADMIN",
      "USER_ADMIN",
      "HELP_DESK_ADMIN",
      "SUPER_ADMIN",
    ]);
    const { created } = latest.body;
    expect(listed.map((role) => role["created"])).toEqual([created, created, created, all.body["created"]]);
    expect(created).not.toBe(all.body["created"]);
  });

  test("end with the person's deactivation", async () => {
    const userId = await createPerson("leaving@example.com");
    await call("POST", `/api/v1/users/${userId}/roles`, { type: "READ_ONLY_ADMIN" });
    await call("POST", `/api/v1/users/${userId}/lifecycle/deactivate`);
    expect((await call("GET", `/api/v1/users/${userId}/roles`)).list).toEqual([]);
  });
});

test("roles of a group, which its members have, too (GroupAdminRole_crud)", async () => {
  const groupId = await createGroup("administrators");
  const userId = await createPerson("member@example.com");
  await call("PUT", `/api/v1/groups/${groupId}/users/${userId}`);
  const home = `/api/v1/groups/${groupId}/roles`;
  const created = await call("POST", `${home}?disableNotifications=false`, { type: "READ_ONLY_ADMIN" });
  expect(created).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^gra\w{17}$/),
      label: "Read-only Administrator",
      assignmentType: "GROUP",
      _links: { assignee: { href: `${org.url}/api/v1/groups/${groupId}` } },
    },
  });
  const path = `${home}/${String(created.body["id"])}`;
  expect((await call("GET", path)).body).toEqual(created.body);
  expect((await call("GET", `/api/v1/users/${userId}/roles`)).list).toEqual([created.body]);
  await call("POST", home, { type: "APP_ADMIN" });
  const targets = await call("GET", `${home}/IFIFAX2BIRGUSTQ/targets/catalog/apps?limit=200&status=ACTIVE`);
  expect([targets.status, targets.list, targets.links]).toEqual([200, [], ["self"]]);
  expect((await call("DELETE", path)).status).toBe(204);
});

test("an owner of a group, whose times Okta writes in two ways (GroupOwner_crud)", async () => {
  const groupId = await createGroup("owned");
  const userId = await createPerson("owner@example.com");
  const home = `/api/v1/groups/${groupId}/owners`;
  const owner = {
    id: userId,
    type: "USER",
    resolved: true,
    originId: null,
    originType: "OKTA_DIRECTORY",
    displayName: "TestAcc Smith",
  };
  const added = await call("POST", home, { id: userId, type: "USER" });
  expect(added.status).toBe(201);
  expect(added.body).toEqual({
    ...owner,
    lastUpdated: expect.stringMatching(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/),
  });
  const listed = await call("GET", home);
  expect(listed.list).toEqual([
    { ...owner, lastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0$/) },
  ]);
  expect(listed.links).toEqual([]);
  expect(await call("POST", home, { id: userId, type: "USER" })).toMatchObject({
    status: 400,
    body: { errorCauses: [{ errorSummary: "Provided owner is already assigned to this group" }] },
  });
  expect((await call("DELETE", `${home}/${userId}`)).status).toBe(204);
  expect((await call("GET", home)).list).toEqual([]);
  // GroupOwners_alreadyAssignedOwner400: who owns it no more is missing by another name.
  expect((await call("DELETE", `${home}/${userId}`)).body).toMatchObject({
    errorSummary: `Not found: Resource not found: ${userId} (LinkedObject)`,
  });
  // GroupOwners_invalidTypeMismatch
  expect((await call("POST", home, { id: groupId, type: "USER" })).body).toMatchObject({
    errorSummary: `Not found: Resource not found: ${groupId} (User)`,
  });
});

describe("linked objects (LinkDefinition_crud, LinkValue_crud)", () => {
  const primary = { name: "manager", title: "Manager", description: "Manager link property", type: "USER" };
  const associated = {
    name: "subordinate",
    title: "Subordinate",
    description: "The other way",
    type: "USER",
  };
  const path = "/api/v1/meta/schemas/user/linkedObjects";

  test("are defined, link people in both directions, and go with their links", async () => {
    const defined = await call("POST", path, { associated, primary });
    const self = { href: `${org.url}${path}/manager` };
    expect(defined.status).toBe(201);
    expect(defined.body).toEqual({ primary, associated, _links: { self } });
    expect((await call("GET", `${path}/manager`)).body).toEqual(defined.body);
    const [boss, one, two] = await Promise.all(
      ["boss", "one", "two"].map((name) => createPerson(`${name}@example.com`)),
    );
    for (const id of [one, two]) {
      const linked = await call("PUT", `/api/v1/users/${id}/linkedObjects/manager/${boss}`);
      expect([linked.status, linked.body]).toEqual([204, {}]);
    }
    const people = (ids: (string | undefined)[]) =>
      ids.toSorted().map((id) => ({ _links: { self: { href: `${org.url}/api/v1/users/${id}` } } }));
    expect((await call("GET", `/api/v1/users/${boss}/linkedObjects/subordinate`)).list).toEqual(
      people([one, two]),
    );
    expect((await call("GET", `/api/v1/users/${one}/linkedObjects/manager`)).list).toEqual(people([boss]));
    expect((await call("DELETE", `/api/v1/users/${one}/linkedObjects/manager`)).status).toBe(204);
    expect((await call("GET", `/api/v1/users/${one}/linkedObjects/manager`)).list).toEqual([]);
    expect((await call("DELETE", `${path}/manager`)).status).toBe(204);
    expect(await call("GET", `${path}/manager`)).toMatchObject({
      status: 404,
      body: { errorSummary: "Not found: Resource not found: manager (LinkedObject)" },
    });
  });
});
