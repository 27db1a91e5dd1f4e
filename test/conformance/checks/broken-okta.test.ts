import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Breakage, ProxiedRequest } from "./support/breaking-proxy.ts";
import { expectOnly } from "./support/expect-only.ts";
import { setConnection, setFeatures, startWorld, until, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

/** Makes Okta's own calls to the SCIM server fail. */
function failingOkta(matches: (request: ProxiedRequest) => boolean): Breakage {
  return async (request, forward) =>
    request.headers["user-agent"]?.startsWith("Okta SCIM") === true && matches(request)
      ? {
          status: 500,
          contentType: "application/scim+json",
          body: '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500","detail":"The disk is full."}',
        }
      : forward();
}

async function userId(login: string): Promise<string> {
  return (await world.okta.users.find(login))?.id ?? "";
}

async function groupId(name: string): Promise<string> {
  return (await world.okta.groups.findByName(name))?.id ?? "";
}

async function changeMapping(
  property: string,
  expression: string,
  pushStatus: "PUSH" | "DONT_PUSH",
): Promise<void> {
  const mapping = await world.okta.mappings.findUserToApp(world.app.appId);
  await world.call("POST", `/api/v1/mappings/${mapping?.id}`, {
    properties: { [property]: { expression, pushStatus } },
  });
  await world.drain();
}

describe("an app that someone changed in Okta", () => {
  it("is told as okta.app.status when it is inactive", async () => {
    await world.call("POST", `/api/v1/apps/${world.app.appId}/lifecycle/deactivate`);
    const report = await world.check();
    await world.call("POST", `/api/v1/apps/${world.app.appId}/lifecycle/activate`);
    const result = expectOnly(report, ["okta.app.status"]);
    expect(result.evidence).toBe("The app Payroll (dev) is INACTIVE, the spec says ACTIVE.");
    expect(result.remedy).toContain("Activate the app");
  });

  it("is told as okta.app.status when it was deleted", async () => {
    const report = await world.check({ only: ["okta.app."] }, (app) => ({
      ...app,
      appId: "0oaGone0000000000000",
    }));
    expect(expectOnly(report, ["okta.app.status"]).remedy).toContain("pulumi refresh");
  });

  it("is told as okta.app.sign-on when people sign on otherwise", async () => {
    const report = await world.check({ only: ["okta.app."] }, (app) => ({ ...app, signOnMode: "SAML_2_0" }));
    expect(expectOnly(report, ["okta.app.sign-on"]).evidence).toContain("the spec says SAML_2_0");
  });
});

describe("a connection", () => {
  it("that is off is told as okta.connection.status", async () => {
    const path = `/api/v1/apps/${world.app.appId}/connections/default/lifecycle`;
    await world.call("POST", `${path}/deactivate`);
    const report = await world.check();
    await world.call("POST", `${path}/activate`);
    const result = expectOnly(report, ["okta.connection.status"]);
    expect(result.evidence).toBe("The connection is DISABLED.");
    expect(result.remedy).toContain("Update again to activate it");
  });

  it("that the API does not serve says UNKNOWN and what to do in the console", async () => {
    await world.call("POST", "/sandbox/disturbances", {
      appId: world.app.appId,
      change: "connection-unknown",
    });
    const report = await world.check();
    await world.call("POST", "/sandbox/disturbances", {
      appId: world.app.appId,
      change: "connection-enabled",
    });
    const result = expectOnly(report, ["okta.connection.status"]);
    expect(result.evidence).toContain("UNKNOWN");
    expect(result.remedy).toContain("management: manual");
  });

  it("to another server is told as okta.connection.base-url", async () => {
    await setConnection(world.call, world.app.appId, `${world.proxy.url}/payroll/scim/v2/`);
    expectNothing(await world.check({ only: ["okta.connection"] }));
    const elsewhere = await world.check({ only: ["okta.connection"] }, (app) => ({
      ...app,
      server: { ...app.server, baseUrl: `${app.server.baseUrl}/elsewhere` },
    }));
    await setConnection(world.call, world.app.appId, world.app.server.baseUrl);
    expect(expectOnly(elsewhere, ["okta.connection.base-url"]).remedy).toContain("update again");
  });

  it("whose features were switched off is told as okta.features, each by name", async () => {
    await setFeatures(world.call, world.app.appId, "DISABLED");
    const report = await world.check({ only: ["okta."] });
    await setFeatures(world.call, world.app.appId, "ENABLED");
    const result = expectOnly(report, ["okta.features"]);
    expect(result.details).toEqual([
      "createUsers is off, the spec says on",
      "updateProfiles is off, the spec says on",
      "deactivateUsers is off, the spec says on",
    ]);
    expect(report.apps[0]?.features).toEqual({ actual: 1, expected: 4 });
  });
});

describe("profiles", () => {
  it("without a property of the spec are told as okta.schema", async () => {
    const report = await world.check({ only: ["okta.schema"] }, (app) => ({
      ...app,
      schemaProperties: [
        ...app.schemaProperties,
        { name: "badge", type: "string" },
        { name: "department", type: "number" },
        { name: "title", type: "string", externalName: "jobTitle" },
      ],
    }));
    expect(expectOnly(report, ["okta.schema"]).details).toEqual([
      "badge is missing",
      "department is of type string, the spec says number",
      "title is sent as title, the spec says jobTitle",
    ]);
  });

  it("mapped otherwise are told as okta.mapping.expressions", async () => {
    await changeMapping("department", "user.costCenter", "PUSH");
    const report = await world.check();
    await changeMapping("department", "user.department", "PUSH");
    const result = expectOnly(report, ["okta.mapping.expressions"]);
    expect(result.details).toEqual(["department is user.costCenter, the spec says user.department"]);
  });

  it("that are not pushed are told as okta.mapping.push", async () => {
    await changeMapping("department", "user.department", "DONT_PUSH");
    const report = await world.check();
    await changeMapping("department", "user.department", "PUSH");
    expect(expectOnly(report, ["okta.mapping.push"]).details).toEqual([
      "department is DONT_PUSH, the spec says PUSH",
    ]);
  });
});

describe("push groups", () => {
  const mappings = () => `/api/v1/apps/${world.app.appId}/group-push/mappings`;

  it("that someone deactivated are told as okta.push-groups.declared", async () => {
    const [mapping] = await listPushMappings();
    await world.call("PATCH", `${mappings()}/${mapping?.id}`, { status: "INACTIVE" });
    const report = await world.check();
    await world.call("PATCH", `${mappings()}/${mapping?.id}`, { status: "ACTIVE" });
    await world.drain();
    expect(expectOnly(report, ["okta.push-groups.declared"]).details).toEqual([
      "Payroll Admins is INACTIVE, the spec says ACTIVE",
    ]);
  });

  it("that Okta could not push are told with its reason, also by the System Log", async () => {
    const since = new Date().toISOString();
    const member = `/api/v1/groups/${await groupId("Payroll Admins")}/users/${await userId("noor.haddad@example.com")}`;
    const report = await world.proxy.broken(
      failingOkta((request) => request.target.includes("/Groups/")),
      async () => {
        await world.call("PUT", member);
        await until(async () => (await listPushMappings())[0]?.status === "ERROR");
        return world.check({ since, patience: { settleMs: 300 } });
      },
    );
    const result = expectOnly(report, ["okta.push-groups.errors", "okta.system-log"]);
    expect(result.details?.[0]).toMatch(/^Payroll Admins: .*The disk is full\. \(last pushed 20/);
    expect(result.remedy).toContain("Push now");

    const [mapping] = await listPushMappings();
    await world.call("PATCH", `${mappings()}/${mapping?.id}`, { status: "INACTIVE" });
    await world.call("PATCH", `${mappings()}/${mapping?.id}`, { status: "ACTIVE" });
    await world.call("DELETE", member);
    await world.drain();
    const mended = await world.check({ since });
    expect(expectOnly(mended, ["okta.system-log"], "warn").evidence).toContain(
      "nothing is in ERROR any more",
    );
  });
});

describe("people", () => {
  it("who were unassigned behind the spec's back are told as okta.assignments", async () => {
    const id = await userId("noor.haddad@example.com");
    await world.okta.appUsers.unassign(world.app.appId, id);
    await world.drain();
    const report = await world.check();
    await world.okta.appUsers.assign(world.app.appId, { id });
    await world.drain();
    const result = expectOnly(report, ["okta.assignments"]);
    expect(result.details).toEqual(["noor.haddad@example.com is not assigned"]);
    expect(report.apps[0]?.assignments).toEqual({ actual: 1, expected: 2 });
  });

  it("whom Okta could not update are told as okta.people.errors and by the System Log", async () => {
    const since = new Date().toISOString();
    const id = await userId("noor.haddad@example.com");
    const isInError = async () =>
      (await world.okta.appUsers.find(world.app.appId, id))?.syncState === "ERROR";
    const report = await world.proxy.broken(
      failingOkta(({ method }) => method === "PUT"),
      async () => {
        await world.okta.users.updateProfile(id, { title: "Head of People" });
        await until(isInError);
        return world.check({ since, only: ["okta."] });
      },
    );
    const result = expectOnly(report, ["okta.people.errors", "okta.system-log"]);
    expect(result.details).toEqual([`noor.haddad@example.com (${id})`]);
    expect(report.results.find((other) => other.id === "okta.system-log")?.details?.[0]).toContain(
      "The disk is full.",
    );
    await world.okta.users.updateProfile(id, { title: "Head of People again" });
    await until(async () => !(await isInError()));
    await world.drain();
  });

  it("who were lost by the server are told as loop.people.present", async () => {
    const id = await userId("noor.haddad@example.com");
    const account = (await world.okta.appUsers.find(world.app.appId, id))?.externalId ?? "";
    await world.scim.users.delete(account);
    const report = await world.check({ patience: { settleMs: 300 } });
    await world.okta.appUsers.unassign(world.app.appId, id);
    await world.drain();
    await world.okta.appUsers.assign(world.app.appId, { id });
    await world.drain();
    const result = expectOnly(report, ["loop.people.present"]);
    expect(result.details).toEqual(["noor.haddad@example.com"]);
    expect(report.apps[0]?.people).toEqual({ actual: 9, expected: 10 });
  });

  it("who were assigned while provisioning was off are told as never pushed", async () => {
    await setFeatures(world.call, world.app.appId, "DISABLED");
    const id = await userId("mei.chen@example.com");
    await world.okta.appUsers.assign(world.app.appId, { id });
    await setFeatures(world.call, world.app.appId, "ENABLED");
    const report = await world.check({ patience: { settleMs: 300 } });
    await world.okta.appUsers.unassign(world.app.appId, id);
    await world.drain();
    const result = expectOnly(report, ["loop.people.present"]);
    expect(result.details).toEqual(["mei.chen@example.com (never pushed)"]);
    expect(result.remedy).toContain("Provision User");
  });

  it("whose values were changed in the server are told as loop.people.values", async () => {
    const id = await userId("noor.haddad@example.com");
    const account = (await world.okta.appUsers.find(world.app.appId, id))?.externalId ?? "";
    const before = await world.scim.users.get(account);
    await world.scim.users.patch(account, [{ op: "replace", path: "name.givenName", value: "Mallory" }]);
    const report = await world.check({ patience: { settleMs: 300 } });
    await world.scim.users.replace(account, before);
    expect(expectOnly(report, ["loop.people.values"]).details).toEqual([
      'noor.haddad@example.com: givenName is "Mallory" in name.givenName, Okta has "Noor"',
    ]);
  });

  it("whom nobody assigned are told as loop.people.orphans; as a warning for an external server", async () => {
    const orphan = await world.scim.users.create({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: "ghost@example.com",
      name: { givenName: "Gho", familyName: "St" },
      emails: [{ value: "ghost@example.com", type: "work", primary: true }],
      active: true,
    });
    const report = await world.check({ patience: { settleMs: 300 } });
    const external = await world.check(
      { only: ["loop.people.orphans"], patience: { settleMs: 300 } },
      (app) => ({
        ...app,
        server: { ...app.server, kind: "external" },
      }),
    );
    await world.scim.users.delete(orphan.id);
    expect(expectOnly(report, ["loop.people.orphans"]).details).toEqual(["ghost@example.com"]);
    expectOnly(external, ["loop.people.orphans"], "warn");
  });
});

it("a pushed group that lost a member in the server is told as loop.groups", async () => {
  const found = await world.scim.groups.list({ filter: 'displayName eq "payroll-admins"' });
  const group = await world.scim.groups.get(found.Resources[0]?.id ?? "");
  const [member] = group.members ?? [];
  await world.scim.groups.patch(group.id, [{ op: "remove", path: `members[value eq "${member?.value}"]` }]);
  const report = await world.check({ patience: { settleMs: 300 } });
  await world.scim.groups.patch(group.id, [{ op: "add", path: "members", value: [member] }]);
  expect(expectOnly(report, ["loop.groups"]).details).toEqual([
    "payroll-admins lacks 1 member and has 0 too many",
  ]);
});

describe("the canary", () => {
  it.each([
    ["loop.canary.create", (request: ProxiedRequest) => ["POST", "PUT", "PATCH"].includes(request.method)],
    [
      "loop.canary.update",
      (request: ProxiedRequest) => request.method === "PUT" && request.body.includes("canary)"),
    ],
    [
      "loop.canary.deactivate",
      (request: ProxiedRequest) => request.method === "PATCH" && request.body.includes("false"),
    ],
  ] as const)("tells %s when that step does not arrive, and is put back", async (id, matches) => {
    const canary = await userId("zoe.vanderberg@example.com");
    const before = await world.okta.users.find(canary);
    const report = await world.proxy.broken(failingOkta(matches), () =>
      world.check({ only: ["loop.canary"], patience: { settleMs: 700 } }),
    );
    expectOnly(report, [id]);
    expect((await world.okta.users.find(canary))?.profile).toEqual(before?.profile);
    expect(await world.okta.appUsers.find(world.app.appId, canary)).toBeUndefined();
    await world.drain();
  });

  it("that a killed run left assigned and changed is put back by the next", async () => {
    const canary = await userId("zoe.vanderberg@example.com");
    const title = (await world.okta.users.find(canary))?.profile["title"];
    await world.okta.appUsers.assign(world.app.appId, { id: canary });
    await world.okta.users.updateProfile(canary, { title: `${title} (okta-scim canary)` });
    await world.drain();
    expectNothing(await world.check({ only: ["loop.canary"] }));
    expect((await world.okta.users.find(canary))?.profile["title"]).toBe(title);
  });

  it("that has access otherwise is refused", async () => {
    const report = await world.check({ only: ["loop.canary"] }, (app) => ({
      ...app,
      canary: { login: "ada@example.com" },
    }));
    expect(expectOnly(report, ["loop.canary.create"]).evidence).toContain("is assigned to the app already");
  });
});

function expectNothing(report: Awaited<ReturnType<World["check"]>>): void {
  expect(report.results.filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped")).toEqual([]);
}

async function listPushMappings() {
  const mappings = [];
  for await (const mapping of world.okta.groupPush.list(world.app.appId)) mappings.push(mapping);
  return mappings;
}
