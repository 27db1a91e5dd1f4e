import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { ScimUser } from "../../../src/scim/scim-messages.ts";
import { collect, OrgProcess, ScimServerProcess } from "./processes.ts";

let org: OrgProcess;
let server: ScimServerProcess;

beforeAll(async () => {
  [org, server] = await Promise.all([
    OrgProcess.start(),
    ScimServerProcess.start(["payroll", "travel", "crowd"]),
  ]);
});
afterAll(async () => {
  await org?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const withId = z.object({ id: z.string() });
const features = {
  create: { lifecycleCreate: { status: "ENABLED" } },
  update: { profile: { status: "ENABLED" }, lifecycleDeactivate: { status: "ENABLED" } },
};

/** The catalog app, whose connection the API sets; it is provisioned as OIN apps are. */
async function createCatalogApp(label: string, tenant: string): Promise<string> {
  const { id } = withId.parse(
    await org.api("POST", "/api/v1/apps?activate=true", {
      name: "scim2headerauth",
      label,
      signOnMode: "AUTO_LOGIN",
      settings: {},
    }),
  );
  const profile = { authScheme: "TOKEN", token: server.authorization };
  await org.api("POST", `/api/v1/apps/${id}/connections/default`, {
    baseUrl: server.baseUrl(tenant),
    profile,
  });
  await org.api("POST", `/api/v1/apps/${id}/connections/default/lifecycle/activate`);
  await org.api("PUT", `/api/v1/apps/${id}/features/USER_PROVISIONING`, features);
  return id;
}

/** The custom app, whose connection is set in the console; it is provisioned as AIW apps are. */
async function createCustomApp(label: string, tenant: string): Promise<string> {
  const { id } = withId.parse(
    await org.api("POST", "/api/v1/apps?activate=true", {
      label,
      signOnMode: "AUTO_LOGIN",
      settings: { signOn: { loginUrl: "https://travel.example.com" } },
    }),
  );
  const fields = {
    baseUrl: server.baseUrl(tenant),
    authentication: "bearer",
    token: server.token,
    createUsers: "on",
    updateProfiles: "on",
    deactivateUsers: "on",
  };
  expect(await org.sendForm(`/admin/apps/${id}/provisioning`, fields)).toEqual({ ok: true });
  return id;
}

async function findGroupId(name: string): Promise<string> {
  const groups = z
    .array(z.object({ id: z.string(), profile: z.object({ name: z.string() }) }))
    .parse(await org.api("GET", `/api/v1/groups?q=${encodeURIComponent(name)}`));
  const found = groups.find((group) => group.profile.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return found.id;
}

function usersOf(tenant: string): Promise<ScimUser[]> {
  return collect(server.client(tenant).users.all());
}

describe.each([
  ["catalog app, PATCH", "payroll", createCatalogApp],
  ["custom app, PUT", "travel", createCustomApp],
] as const)("%s", (label, tenant, createApp) => {
  test("people and groups flow as the org changes", async () => {
    const appId = await createApp(label, tenant);
    const finance = await findGroupId("Finance");
    await org.api("PUT", `/api/v1/apps/${appId}/groups/${finance}`, { profile: {} });
    expect(await org.drain()).toBe(0);
    const assigned = z
      .array(
        z.object({ id: z.string(), credentials: z.object({ userName: z.string() }), status: z.string() }),
      )
      .parse(await org.api("GET", `/api/v1/apps/${appId}/users?limit=200`));
    const provisioned = assigned.filter(({ status }) => status === "PROVISIONED");
    const names = (await usersOf(tenant)).map(({ userName }) => userName).sort();
    expect(names).toEqual(provisioned.map(({ credentials }) => credentials.userName).sort());
    expect(names.length).toBeGreaterThan(5);

    const ada = withId.parse(await org.api("GET", "/api/v1/users/ada@example.com")).id;
    await org.api("POST", `/api/v1/users/${ada}`, {
      profile: { title: "Chief of Numbers", department: "Numbers" },
    });
    expect(await org.drain()).toBe(0);
    const account = (await usersOf(tenant)).find(({ userName }) => userName === "ada@example.com");
    expect(account).toMatchObject({
      externalId: ada,
      active: true,
      title: "Chief of Numbers",
      name: { givenName: "Ada", familyName: "Lovelace" },
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Numbers" },
    });

    const push = await org.api("POST", `/api/v1/apps/${appId}/group-push/mappings`, {
      sourceGroupId: await findGroupId("Payroll Admins"),
      targetGroupName: "payroll-admins",
      status: "ACTIVE",
    });
    expect(await org.drain()).toBe(0);
    const groups = await collect(server.client(tenant).groups.all());
    expect(groups.map(({ displayName }) => displayName)).toEqual(["payroll-admins"]);
    const members = groups[0]?.members?.map(({ value }) => value);
    expect(members).toContain(account?.id);

    await org.api("DELETE", `/api/v1/groups/${finance}/users/${ada}`);
    expect(await org.drain()).toBe(0);
    const client = server.client(tenant);
    expect((await client.users.get(account?.id ?? "")).active).toBe(false);
    const left = await client.groups.get(groups[0]?.id ?? "");
    expect(left.members?.map(({ value }) => value) ?? []).not.toContain(account?.id);

    await org.api("PUT", `/api/v1/groups/${finance}/users/${ada}`);
    expect(await org.drain()).toBe(0);
    expect(await client.users.get(account?.id ?? "")).toMatchObject({
      active: true,
      title: "Chief of Numbers",
    });

    const mapping = withId.parse(push);
    await org.api("PATCH", `/api/v1/apps/${appId}/group-push/mappings/${mapping.id}`, { status: "INACTIVE" });
    await org.api("DELETE", `/api/v1/apps/${appId}/group-push/mappings/${mapping.id}?deleteTargetGroup=true`);
    expect(await org.drain()).toBe(0);
    expect((await client.groups.list()).totalResults).toBe(0);

    const kinds = Object.keys(await server.evidence(tenant));
    const patches = kinds.filter((kind) => kind.endsWith("-patch"));
    expect(patches.sort()).toEqual(tenant === "payroll" ? ["group-patch", "user-patch"] : []);
    expect(kinds).toEqual(
      expect.arrayContaining(["connection-test", "user-lookup", "user-create", "user-replace"]),
    );
    expect(kinds).not.toContain("user-delete");
    await org.api("DELETE", `/api/v1/apps/${appId}/groups/${finance}`);
    expect(await org.drain()).toBe(0);
    expect((await usersOf(tenant)).filter(({ active }) => active !== false)).toEqual([]);
  });
});

test("killed in the middle of a large assignment, it misses nobody and makes nobody twice", async () => {
  const appId = await createCatalogApp("Crowd", "crowd");
  const group = withId.parse(await org.api("POST", "/api/v1/groups", { profile: { name: "Crowd" } })).id;
  const logins = Array.from({ length: 150 }, (_, index) => `crowd${index}@example.com`);
  for (const login of logins) {
    const profile = { login, email: login, firstName: "Crowd", lastName: login.slice(5, 8) };
    const { id } = withId.parse(await org.api("POST", "/api/v1/users?activate=true", { profile }));
    await org.api("PUT", `/api/v1/groups/${group}/users/${id}`);
  }
  await org.api("PUT", `/api/v1/apps/${appId}/groups/${group}`, { profile: {} });
  const client = server.client("crowd");
  for (let round = 0; round < 3; round++) {
    const before = (await client.users.list({ startIndex: 1, count: 0 })).totalResults;
    while ((await client.users.list({ startIndex: 1, count: 0 })).totalResults < Math.min(before + 20, 140)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await org.stop("SIGKILL");
    await org.launch();
  }
  expect(await org.drain()).toBe(0);
  const users = await usersOf("crowd");
  expect(users.map(({ userName }) => userName).sort()).toEqual([...logins].sort());
  expect(users.every(({ active }) => active === true)).toBe(true);
});
