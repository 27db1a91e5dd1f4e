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

describe("people and groups", () => {
  test("a person's life", async () => {
    const staged = await client.userApi.createUser({
      activate: false,
      body: {
        profile: {
          login: "life@example.com",
          email: "life@example.com",
          firstName: "Grace",
          lastName: "Hopper",
        },
      },
    });
    const userId = staged.id ?? "";
    expect(staged.status).toBe("STAGED");
    const activation = await client.userApi.activateUser({ userId, sendEmail: false });
    expect(activation.activationToken).toHaveLength(20);
    expect((await client.userApi.getUser({ userId: "life@example.com" })).status).toBe("PROVISIONED");
    const notActive = await refusal(client.userApi.suspendUser({ userId }));
    expect([notActive.status, notActive.errorCode]).toEqual([400, "E0000001"]);

    const updated = await client.userApi.updateUser({ userId, user: { profile: { title: "Admiral" } } });
    expect(updated.profile).toMatchObject({ title: "Admiral", firstName: "Grace" });
    const replaced = await client.userApi.replaceUser({
      userId,
      user: {
        profile: {
          login: "life@example.com",
          email: "life@example.com",
          firstName: "Grace",
          lastName: "Murray Hopper",
        },
      },
    });
    expect(replaced.profile).not.toHaveProperty("title", "Admiral");

    await client.userApi.updateUser({
      userId,
      user: { credentials: { password: { value: "Correct-Horse-9" } } },
    });
    expect(org.passwords.get(userId)).toBe("Correct-Horse-9");
    await client.userApi.deactivateUser({ userId });
    await client.userApi.activateUser({ userId });
    await client.userApi.suspendUser({ userId });
    expect((await client.userApi.getUser({ userId })).status).toBe("SUSPENDED");
    await client.userApi.unsuspendUser({ userId });
    await client.userApi.deleteUser({ userId });
    expect((await client.userApi.getUser({ userId })).status).toBe("DEPROVISIONED");
    await client.userApi.deleteUser({ userId });
    expect((await refusal(client.userApi.getUser({ userId }))).errorSummary).toBe(
      `Not found: Resource not found: ${userId} (User)`,
    );
  });

  test("wrong people are refused with Okta's causes", async () => {
    const unknown = await refusal(createPerson(client, "unknown@example.com", { shoeSize: "44" }));
    expect([unknown.errorSummary, unknown.errorCauses]).toEqual([
      "Api validation failed: newUser",
      [{ errorSummary: "Property name 'shoeSize' is not defined in profile" }],
    ]);
    await createPerson(client, "twice@example.com");
    const twice = await refusal(createPerson(client, "TWICE@example.com"));
    expect([twice.errorSummary, twice.errorCauses]).toEqual([
      "Api validation failed: login",
      [{ errorSummary: "login: An object with this field already exists in the current organization" }],
    ]);
    const nameless = await refusal(createPerson(client, "nameless@example.com", { lastName: "" }));
    expect(nameless.errorCauses).toEqual([{ errorSummary: "lastName: The field cannot be left blank" }]);
  });

  test("search, filter, q, order and pages", async () => {
    for (const [index, city] of ["Kraków", "Oslo", "Oslo", "Århus"].entries()) {
      await createPerson(client, `search${index}@example.com`, { city, lastName: `Sought${index}` });
    }
    const logins = async (query: Parameters<OktaClient["userApi"]["listUsers"]>[0]) =>
      (await collect(client.userApi.listUsers(query))).map(({ profile }) => profile?.login);
    expect(await logins({ search: 'profile.city eq "Oslo"', limit: 1 })).toEqual([
      "search1@example.com",
      "search2@example.com",
    ]);
    expect(await logins({ search: 'profile.city sw "Å" or profile.city co "ak"' })).toHaveLength(2);
    expect(await logins({ q: "sought3" })).toEqual(["search3@example.com"]);
    expect(await logins({ filter: 'profile.login eq "SEARCH0@example.com"' })).toEqual([
      "search0@example.com",
    ]);
    expect(
      await logins({
        search: 'profile.login sw "search"',
        sortBy: "profile.lastName",
        sortOrder: "desc",
        limit: 1,
      }),
    ).toEqual(["search3@example.com", "search2@example.com", "search1@example.com", "search0@example.com"]);
    const wrong = await refusal(collect(client.userApi.listUsers({ search: "profile.city like Oslo" })));
    expect([wrong.status, wrong.errorCode]).toEqual([400, "E0000031"]);
  });

  test("groups, members and rules", async () => {
    const group = await client.groupApi.createGroup({
      group: { profile: { name: "SDK rule target", description: "by rule" } },
    });
    const groupId = group.id ?? "";
    const twice = await refusal(
      client.groupApi.createGroup({ group: { profile: { name: "SDK rule target" } } }),
    );
    expect(twice.errorSummary).toBe("Api validation failed: name");
    const { userId } = await createPerson(client, "ruled@example.com", { department: "Audit" });
    const rule = await client.groupApi.createGroupRule({
      groupRule: {
        type: "group_rule",
        name: "Auditors",
        conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.department == "Audit"' } },
        actions: { assignUserToGroups: { groupIds: [groupId] } },
      },
    });
    const ruleId = rule.id ?? "";
    expect(rule.status).toBe("INACTIVE");
    await client.groupApi.activateGroupRule({ ruleId });
    expect((await collect(client.groupApi.listGroupUsers({ groupId }))).map(({ id }) => id)).toEqual([
      userId,
    ]);
    await client.userApi.updateUser({ userId, user: { profile: { department: "Sales" } } });
    expect(await collect(client.groupApi.listGroupUsers({ groupId }))).toEqual([]);
    await client.groupApi.deactivateGroupRule({ ruleId });
    expect((await client.groupApi.getGroupRule({ ruleId })).status).toBe("INACTIVE");
    expect(await collect(client.groupApi.listGroupRules())).toHaveLength(1);
    await client.groupApi.deleteGroupRule({ ruleId });

    const renamed = await client.groupApi.replaceGroup({
      groupId,
      group: { profile: { name: "SDK renamed" } },
    });
    expect(renamed.profile?.name).toBe("SDK renamed");
    expect((await collect(client.groupApi.listGroups({ q: "SDK ren" }))).map(({ id }) => id)).toEqual([
      groupId,
    ]);
    expect(await collect(client.groupApi.listGroups({ filter: 'type eq "BUILT_IN"' }))).toHaveLength(2);
    await client.groupApi.assignUserToGroup({ groupId, userId });
    expect(
      (await collect(client.userApi.listUserGroups({ userId }))).map(({ profile }) => profile?.name),
    ).toContain("SDK renamed");
    await client.groupApi.unassignUserFromGroup({ groupId, userId });
    await client.groupApi.deleteGroup({ groupId });
    expect((await refusal(client.groupApi.getGroup({ groupId }))).status).toBe(404);
  });

  test("roles", async () => {
    const roles = await collect(client.roleAssignmentApi.listAssignedRolesForUser({ userId: "me" }));
    expect(roles).toMatchObject([{ type: "SUPER_ADMIN", status: "ACTIVE" }]);
  });

  test("user schema and types", async () => {
    const schema = await client.schemaApi.updateUserProfile({
      schemaId: "default",
      userSchema: {
        definitions: {
          custom: {
            id: "#custom",
            type: "object",
            properties: { badge: { title: "Badge", type: "string", maxLength: 5 } },
          },
        },
      },
    });
    expect(schema.definitions?.custom?.properties).toHaveProperty("badge");
    const tooLong = await refusal(createPerson(client, "badge@example.com", { badge: "123456" }));
    expect(tooLong.errorSummary).toBe("Api validation failed: badge");
    const [type] = await collect(client.userTypeApi.listUserTypes());
    expect(type).toMatchObject({ name: "user" });
    expect((await client.userTypeApi.getUserType({ typeId: type?.id ?? "" })).id).toBe(type?.id);
    expect(
      (await client.schemaApi.getUserSchema({ schemaId: "default" })).definitions?.base?.properties,
    ).toHaveProperty("login");
  });

  test("policies and the System Log", async () => {
    const policies = await collect(client.policyApi.listPolicies({ type: "ACCESS_POLICY" }));
    expect(policies.filter(({ system }) => system)).toHaveLength(1);
    expect((await client.policyApi.getPolicy({ policyId: policies[0]?.id ?? "" })).type).toBe(
      "ACCESS_POLICY",
    );
    const events = await collect(
      client.systemLogApi.listLogEvents({
        filter: 'eventType eq "user.lifecycle.create" and target.alternateId eq "ruled@example.com"',
        until: "2999-01-01T00:00:00.000Z",
        limit: 2,
      }),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      actor: { alternateId: "admin@example.com" },
      outcome: { result: "SUCCESS" },
    });
    expect(events[0]?.published).toBeInstanceOf(Date);
  });
});
