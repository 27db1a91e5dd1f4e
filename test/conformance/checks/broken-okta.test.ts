import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingOkta } from "./support/breakages.ts";
import { expectOnly } from "./support/expect-only.ts";
import { setConnection, setFeatures, startWorld, until, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

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
        return world.check({ since, patience: { settleMs: 1_500 } });
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
});

function expectNothing(report: Awaited<ReturnType<World["check"]>>): void {
  expect(report.results.filter(({ outcome }) => outcome !== "pass" && outcome !== "skipped")).toEqual([]);
}

async function listPushMappings() {
  const mappings = [];
  for await (const mapping of world.okta.groupPush.list(world.app.appId)) mappings.push(mapping);
  return mappings;
}
