import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failingOkta } from "./support/breakages.ts";
import type { ProxiedRequest } from "./support/breaking-proxy.ts";
import { expectOnly } from "./support/expect-only.ts";
import { setFeatures, startWorld, type World } from "./support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.check({ patience: { settleMs: 20_000 } });
});
afterAll(() => world.stop());

async function userId(login: string): Promise<string> {
  return (await world.okta.users.find(login))?.id ?? "";
}

describe("people", () => {
  it("who were lost by the server are told as loop.people.present", async () => {
    const id = await userId("noor.haddad@example.com");
    const account = (await world.okta.appUsers.find(world.app.appId, id))?.externalId ?? "";
    await world.scim.users.delete(account);
    const report = await world.check({ patience: { settleMs: 1_500 } });
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
    const report = await world.check({ patience: { settleMs: 1_500 } });
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
    const report = await world.check({ patience: { settleMs: 1_500 } });
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
    const report = await world.check({ patience: { settleMs: 1_500 } });
    const external = await world.check(
      { only: ["loop.people.orphans"], patience: { settleMs: 1_500 } },
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
  const report = await world.check({ patience: { settleMs: 1_500 } });
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
      world.check({ only: ["loop.canary"], patience: { settleMs: 2_000 } }),
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
