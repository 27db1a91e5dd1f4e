import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/** What administrator roles are limited to, as a recording of the official provider's acceptance tests shows it (AdminRoleTargets_crud). */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

async function createGroup(name: string): Promise<string> {
  return String((await call("POST", "/api/v1/groups", { profile: { name, description: "" } })).body["id"]);
}

async function createApp(label: string): Promise<string> {
  const body = {
    label,
    name: "template_swa",
    settings: {
      app: {
        buttonField: "btn-login",
        passwordField: "txtbox-password",
        url: "https://example.com/login.html",
        usernameField: "txtbox-username",
      },
    },
    signOnMode: "BROWSER_PLUGIN",
  };
  return String((await call("POST", "/api/v1/apps", body)).body["id"]);
}

/** A person with a role; answers the path of the role. */
async function appoint(login: string, type: string): Promise<string> {
  const profile = { email: login, firstName: "TestAcc", lastName: "blah", login };
  const user = await call("POST", "/api/v1/users", { profile });
  const roles = `/api/v1/users/${String(user.body["id"])}/roles`;
  const role = await call("POST", `${roles}?disableNotifications=false`, { type });
  return `${roles}/${String(role.body["id"])}`;
}

describe("targets of roles (AdminRoleTargets_crud)", () => {
  test("apps: one by one, or all of an integration, the newest first", async () => {
    const role = await appoint("apps@example.com", "APP_ADMIN");
    const apps = `${role}/targets/catalog/apps`;
    const appId = await createApp("limited");
    expect((await call("PUT", `${apps}/template_swa/${appId}`)).status).toBe(204);
    const listed = await call("GET", `${apps}?limit=200`);
    expect(listed.list).toEqual([
      {
        name: "limited",
        status: "ACTIVE",
        id: appId,
        _links: { self: { href: `${org.url}/api/v1/apps/${appId}` } },
      },
    ]);
    expect(listed.links).toEqual(["self"]);
    expect(listed.self).toMatch(/\/targets\/catalog\/apps\?after=PGE[\w-]+&limit=20$/);
    expect((await call("PUT", `${apps}/bookmark`)).status).toBe(204);
    expect((await call("PUT", `${apps}/oidc_client`)).status).toBe(204);
    expect((await call("DELETE", `${apps}/template_swa/${appId}`)).status).toBe(204);
    const integrations = await call("GET", `${apps}?limit=200`);
    expect(integrations.list.map(({ name, id }) => [name, id])).toEqual([
      ["oidc_client", undefined],
      ["bookmark", undefined],
    ]);
    expect((await call("PUT", `${apps}/not_in_the_catalog`)).status).toBe(404);
  });

  test("all apps of an integration take the place of single ones", async () => {
    const role = await appoint("all@example.com", "APP_ADMIN");
    const apps = `${role}/targets/catalog/apps`;
    await call("PUT", `${apps}/template_swa/${await createApp("single")}`);
    await call("PUT", `${apps}/template_swa`);
    expect((await call.list(apps)).map(({ name }) => name)).toEqual(["template_swa"]);
  });

  test("groups, in the order in which they came; the role has their times", async () => {
    const role = await appoint("groups@example.com", "GROUP_MEMBERSHIP_ADMIN");
    const before = (await call("GET", role)).body;
    const ids = [await createGroup("first"), await createGroup("second")];
    for (const id of ids) {
      org.clock.advance(5_000);
      expect((await call("PUT", `${role}/targets/groups/${id}`)).status).toBe(204);
    }
    const listed = await call("GET", `${role}/targets/groups?limit=200`);
    expect(listed.list.map(({ id }) => id)).toEqual(ids);
    const after = (await call("GET", role)).body;
    expect(Date.parse(String(after["created"])) - Date.parse(String(before["created"]))).toBeGreaterThan(0);
    expect(
      Date.parse(String(after["lastUpdated"])) - Date.parse(String(after["created"])),
    ).toBeGreaterThanOrEqual(5_000);
    expect((await call("DELETE", `${role}/targets/groups/${ids[0]}`)).status).toBe(204);
    // The provider deletes and assigns the role again for the last one.
    expect((await call("DELETE", `${role}/targets/groups/${ids[1]}`)).status).toBe(400);
    expect((await call("DELETE", role)).status).toBe(204);
    await call("POST", role.replace(/\/\w+$/, ""), { type: "GROUP_MEMBERSHIP_ADMIN" });
    expect(await call.list(`${role}/targets/groups`)).toEqual([]);
    expect(await call("PUT", `${role}/targets/catalog/apps/bookmark`)).toMatchObject({
      status: 400,
      body: { errorCode: "E0000091" },
    });
  });

  test("a role that loses its last app is taken away", async () => {
    const role = await appoint("last@example.com", "APP_ADMIN");
    const appId = await createApp("short-lived");
    await call("PUT", `${role}/targets/catalog/apps/template_swa/${appId}`);
    await call("POST", `/api/v1/apps/${appId}/lifecycle/deactivate`);
    expect((await call("DELETE", `/api/v1/apps/${appId}`)).status).toBe(204);
    expect((await call("GET", role)).status).toBe(404);
  });

  test("more than twenty targets have pages, whatever limit is asked for", async () => {
    const role = await appoint("many@example.com", "USER_ADMIN");
    const ids: string[] = [];
    for (let number = 0; number < 21; number++) ids.push(await createGroup(`many ${number}`));
    for (const id of ids) await call("PUT", `${role}/targets/groups/${id}`);
    const first = await call("GET", `${role}/targets/groups?limit=200`);
    expect(first.list).toHaveLength(20);
    const next = await fetch(`${org.url}${role}/targets/groups?limit=200`, {
      headers: { authorization: `SSWS ${org.token}` },
    });
    const path = /<[^>]*(\/api[^>]*)>; rel="next"/.exec(next.headers.get("link") ?? "")?.[1] ?? "";
    expect((await call.list(path)).map(({ id }) => id)).toEqual(ids.slice(20));
  });
});
