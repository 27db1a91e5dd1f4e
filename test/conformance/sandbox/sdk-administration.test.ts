import type { Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, createPerson, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

test("credentials: a password and a recovery question, changed, forgotten and reset", async () => {
  const user = await client.userApi.createUser({
    body: {
      profile: {
        login: "credentials@example.com",
        email: "credentials@example.com",
        firstName: "Grace",
        lastName: "Hopper",
      },
      credentials: {
        password: { value: "Correct-Horse-1" },
        recovery_question: { question: "Who?", answer: "Nobody" },
      },
    },
  });
  const userId = user.id ?? "";
  const change = { oldPassword: { value: "Correct-Horse-1" }, newPassword: { value: "Correct-Horse-2" } };
  const changed = await client.userApi.changePassword({ userId, changePasswordRequest: change });
  expect(changed.provider?.type).toBe("OKTA");
  expect(org.passwords.get(userId)).toBe("Correct-Horse-2");
  const wrong = await refusal(client.userApi.changePassword({ userId, changePasswordRequest: change }));
  expect([wrong.status, wrong.errorCode]).toEqual([403, "E0000014"]);
  await client.userApi.changeRecoveryQuestion({
    userId,
    userCredentials: {
      password: { value: "Correct-Horse-2" },
      recovery_question: { question: "What?", answer: "Nothing" },
    },
  });
  const forgotten = await client.userApi.forgotPassword({ userId, sendEmail: false });
  expect(forgotten.resetPasswordUrl).toContain(org.url);
  await client.userApi.forgotPasswordSetNewPassword({
    userId,
    userCredentials: { password: { value: "Correct-Horse-3" }, recovery_question: { answer: "nothing" } },
  });
  expect((await client.userApi.getUser({ userId })).status).toBe("ACTIVE");
  const reset = await client.userApi.generateResetPasswordToken({ userId, sendEmail: false });
  expect(reset.resetPasswordUrl).toContain(org.url);
  expect((await client.userApi.getUser({ userId })).status).toBe("RECOVERY");
  await client.userApi.resetFactors({ userId });
  expect(await collect(client.userFactorApi.listFactors({ userId }))).toEqual([]);
  await client.userApi.revokeUserSessions({ userId });
});

describe("roles and owners", () => {
  test("a person's roles", async () => {
    const userId = (await createPerson(client, "roles@example.com")).userId;
    const role = await client.roleAssignmentApi.assignRoleToUser({
      userId,
      assignRoleRequest: { type: "HELP_DESK_ADMIN" },
    });
    const roleId = role?.id ?? "";
    expect(role?.label).toBe("Help Desk Administrator");
    expect((await client.roleAssignmentApi.getUserAssignedRole({ userId, roleId })).id).toBe(roleId);
    expect(await collect(client.roleAssignmentApi.listAssignedRolesForUser({ userId }))).toHaveLength(1);
    expect(await collect(client.roleTargetApi.listGroupTargetsForRole({ userId, roleId }))).toEqual([]);
    expect(
      await collect(
        client.roleTargetApi.listApplicationTargetsForApplicationAdministratorRoleForUser({ userId, roleId }),
      ),
    ).toEqual([]);
    await client.roleAssignmentApi.unassignRoleFromUser({ userId, roleId });
    const gone = await refusal(client.roleAssignmentApi.getUserAssignedRole({ userId, roleId }));
    expect([gone.status, gone.errorCode]).toEqual([404, "E0000007"]);
  });

  test("a group's roles and owners", async () => {
    const group = await client.groupApi.createGroup({ group: { profile: { name: "administrators" } } });
    const groupId = group.id ?? "";
    // This version of the SDK makes nothing of the body of a 201, which recordings have.
    await client.roleAssignmentApi.assignRoleToGroup({
      groupId,
      assignRoleRequest: { type: "READ_ONLY_ADMIN" },
    });
    const roles = await collect(client.roleAssignmentApi.listGroupAssignedRoles({ groupId }));
    expect(roles).toHaveLength(1);
    const roleId = roles[0]?.id ?? "";
    expect((await client.roleAssignmentApi.getGroupAssignedRole({ groupId, roleId })).type).toBe(
      "READ_ONLY_ADMIN",
    );
    expect(await collect(client.roleTargetApi.listGroupTargetsForGroupRole({ groupId, roleId }))).toEqual([]);
    expect(
      await collect(
        client.roleTargetApi.listApplicationTargetsForApplicationAdministratorRoleForGroup({
          groupId,
          roleId,
        }),
      ),
    ).toEqual([]);
    await client.roleAssignmentApi.unassignRoleFromGroup({ groupId, roleId });
    const ownerId = (await createPerson(client, "owner@example.com")).userId;
    const owner = await client.groupApi.assignGroupOwner({
      groupId,
      GroupOwner: { id: ownerId, type: "USER" },
    });
    expect(owner.displayName).toBe("Ada Lovelace");
    expect(await collect(client.groupApi.listGroupOwners({ groupId }))).toHaveLength(1);
    await client.groupApi.deleteGroupOwner({ groupId, ownerId });
    expect(await collect(client.groupApi.listGroupOwners({ groupId }))).toEqual([]);
  });
});

test("linked objects", async () => {
  const linkedObject = {
    primary: { name: "boss", title: "Boss", description: "Above", type: "USER" as const },
    associated: { name: "minion", title: "Minion", description: "Below", type: "USER" as const },
  };
  const created = await client.linkedObjectApi.createLinkedObjectDefinition({ linkedObject });
  expect(created.primary?.name).toBe("boss");
  const linkedObjectName = "boss";
  expect(await collect(client.linkedObjectApi.listLinkedObjectDefinitions())).toHaveLength(1);
  await client.linkedObjectApi.getLinkedObjectDefinition({ linkedObjectName });
  const one = (await createPerson(client, "one@example.com")).userId;
  const other = (await createPerson(client, "other@example.com")).userId;
  await client.userApi.setLinkedObjectForUser({
    associatedUserId: one,
    primaryRelationshipName: "boss",
    primaryUserId: other,
  });
  const related = { userId: one, relationshipName: "boss" };
  expect(await collect(client.userApi.listLinkedObjectsForUser(related))).toHaveLength(1);
  await client.userApi.deleteLinkedObjectForUser(related);
  expect(await collect(client.userApi.listLinkedObjectsForUser(related))).toEqual([]);
  await client.linkedObjectApi.deleteLinkedObjectDefinition({ linkedObjectName });
});

test("an identity provider, on which mappings hang, and which is no app", async () => {
  const identityProvider = {
    type: "GOOGLE" as const,
    name: "Google",
    protocol: {
      type: "OIDC" as const,
      scopes: ["openid", "profile", "email"],
      credentials: { client: { client_id: "abcd123", client_secret: "abcd123" } },
    },
    policy: {
      provisioning: { action: "AUTO" as const, profileMaster: false, groups: { action: "NONE" as const } },
      accountLink: { action: "AUTO" as const },
      subject: { matchType: "USERNAME" as const, userNameTemplate: { template: "idpuser.email" } },
      maxClockSkew: 0,
    },
  };
  const created = await client.identityProviderApi.createIdentityProvider({ identityProvider });
  const idpId = created.id ?? "";
  expect([created.status, created.type]).toEqual(["ACTIVE", "GOOGLE"]);
  expect(await collect(client.identityProviderApi.listIdentityProviders())).toHaveLength(1);
  expect(await collect(client.profileMappingApi.listProfileMappings({ sourceId: idpId }))).toHaveLength(1);
  expect(await collect(client.applicationApi.listApplications())).toEqual([]);
  const noApp = await refusal(client.applicationApi.getApplication({ appId: idpId }));
  expect(noApp.errorCode).toBe("E0000007");
  const renamed = await client.identityProviderApi.replaceIdentityProvider({
    idpId,
    identityProvider: { ...identityProvider, name: "Google 2" },
  });
  expect(renamed.name).toBe("Google 2");
  const inactive = await client.identityProviderApi.deactivateIdentityProvider({ idpId });
  expect(inactive.status).toBe("INACTIVE");
  await client.identityProviderApi.activateIdentityProvider({ idpId });
  await client.identityProviderApi.deleteIdentityProvider({ idpId });
  expect((await refusal(client.identityProviderApi.getIdentityProvider({ idpId }))).status).toBe(404);
});
