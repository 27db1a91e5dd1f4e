import { generateKeyPairSync } from "node:crypto";
import okta, {
  type AutoLoginApplication,
  type Client as OktaClient,
  type SamlApplication,
} from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOrg, type TestOrg } from "./start-org.ts";

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
const LOGIN_TEMPLATE = "${source.login}";
const NAME_ID_TEMPLATE = "${user.userName}";
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Okta's own template syntax

let org: TestOrg;
let client: OktaClient;

beforeAll(async () => {
  org = await startOrg({ connectionsApi: { scim2headerauth: "served" } });
  client = new okta.Client({ orgUrl: org.url, token: org.token });
});
afterAll(() => org.stop());

/** All objects of an SDK collection, through all its pages. */
async function collect<T>(
  collection: Promise<{ each: (take: (item: T) => unknown) => Promise<unknown> }>,
): Promise<T[]> {
  const items: T[] = [];
  await (await collection).each((item) => {
    items.push(item);
  });
  return items;
}

async function refusal(call: Promise<unknown>): Promise<InstanceType<typeof okta.OktaApiError>> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof okta.OktaApiError)) throw new Error(`not an error of the SDK: ${String(error)}`);
  return error;
}

async function createScimApp(label: string) {
  const application: AutoLoginApplication = {
    name: "scim2headerauth",
    label,
    signOnMode: "AUTO_LOGIN",
    credentials: {
      scheme: "EDIT_USERNAME_AND_PASSWORD",
      userNameTemplate: { template: LOGIN_TEMPLATE, type: "BUILT_IN" },
    },
    settings: {},
  };
  const app = await client.applicationApi.createApplication({ application });
  return { app, appId: app.id ?? "" };
}

async function createPerson(login: string, more: Record<string, string> = {}) {
  const user = await client.userApi.createUser({
    body: {
      profile: { login, email: login, firstName: "Ada", lastName: "Lovelace", ...more },
      credentials: { password: { value: "Correct-Horse-7" } },
    },
  });
  return { user, userId: user.id ?? "" };
}

describe("applications", () => {
  test("live from creation to deletion", async () => {
    const { app, appId } = await createScimApp("SDK life");
    expect(app).toMatchObject({
      label: "SDK life",
      status: "ACTIVE",
      signOnMode: "AUTO_LOGIN",
      features: [],
    });
    expect(app.created).toBeInstanceOf(Date);

    const renamed = await client.applicationApi.replaceApplication({
      appId,
      application: { ...app, label: "SDK life 2" },
    });
    expect(renamed.label).toBe("SDK life 2");

    const active = await refusal(client.applicationApi.deleteApplication({ appId }));
    expect([active.status, active.errorCode]).toEqual([403, "E0000056"]);

    await client.applicationApi.deactivateApplication({ appId });
    expect((await client.applicationApi.getApplication({ appId })).status).toBe("INACTIVE");
    await client.applicationApi.activateApplication({ appId });
    await client.applicationApi.deactivateApplication({ appId });
    await client.applicationApi.deleteApplication({ appId });
    const gone = await refusal(client.applicationApi.getApplication({ appId }));
    expect([gone.status, gone.errorCode, gone.errorSummary]).toEqual([
      404,
      "E0000007",
      `Not found: Resource not found: ${appId} (AppInstance)`,
    ]);
  });

  test("lists end after the last page, filtered and searched", async () => {
    for (let index = 0; index < 5; index++) await createScimApp(`Paged ${index}`);
    const all = await collect(client.applicationApi.listApplications({ q: "Paged", limit: 2 }));
    expect(all.map(({ label }) => label)).toEqual(["Paged 0", "Paged 1", "Paged 2", "Paged 3", "Paged 4"]);
    await client.applicationApi.deactivateApplication({ appId: all[0]?.id ?? "" });
    const active = await collect(
      client.applicationApi.listApplications({ q: "Paged", filter: 'status eq "ACTIVE"', limit: 1 }),
    );
    expect(active).toHaveLength(4);
    const byName = await collect(
      client.applicationApi.listApplications({ filter: 'name eq "scim2headerauth"' }),
    );
    expect(byName.length).toBeGreaterThanOrEqual(5);
  });

  test("of SAML show metadata and keys", async () => {
    const application: SamlApplication = {
      label: "Custom SAML",
      signOnMode: "SAML_2_0",
      settings: {
        signOn: {
          ssoAcsUrl: "https://app.example.com/acs",
          audience: "https://app.example.com",
          recipient: "https://app.example.com/acs",
          destination: "https://app.example.com/acs",
          subjectNameIdTemplate: NAME_ID_TEMPLATE,
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          idpIssuer: "",
          allowMultipleAcsEndpoints: false,
          assertionSigned: true,
          responseSigned: true,
          honorForceAuthn: false,
          requestCompressed: false,
          authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
          digestAlgorithm: "SHA256",
          signatureAlgorithm: "RSA_SHA256",
        },
      },
    };
    const app = await client.applicationApi.createApplication({ application });
    const appId = app.id ?? "";
    const [key] = await collect(client.applicationApi.listApplicationKeys({ appId }));
    expect(key).toMatchObject({ kty: "RSA", use: "sig" });
    const metadata = await fetch(`${org.url}/api/v1/apps/${appId}/sso/saml/metadata?kid=${key?.kid}`, {
      headers: { authorization: `SSWS ${org.token}` },
    });
    expect(metadata.headers.get("content-type")).toBe("application/xml");
    expect(await metadata.text()).toContain(key?.x5c?.[0] ?? "no certificate");
    const generated = await client.applicationApi.generateApplicationKey({ appId, validityYears: 2 });
    expect(generated.kid).not.toBe(key?.kid);
    expect((await client.applicationApi.getApplicationKey({ appId, keyId: generated.kid ?? "" })).kid).toBe(
      generated.kid,
    );
  });
});

describe("provisioning", () => {
  test("connection and features", async () => {
    const { appId } = await createScimApp("SDK provisioning");
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
      "PUSH_PROFILE_UPDATES",
    ]);
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
    const { appId } = await createScimApp("SDK schema");
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
    const { appId } = await createScimApp("SDK push");
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
    const { appId } = await createScimApp("SDK assignments");
    const group = await client.groupApi.createGroup({ group: { profile: { name: "SDK assigned" } } });
    const groupId = group.id ?? "";
    const { userId } = await createPerson("sdk.assigned@example.com", { department: "Finance" });
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

    await client.applicationApi.unassignApplicationFromGroup({ appId, groupId });
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
    const unknown = await refusal(createPerson("unknown@example.com", { shoeSize: "44" }));
    expect([unknown.errorSummary, unknown.errorCauses]).toEqual([
      "Api validation failed: newUser",
      [{ errorSummary: "Property name 'shoeSize' is not defined in profile" }],
    ]);
    await createPerson("twice@example.com");
    const twice = await refusal(createPerson("TWICE@example.com"));
    expect([twice.errorSummary, twice.errorCauses]).toEqual([
      "Api validation failed: login",
      [{ errorSummary: "login: An object with this field already exists in the current organization" }],
    ]);
    const nameless = await refusal(createPerson("nameless@example.com", { lastName: "" }));
    expect(nameless.errorCauses).toEqual([{ errorSummary: "lastName: The field cannot be left blank" }]);
  });

  test("search, filter, q, order and pages", async () => {
    for (const [index, city] of ["Kraków", "Oslo", "Oslo", "Århus"].entries()) {
      await createPerson(`search${index}@example.com`, { city, lastName: `Sought${index}` });
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
    const { userId } = await createPerson("ruled@example.com", { department: "Audit" });
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
    expect(await collect(client.groupApi.listGroups({ filter: 'type eq "BUILT_IN"' }))).toHaveLength(1);
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
    const tooLong = await refusal(createPerson("badge@example.com", { badge: "123456" }));
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

describe("OAuth 2.0 (private_key_jwt)", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  function register(clientId: string, dpopRequired: boolean): void {
    const { n, e } = publicKey.export({ format: "jwk" });
    org.store.credentials.saveOAuthClient({
      clientId,
      name: "service app",
      scopes: ["okta.apps.read", "okta.users.read"],
      keys: [{ kty: "RSA", kid: "k1", n: n ?? "", e: e ?? "" }],
      dpopRequired,
    });
  }

  test.each([
    ["bearer", false],
    ["DPoP", true],
  ])("a %s token reads what its scopes allow", async (name, dpopRequired) => {
    const clientId = `0oaservice${name}`;
    register(clientId, dpopRequired);
    const service = new okta.Client({
      orgUrl: org.url,
      authorizationMode: "PrivateKey",
      clientId,
      scopes: ["okta.apps.read"],
      privateKey: pem,
      keyId: "k1",
    });
    expect((await collect(service.applicationApi.listApplications({ limit: 1 }))).length).toBeGreaterThan(1);
    const denied = await refusal(collect(service.userApi.listUsers()));
    expect([denied.status, denied.errorCode]).toEqual([403, "E0000006"]);
  });

  test("a wrong key and a scope that was not granted get no token", async () => {
    register("0oawrong", false);
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const settings = { orgUrl: org.url, authorizationMode: "PrivateKey", clientId: "0oawrong", keyId: "k1" };
    const impostor = new okta.Client({
      ...settings,
      scopes: ["okta.apps.read"],
      privateKey: other.toString(),
    });
    await expect(collect(impostor.applicationApi.listApplications())).rejects.toThrow("E0000011");
    const greedy = new okta.Client({ ...settings, scopes: ["okta.logs.read"], privateKey: pem });
    await expect(collect(greedy.systemLogApi.listLogEvents())).rejects.toThrow("E0000011");
  });
});

test("a wrong API token is refused, and what is not emulated says so", async () => {
  const stranger = new okta.Client({ orgUrl: org.url, token: "00wrong" });
  const refused = await refusal(stranger.userApi.getUser({ userId: "me" }));
  expect([refused.status, refused.errorCode, refused.errorSummary]).toEqual([
    401,
    "E0000011",
    "Invalid token provided",
  ]);
  const absent = await refusal(collect(client.identityProviderApi.listIdentityProviders()));
  expect([absent.status, absent.errorCode]).toEqual([501, "E0000060"]);
});
