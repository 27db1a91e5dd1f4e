import type { CreateGroupRuleRequest, Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, createPerson, createSamlApp, createScimApp, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

describe("what surrounds apps and people", () => {
  test("the org and its access policy", async () => {
    const metadata = await client.orgSettingApi.getWellknownOrgMetadata();
    expect(metadata).toMatchObject({ id: org.store.orgId, pipeline: "idx" });
    const { appId } = await createScimApp(client, "policy");
    const policies = await collect(client.policyApi.listPolicies({ type: "ACCESS_POLICY" }));
    const policyId = policies.find(({ name }) => name === "One factor access")?.id ?? "";
    await client.applicationApi.assignApplicationPolicy({ appId, policyId });
    expect(org.store.apps.get(appId)?.accessPolicyId).toBe(policyId);
    const unknown = await refusal(
      client.applicationApi.assignApplicationPolicy({ appId, policyId: "rst00000000000000000" }),
    );
    expect([unknown.status, unknown.errorCode]).toEqual([404, "E0000007"]);
  });

  test("a logo, metadata and a key for another app", async () => {
    const { appId } = await createScimApp(client, "logo");
    const saml = await createSamlApp(client, "rest SAML");
    const samlId = saml.id ?? "";
    const [key] = await collect(client.applicationApi.listApplicationKeys({ appId: samlId }));
    const keyId = key?.kid ?? "";
    expect(
      await client.applicationApi.cloneApplicationKey({ appId: samlId, keyId, targetAid: appId }),
    ).toMatchObject({ kid: keyId });
    expect(await client.applicationApi.getApplicationKey({ appId, keyId })).toMatchObject({ kid: keyId });
    // The SDK asks for the metadata and then has no parser for XML; sdk-applications.test.ts reads it without the SDK.
    await expect(
      client.applicationApi.previewSAMLmetadataForApplication({ appId: samlId, kid: keyId }),
    ).rejects.toThrow("The mediaType application/xml is not supported");

    const file = { data: Buffer.from("picture"), name: "logo.png" };
    await client.applicationApi.uploadApplicationLogo({ appId, file });
    const logo = org.store.apps.getLogo(org.store.apps.get(appId)?.logoUrl ?? "");
    expect(Buffer.from(logo?.content ?? []).toString()).toBe("picture");
  });

  test("user types and the schema of groups", async () => {
    const created = await client.userTypeApi.createUserType({
      userType: { name: "contractor", displayName: "Contractor" },
    });
    const typeId = created.id ?? "";
    expect(created).toMatchObject({ name: "contractor", _default: false });
    expect(
      await client.userTypeApi.updateUserType({ typeId, userType: { displayName: "Contractors" } }),
    ).toMatchObject({ displayName: "Contractors" });
    expect(
      await client.userTypeApi.replaceUserType({
        typeId,
        userType: { name: "contractor", displayName: "Outsiders", description: "All of them" },
      }),
    ).toMatchObject({ displayName: "Outsiders", description: "All of them" });
    await client.userTypeApi.deleteUserType({ typeId });
    const gone = await refusal(client.userTypeApi.getUserType({ typeId }));
    expect([gone.status, gone.errorSummary]).toEqual([
      404,
      `Not found: Resource not found: ${typeId} (CVDType)`,
    ]);

    const changed = await client.schemaApi.updateGroupSchema({
      GroupSchema: {
        definitions: { custom: { properties: { costCode: { title: "Cost code", type: "string" } } } },
      },
    });
    expect(changed.definitions?.custom?.properties).toHaveProperty("costCode");
    const schema = await client.schemaApi.getGroupSchema();
    expect(schema.definitions?.base?.properties?.name).toMatchObject({ maxLength: 255 });
  });

  test("a rule that is changed, the apps of a group", async () => {
    const group = await client.groupApi.createGroup({ group: { profile: { name: "rest" } } });
    const groupId = group.id ?? "";
    const groupRule: CreateGroupRuleRequest = {
      type: "group_rule",
      name: "rest",
      conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.title=="Clerk"' } },
      actions: { assignUserToGroups: { groupIds: [groupId] } },
    };
    const rule = await client.groupApi.createGroupRule({ groupRule });
    const replaced = await client.groupApi.replaceGroupRule({
      ruleId: rule.id ?? "",
      groupRule: { ...groupRule, name: "renamed" },
    });
    expect(replaced.name).toBe("renamed");
    const { appId } = await createScimApp(client, "of a group");
    await client.applicationApi.assignGroupToApplication({ appId, groupId });
    const apps = await collect(client.groupApi.listAssignedApplicationsForGroup({ groupId }));
    expect(apps.map(({ id }) => id)).toEqual([appId]);
  });

  test("the rest of a person's life", async () => {
    const { userId } = await createPerson(client, "rest@example.com");
    const locked = await refusal(client.userApi.unlockUser({ userId }));
    expect([locked.status, locked.errorCode]).toEqual([403, "E0000038"]);
    expect((await client.userApi.expirePassword({ userId })).status).toBe("PASSWORD_EXPIRED");
    const other = await createPerson(client, "other@example.com");
    // The SDK declares a person as the answer; the password itself is read by Go's v5 (go-sdk.test.ts).
    await client.userApi.expirePasswordAndGetTemporaryPassword({ userId: other.userId });
    expect((await client.userApi.getUser({ userId: other.userId })).status).toBe("PASSWORD_EXPIRED");
    const waiting = await client.userApi.createUser({
      body: {
        profile: {
          login: "waiting@example.com",
          email: "waiting@example.com",
          firstName: "W",
          lastName: "Aiting",
        },
      },
    });
    const token = await client.userApi.reactivateUser({ userId: waiting.id ?? "", sendEmail: false });
    expect(token.activationToken).toHaveLength(20);
  });
});
