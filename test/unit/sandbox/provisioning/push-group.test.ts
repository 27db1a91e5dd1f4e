import { afterEach, describe, expect, test } from "vitest";
import { FAULT_DEFAULTS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org[Symbol.asyncDispose]());

function memberIds(displayName: string): string[] {
  const members = org.scim.groupNamed(displayName)?.["members"];
  return Array.isArray(members) ? members.map(({ value }) => value).sort() : [];
}

/** Pushes a group, changes members and name, unlinks with deletion; the requests of each step. */
async function liveAGroupsLife(dialect: "oin" | "aiw") {
  org = await TestOrg.start(dialect);
  const [ada, bob, eve] = [org.addUser("Ada"), org.addUser("Bob"), org.addUser("Eve")];
  for (const person of [ada, bob]) org.assign(person);
  await org.settle();
  const admins = org.addGroup("Admins", [ada, eve]);
  const mapping = org.push(admins, "Admins");
  const pushed = await org.settle();
  org.store.groups.addMembers(admins.id, [bob.id]);
  org.store.groups.removeMembers(admins.id, [ada.id]);
  const members = await org.settle();
  expect(memberIds("Admins")).toEqual(["u2"]);
  org.store.groups.setProfile(admins.id, { name: "Administrators", description: null });
  const renamed = await org.settle();
  org.store.pushMappings.setStatus(org.app.id, mapping.id, "INACTIVE");
  org.store.pushMappings.delete(org.app.id, mapping.id, true);
  const unlinked = await org.settle();
  expect(org.scim.groups.size).toBe(0);
  expect(org.logLines().filter((line) => line.includes("group"))).toEqual([
    "application.provision.group_push.updated SUCCESS",
    "application.provision.group_push.updated SUCCESS",
    "application.provision.group_push.updated SUCCESS",
    "application.provision.group_push.delete_appgroup SUCCESS",
  ]);
  return { pushed, members, renamed, unlinked };
}

test("the life of a pushed group in a catalog app (PATCH)", async () => {
  expect(await liveAGroupsLife("oin")).toMatchInlineSnapshot(`
    {
      "members": [
        "PATCH /Groups/g3 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"id":"g3","displayName":"Admins"}}]}",
        "PATCH /Groups/g3 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \\"u1\\"]"},{"op":"add","path":"members","value":[{"value":"u2","display":"bob@example.com"}]}]}",
      ],
      "pushed": [
        "GET /Groups?filter=displayName eq "Admins"&startIndex=1&count=100",
        "POST /Groups {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Admins","members":[{"value":"u1","display":"ada@example.com"}]}",
        "PATCH /Groups/g3 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"id":"g3","displayName":"Admins"}}]}",
      ],
      "renamed": [
        "PATCH /Groups/g3 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"id":"g3","displayName":"Administrators"}}]}",
      ],
      "unlinked": [
        "DELETE /Groups/g3",
      ],
    }
  `);
});

test("the life of a pushed group in a custom app (PUT)", async () => {
  expect(await liveAGroupsLife("aiw")).toMatchInlineSnapshot(`
    {
      "members": [
        "GET /Groups/g3",
        "PUT /Groups/g3 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g3","displayName":"Admins","members":[{"value":"u2","display":"bob@example.com"}]}",
      ],
      "pushed": [
        "GET /Groups?filter=displayName eq "Admins"&startIndex=1&count=100",
        "POST /Groups {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Admins","members":[{"value":"u1","display":"ada@example.com"}]}",
        "GET /Groups/g3",
        "PUT /Groups/g3 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g3","displayName":"Admins","members":[{"value":"u1","display":"ada@example.com"}]}",
      ],
      "renamed": [
        "GET /Groups/g3",
        "PUT /Groups/g3 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g3","displayName":"Administrators","members":[{"value":"u2","display":"bob@example.com"}]}",
      ],
      "unlinked": [
        "DELETE /Groups/g3",
      ],
    }
  `);
});

describe.each(["oin", "aiw"] as const)("group push, dialect %s", (dialect) => {
  test("a group of that name is linked, and its members become those of Okta", async () => {
    org = await TestOrg.start(dialect);
    org.scim.groups.set("g9", { id: "g9", displayName: "ADMINS", members: [{ value: "stranger" }] });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    const mapping = org.push(org.addGroup("Admins", [ada]), "Admins");
    const requests = await org.settle();
    expect(requests.some((line) => line.startsWith("POST"))).toBe(false);
    expect(memberIds("Admins")).toEqual(["u1"]);
    expect(org.store.groups.get(mapping.targetGroupId)?.externalId).toBe("g9");
    expect(org.store.pushMappings.get(org.app.id, mapping.id)?.lastPush).toBe("2026-08-03T09:00:00.000Z");
  });

  test("members follow their accounts: one assigned later joins, one unassigned leaves", async () => {
    org = await TestOrg.start(dialect);
    const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
    const admins = org.addGroup("Admins", [ada, bob]);
    org.push(admins, "payroll-admins");
    await org.settle();
    expect(memberIds("payroll-admins")).toEqual([]);
    org.assign(ada);
    org.assign(bob);
    await org.settle();
    expect(memberIds("payroll-admins")).toEqual(["u2", "u3"]);
    org.unassign(ada);
    await org.settle();
    expect(memberIds("payroll-admins")).toEqual(["u3"]);
    org.assign(ada);
    await org.settle();
    expect(memberIds("payroll-admins")).toEqual(["u2", "u3"]);
  });
});

test("a person whose account was linked, but not brought in step at first, still becomes a member", async () => {
  org = await TestOrg.start();
  org.scim.users.set("x1", { id: "x1", userName: "ada@example.com", active: true });
  const ada = org.addUser("Ada");
  const admins = org.addGroup("Admins", [ada]);
  org.push(admins, "Admins");
  await org.settle();
  org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "PUT", remaining: 1 });
  org.assign(ada);
  await org.settle();
  org.changeProfile(ada, { title: "Countess" });
  await org.settle();
  expect(memberIds("Admins")).toEqual(["x1"]);
});

test("a rename that a rate limit held back is sent when the limit is over", async () => {
  org = await TestOrg.start();
  const admins = org.addGroup("Admins");
  org.push(admins, "Admins");
  await org.settle();
  org.faults.add({ ...FAULT_DEFAULTS, kind: "rate-limit", remaining: 1, retryAfterSeconds: 60 });
  org.store.groups.setProfile(admins.id, { name: "Administrators", description: null });
  await org.settle();
  org.clock.advance(60_000);
  await org.engine.drain({ includePaused: true });
  expect(org.scim.groupNamed("Administrators")).toBeDefined();
});

test("a target with a name of its own keeps it when the source is renamed", async () => {
  org = await TestOrg.start();
  const admins = org.addGroup("Admins");
  org.push(admins, "payroll-admins");
  await org.settle();
  org.store.groups.setProfile(admins.id, { name: "Administrators", description: null });
  expect(await org.settle()).toEqual([]);
});

test("unlinking without deletion, and an inactive mapping, send nothing", async () => {
  org = await TestOrg.start();
  const ada = org.addUser("Ada");
  org.assign(ada);
  const admins = org.addGroup("Admins");
  const mapping = org.push(admins, "Admins");
  await org.settle();
  org.store.pushMappings.setStatus(org.app.id, mapping.id, "INACTIVE");
  org.store.groups.addMembers(admins.id, [ada.id]);
  org.store.pushMappings.delete(org.app.id, mapping.id, false);
  expect(await org.settle()).toEqual([]);
  expect(org.scim.groups.size).toBe(1);
});

test("a failed push puts the mapping in ERROR, stops member pushes, and a retry pushes everything", async () => {
  org = await TestOrg.start();
  const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
  org.assign(ada);
  org.assign(bob);
  const admins = org.addGroup("Admins", [ada]);
  const mapping = org.push(admins, "Admins");
  await org.settle();
  org.scim.intercept = ({ method, path }) =>
    method === "PATCH" && path.includes("/Groups/")
      ? { status: 400, body: { detail: "path is required" } }
      : undefined;
  org.store.groups.addMembers(admins.id, [bob.id]);
  await org.settle();
  expect(org.store.pushMappings.get(org.app.id, mapping.id)).toMatchObject({
    status: "ERROR",
    errorSummary:
      "Unable to update Group Push mapping target App group Admins: Error while updating user group Admins: Bad Request. Errors reported by remote server: path is required",
  });
  org.scim.intercept = () => undefined;
  org.store.groups.removeMembers(admins.id, [ada.id]);
  expect(await org.settle()).toEqual([]);
  expect(org.engine.jobs.retryFailed()).toBe(1);
  await org.settle();
  expect(memberIds("Admins")).toEqual(["u2"]);
  expect(org.store.pushMappings.get(org.app.id, mapping.id)).toMatchObject({
    status: "ACTIVE",
    errorSummary: null,
  });
  expect(org.store.tasks.counts().failed).toBe(0);
});

test("a failed creation says so in Okta's words", async () => {
  org = await TestOrg.start();
  org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", path: "/Groups", method: "POST", status: 500 });
  const mapping = org.push(org.addGroup("Admins"), "Admins");
  await org.settle();
  const error = org.store.pushMappings.get(org.app.id, mapping.id)?.errorSummary;
  expect(error).toBe(
    "Unable to update Group Push mapping target App group Admins: Error while creating user group Admins: Internal Server Error. Errors reported by remote server: The server failed (fault)",
  );
  expect(org.logLines()).toContain(`application.provision.group.add FAILURE ${error}`);
});

test("deleting a source group ends its push: accounts that it gave go, the pushed group stays as it was", async () => {
  org = await TestOrg.start();
  const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
  org.assign(bob);
  const admins = org.addGroup("Admins", [ada, bob]);
  org.store.assignments.assignGroup(org.app.id, admins.id, { profile: {} });
  await org.settle();
  const mapping = org.push(admins, "Admins");
  await org.settle();
  const before = memberIds("Admins");
  org.store.groups.delete(admins.id);
  const requests = await org.settle();
  expect(requests.filter((line) => line.includes("/Groups"))).toEqual([]);
  expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
  expect(org.scim.userNamed("bob@example.com")).toMatchObject({ active: true });
  expect(memberIds("Admins")).toEqual(before);
  expect(org.store.pushMappings.get(org.app.id, mapping.id)).toBeUndefined();
  expect(org.store.groups.get(mapping.targetGroupId)).toMatchObject({ type: "APP_GROUP" });
  expect(org.store.tasks.counts()).toMatchObject({ failed: 0, pending: 0, running: 0 });

  const successor = org.addGroup("Admins", [bob]);
  org.store.pushMappings.create({
    appId: org.app.id,
    sourceGroupId: successor.id,
    targetGroupId: mapping.targetGroupId,
    status: "ACTIVE",
  });
  await org.settle();
  expect(org.scim.groups.size).toBe(1);
  expect(memberIds("Admins")).toEqual([org.scim.userNamed("bob@example.com")?.["id"]]);
});

test("large groups go in batches of 256, and only changes are sent afterwards", async () => {
  org = await TestOrg.start();
  const people = Array.from({ length: 600 }, (_, index) => org.addUser(`P${index}`));
  for (const person of people) org.assign(person);
  await org.settle();
  const all = org.addGroup("All", people);
  org.push(all, "All");
  const sizes = (await org.settle()).map((line) => line.split('"value":"').length - 1);
  expect(sizes).toEqual([0, 256, 0, 256, 88]);
  expect(memberIds("All")).toHaveLength(600);
  const leaver = people[42];
  if (leaver !== undefined) org.store.groups.removeMembers(all.id, [leaver.id]);
  const changes = await org.settle();
  expect(changes).toHaveLength(2);
  expect(changes[1]).toContain('"op":"remove","path":"members[value eq');
});
