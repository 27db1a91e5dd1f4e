import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../checks/support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Okta's own CRUD suite (Okta-SCIM-20-CRUD-Test.json), step by step; draining stands for its pauses of 20 and 40 seconds. */
test("Okta's CRUD suite passes over the emulated org and the SCIM server", async () => {
  const appId = world.app.appId;
  const login = "crud.suite@example.com";
  const profile = { firstName: "Crud", lastName: "Suite", email: login, login };

  expect((await world.call("GET", `/api/v1/apps/${appId}`)).status).toBe(200);
  const created = await world.call("POST", "/api/v1/users?activate=true", { profile });
  expect(created.status).toBe(200);
  const userId = created.json.id ?? "";
  const assignment = {
    id: userId,
    scope: "USER",
    credentials: { userName: login },
    profile: { familyName: "Suite", givenName: "Crud", emailType: "work", email: login },
  };
  expect((await world.call("POST", `/api/v1/apps/${appId}/users`, assignment)).status).toBe(200);
  await world.drain();
  expect(await readAccount(login)).toMatchObject({
    userName: login,
    active: true,
    name: { givenName: "Crud", familyName: "Suite" },
    emails: [{ value: login, type: "work" }],
  });

  const renamed = await world.call("PUT", `/api/v1/users/${userId}`, {
    profile: { ...profile, firstName: "Changed" },
  });
  expect(renamed.status).toBe(200);
  await world.drain();
  expect(await readAccount(login)).toMatchObject({ name: { givenName: "Changed" } });

  expect((await world.call("POST", `/api/v1/users/${userId}/lifecycle/deactivate`)).status).toBe(200);
  await world.drain();
  expect(await readAccount(login)).toMatchObject({ active: false });

  expect((await world.call("POST", `/api/v1/users/${userId}/lifecycle/activate`)).status).toBe(200);
  expect((await world.call("POST", `/api/v1/apps/${appId}/users`, assignment)).status).toBe(200);
  await world.drain();
  expect(await readAccount(login)).toMatchObject({ active: true });

  expect((await world.call("DELETE", `/api/v1/apps/${appId}/users/${userId}`)).status).toBe(204);
  await world.drain();
  expect(await readAccount(login)).toMatchObject({ active: false });
});

async function readAccount(userName: string): Promise<unknown> {
  const found = await world.scim.users.list({ filter: `userName eq "${userName}"` });
  expect(found.totalResults).toBe(1);
  return found.Resources[0];
}
