import { generateKeyPairSync } from "node:crypto";
import okta, { type Client as OktaClient, type OpenIdConnectApplication } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

async function createClientApp(label: string, more: Partial<OpenIdConnectApplication> = {}) {
  const application: OpenIdConnectApplication = {
    name: "oidc_client",
    label,
    signOnMode: "OPENID_CONNECT",
    credentials: { oauthClient: { token_endpoint_auth_method: "client_secret_basic" } },
    settings: {
      oauthClient: {
        application_type: "web",
        grant_types: ["authorization_code"],
        response_types: ["code"],
        redirect_uris: ["https://app.example.com/callback"],
      },
    },
    ...more,
  };
  const app = await client.applicationApi.createApplication({ application });
  return app.id ?? "";
}

describe("client secrets", () => {
  test("a client has at most two, and always an active one", async () => {
    const appId = await createClientApp("Secrets");
    const secrets = client.applicationSSOPublicKeysApi;
    const [first] = await collect(client.applicationSSOPublicKeysApi.listOAuth2ClientSecrets({ appId }));
    const firstId = first?.id ?? "";
    expect(first).toMatchObject({ status: "ACTIVE", client_secret: expect.stringMatching(/^[\w-]{64}$/) });
    const kept = await refusal(
      client.applicationSSOPublicKeysApi.deactivateOAuth2ClientSecret({ appId, secretId: firstId }),
    );
    expect([kept.status, kept.errorCode]).toEqual([400, "E0000001"]);

    const second = await client.applicationSSOPublicKeysApi.createOAuth2ClientSecret({
      appId,
      oAuth2ClientSecretRequestBody: { client_secret: "a-secret-of-its-own-choice" },
    });
    const third = await refusal(
      client.applicationSSOPublicKeysApi.createOAuth2ClientSecret({
        appId,
        oAuth2ClientSecretRequestBody: {},
      }),
    );
    expect(third.status).toBe(400);
    const secretId = second.id ?? "";
    await client.applicationSSOPublicKeysApi.deactivateOAuth2ClientSecret({ appId, secretId });
    expect((await secrets.getOAuth2ClientSecret({ appId, secretId })).status).toBe("INACTIVE");
    await client.applicationSSOPublicKeysApi.activateOAuth2ClientSecret({ appId, secretId });
    const active = await refusal(
      client.applicationSSOPublicKeysApi.deleteOAuth2ClientSecret({ appId, secretId }),
    );
    expect(active.status).toBe(400);
    await client.applicationSSOPublicKeysApi.deactivateOAuth2ClientSecret({ appId, secretId: firstId });
    await client.applicationSSOPublicKeysApi.deleteOAuth2ClientSecret({ appId, secretId: firstId });
    const left = await collect(secrets.listOAuth2ClientSecrets({ appId }));
    expect(left.map(({ client_secret: value }) => value)).toEqual(["a-secret-of-its-own-choice"]);
    const read = await client.applicationSSOPublicKeysApi.getOAuth2ClientSecret({ appId, secretId });
    expect(read.id).toBe(secretId);
  });
});

describe("a service app that was made by the API", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  test("gets tokens for the scopes that it was granted, until it is deactivated", async () => {
    const { n, e } = publicKey.export({ format: "jwk" });
    const appId = await createClientApp("Service", {
      credentials: { oauthClient: { token_endpoint_auth_method: "private_key_jwt" } },
      settings: {
        oauthClient: {
          application_type: "service",
          grant_types: ["client_credentials"],
          response_types: ["token"],
          jwks: { keys: [{ kty: "RSA", kid: "k1", n: n ?? "", e: e ?? "" }] },
        },
      },
    });
    const grant = await client.applicationApi.grantConsentToScope({
      appId,
      oAuth2ScopeConsentGrant: { issuer: org.url, scopeId: "okta.apps.read" },
    });
    const service = () =>
      new okta.Client({
        orgUrl: org.url,
        authorizationMode: "PrivateKey",
        clientId: appId,
        scopes: ["okta.apps.read"],
        privateKey: pem,
        keyId: "k1",
      });
    const working = service();
    expect((await working.applicationApi.getApplication({ appId })).label).toBe("Service");

    const grantId = grant.id ?? "";
    expect((await client.applicationApi.getScopeConsentGrant({ appId, grantId })).scopeId).toBe(
      "okta.apps.read",
    );
    expect(await collect(client.applicationApi.listScopeConsentGrants({ appId }))).toHaveLength(1);
    await client.applicationApi.deactivateApplication({ appId });
    await expect(working.applicationApi.getApplication({ appId })).rejects.toThrow("E0000011");
    await client.applicationApi.activateApplication({ appId });
    await client.applicationApi.revokeScopeConsentGrant({ appId, grantId });
    await expect(service().applicationApi.getApplication({ appId })).rejects.toThrow("E0000011");
  });
});

/** Limits the help desk role of a service app to a group; it takes no apps. */
async function limitClientRole(role: { readonly clientId: string; readonly roleAssignmentId: string }) {
  const [group] = await collect(client.groupApi.listGroups());
  const groupId = group?.id ?? "";
  await client.roleTargetApi.assignGroupTargetRoleForClient({ ...role, groupId });
  const app = { appName: "bookmark", appId: role.clientId };
  const refusals = [
    await refusal(client.roleTargetApi.removeGroupTargetRoleFromClient({ ...role, groupId })),
    await refusal(client.roleTargetApi.assignAppTargetRoleToClient({ ...role, appName: "bookmark" })),
    await refusal(client.roleTargetApi.removeAppTargetRoleFromClient({ ...role, appName: "bookmark" })),
    await refusal(client.roleTargetApi.assignAppTargetInstanceRoleForClient({ ...role, ...app })),
    await refusal(client.roleTargetApi.removeAppTargetInstanceRoleForClient({ ...role, ...app })),
  ];
  expect(refusals.map(({ errorCode }) => errorCode)).toEqual([
    "E0000001",
    "E0000091",
    "E0000007",
    "E0000091",
    "E0000007",
  ]);
  expect(await collect(client.roleTargetApi.listGroupTargetRoleForClient(role))).toHaveLength(1);
}

test("a service app has administrator roles", async () => {
  const clientId = await createClientApp("Administers");
  const role = await client.roleAssignmentApi.assignRoleToClient({
    clientId,
    assignRoleRequest: { type: "HELP_DESK_ADMIN" },
  });
  const roleAssignmentId = role.id ?? "";
  const roles = await collect(client.roleAssignmentApi.listRolesForClient({ clientId }));
  expect(roles.map(({ type }) => type)).toEqual(["HELP_DESK_ADMIN"]);
  const read = await client.roleAssignmentApi.retrieveClientRole({ clientId, roleAssignmentId });
  expect(read.assignmentType).toBe("CLIENT");
  const targets = { clientId, roleAssignmentId };
  expect(await collect(client.roleTargetApi.listGroupTargetRoleForClient(targets))).toEqual([]);
  expect(await collect(client.roleTargetApi.listAppTargetRoleToClient(targets))).toEqual([]);
  await limitClientRole(targets);
  await client.roleAssignmentApi.deleteRoleFromClient({ clientId, roleAssignmentId });
  expect(await collect(client.roleAssignmentApi.listRolesForClient({ clientId }))).toEqual([]);
});

describe("access policies", () => {
  test("live from creation to deletion, with rules", async () => {
    const policy = await client.policyApi.createPolicy({
      policy: { type: "ACCESS_POLICY", name: "Strict", description: "of a test" },
    });
    const policyId = policy.id ?? "";
    const rule = await client.policyApi.createPolicyRule({
      policyId,
      policyRule: { type: "ACCESS_POLICY", name: "Managed devices" },
    });
    const ruleId = rule.id ?? "";
    const rules = await collect(client.policyApi.listPolicyRules({ policyId }));
    expect(rules.map(({ name, system }) => [name, system])).toEqual([
      ["Managed devices", false],
      ["Catch-all Rule", true],
    ]);
    await client.policyApi.deactivatePolicyRule({ policyId, ruleId });
    expect((await client.policyApi.getPolicyRule({ policyId, ruleId })).status).toBe("INACTIVE");
    await client.policyApi.activatePolicyRule({ policyId, ruleId });
    const replaced = await client.policyApi.replacePolicyRule({
      policyId,
      ruleId,
      policyRule: { type: "ACCESS_POLICY", name: "Any device" },
    });
    expect([replaced.name, replaced.status]).toEqual(["Any device", "ACTIVE"]);
    await client.policyApi.deletePolicyRule({ policyId, ruleId });

    await client.policyApi.replacePolicy({ policyId, policy: { type: "ACCESS_POLICY", name: "Stricter" } });
    await client.policyApi.deactivatePolicy({ policyId });
    expect(await client.policyApi.getPolicy({ policyId })).toMatchObject({
      name: "Stricter",
      status: "INACTIVE",
    });
    await client.policyApi.activatePolicy({ policyId });

    const appId = await createClientApp("Protected");
    await client.applicationApi.assignApplicationPolicy({ appId, policyId });
    const used = await refusal(client.policyApi.deletePolicy({ policyId }));
    expect([used.status, used.errorCode]).toEqual([400, "E0000001"]);
    await client.applicationApi.deactivateApplication({ appId });
    await client.applicationApi.deleteApplication({ appId });
    await client.policyApi.deletePolicy({ policyId });
    expect((await refusal(client.policyApi.getPolicy({ policyId }))).status).toBe(404);
  });

  test("neither the default policy nor its catch-all rule goes, and other types are not made", async () => {
    const policies = await collect(client.policyApi.listPolicies({ type: "ACCESS_POLICY" }));
    const policyId = policies.find(({ system }) => system === true)?.id ?? "";
    expect((await refusal(client.policyApi.deletePolicy({ policyId }))).errorCode).toBe("E0000006");
    const [catchAll] = await collect(client.policyApi.listPolicyRules({ policyId }));
    const kept = await refusal(client.policyApi.deletePolicyRule({ policyId, ruleId: catchAll?.id ?? "" }));
    expect(kept.errorCode).toBe("E0000006");
    const other = client.policyApi.createPolicy({ policy: { type: "PASSWORD", name: "Another" } });
    expect((await refusal(other)).status).toBe(501);
  });
});
