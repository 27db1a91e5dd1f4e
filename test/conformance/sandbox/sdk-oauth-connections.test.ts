import okta, { type Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createOrgCaller, field, type OrgCaller } from "./call-org.ts";
import { refusal } from "./sdk-org.ts";
import { startOrg, type TestOrg } from "./start-org.ts";

/** A spoke org whose apps connect with OAuth 2.0, and the hub org that its Org2Org app is for. */
let spoke: TestOrg;
let hub: TestOrg;
let client: OktaClient;
let call: OrgCaller;
beforeAll(async () => {
  [spoke, hub] = await Promise.all([startOrg({ provisions: true }), startOrg()]);
  client = new okta.Client({ orgUrl: spoke.url, token: spoke.token });
  call = createOrgCaller(spoke);
});
afterAll(async () => {
  await Promise.all([spoke.stop(), hub.stop()]);
});

const jwks = z.array(z.record(z.string(), z.string()));
const clientId = "0oaspokeservice";

/** Registers the hub's service app with keys of the spoke, as Okta's guide has an administrator do. */
function register(keys: z.infer<typeof jwks>, scopes = ["okta.users.manage", "okta.groups.manage"]): void {
  hub.store.credentials.saveOAuthClient({ clientId, name: "Spoke", scopes, keys, dpopRequired: false });
}

async function createApp(name: string, settings: Record<string, unknown>): Promise<string> {
  const { body, status } = await call("POST", "/api/v1/apps", {
    name,
    label: `${name} ${Object.keys(settings).length}`,
    signOnMode: "AUTO_LOGIN",
    settings: { app: settings },
  });
  expect([status, body["errorCauses"]]).toEqual([200, undefined]);
  return String(body["id"]);
}

describe("Org2Org", () => {
  let appId: string;
  const connect = (profile: Record<string, unknown>, query = "") =>
    call("POST", `/api/v1/apps/${appId}/connections/default${query}`, {
      profile: { authScheme: "OAUTH2", clientId, ...profile },
    });
  beforeAll(async () => {
    appId = await createApp("okta_org2org", { baseUrl: hub.url });
  });

  test("the answer is as in Okta's description, and holds no key", async () => {
    expect((await connect({ clientId: undefined })).status).toBe(400);
    expect((await call("GET", `/api/v1/apps/${appId}/connections/default/jwks`)).status).toBe(404);
    const { body } = await connect({ signing: { rotationMode: "AUTO" } });
    expect(body).toEqual({
      authScheme: "OAUTH2",
      status: "DISABLED",
      profile: { authScheme: "OAUTH2", clientId, signing: { rotationMode: "AUTO" } },
      _links: { activate: expect.anything(), self: expect.anything() },
    });
  });

  test("is activated once the target org gives an access token for the connection's key", async () => {
    const activate = () =>
      client.applicationApi.activateDefaultProvisioningConnectionForApplication({ appId });
    const refused = await refusal(activate());
    expect([refused.status, refused.errorCauses]).toEqual([
      400,
      [
        {
          errorSummary:
            "Error authenticating: the target org refused an access token (401 invalid_client: Invalid value for 'client_id' parameter.).",
        },
      ],
    ]);
    const shown = await client.applicationApi.getUserProvisioningConnectionJWKS({ appId });
    const keys = jwks.parse(
      field((await call("GET", `/api/v1/apps/${appId}/connections/default/jwks`)).body, "jwks", "keys"),
    );
    expect(shown.jwks?.keys?.map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
    expect(keys).toEqual([
      { kid: expect.any(String), kty: "RSA", alg: "RSA", use: "sig", e: "AQAB", n: expect.any(String) },
    ]);
    register(keys, ["okta.users.manage"]);
    expect(String((await refusal(activate())).errorCauses?.[0]?.errorSummary)).toContain("consent_required");
    register(keys);
    await activate();
    expect(
      await client.applicationApi.getDefaultProvisioningConnectionForApplication({ appId }),
    ).toMatchObject({
      authScheme: "OAUTH2",
      status: "ENABLED",
    });
    expect(field((await connect({ signing: { rotationMode: "AUTO" } })).body, "status")).toBe("ENABLED");
  });

  test("signs with the app's own key where an administrator rotates it", async () => {
    const keys = await call.list(`/api/v1/apps/${appId}/credentials/keys`);
    expect(keys).toHaveLength(1);
    register(jwks.parse(keys.map(({ kty, kid, n, e }) => ({ kty, kid, n, e }))));
    await call("POST", `/api/v1/apps/${appId}/connections/default/lifecycle/deactivate`);
    expect((await connect({}, "?activate=TRUE")).body).toMatchObject({
      status: "ENABLED",
      profile: { signing: { rotationMode: "MANUAL" } },
    });

    const made = await call("POST", `/api/v1/apps/${appId}/credentials/keys/generate?validityYears=2`);
    const app = await call("GET", `/api/v1/apps/${appId}`);
    await call("PUT", `/api/v1/apps/${appId}`, {
      ...app.body,
      credentials: { signing: { kid: made.body["kid"] } },
    });
    expect((await connect({}, "?activate=true")).status).toBe(400);
    const { kty, kid, n, e } = made.body;
    register(jwks.parse([{ kty, kid, n, e }]));
    expect((await connect({}, "?activate=true")).status).toBe(200);
  });

  test("provisions nobody by made-up requests: the task says why", async () => {
    await call("PUT", `/api/v1/apps/${appId}/features/USER_PROVISIONING`, {
      create: { lifecycleCreate: { status: "ENABLED" } },
    });
    const person = await call("POST", "/api/v1/users?activate=true", {
      profile: { login: "ada@example.com", email: "ada@example.com", firstName: "Ada", lastName: "Lovelace" },
    });
    hub.requests.clear();
    await call("POST", `/api/v1/apps/${appId}/users`, { id: person.body["id"] });
    await spoke.settle();
    const { body } = await call("GET", `/api/v1/apps/${appId}/users/${person.body["id"]}`);
    expect([body["syncState"], hub.requests.size]).toEqual(["ERROR", 0]);
    expect(spoke.store.tasks.list({ limit: 1 })[0]?.error).toContain(
      "not by SCIM: the emulated org does not send",
    );
  });

  test("with a token takes the target org from the app where none is given", async () => {
    const { body } = await call("POST", `/api/v1/apps/${appId}/connections/default`, {
      profile: { authScheme: "TOKEN", token: "00abc" },
    });
    expect(body).toMatchObject({ authScheme: "TOKEN", status: "DISABLED", baseUrl: hub.url });
  });
});

describe("apps that need consent", () => {
  test("stay DISABLED until the consent's code has come back", async () => {
    const appId = await createApp("office365", {});
    const home = `/api/v1/apps/${appId}/connections/default`;
    const settings = { adminUsername: "ada@example.com", adminPassword: "Correct-Horse-7" };
    const saved = await call("POST", home, { profile: { authScheme: "OAUTH2", settings } });
    expect(saved.body).toMatchObject({ status: "DISABLED", profile: { authScheme: "OAUTH2" } });
    expect(JSON.stringify(saved.body)).not.toMatch(/Correct-Horse|ada@example/);
    expect((await call("POST", `${home}/lifecycle/activate`)).status).toBe(400);

    const authorize = new URL(String(field(saved.body, "_links", "authorize", "href")));
    const state = String(authorize.searchParams.get("state"));
    const complete = (code: string, sent = state) =>
      client.applicationApi.verifyProvisioningConnectionForApplication({
        appName: "office365",
        appId,
        code,
        state: sent,
      });
    expect((await refusal(complete("guessed"))).status).toBe(400);
    spoke.store.settings.saveOAuth(appId, {
      clientId: null,
      rotationMode: null,
      key: null,
      consent: { state, code: "c0de", isGiven: false },
    });
    expect((await refusal(complete("c0de", "other"))).status).toBe(400);
    await complete("c0de");
    expect((await refusal(complete("c0de"))).status).toBe(400);
    await client.applicationApi.activateDefaultProvisioningConnectionForApplication({ appId });
    expect((await call("GET", home)).body["status"]).toBe("ENABLED");
    expect((await call("POST", home, { profile: { authScheme: "OAUTH2" } })).body["status"]).toBe("ENABLED");
  });

  test.each(["google", "slack", "zoomus"])("%s has a callback of its own", async (appName) => {
    const appId = await createApp(appName, appName === "google" ? { domain: "example.com" } : {});
    const wrong = await call("POST", `/api/v1/apps/office365/${appId}/oauth2/callback?code=a&state=b`);
    const early = await call("POST", `/api/v1/apps/${appName}/${appId}/oauth2/callback?code=a&state=b`);
    expect([wrong.status, early.status]).toEqual([404, 400]);
  });
});
