import { describe, expect, test } from "vitest";
import { addApp, addGroup, addPerson, eventsAfter, newStore } from "./new-store.ts";

describe("assignment by group", () => {
  test("gives every member an account, and takes it away with the last group", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const [finance, admins] = [addGroup(store, "Finance"), addGroup(store, "Payroll Admins")];
    const ada = addPerson(store, "ada", { department: "Finance" });
    store.groups.addMembers(finance, [ada.id]);
    store.groups.addMembers(admins, [ada.id]);
    const before = store.events.latestSequence();

    store.assignments.assignGroup(app.id, finance, { profile: {} });
    expect(store.appUsers.get(app.id, ada.id)).toMatchObject({
      scope: "GROUP",
      status: "PENDING",
      syncState: "OUT_OF_SYNC",
      userName: "ada@example.com",
      profile: { givenName: "ada", department: "Finance", emailType: "work" },
    });
    store.assignments.assignGroup(app.id, admins, { profile: {} });
    store.assignments.unassignGroup(app.id, finance);
    expect(store.appUsers.get(app.id, ada.id)).toBeDefined();
    store.groups.removeMembers(admins, [ada.id]);
    expect(store.appUsers.get(app.id, ada.id)).toBeUndefined();

    expect(eventsAfter(store, before)).toEqual([
      { type: "appuser.assigned", appId: app.id, userId: ada.id, provision: true },
      { type: "group.membership-changed", groupId: admins, added: [], removed: [ada.id] },
      {
        type: "appuser.unassigned",
        appId: app.id,
        userId: ada.id,
        externalId: null,
        userName: "ada@example.com",
      },
    ]);
  });

  test("someone assigned while provisioning is off is never to be pushed", () => {
    const store = newStore();
    const app = addApp(store);
    const ada = addPerson(store, "ada");
    store.assignments.assignUser(app.id, ada.id, {});
    expect(store.appUsers.get(app.id, ada.id)).toMatchObject({ status: "ACTIVE", syncState: "DISABLED" });
    expect(eventsAfter(store, 0).at(-1)).toMatchObject({ type: "appuser.assigned", provision: false });
  });

  test("group profiles fill attributes by priority; a taken priority moves the others down", () => {
    const store = newStore();
    const app = addApp(store);
    const [first, second] = [addGroup(store, "First"), addGroup(store, "Second")];
    const ada = addPerson(store, "ada");
    store.groups.addMembers(first, [ada.id]);
    store.groups.addMembers(second, [ada.id]);
    store.assignments.assignGroup(app.id, first, { profile: { nickName: "one" } });
    store.assignments.assignGroup(app.id, second, { profile: { nickName: "two" }, priority: 0 });
    expect(store.assignments.groupsOfApp(app.id).map(({ groupId, priority }) => [groupId, priority])).toEqual(
      [
        [second, 0],
        [first, 1],
      ],
    );
    expect(store.appUsers.get(app.id, ada.id)?.profile["nickName"]).toBe("two");
  });

  test("a member who is added later gets an account", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const group = addGroup(store, "Everybody");
    const people = Array.from({ length: 345 }, (_, index) => addPerson(store, `p${index}`).id);
    store.groups.addMembers(group, people.slice(0, 300));
    store.assignments.assignGroup(app.id, group, { profile: {} });
    expect(store.appUsers.count(app.id)).toBe(300);
    store.groups.addMembers(group, people.slice(300));
    expect(store.appUsers.count(app.id)).toBe(345);
    store.assignments.unassignGroup(app.id, group);
    expect(store.appUsers.count(app.id)).toBe(0);
  });
});

describe("assignment by person", () => {
  test("outlives a group's, and falls back to it", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const group = addGroup(store, "Finance");
    const ada = addPerson(store, "ada");
    store.groups.addMembers(group, [ada.id]);
    store.assignments.assignUser(app.id, ada.id, { scope: "USER", userName: "countess" });
    store.assignments.assignGroup(app.id, group, { profile: {} });
    expect(store.appUsers.get(app.id, ada.id)).toMatchObject({ scope: "USER", userName: "countess" });
    store.assignments.unassignUser(app.id, ada.id);
    expect(store.appUsers.get(app.id, ada.id)).toMatchObject({ scope: "GROUP", userName: "ada@example.com" });
    store.assignments.assignUser(app.id, ada.id, { scope: "USER" });
    store.assignments.unassignGroup(app.id, group);
    expect(store.appUsers.get(app.id, ada.id)?.scope).toBe("USER");
  });

  test("without a scope it is the person's own; an account that is updated keeps the scope it has", () => {
    const store = newStore();
    const app = addApp(store);
    const group = addGroup(store, "Finance");
    const [ada, bob] = [addPerson(store, "ada"), addPerson(store, "bob")];
    store.groups.addMembers(group, [ada.id]);
    store.assignments.assignGroup(app.id, group, { profile: {} });
    for (const { id } of [ada, bob]) store.assignments.assignUser(app.id, id, { profile: { nickName: "x" } });
    expect(store.appUsers.get(app.id, ada.id)?.scope).toBe("GROUP");
    expect(store.appUsers.get(app.id, bob.id)?.scope).toBe("USER");
  });

  test("a value that is set stays where no mapping pushes, and yields to one that does", () => {
    const store = newStore();
    const app = addApp(store);
    const ada = addPerson(store, "ada", { title: "Countess", department: "Finance" });
    const mapping = store.mappings.ofApp(app.id, "user-to-app");
    store.mappings.merge(mapping?.id ?? "", {
      department: { expression: "user.department", pushStatus: "DONT_PUSH" },
    });
    store.assignments.assignUser(app.id, ada.id, {
      profile: { title: "Programmer", department: "Research" },
    });
    expect(store.appUsers.get(app.id, ada.id)?.profile).toMatchObject({
      title: "Programmer",
      department: "Research",
    });
    store.users.setProfile(ada.id, { ...ada.profile, department: "Sales", city: "London" });
    expect(store.appUsers.get(app.id, ada.id)?.profile).toMatchObject({
      title: "Countess",
      department: "Research",
      locality: "London",
    });
    store.assignments.assignUser(app.id, ada.id, { profile: { department: null } });
    expect(store.appUsers.get(app.id, ada.id)?.profile).not.toHaveProperty("department");
  });
});

test.each([
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
  ["BUILT_IN", '${fn:substringBefore(source.login, "@")}', undefined, "ada"],
  ["CUSTOM", "${source.firstName}.${user.lastName}", "@corp.example", "ada.Person@corp.example"],
  ["CUSTOM", "${String.toUpperCase(source.firstName)}", undefined, "ADA"],
  ["CUSTOM", 'source.firstName + "-x"', undefined, "ada-x"],
  ["CUSTOM", "${source.nickName}", undefined, "ada@example.com"],
  ["CUSTOM", "${String.unknown(source.login)}", undefined, "ada@example.com"],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
])("a %s user name template %s (suffix %s) gives %s", (type, template, suffix, userName) => {
  const store = newStore();
  const app = addApp(store);
  const ada = addPerson(store, "ada");
  store.apps.update(app.id, {
    ...app,
    credentials: { userNameTemplate: { type, template, ...(suffix === undefined ? {} : { suffix }) } },
  });
  store.assignments.assignUser(app.id, ada.id, {});
  expect(store.appUsers.get(app.id, ada.id)?.userName).toBe(userName);
});

describe("a person's changes", () => {
  test("tell which attributes of an account follow", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const ada = addPerson(store, "ada");
    store.assignments.assignUser(app.id, ada.id, {});
    const before = store.events.latestSequence();
    store.users.setProfile(ada.id, { ...ada.profile, firstName: "Augusta", login: "augusta@example.com" });
    store.users.setProfile(ada.id, {
      ...ada.profile,
      firstName: "Augusta",
      login: "augusta@example.com",
      mobilePhone: "1",
    });
    expect(eventsAfter(store, before)).toEqual([
      { type: "appuser.profile-changed", appId: app.id, userId: ada.id, changed: ["givenName", "userName"] },
    ]);
  });

  test("deactivation takes every account, reactivation gives back what groups give; suspension neither", () => {
    const store = newStore();
    const [app, other] = [addApp(store, { provisioned: true }), addApp(store)];
    const group = addGroup(store, "Finance");
    const ada = addPerson(store, "ada");
    store.groups.addMembers(group, [ada.id]);
    store.assignments.assignGroup(app.id, group, { profile: {} });
    store.assignments.assignUser(other.id, ada.id, {});
    store.appUsers.recordSync(app.id, ada.id, {
      externalId: "scim-1",
      status: "PROVISIONED",
      syncState: "SYNCHRONIZED",
    });
    const before = store.events.latestSequence();
    store.users.setStatus(ada.id, "SUSPENDED");
    expect(store.appUsers.ofUser(ada.id)).toHaveLength(2);
    store.users.setStatus(ada.id, "ACTIVE");
    store.users.setStatus(ada.id, "DEPROVISIONED");
    store.users.setStatus(ada.id, "ACTIVE");
    expect(
      eventsAfter(store, before).map((event) => [event.type, "appId" in event ? event.appId : ""]),
    ).toEqual([
      ["user.suspended", ""],
      ["user.unsuspended", ""],
      ["user.deactivated", ""],
      ["appuser.unassigned", app.id],
      ["appuser.unassigned", other.id],
      ["user.reactivated", ""],
      ["appuser.assigned", app.id],
    ]);
    expect(store.appUsers.ofUser(ada.id).map(({ appId }) => appId)).toEqual([app.id]);
  });

  test("a staged person's account waits for the activation", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const ada = addPerson(store, "ada", {}, "STAGED");
    store.assignments.assignUser(app.id, ada.id, {});
    expect(store.appUsers.get(app.id, ada.id)?.status).toBe("STAGED");
    const before = store.events.latestSequence();
    store.users.setStatus(ada.id, "ACTIVE");
    expect(eventsAfter(store, before)).toEqual([
      { type: "appuser.assigned", appId: app.id, userId: ada.id, provision: true },
    ]);
    expect(store.appUsers.get(app.id, ada.id)).toMatchObject({ status: "PENDING", syncState: "OUT_OF_SYNC" });
  });
});

test("a changed mapping reaches existing accounts when it is reapplied, not before", () => {
  const store = newStore();
  const app = addApp(store, { provisioned: true });
  const ada = addPerson(store, "ada", { employeeNumber: "7" });
  store.assignments.assignUser(app.id, ada.id, {});
  const mapping = store.mappings.ofApp(app.id, "user-to-app");
  store.mappings.merge(mapping?.id ?? "", {
    title: { expression: "user.employeeNumber", pushStatus: "DONT_PUSH" },
  });
  expect(store.appUsers.get(app.id, ada.id)?.profile).not.toHaveProperty("title");
  const before = store.events.latestSequence();
  store.assignments.reapplyMapping(app.id);
  expect(store.appUsers.get(app.id, ada.id)?.profile["title"]).toBe("7");
  expect(eventsAfter(store, before)).toEqual([
    { type: "appuser.profile-changed", appId: app.id, userId: ada.id, changed: ["title"] },
  ]);
});

test("group rules follow people", () => {
  const store = newStore();
  const group = addGroup(store, "Auditors");
  const manual = addPerson(store, "manual", { department: "Sales" });
  store.groups.addMembers(group, [manual.id]);
  const ada = addPerson(store, "ada", { department: "Audit" });
  const rule = store.groupRules.create({
    name: "Auditors",
    expression: 'user.department == "Audit"',
    groupIds: [group],
    excludedUserIds: [],
  });
  expect(store.groups.isMember(group, ada.id)).toBe(false);
  store.groupRules.setStatus(rule.id, "ACTIVE");
  const later = addPerson(store, "later", { department: "Audit" });
  expect(store.groups.members(group, { limit: 9 }).map(({ id }) => id)).toEqual([
    manual.id,
    ada.id,
    later.id,
  ]);
  store.users.setProfile(ada.id, { ...ada.profile, department: "Sales" });
  expect(store.groups.members(group, { limit: 9 }).map(({ id }) => id)).toEqual([manual.id, later.id]);
});
