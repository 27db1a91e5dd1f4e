import type { Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, createPerson, createScimApp, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

test("a network zone's life", async () => {
  const zone = {
    name: "office",
    type: "IP" as const,
    gateways: [{ type: "CIDR" as const, value: "1.2.3.4/24" }],
  };
  const created = await client.networkZoneApi.createNetworkZone({ zone });
  const zoneId = created.id ?? "";
  expect([created.type, created.status, created.system]).toEqual(["IP", "ACTIVE", false]);
  const replaced = await client.networkZoneApi.replaceNetworkZone({
    zoneId,
    zone: { ...zone, name: "home" },
  });
  expect(replaced.name).toBe("home");
  expect((await client.networkZoneApi.deactivateNetworkZone({ zoneId })).status).toBe("INACTIVE");
  expect((await client.networkZoneApi.activateNetworkZone({ zoneId })).status).toBe("ACTIVE");
  expect((await client.networkZoneApi.getNetworkZone({ zoneId })).name).toBe("home");
  expect(await collect(client.networkZoneApi.listNetworkZones())).toHaveLength(1);
  await client.networkZoneApi.deleteNetworkZone({ zoneId });
  expect((await refusal(client.networkZoneApi.getNetworkZone({ zoneId }))).errorCode).toBe("E0000007");
});

test("a trusted origin's life", async () => {
  const trustedOrigin = {
    name: "site",
    origin: "https://site.example.com",
    scopes: [{ type: "CORS" as const }],
  };
  const created = await client.trustedOriginApi.createTrustedOrigin({ trustedOrigin });
  const trustedOriginId = created.id ?? "";
  await client.trustedOriginApi.replaceTrustedOrigin({
    trustedOriginId,
    trustedOrigin: { ...trustedOrigin, name: "renamed" },
  });
  expect((await client.trustedOriginApi.deactivateTrustedOrigin({ trustedOriginId })).status).toBe(
    "INACTIVE",
  );
  await client.trustedOriginApi.activateTrustedOrigin({ trustedOriginId });
  expect((await client.trustedOriginApi.getTrustedOrigin({ trustedOriginId })).name).toBe("renamed");
  expect(await collect(client.trustedOriginApi.listTrustedOrigins())).toHaveLength(1);
  await client.trustedOriginApi.deleteTrustedOrigin({ trustedOriginId });
  expect(await collect(client.trustedOriginApi.listTrustedOrigins())).toEqual([]);
});

describe("hooks", () => {
  test("an event hook's life", async () => {
    const eventHook = {
      name: "events",
      events: { type: "EVENT_TYPE" as const, items: ["user.lifecycle.create"] },
      channel: {
        type: "HTTP" as const,
        version: "1.0.0",
        config: { uri: "https://example.com/events" },
      },
    };
    const created = await client.eventHookApi.createEventHook({ eventHook });
    const eventHookId = created.id ?? "";
    expect(created.verificationStatus).toBe("UNVERIFIED");
    await client.eventHookApi.replaceEventHook({ eventHookId, eventHook: { ...eventHook, name: "renamed" } });
    expect((await client.eventHookApi.getEventHook({ eventHookId })).name).toBe("renamed");
    expect((await refusal(client.eventHookApi.deleteEventHook({ eventHookId }))).status).toBe(400);
    await client.eventHookApi.deactivateEventHook({ eventHookId });
    await client.eventHookApi.activateEventHook({ eventHookId });
    await client.eventHookApi.deactivateEventHook({ eventHookId });
    expect(await collect(client.eventHookApi.listEventHooks())).toHaveLength(1);
    await client.eventHookApi.deleteEventHook({ eventHookId });
  });

  test("an inline hook's life", async () => {
    const inlineHook = {
      name: "import",
      type: "com.okta.import.transform" as const,
      version: "1.0.0",
      channel: {
        type: "HTTP" as const,
        version: "1.0.0",
        config: { uri: "https://example.com/import" },
      },
    };
    const created = await client.inlineHookApi.createInlineHook({ inlineHook });
    const inlineHookId = created.id ?? "";
    await client.inlineHookApi.replaceInlineHook({
      inlineHookId,
      inlineHook: { ...inlineHook, name: "renamed" },
    });
    expect((await client.inlineHookApi.getInlineHook({ inlineHookId })).name).toBe("renamed");
    await client.inlineHookApi.deactivateInlineHook({ inlineHookId });
    await client.inlineHookApi.activateInlineHook({ inlineHookId });
    await client.inlineHookApi.deactivateInlineHook({ inlineHookId });
    expect(await collect(client.inlineHookApi.listInlineHooks())).toHaveLength(1);
    await client.inlineHookApi.deleteInlineHook({ inlineHookId });
  });
});

describe("targets of roles", () => {
  let groupIds: readonly string[] = [];
  let app: { readonly appName: string; readonly applicationId: string };
  beforeAll(async () => {
    const groups = await Promise.all(
      ["one", "two"].map((name) => client.groupApi.createGroup({ group: { profile: { name } } })),
    );
    groupIds = groups.map(({ id }) => id ?? "");
    app = { appName: "scim2headerauth", applicationId: (await createScimApp(client, "Target")).appId };
  });

  test("of a person", async () => {
    const { userId } = await createPerson(client, "targets@example.com");
    const [first = "", second = ""] = groupIds;
    const helpDesk = await client.roleAssignmentApi.assignRoleToUser({
      userId,
      assignRoleRequest: { type: "HELP_DESK_ADMIN" },
    });
    const roleId = helpDesk?.id ?? "";
    await client.roleTargetApi.assignGroupTargetToUserRole({ userId, roleId, groupId: first });
    await client.roleTargetApi.assignGroupTargetToUserRole({ userId, roleId, groupId: second });
    await client.roleTargetApi.unassignGroupTargetFromUserAdminRole({ userId, roleId, groupId: first });
    const groups = await collect(client.roleTargetApi.listGroupTargetsForRole({ userId, roleId }));
    expect(groups.map(({ id }) => id)).toEqual([second]);
    const appAdmin = await client.roleAssignmentApi.assignRoleToUser({
      userId,
      assignRoleRequest: { type: "APP_ADMIN" },
    });
    const role = { userId, roleId: appAdmin?.id ?? "" };
    await client.roleTargetApi.assignAppInstanceTargetToAppAdminRoleForUser({ ...role, ...app });
    await client.roleTargetApi.assignAppTargetToAdminRoleForUser({ ...role, appName: "bookmark" });
    await client.roleTargetApi.unassignAppInstanceTargetFromAdminRoleForUser({ ...role, ...app });
    await client.roleTargetApi.assignAppTargetToAdminRoleForUser({ ...role, appName: "slack" });
    await client.roleTargetApi.unassignAppTargetFromAppAdminRoleForUser({ ...role, appName: "slack" });
    const apps = await collect(
      client.roleTargetApi.listApplicationTargetsForApplicationAdministratorRoleForUser(role),
    );
    expect(apps.map(({ name, displayName }) => [name, displayName])).toEqual([
      ["bookmark", expect.any(String)],
    ]);
  });

  test("of a group", async () => {
    const [groupId = "", targetGroupId = ""] = groupIds;
    for (const type of ["HELP_DESK_ADMIN", "APP_ADMIN"] as const) {
      await client.roleAssignmentApi.assignRoleToGroup({ groupId, assignRoleRequest: { type } });
    }
    const roles = await collect(client.roleAssignmentApi.listGroupAssignedRoles({ groupId }));
    const idOf = (type: string) => roles.find((role) => role.type === type)?.id ?? "";
    const helpDesk = { groupId, roleId: idOf("HELP_DESK_ADMIN") };
    await client.roleTargetApi.assignGroupTargetToGroupAdminRole({ ...helpDesk, targetGroupId });
    await client.roleTargetApi.assignGroupTargetToGroupAdminRole({ ...helpDesk, targetGroupId: groupId });
    await client.roleTargetApi.unassignGroupTargetFromGroupAdminRole({ ...helpDesk, targetGroupId: groupId });
    const appAdmin = { groupId, roleId: idOf("APP_ADMIN") };
    await client.roleTargetApi.assignAppInstanceTargetToAppAdminRoleForGroup({ ...appAdmin, ...app });
    await client.roleTargetApi.assignAppTargetToAdminRoleForGroup({ ...appAdmin, appName: "bookmark" });
    await client.roleTargetApi.unassignAppInstanceTargetToAppAdminRoleForGroup({ ...appAdmin, ...app });
    const last = client.roleTargetApi.unassignAppTargetToAdminRoleForGroup({
      ...appAdmin,
      appName: "bookmark",
    });
    expect((await refusal(last)).status).toBe(400);
  });
});
