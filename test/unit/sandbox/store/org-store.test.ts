import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SnapshotError } from "../../../../sandbox/okta/store/snapshots.ts";
import { addApp, addGroup, addPerson, eventsAfter, newStore } from "./new-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-scim-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a new org has Everyone, a default user type and one default access policy", () => {
  const store = newStore();
  const ada = addPerson(store, "ada");
  expect(store.groups.ofUser(ada.id).map(({ name, type }) => [name, type])).toEqual([
    ["Everyone", "BUILT_IN"],
  ]);
  expect(store.userTypes.list().map(({ isDefault }) => isDefault)).toEqual([true]);
  expect(store.policies.list("ACCESS_POLICY").filter(({ system }) => system)).toHaveLength(1);
  expect(store.orgId).toMatch(/^00o[A-Za-z0-9]{17}$/);
});

test("what was changed is there after a restart, events and cursors too", () => {
  const path = join(folder, "org.sqlite");
  const first = newStore(path);
  const ada = addPerson(first, "ada");
  first.events.moveCursor("provisioning", 1);
  const { orgId } = first;
  first.close();
  const second = newStore(path);
  expect(second.orgId).toBe(orgId);
  expect(second.users.getByLogin("ADA@example.com")?.id).toBe(ada.id);
  expect(second.events.cursor("provisioning")).toBe(1);
  expect(second.events.after(0, 10)).toHaveLength(1);
  second.close();
});

test("a change that fails leaves nothing behind, no event either", () => {
  const store = newStore();
  const before = store.events.latestSequence();
  expect(() =>
    store.transaction(() => {
      addPerson(store, "ada");
      throw new Error("in the middle");
    }),
  ).toThrow("in the middle");
  expect(store.users.count()).toBe(0);
  expect(store.events.latestSequence()).toBe(before);
});

const key = {
  kid: "k1",
  certificate: "MII=",
  modulus: "n",
  exponent: "AQAB",
  created: "2026-08-03T09:00:00.000Z",
  expiresAt: "2036-08-03T09:00:00.000Z",
};

describe("snapshots", () => {
  test("bring back everything, in another org too", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const group = addGroup(store, "Finance");
    const ada = addPerson(store, "ada");
    store.groups.addMembers(group, [ada.id]);
    store.assignments.assignGroup(app.id, group, { profile: {} });
    const events = store.events.after(0, 100);
    const path = join(folder, "saved.sqlite");
    store.saveSnapshot(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);

    store.apps.delete(app.id);
    addPerson(store, "grace");
    store.restoreSnapshot(path);
    expect(store.users.count()).toBe(1);
    expect(store.appUsers.get(app.id, ada.id)?.scope).toBe("GROUP");
    expect(store.events.after(0, 100)).toEqual(events);

    const other = newStore();
    addPerson(other, "bob");
    other.restoreSnapshot(path);
    expect(other.orgId).toBe(store.orgId);
    expect(other.users.getByLogin("bob@example.com")).toBeUndefined();
    other.reset();
    expect(other.users.count()).toBe(0);
    expect(other.orgId).not.toBe(store.orgId);
  });

  test("go on counting events and tasks where they were, also where none were left", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const read = store.events.latestSequence();
    store.events.moveCursor("provisioning", read);
    store.events.forgetUpTo(read);
    const { sequence } = store.tasks.create({ appId: app.id, kind: "group.push", subjectId: "gPm1" });
    const path = join(folder, "read.sqlite");
    store.saveSnapshot(path);
    store.restoreSnapshot(path);
    store.settings.setConnectionStatus(app.id, "DISABLED");
    expect(store.events.after(read, 10)).toMatchObject([{ type: "connection.changed", sequence: read + 1 }]);
    const next = store.tasks.create({ appId: app.id, kind: "group.push", subjectId: "gPm1" });
    expect(next.sequence).toBe(sequence + 1);
  });

  test("of an earlier version lack tables, which are empty then", () => {
    const store = newStore();
    const ada = addPerson(store, "ada");
    const path = join(folder, "earlier.sqlite");
    store.saveSnapshot(path);
    const snapshot = new DatabaseSync(path);
    snapshot.exec("DROP TABLE role_assignment");
    snapshot.close();
    store.roles.assign(ada.id, "APP_ADMIN");
    store.restoreSnapshot(path);
    expect([store.users.count(), store.roles.list(ada.id)]).toEqual([1, []]);
  });

  test("to be shipped have no private key", () => {
    const store = newStore();
    const app = addApp(store, { provisioned: true });
    const { kid } = key;
    store.apps.addKeyPair(app.id, { ...key, privateKey: "secret" });
    store.settings.saveOAuth(app.id, {
      clientId: "0oa1",
      rotationMode: "AUTO",
      key: { kid, privateKey: "secret" },
      consent: null,
    });
    expect(store.apps.privateKey(app.id, kid)).toBe("secret");
    expect(store.settings.connection(app.id)?.oauth2?.key?.privateKey).toBe("secret");
    const path = join(folder, "keys.sqlite");
    store.saveFixture(path);
    store.restoreSnapshot(path);
    expect(store.apps.keys(app.id)).toEqual([key]);
    expect(store.apps.privateKey(app.id, kid)).toBeUndefined();
    expect(store.settings.connection(app.id)?.oauth2 ?? null).toBeNull();
  });

  test("to be shipped have no hash of a password and no secret of an identity provider", () => {
    const store = newStore();
    const { id: appId } = addApp(store);
    const client = { client_id: "abcd123", client_secret: "hidden" };
    const protocol = { type: "OIDC", credentials: { client } };
    store.identityProviders.save({ appId, type: "GOOGLE", protocol, policy: {} });
    const ada = addPerson(store, "ada");
    store.userCredentials.setPassword(ada.id, "Correct-Horse-9");
    store.userCredentials.setRecoveryQuestion(ada.id, "Who?", "Nobody");
    expect(store.userCredentials.isPassword(ada.id, "Correct-Horse-9")).toBe(true);
    expect(store.userCredentials.isPassword(ada.id, "correct-horse-9")).toBe(false);
    expect(store.userCredentials.isRecoveryAnswer(ada.id, " nobody")).toBe(true);
    const path = join(folder, "shipped.sqlite");
    store.saveFixture(path);
    store.restoreSnapshot(path);
    expect(store.userCredentials.isPassword(ada.id, "Correct-Horse-9")).toBeUndefined();
    expect(store.userCredentials.isRecoveryAnswer(ada.id, "nobody")).toBeUndefined();
    expect(store.userCredentials.get(ada.id).recoveryQuestion).toBe("Who?");
    expect(store.identityProviders.get(appId)?.protocol).toEqual({
      type: "OIDC",
      credentials: { client: { client_id: "abcd123" } },
    });
  });

  test("of something else are refused and change nothing", () => {
    const store = newStore();
    addPerson(store, "ada");
    const paths = ["missing.sqlite", "text.sqlite", "empty.sqlite"].map((name) => join(folder, name));
    for (const path of paths.slice(1))
      writeFileSync(path, path.endsWith("text.sqlite") ? "x".repeat(4096) : "");
    for (const path of paths) expect(() => store.restoreSnapshot(path)).toThrow(SnapshotError);
    expect(store.users.count()).toBe(1);
    addPerson(store, "grace");
    expect(store.users.count()).toBe(2);
  });
});

test("provisioned members of a group are those with an account in the SCIM server", () => {
  const store = newStore();
  const app = addApp(store, { provisioned: true });
  const group = addGroup(store, "Admins");
  const people = ["ada", "bob", "cyd"].map((name) => addPerson(store, name).id);
  store.groups.addMembers(group, people);
  for (const id of people) store.assignments.assignUser(app.id, id, {});
  store.appUsers.recordSync(app.id, people[0] ?? "", { externalId: "s-ada" });
  store.appUsers.recordSync(app.id, people[2] ?? "", { externalId: "s-cyd" });
  expect(store.pushMappings.provisionedMembers(app.id, group, { limit: 10 })).toEqual([
    { userId: people[0], externalId: "s-ada", userName: "ada@example.com" },
    { userId: people[2], externalId: "s-cyd", userName: "cyd@example.com" },
  ]);
});

test("a deleted group takes its push mappings along, the pushed groups stay", () => {
  const store = newStore();
  const app = addApp(store, { provisioned: true });
  const group = addGroup(store, "Admins");
  const target = store.groups.create({
    type: "APP_GROUP",
    profile: { name: "admins", description: null },
    sourceAppId: app.id,
    externalId: "scim-7",
  });
  const mapping = store.pushMappings.create({
    appId: app.id,
    sourceGroupId: group,
    targetGroupId: target.id,
    status: "ACTIVE",
  });
  store.groups.delete(group);
  expect(store.pushMappings.get(app.id, mapping.id)).toBeUndefined();
  expect(store.groups.get(target.id)?.externalId).toBe("scim-7");
  expect(eventsAfter(store, 0).at(-1)).toMatchObject({
    type: "push-mapping.deleted",
    mappingId: mapping.id,
    deleteTargetGroup: false,
    externalGroupId: "scim-7",
  });
});

test("deleting a group makes the rules that name it invalid; people can still be added", () => {
  const store = newStore();
  const [auditors, other] = [addGroup(store, "Auditors"), addGroup(store, "Other")];
  const [broken, kept] = [[auditors, other], [other]].map((groupIds) =>
    store.groupRules.create({ name: "r", expression: "true", groupIds, excludedUserIds: [] }),
  );
  for (const rule of [broken, kept]) store.groupRules.setStatus(rule?.id ?? "", "ACTIVE");
  store.groups.delete(auditors);
  const ada = addPerson(store, "ada");
  expect([broken, kept].map((rule) => store.groupRules.get(rule?.id ?? "")?.status)).toEqual([
    "INVALID",
    "ACTIVE",
  ]);
  expect(store.groups.ofUser(ada.id).map(({ name }) => name)).toEqual(["Everyone", "Other"]);
});

test("a person's tasks of one status are found by the index, in a database of before it as well", () => {
  const path = join(folder, "tasks.sqlite");
  const old = newStore(path);
  old.database.exec(
    `DROP INDEX provisioning_task_subject_status;
     CREATE INDEX provisioning_task_subject ON provisioning_task (app_id, subject_id)`,
  );
  old.close();
  const store = newStore(path);
  const plan = store.database
    .prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM provisioning_task
       WHERE sequence < ? AND app_id = ? AND status = ? AND subject_id = ? ORDER BY sequence DESC LIMIT ?`,
    )
    .all(9, "0oa1", "pending", "00u1", 10);
  expect(plan.map(({ detail }) => detail)).toEqual([
    "SEARCH provisioning_task USING INDEX provisioning_task_subject_status (app_id=? AND subject_id=? AND status=? AND rowid<?)",
  ]);
  store.close();
});

test("ids have Okta's shape and sort by the time they were made", () => {
  const store = newStore();
  const ids = Array.from({ length: 500 }, (_, index) => addPerson(store, `p${index}`).id);
  expect(ids.every((id) => /^00u[A-Za-z0-9]{17}$/.test(id))).toBe(true);
  expect(store.users.page({ limit: 1000 }).map(({ id }) => id)).toEqual(ids);
});
