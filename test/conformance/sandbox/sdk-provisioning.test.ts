import type { AutoLoginApplication, Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOrgCaller } from "./call-org.ts";
import { collect, createPerson, createScimApp, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

describe("provisioning", () => {
  test("connection and features", async () => {
    const { appId } = await createScimApp(client, "SDK provisioning");
    const off = await refusal(
      client.applicationApi.getFeatureForApplication({ appId, name: "USER_PROVISIONING" }),
    );
    expect([off.status, off.errorCode, off.errorCauses]).toEqual([
      400,
      "E0000001",
      [{ errorSummary: "Provisioning is not enabled for the app instance." }],
    ]);
    const saved = await client.applicationApi.updateDefaultProvisioningConnectionForApplication({
      appId,
      ProvisioningConnectionRequest: {
        baseUrl: "https://scim.example.com/scim/v2",
        profile: { authScheme: "TOKEN", token: "Bearer x" },
      },
    });
    expect(saved).toMatchObject({ authScheme: "TOKEN", status: "DISABLED" });
    expect(JSON.stringify(saved)).not.toContain("Bearer x");

    org.connectionTest.result = {
      ok: false,
      error: "Error authenticating: Unauthorized. Errors reported by remote server: no",
    };
    const refused = await refusal(
      client.applicationApi.activateDefaultProvisioningConnectionForApplication({ appId }),
    );
    expect([refused.status, refused.errorCode]).toEqual([400, "E0000001"]);
    org.connectionTest.result = { ok: true };
    await client.applicationApi.activateDefaultProvisioningConnectionForApplication({ appId });
    expect(
      await client.applicationApi.getDefaultProvisioningConnectionForApplication({ appId }),
    ).toMatchObject({
      status: "ENABLED",
    });

    const feature = await client.applicationApi.updateFeatureForApplication({
      appId,
      name: "USER_PROVISIONING",
      CapabilitiesObject: {
        create: { lifecycleCreate: { status: "ENABLED" } },
        update: { profile: { status: "ENABLED" } },
      },
    });
    expect(feature).toMatchObject({
      name: "USER_PROVISIONING",
      capabilities: {
        create: { lifecycleCreate: { status: "ENABLED" } },
        update: { profile: { status: "ENABLED" }, lifecycleDeactivate: { status: "DISABLED" } },
      },
    });
    const features = await collect(client.applicationApi.listFeaturesForApplication({ appId }));
    expect(features.map(({ name }) => name)).toEqual(["USER_PROVISIONING", "INBOUND_PROVISIONING"]);
    expect((await client.applicationApi.getApplication({ appId })).features).toEqual([
      "PUSH_NEW_USERS",
      "SCIM_PROVISIONING",
      "PUSH_PROFILE_UPDATES",
    ]);
    const schedule = (expression: string, timezone: string) =>
      createOrgCaller(org)("PUT", `/api/v1/apps/${appId}/features/INBOUND_PROVISIONING`, {
        importSettings: {
          username: { userNameFormat: "CUSTOM", userNameExpression: "source.userName" },
          schedule: { status: "ENABLED", fullImport: { expression, timezone } },
        },
      });
    const scheduled = await schedule("0 */4 * * *", "America/New_York");
    expect(scheduled.body["capabilities"]).toMatchObject({
      importSettings: {
        username: { userNameFormat: "CUSTOM", userNameExpression: "source.userName" },
        schedule: { fullImport: { timezone: "America/New_York" } },
      },
    });
    expect((await schedule("every day", "UTC")).body["errorCode"]).toBe("E0000001");
    expect((await schedule("0 0 * * *", "Mars/Base")).body["errorCode"]).toBe("E0000001");
    await client.applicationApi.deactivateDefaultProvisioningConnectionForApplication({ appId });
  });

  test("an app that the connections API does not serve is UNKNOWN", async () => {
    const application: AutoLoginApplication = {
      name: "scim2testapp",
      label: "Unserved",
      signOnMode: "AUTO_LOGIN",
      settings: {},
    };
    const app = await client.applicationApi.createApplication({ application });
    const answer = await client.applicationApi.updateDefaultProvisioningConnectionForApplication({
      appId: app.id ?? "",
      ProvisioningConnectionRequest: {
        baseUrl: "https://scim.example.com",
        profile: { authScheme: "TOKEN", token: "x" },
      },
    });
    expect(answer).toMatchObject({ authScheme: "UNKNOWN", status: "UNKNOWN" });
  });

  test("schemas and mappings", async () => {
    const { appId } = await createScimApp(client, "SDK schema");
    const schema = await client.schemaApi.updateApplicationUserProfile({
      appInstanceId: appId,
      body: {
        definitions: {
          custom: {
            id: "#custom",
            type: "object",
            properties: {
              payrollNumber: { title: "Payroll number", type: "string", externalName: "payrollNumber" },
            },
          },
        },
      },
    });
    expect(schema.definitions?.custom?.properties).toMatchObject({
      payrollNumber: { title: "Payroll number", type: "string" },
    });
    expect(
      (await client.schemaApi.getApplicationUserSchema({ appInstanceId: appId })).definitions?.base
        ?.properties,
    ).toHaveProperty("title");

    const mappings = await collect(client.profileMappingApi.listProfileMappings({ targetId: appId }));
    expect(mappings).toHaveLength(1);
    const mappingId = mappings[0]?.id ?? "";
    await client.profileMappingApi.updateProfileMapping({
      mappingId,
      profileMapping: {
        properties: { payrollNumber: { expression: "user.employeeNumber", pushStatus: "PUSH" } },
      },
    });
    const mapping = await client.profileMappingApi.getProfileMapping({ mappingId });
    expect(mapping.properties).toMatchObject({
      payrollNumber: { expression: "user.employeeNumber", pushStatus: "PUSH" },
    });
    expect(mapping.properties).toHaveProperty("givenName");

    const wrong = await refusal(
      client.profileMappingApi.updateProfileMapping({
        mappingId,
        profileMapping: { properties: { title: { expression: "user.nonsense", pushStatus: "PUSH" } } },
      }),
    );
    expect([wrong.status, wrong.errorCode]).toEqual([400, "E0000001"]);
  });

  test("group push", async () => {
    const { appId } = await createScimApp(client, "SDK push");
    const group = await client.groupApi.createGroup({ group: { profile: { name: "SDK pushed" } } });
    const sourceGroupId = group.id ?? "";
    const mapping = await client.groupPushMappingApi.createGroupPushMapping({
      appId,
      body: { sourceGroupId, targetGroupName: "sdk-pushed", status: "ACTIVE" },
    });
    const mappingId = mapping.id ?? "";
    expect(mapping).toMatchObject({ sourceGroupId, status: "ACTIVE" });
    const target = await client.groupApi.getGroup({ groupId: mapping.targetGroupId ?? "" });
    expect(target).toMatchObject({ type: "APP_GROUP", profile: { name: "sdk-pushed" } });
    expect(
      await collect(client.groupPushMappingApi.listGroupPushMappings({ appId, sourceGroupId })),
    ).toHaveLength(1);

    const active = await refusal(
      client.groupPushMappingApi.deleteGroupPushMapping({ appId, mappingId, deleteTargetGroup: false }),
    );
    expect([active.status, active.errorCode]).toEqual([400, "E0000001"]);
    const inactive = await client.groupPushMappingApi.updateGroupPushMapping({
      appId,
      mappingId,
      body: { status: "INACTIVE" },
    });
    expect(inactive.status).toBe("INACTIVE");
    await client.groupPushMappingApi.deleteGroupPushMapping({ appId, mappingId, deleteTargetGroup: true });
    const gone = await refusal(client.groupPushMappingApi.getGroupPushMapping({ appId, mappingId }));
    expect([gone.status, gone.errorCode]).toEqual([404, "E0000007"]);
  });

  test("assignments by group and by person", async () => {
    const { appId } = await createScimApp(client, "SDK assignments");
    const group = await client.groupApi.createGroup({ group: { profile: { name: "SDK assigned" } } });
    const groupId = group.id ?? "";
    const { userId } = await createPerson(client, "sdk.assigned@example.com", { department: "Finance" });
    await client.groupApi.assignUserToGroup({ groupId, userId });
    const assignment = await client.applicationApi.assignGroupToApplication({
      appId,
      groupId,
      applicationGroupAssignment: { priority: 0, profile: { title: "Member" } },
    });
    expect(assignment).toMatchObject({ id: groupId, priority: 0, profile: { title: "Member" } });
    expect(
      await collect(client.applicationApi.listApplicationGroupAssignments({ appId, limit: 20 })),
    ).toHaveLength(1);
    expect((await client.applicationApi.getApplicationGroupAssignment({ appId, groupId })).priority).toBe(0);
    const changed = await client.applicationApi.updateGroupAssignmentToApplication({
      appId,
      groupId,
      jsonPatchOperation: [{ op: "replace", path: "/priority", value: 3 }],
    });
    expect(changed.priority).toBe(3);

    const account = await client.applicationApi.getApplicationUser({ appId, userId });
    expect(account).toMatchObject({
      scope: "GROUP",
      syncState: "DISABLED",
      credentials: { userName: "sdk.assigned@example.com" },
      profile: { givenName: "Ada", department: "Finance", title: "Member", nickName: null },
    });
    const held = await refusal(client.applicationApi.unassignUserFromApplication({ appId, userId }));
    expect([held.status, held.errorCode]).toEqual([403, "E0000046"]);
    const own = await client.applicationApi.updateApplicationUser({
      appId,
      userId,
      appUser: { profile: { title: "Countess" } },
    });
    expect(own.profile).toMatchObject({ title: "Countess" });

    expect(own.scope).toBe("GROUP");
    const kept = await client.applicationApi.assignUserToApplication({ appId, appUser: { id: userId } });
    expect(kept.scope).toBe("USER");

    await client.applicationApi.unassignApplicationFromGroup({ appId, groupId });
    expect((await client.applicationApi.getApplicationUser({ appId, userId })).scope).toBe("USER");
    await client.applicationApi.unassignUserFromApplication({ appId, userId });
    expect(await collect(client.applicationApi.listApplicationUsers({ appId }))).toEqual([]);
    const direct = await client.applicationApi.assignUserToApplication({
      appId,
      appUser: {
        id: userId,
        scope: "USER",
        credentials: { userName: "countess" },
        profile: { nickName: "Al" },
      },
    });
    expect(direct).toMatchObject({
      scope: "USER",
      credentials: { userName: "countess" },
      profile: { nickName: "Al" },
    });
    const links = await collect(client.userApi.listAppLinks({ userId }));
    expect(links.map(({ appInstanceId }) => appInstanceId)).toEqual([appId]);
    await client.applicationApi.unassignUserFromApplication({ appId, userId });
  });
});
