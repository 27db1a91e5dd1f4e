import { afterEach, describe, expect, test } from "vitest";
import { FAULT_DEFAULTS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org[Symbol.asyncDispose]());

/** Random passwords and generated ids would make every snapshot new. */
function steady(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line.replace(/"password":"[^"]+"/, '"password":"<random>"').replaceAll(/00u\w{17}/g, "<okta id>"),
  );
}

/** Assigns, changes, unassigns and assigns again; the requests of each step, and the System Log. */
async function liveAnAccountsLife(dialect: "oin" | "aiw") {
  org = await TestOrg.start(dialect);
  const ada = org.addUser("Ada", { department: "Research", displayName: "Ada Example" });
  org.assign(ada);
  const assigned = steady(await org.settle());
  org.changeProfile(ada, { firstName: "Augusta", department: null });
  const changed = steady(await org.settle());
  org.unassign(ada);
  const unassigned = steady(await org.settle());
  expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
  org.assign(ada);
  const assignedAgain = steady(await org.settle());
  expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: true });
  expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({
    externalId: "u1",
    status: "PROVISIONED",
    syncState: "SYNCHRONIZED",
    syncError: null,
  });
  return { assigned, changed, unassigned, assignedAgain, log: org.logLines() };
}

test("the life of an account in a catalog app (PATCH)", async () => {
  expect(await liveAnAccountsLife("oin")).toMatchInlineSnapshot(`
    {
      "assigned": [
        "GET /Users?filter=userName eq "ada@example.com"&startIndex=1&count=100",
        "POST /Users {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"ada@example.com","name":{"givenName":"Ada","familyName":"Example"},"emails":[{"primary":true,"type":"work","value":"ada@example.com"}],"displayName":"Ada Example","locale":"en-US","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Research"},"externalId":"<okta id>","groups":[],"password":"<random>","active":true}",
      ],
      "assignedAgain": [
        "GET /Users?filter=userName eq "ada@example.com"&startIndex=1&count=100",
        "PATCH /Users/u1 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":true}}]}",
        "GET /Users/u1",
        "PUT /Users/u1 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"<okta id>","userName":"ada@example.com","active":true,"displayName":"Ada Example","name":{"givenName":"Augusta","familyName":"Example"},"emails":[{"value":"ada@example.com","type":"work","primary":true}],"locale":"en-US","groups":[]}",
      ],
      "changed": [
        "GET /Users/u1",
        "PUT /Users/u1 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"<okta id>","userName":"ada@example.com","active":true,"displayName":"Ada Example","name":{"givenName":"Augusta","familyName":"Example"},"emails":[{"value":"ada@example.com","type":"work","primary":true}],"locale":"en-US","groups":[]}",
      ],
      "log": [
        "application.provision.user.push SUCCESS",
        "application.provision.user.push_profile SUCCESS",
        "application.provision.user.deactivate SUCCESS",
        "application.provision.user.reactivate SUCCESS",
      ],
      "unassigned": [
        "PATCH /Users/u1 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}",
      ],
    }
  `);
});

test("the life of an account in a custom app (PUT)", async () => {
  expect(await liveAnAccountsLife("aiw")).toMatchInlineSnapshot(`
    {
      "assigned": [
        "GET /Users?filter=userName eq "ada@example.com"&startIndex=1&count=100",
        "POST /Users {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"ada@example.com","name":{"givenName":"Ada","familyName":"Example"},"emails":[{"primary":true,"type":"work","value":"ada@example.com"}],"displayName":"Ada Example","locale":"en-US","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Research"},"externalId":"<okta id>","groups":[],"password":"<random>","active":true}",
      ],
      "assignedAgain": [
        "GET /Users?filter=userName eq "ada@example.com"&startIndex=1&count=100",
        "GET /Users/u1",
        "PUT /Users/u1 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"<okta id>","userName":"ada@example.com","active":true,"displayName":"Ada Example","name":{"givenName":"Augusta","familyName":"Example"},"emails":[{"value":"ada@example.com","type":"work","primary":true}],"locale":"en-US","groups":[]}",
      ],
      "changed": [
        "GET /Users/u1",
        "PUT /Users/u1 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"<okta id>","userName":"ada@example.com","active":true,"displayName":"Ada Example","name":{"givenName":"Augusta","familyName":"Example"},"emails":[{"value":"ada@example.com","type":"work","primary":true}],"locale":"en-US","groups":[]}",
      ],
      "log": [
        "application.provision.user.push SUCCESS",
        "application.provision.user.push_profile SUCCESS",
        "application.provision.user.deactivate SUCCESS",
        "application.provision.user.reactivate SUCCESS",
      ],
      "unassigned": [
        "GET /Users/u1",
        "PUT /Users/u1 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u1","externalId":"<okta id>","userName":"ada@example.com","active":false,"displayName":"Ada Example","name":{"givenName":"Augusta","familyName":"Example"},"emails":[{"value":"ada@example.com","type":"work","primary":true}],"locale":"en-US","groups":[]}",
      ],
    }
  `);
});

test("sends what Okta's client sends: user agent, headers, and the credential of each scheme", async () => {
  org = await TestOrg.start();
  org.assign(org.addUser("Ada"));
  await org.engine.drain();
  const [lookup, create] = org.scim.server.requests;
  expect(lookup?.headers).toMatchObject({
    "user-agent": "Okta SCIM Client 1.0.0",
    accept: "application/scim+json",
    "accept-charset": "utf-8",
    "accept-encoding": "gzip,deflate",
    authorization: "Bearer t0ken",
    connection: "keep-alive",
  });
  expect(lookup?.headers).not.toHaveProperty("content-type");
  expect(create?.headers["content-type"]).toBe("application/scim+json; charset=utf-8");

  const schemes = [
    [{ authentication: "header", token: "raw-token" }, "raw-token"],
    [{ authentication: "bearer", token: "raw-token" }, "Bearer raw-token"],
    [{ authentication: "basic", username: "okta", token: "pw" }, "Basic b2t0YTpwdw=="],
  ] as const;
  for (const [connection, expected] of schemes) {
    org.scim.takeRequests();
    org.connect(connection);
    await expect(org.engine.verifyConnection(org.app.id)).resolves.toEqual({ ok: true });
    expect(org.scim.server.requests[0]?.headers.authorization).toBe(expected);
    expect(org.scim.takeRequests()).toEqual(["GET /Users?startIndex=1&count=2"]);
  }
});

test("takes over an account of the same user name, in any case, and keeps what it does not know", async () => {
  org = await TestOrg.start();
  const existing = {
    id: "x1",
    userName: "ADA@example.com",
    nickName: "Countess",
    badge: { colour: "red" },
    active: true,
  };
  org.scim.users.set("x1", existing);
  const ada = org.addUser("Ada", { nickName: null });
  org.assign(ada);
  const requests = await org.settle();
  expect(requests.map((line) => line.split(" ", 2).join(" "))).toEqual([
    "GET /Users?filter=userName",
    "GET /Users/x1",
    "PUT /Users/x1",
  ]);
  expect(org.scim.users.get("x1")).toMatchObject({ userName: "ada@example.com", badge: { colour: "red" } });
  expect(org.store.appUsers.get(org.app.id, ada.id)?.externalId).toBe("x1");
});

test("a server that answers a lookup with 404 has no such user", async () => {
  org = await TestOrg.start();
  org.scim.intercept = ({ method, path }) =>
    method === "GET" && path.includes("filter=") ? { status: 404, body: { detail: "none" } } : undefined;
  org.assign(org.addUser("Ada"));
  await org.settle();
  expect(org.scim.userNamed("ada@example.com")).toBeDefined();
});

test("two people never share one account", async () => {
  org = await TestOrg.start();
  const ada = org.addUser("Ada");
  org.assign(ada);
  await org.settle();
  const twin = org.addUser("Twin");
  org.store.assignments.assignUser(org.app.id, twin.id, { userName: "ada@example.com" });
  await org.settle();
  expect(org.store.appUsers.get(org.app.id, twin.id)).toMatchObject({ syncState: "ERROR", externalId: null });
  expect(org.store.appUsers.get(org.app.id, twin.id)?.syncError).toContain("linked to another user already");
});

describe("nothing is sent", () => {
  test("for people assigned before provisioning was on, until an administrator has them provisioned", async () => {
    org = await TestOrg.start();
    org.setFeatures({ createUsers: "DISABLED" });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.setFeatures({});
    expect(await org.settle()).toEqual([]);
    expect(org.engine.jobs.provisionAssigned(org.app.id)).toBe(1);
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: true });
    expect(org.store.appUsers.get(org.app.id, ada.id)?.syncState).toBe("SYNCHRONIZED");
    expect(org.engine.jobs.provisionAssigned(org.app.id)).toBe(0);
    expect(await org.settle()).toEqual([]);
  });

  test("for people assigned before provisioning was on, not even when they change or leave", async () => {
    org = await TestOrg.start();
    org.setFeatures({ createUsers: "DISABLED" });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.setFeatures({});
    org.changeProfile(ada, { firstName: "Augusta" });
    org.unassign(ada);
    expect(await org.settle()).toEqual([]);
  });

  test("for a suspended person", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.store.users.setStatus(ada.id, "SUSPENDED");
    org.store.users.setStatus(ada.id, "ACTIVE");
    expect(await org.settle()).toEqual([]);
  });

  test("when the feature is off", async () => {
    org = await TestOrg.start();
    org.setFeatures({ updateProfiles: "DISABLED", deactivateUsers: "DISABLED" });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.changeProfile(ada, { firstName: "Augusta" });
    org.unassign(ada);
    expect(await org.settle()).toEqual([]);
  });

  test("for a former account that was left active, after an assignment that never reached it", async () => {
    org = await TestOrg.start();
    org.setFeatures({ deactivateUsers: "DISABLED" });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.unassign(ada);
    await org.settle();
    org.setFeatures({});
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", remaining: 100 });
    org.assign(ada);
    await org.settle();
    org.faults.clear();
    org.unassign(ada);
    expect(await org.settle()).toEqual([]);
  });

  test("when a deactivated person is deleted", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.store.users.setStatus(ada.id, "DEPROVISIONED");
    expect(await org.settle()).toHaveLength(1);
    org.store.users.delete(ada.id);
    expect(await org.settle()).toEqual([]);
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
  });
});

test("assignment by group: everybody in, the one who leaves is deactivated, a renamed account keeps its id", async () => {
  org = await TestOrg.start();
  const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
  const finance = org.addGroup("Finance", [ada, bob]);
  org.store.assignments.assignGroup(org.app.id, finance.id, { profile: {} });
  await org.settle();
  org.store.groups.removeMembers(finance.id, [bob.id]);
  org.changeProfile(ada, { login: "augusta@example.com" });
  await org.settle();
  expect([...org.scim.users.values()].map(({ id, userName, active }) => ({ id, userName, active }))).toEqual([
    { id: "u1", userName: "augusta@example.com", active: true },
    { id: "u2", userName: "bob@example.com", active: false },
  ]);
});

test.each([
  ["oin", "PATCH"],
  ["aiw", "PUT"],
] as const)(
  "password sync, dialect %s: the person's own password by %s, and never in the database",
  async (dialect, method) => {
    org = await TestOrg.start(dialect);
    org.setFeatures({ password: { status: "ENABLED", seed: "OKTA", change: "CHANGE" } });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.engine.passwords.remember(ada.id, "correct horse");
    org.store.users.setPassword(ada.id);
    const last = (await org.settle()).at(-1);
    expect(last).toContain(method);
    expect(last).toContain('"password":"correct horse"');
    const dump = JSON.stringify(org.store.database.prepare("SELECT * FROM provisioning_task").all());
    expect(dump + org.logLines().join()).not.toContain("correct horse");
  },
);

test("force sync pushes every provisioned person's profile again", async () => {
  org = await TestOrg.start();
  const ada = org.addUser("Ada");
  org.assign(ada);
  await org.settle();
  const account = org.scim.userNamed("ada@example.com");
  if (account !== undefined) account["name"] = { givenName: "Changed", familyName: "There" };
  expect(org.engine.jobs.forceSync(org.app.id)).toBe(1);
  await org.settle();
  expect(org.scim.userNamed("ada@example.com")).toMatchObject({
    name: { givenName: "Ada", familyName: "Example" },
  });
});
