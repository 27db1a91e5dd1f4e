import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * What the official provider's acceptance tests (terraform-provider-okta) and their recordings (test/fixtures/vcr) show of the
 * groups assigned to an app.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

async function createBookmark(label: string): Promise<string> {
  const { body } = await call("POST", "/api/v1/apps?activate=true", {
    label,
    name: "bookmark",
    settings: { app: { requestIntegration: false, url: "https://test.com" } },
    signOnMode: "BOOKMARK",
  });
  return `/api/v1/apps/${String(body["id"])}/groups`;
}

async function createGroup(name: string): Promise<string> {
  return String((await call("POST", "/api/v1/groups", { profile: { name } })).body["id"]);
}

describe("groups of an app", () => {
  test("change places, and one that is put where it is already was not updated (AppGroupAssignments_crud)", async () => {
    const home = await createBookmark("places");
    const first = await createGroup("first");
    const second = await createGroup("second");
    const third = await createGroup("third");
    const put = async (id: string, priority: number) =>
      (await call("PUT", `${home}/${id}`, { id, priority, profile: {} })).body;
    await put(first, 1);
    const before = await put(second, 2);
    await put(third, 3);
    await call("DELETE", `${home}/${third}`);
    expect((await put(first, 2))["priority"]).toBe(2);
    expect((await call("GET", `${home}/${second}`)).body).toEqual({ ...before, priority: 1 });
    expect(await put(second, 1)).toEqual({ ...before, priority: 1 });
    const { list, self } = await call("GET", `${home}?limit=200`);
    expect(list.map(({ id, priority }) => [id, priority])).toEqual([
      [second, 1],
      [first, 2],
    ]);
    expect(self).toBe(`${home}?limit=200`);
    expect((await call("GET", home)).self).toBe(`${home}?limit=20`);
  });

  test("have any profile and priority where nothing is provisioned (AppGroupAssignments_1088_unplanned_changes)", async () => {
    const home = await createBookmark("profiles");
    const [a, b] = [await createGroup("a"), await createGroup("b")];
    const sent = { priority: 1, profile: { test: "a" } };
    expect(await call("PUT", `${home}/${a}`, { id: a, ...sent })).toMatchObject({ status: 200, body: sent });
    expect((await call("PUT", `${home}/${b}`, {})).body).toMatchObject({ priority: 2, profile: {} });
    await call("PUT", `${home}/${b}`, { id: b, priority: 4, profile: { test: "c" } });
    expect((await call("GET", `${home}/${a}`)).body).toMatchObject(sent);
    const other = { priority: 99, profile: { different: "profile value" } };
    await call("PUT", `${home}/${a}`, { id: a, ...other });
    expect(await call.list(home)).toMatchObject([
      { id: b, priority: 4 },
      { id: a, ...other },
    ]);
  });

  test("of an app that is provisioned have attributes of its schema only", async () => {
    const { body: app } = await call("POST", "/api/v1/apps", {
      label: "provisioned",
      name: "scim2headerauth",
      signOnMode: "AUTO_LOGIN",
    });
    const group = await createGroup("typo");
    const home = `/api/v1/apps/${String(app["id"])}/groups/${group}`;
    expect((await call("PUT", home, { profile: { titel: "x" } })).status).toBe(400);
    expect((await call("PUT", home, { profile: { title: "x" } })).body).toMatchObject({
      profile: { title: "x" },
    });
  });
});

test("the link of group pushes tells the page size only, and leads on with the rest (DataSourceOktaPushGroup_read, DataSourceOktaPushGroups_read)", async () => {
  const { body: app } = await call("POST", "/api/v1/apps", {
    name: "deelhr",
    label: "pushes",
    signOnMode: "AUTO_LOGIN",
  });
  const pushes = `/api/v1/apps/${String(app["id"])}/group-push/mappings`;
  expect(await call("GET", `${pushes}?after=`)).toMatchObject({ list: [], self: `${pushes}?limit=100` });
  const { body: group } = await call("POST", "/api/v1/groups", { profile: { name: "pushed" } });
  const sourceGroupId = String(group["id"]);
  const { body: push } = await call("POST", pushes, {
    sourceGroupId,
    status: "ACTIVE",
    targetGroupName: "p",
  });
  expect(await call("GET", `${pushes}?sourceGroupId=${sourceGroupId}`)).toMatchObject({
    list: [push],
    links: ["self"],
    self: `${pushes}?limit=100`,
  });
});
