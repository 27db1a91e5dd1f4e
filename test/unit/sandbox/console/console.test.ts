import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { html } from "../../../../sandbox/okta/console/html.ts";
import type { TestOrg } from "../provisioning/test-org.ts";
import { bodyOf, orgUrl, TestConsole } from "./test-console.ts";

let console: TestConsole;
let org: TestOrg;
const send: TestConsole["send"] = (...request) => console.send(...request);

beforeEach(async () => {
  console = await TestConsole.start();
  org = console.org;
});
afterEach(() => console[Symbol.asyncDispose]());

describe("pages", () => {
  test("all answer, carry the mark and a policy that lets nothing else in", async () => {
    const ada = org.addUser("Ada");
    const group = org.addGroup("Finance", [ada]);
    org.assign(ada);
    org.push(group, "finance");
    await org.settle();
    const app = `/admin/apps/${org.app.id}`;
    const paths = [
      "/admin",
      "/admin/apps",
      app,
      `${app}/provisioning`,
      `${app}/people`,
      `${app}/push-groups`,
      `${app}/mapping`,
      "/admin/people?q=ada",
      `/admin/people/${ada.id}`,
      "/admin/groups",
      `/admin/groups/${group.id}`,
      "/admin/tasks?status=done",
      "/admin/log",
      "/admin/faults",
    ];
    for (const path of paths) {
      const answer = await send("GET", path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(bodyOf(answer)).toContain("EMULATED ORG — not Okta");
      expect(answer.headers?.["content-security-policy"]).toMatch(/^default-src 'none';/);
      expect(bodyOf(answer)).not.toMatch(/<script|undefined|\[object|t0ken/);
    }
    expect((await send("GET", "/admin/console.css")).headers?.["content-type"]).toContain("text/css");
    expect((await send("GET", "/admin/apps/none")).status).toBe(404);
    const live = await send("GET", "/admin/log?live");
    expect(bodyOf(live)).toContain('<script src="/admin/live-log.js" defer>');
    expect(live.headers?.["content-security-policy"]).toContain("script-src 'self'; connect-src 'self'");
    expect((await send("GET", "/admin/live-log.js")).headers?.["content-type"]).toContain("text/javascript");
    expect((await send("GET", "/admin/nothing/here")).status).toBe(404);
  });

  test("escape what people typed", async () => {
    const eve = org.addUser("Eve", { lastName: `<img src=x onerror="alert(1)">` });
    const page = bodyOf(await send("GET", `/admin/people/${eve.id}`));
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
    expect(html`${null}${undefined}${false}${0}${"'"}`.text).toBe("0&#39;");
  });

  test("refuse forms from other sites, and take their own", async () => {
    const path = `/admin/apps/${org.app.id}/deactivate`;
    for (const headers of [
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
      { origin: "http://evil.example:8600", host: "evil.example:8600" },
    ] as Record<string, string>[]) {
      expect((await send("POST", path, { headers })).status).toBe(403);
    }
    expect(org.store.apps.get(org.app.id)?.status).toBe("ACTIVE");
    const own = { origin: orgUrl, "sec-fetch-site": "same-origin" };
    expect((await send("POST", path, { headers: own })).status).toBe(303);
    expect(org.store.apps.get(org.app.id)?.status).toBe("INACTIVE");
  });
});

describe("the provisioning form", () => {
  const path = () => `/admin/apps/${org.app.id}/provisioning`;
  const form = () => ({
    baseUrl: org.scim.server.url,
    authentication: "bearer",
    token: "new-secret",
    createUsers: "on",
    syncPassword: "on",
  });

  test("saves connection and features after the server took the credentials", async () => {
    org.store.settings.setConnectionStatus(org.app.id, "DISABLED");
    const answer = await send("POST", path(), { form: form() });
    expect(answer).toMatchObject({ status: 303, headers: { location: `${path()}?saved` } });
    expect(org.scim.server.requests.at(-1)?.headers.authorization).toBe("Bearer new-secret");
    expect(org.store.settings.connection(org.app.id)).toMatchObject({
      status: "ENABLED",
      setBy: "console",
      authentication: "bearer",
    });
    expect(org.store.settings.features(org.app.id)).toMatchObject({
      createUsers: "ENABLED",
      updateProfiles: "DISABLED",
      deactivateUsers: "DISABLED",
      password: { status: "ENABLED", seed: "OKTA", change: "CHANGE" },
    });
  });

  test("keeps the saved token when the field is empty", async () => {
    await send("POST", path(), { form: { ...form(), authentication: "header", token: "" } });
    expect(org.scim.server.requests.at(-1)?.headers.authorization).toBe("Bearer t0ken");
  });

  test("tells in Okta's words why not, as a page or as JSON, and saves nothing", async () => {
    org.scim.intercept = () => ({ status: 401, body: { detail: "unknown token new-secret" } });
    const page = await send("POST", path(), { form: form() });
    expect(page.status).toBe(422);
    expect(bodyOf(page)).toContain(
      "Error authenticating: Unauthorized. Errors reported by remote server: unknown token ***",
    );
    expect(bodyOf(page)).not.toContain("new-secret");
    const json = await send("POST", path(), { form: form(), headers: { accept: "application/json" } });
    expect(json.status).toBe(422);
    expect(JSON.parse(bodyOf(json))).toEqual({
      ok: false,
      error: "Error authenticating: Unauthorized. Errors reported by remote server: unknown token ***",
    });
    expect(org.store.settings.connection(org.app.id)?.authentication).toBe("header");
  });

  test("answers JSON to scripts, tests without saving, and refuses an incomplete form", async () => {
    const headers = { accept: "application/json" };
    expect(JSON.parse(bodyOf(await send("POST", `${path()}/test`, { form: form(), headers })))).toEqual({
      ok: true,
    });
    expect(org.store.settings.connection(org.app.id)?.setBy).toBe("api");
    expect((await send("POST", path(), { form: { baseUrl: "x" }, headers })).status).toBe(422);
    expect(JSON.parse(bodyOf(await send("POST", path(), { form: form(), headers })))).toEqual({ ok: true });
  });
});

describe("an administrator's acts", () => {
  test("people: suspend, deactivate, activate, profile, with what follows in the app", async () => {
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    await send("POST", `/admin/people/${ada.id}/profile`, {
      form: { login: "ada@example.com", email: "ada@example.com", title: "Countess", department: "" },
    });
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ title: "Countess" });
    await send("POST", `/admin/people/${ada.id}/lifecycle`, { form: { step: "suspend" } });
    expect(await org.settle()).toEqual([]);
    expect(
      (await send("POST", `/admin/people/${ada.id}/lifecycle`, { form: { step: "suspend" } })).status,
    ).toBe(422);
    await send("POST", `/admin/people/${ada.id}/lifecycle`, { form: { step: "deactivate" } });
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
    expect(org.logLines()).toContain("user.lifecycle.suspend SUCCESS");
    const taken = await send("POST", `/admin/people/${ada.id}/profile`, {
      form: { login: `${org.addUser("Bob").profile["login"]}` },
    });
    expect(taken.status).toBe(422);
  });

  test("groups and apps: members, assignment, push, mapping", async () => {
    const ada = org.addUser("Ada");
    const group = org.addGroup("Finance");
    const app = `/admin/apps/${org.app.id}`;
    await send("POST", `/admin/groups/${group.id}/members`, { form: { login: "ada@example.com" } });
    await send("POST", `${app}/groups`, { form: { group: "Finance" } });
    await send("POST", `${app}/push-groups`, { form: { group: "Finance", target: "money" } });
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: true });
    expect(org.scim.groupNamed("money")?.["members"]).toHaveLength(1);
    const bad = await send("POST", `${app}/mapping`, {
      form: { name: "title", expression: "user.shoeSize", pushStatus: "PUSH" },
    });
    expect(bad.status).toBe(422);
    expect(bodyOf(bad)).toContain("Invalid property shoeSize in expression user.shoeSize");
    await send("POST", `${app}/mapping`, {
      form: { name: "title", expression: "String.toUpperCase(user.firstName)", pushStatus: "PUSH" },
    });
    await send("POST", `${app}/mapping/apply`);
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ title: "ADA" });
    await send("POST", `/admin/groups/${group.id}/members/${ada.id}/remove`);
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
  });

  test("tasks: a failed one is shown with its reason and can be retried", async () => {
    await send("POST", "/admin/faults", { form: { kind: "server-error", method: "POST", remaining: "1" } });
    org.assign(org.addUser("Ada"));
    await org.settle();
    expect(bodyOf(await send("GET", "/admin/tasks?status=failed"))).toContain("The server failed (fault)");
    await send("POST", "/admin/tasks/retry");
    await org.settle();
    expect(org.scim.users.size).toBe(1);
  });

  test("import: an unknown account waits, and confirming makes a person of it", async () => {
    org.scim.users.set("x1", {
      id: "x1",
      userName: "eve@example.com",
      active: true,
      name: { givenName: "Eve", familyName: "Import" },
    });
    org.scim.users.set("x2", { id: "x2", userName: "gone@example.com", active: false });
    await send("POST", `/admin/apps/${org.app.id}/import`);
    expect(await org.settle()).toEqual(["GET /Users?startIndex=1&count=100"]);
    const page = bodyOf(await send("GET", `/admin/apps/${org.app.id}/people`));
    expect(page).toContain("eve@example.com");
    expect(page).not.toContain("gone@example.com");
    await send("POST", `/admin/apps/${org.app.id}/import/x1/confirm`);
    const eve = org.store.users.getByLogin("eve@example.com");
    expect(eve?.profile).toMatchObject({ firstName: "Eve", lastName: "Import" });
    expect(org.store.appUsers.get(org.app.id, eve?.id ?? "")).toMatchObject({ externalId: "x1" });
  });
});
