import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of OpenID Connect
 * apps. Each test sends what the provider sends and names the recording.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

/** An OpenID Connect app as the provider sends it. */
function clientBody(
  label: string,
  settings: Record<string, unknown>,
  credentials: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    accessibility: {},
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        pkce_required: false,
        token_endpoint_auth_method: "client_secret_basic",
        ...credentials,
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
      userNameTemplate: { template: "${source.login}", type: "BUILT_IN" },
    },
    label,
    name: "oidc_client",
    settings: {
      notes: {},
      oauthClient: {
        application_type: "web",
        consent_method: "TRUSTED",
        grant_types: ["authorization_code"],
        idp_initiated_login: { default_scope: [], mode: "DISABLED" },
        issuer_mode: "ORG_URL",
        redirect_uris: ["https://example.com/callback"],
        response_types: ["code"],
        wildcard_redirect: "DISABLED",
        ...settings,
      },
    },
    signOnMode: "OPENID_CONNECT",
    visibility: { hide: { iOS: true, web: true } },
  };
}

async function createClient(...body: Parameters<typeof clientBody>) {
  const { body: app } = await call("POST", "/api/v1/apps?activate=true", clientBody(...body));
  return { app, home: `/api/v1/apps/${String(app["id"])}` };
}

describe("OpenID Connect apps", () => {
  test("settings come back completed (AppOauth_basic)", async () => {
    const { app } = await createClient("settings", {
      frontchannel_logout_uri: "https://example.com/logout",
      network: { connection: "ANYWHERE" },
      participate_slo: true,
    });
    expect(field(app, "settings", "oauthClient")).toEqual({
      client_uri: null,
      logo_uri: null,
      redirect_uris: ["https://example.com/callback"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      application_type: "web",
      consent_method: "TRUSTED",
      issuer_mode: "ORG_URL",
      idp_initiated_login: { mode: "DISABLED", default_scope: [] },
      wildcard_redirect: "DISABLED",
      dpop_bound_access_tokens: false,
      network: { connection: "ANYWHERE" },
      participate_slo: true,
      frontchannel_logout_uri: "https://example.com/logout",
      frontchannel_logout_session_required: false,
    });
  });

  test("a leeway is shown only where refresh tokens rotate (AppOauth_refreshToken)", async () => {
    const still = await createClient("static", { refresh_token: { leeway: 0, rotation_type: "STATIC" } });
    expect(field(still.app, "settings", "oauthClient", "refresh_token")).toEqual({ rotation_type: "STATIC" });
  });

  test("the secret is told when the app is made or replaced, and listed apart (AppOauth_basic, DataSourceOktaAppOauth_read)", async () => {
    const { app, home } = await createClient("secret", {});
    const secret = field(app, "credentials", "oauthClient", "client_secret");
    expect(secret).toMatch(/^[\w-]{64}$/);
    const { body: read } = await call("GET", home);
    expect(field(read, "credentials", "oauthClient")).toEqual({
      autoKeyRotation: true,
      client_id: app["id"],
      token_endpoint_auth_method: "client_secret_basic",
      pkce_required: false,
    });
    const { body: replaced } = await call("PUT", home, clientBody("secret, renamed", {}));
    expect(field(replaced, "credentials", "oauthClient")).toMatchObject({
      client_id: app["id"],
      client_secret: secret,
    });
    const [listed] = await call.list(`${home}/credentials/secrets`);
    expect(listed).toMatchObject({
      id: expect.stringMatching(/^ocs/),
      status: "ACTIVE",
      client_secret: secret,
      secret_hash: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(Object.keys(field(listed, "_links") ?? {})).toEqual(["deactivate"]);
  });

  test("a client that signs has keys, no secret (AppOauth_serviceWithJWKS)", async () => {
    const { app, home } = await createClient(
      "signs",
      {
        application_type: "service",
        grant_types: ["client_credentials"],
        jwks: {
          keys: [
            { kty: "RSA", kid: "RSA_KEY", e: "AQAB", n: "owfo", status: "ACTIVE" },
            { kty: "EC", kid: "EC_KEY", x: "K37X", y: "8Ifv", status: "ACTIVE" },
          ],
        },
        redirect_uris: [],
        response_types: ["token"],
      },
      { token_endpoint_auth_method: "private_key_jwt" },
    );
    const id = expect.stringMatching(/^pks\w{17}$/);
    expect(field(app, "settings", "oauthClient", "jwks", "keys")).toEqual([
      { kty: "RSA", id, status: "ACTIVE", kid: "RSA_KEY", use: null, e: "AQAB", n: "owfo" },
      { kty: "EC", id, status: "ACTIVE", kid: "EC_KEY", use: null, x: "K37X", y: "8Ifv", crv: null },
    ]);
    expect(field(app, "credentials", "oauthClient")).not.toHaveProperty("client_secret");
    expect(field(app, "_links", "clientCredentials")).toEqual([
      { name: "jwks", href: `${org.url}${home}/credentials/jwks` },
    ]);
  });

  test("the groups claim is kept (AppOauth_basic)", async () => {
    const { app, home } = await createClient("claim", {});
    const setting = `/api/v1/internal${home.slice("/api/v1".length)}/settings/oauth/idToken`;
    const sent = { valueType: "EXPRESSION", issuerMode: "ORG_URL", name: "bb", value: "aa" };
    const saved = await call("POST", setting, sent);
    expect(saved.body).toEqual({ issuer: null, orgUrl: null, customUrl: null, audience: null, ...sent });
    const { body } = await call("GET", setting);
    expect(body).toEqual({
      issuer: org.url,
      orgUrl: null,
      customUrl: null,
      audience: app["id"],
      ...sent,
    });
  });

  test("granted scopes (AppOAuthApplication_apiScope)", async () => {
    const { app, home } = await createClient("granted", {});
    const { status, body } = await call("POST", `${home}/grants`, {
      issuer: org.url,
      scopeId: "okta.users.read",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^oag/),
      status: "ACTIVE",
      createdBy: { type: "User" },
      clientId: app["id"],
      scopeId: "okta.users.read",
      source: "ADMIN",
      _embedded: { scope: { id: "okta.users.read" } },
      _links: { app: { title: "granted" }, client: { title: "granted" } },
    });
    const list = await call("GET", `${home}/grants`);
    expect(list.list).toHaveLength(1);
    expect(list.list[0]).not.toHaveProperty("_embedded");
    expect(list.links).toEqual([]);
    expect((await call("DELETE", `${home}/grants/${String(body["id"])}`)).status).toBe(204);
  });

  test("administrator roles of a service app (AppOAuthRoleAssignment_basic)", async () => {
    const { app } = await createClient("administers", {
      application_type: "service",
      grant_types: ["client_credentials"],
      jwks_uri: "https://example.com",
    });
    const roles = `/oauth2/v1/clients/${String(app["id"])}/roles`;
    const { status, body } = await call("POST", roles, { type: "HELP_DESK_ADMIN" });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: "JBCUYUC7IRCVGS27IFCE2SKO",
      label: "Help Desk Administrator",
      type: "HELP_DESK_ADMIN",
      status: "ACTIVE",
      assignmentType: "CLIENT",
      _links: { assignee: { href: `${org.url}/oauth2/v1/clients/${String(app["id"])}` } },
    });
    const role = `${roles}/${String(body["id"])}`;
    expect((await call("GET", role)).body).toEqual(body);
    expect((await call("DELETE", role)).status).toBe(204);
    expect(await call.list(roles)).toEqual([]);
  });

  test("a list among custom attributes keeps `union`, a single value does not (AppUserSchemas_array_enum_number, _array_enum_json, _parallel_api_calls)", async () => {
    const { home } = await createClient("lists", {});
    const part = {
      master: { type: "PROFILE_MASTER" },
      permissions: [{ action: "READ_ONLY", principal: "SELF" }],
      required: false,
      scope: "NONE",
      title: "t",
      union: "DISABLE",
    };
    const numbers = { type: "number", enum: [0.011, 0.022], oneOf: [{ const: 0.011, title: "small" }] };
    const objects = {
      type: "object",
      enum: [{ value: "one" }],
      oneOf: [{ const: { value: "one" }, title: "1" }],
    };
    const schema = home.replace("/apps/", "/meta/schemas/apps/");
    const { body } = await call("POST", `${schema}/default`, {
      definitions: {
        custom: {
          properties: {
            numbers: { ...part, type: "array", items: numbers },
            objects: { ...part, type: "array", items: objects },
            single: { ...part, type: "string" },
          },
        },
      },
    });
    const shown = { title: "t", scope: "NONE" };
    expect(field(body, "definitions", "custom")).toMatchObject({ required: [] });
    expect(field(body, "definitions", "custom", "properties")).toEqual({
      numbers: { ...shown, type: "array", items: numbers, union: "DISABLE" },
      objects: {
        ...shown,
        type: "array",
        items: { ...objects, additionalProperties: true },
        union: "DISABLE",
      },
      single: { ...shown, type: "string" },
    });
    expect(Object.keys(field(body, "definitions", "custom", "properties", "numbers") ?? {})).toEqual([
      "title",
      "type",
      "scope",
      "items",
      "union",
    ]);
  });

  test("an account has a name, a time zone and a locale, whatever the person has (AppUser_crud)", async () => {
    const { home } = await createClient("accounts", {});
    const { body: person } = await call("POST", "/api/v1/users", {
      credentials: { password: {} },
      profile: {
        email: "acc@example.com",
        firstName: "TestAcc",
        lastName: "Smith",
        login: "acc@example.com",
        postalAddress: null,
      },
    });
    const id = String(person["id"]);
    const made = await call("POST", `${home}/users`, {
      credentials: { password: {}, userName: "acc@example.com" },
      id,
    });
    expect(made.body).toMatchObject({
      scope: "USER",
      syncState: "DISABLED",
      profile: {
        name: "TestAcc Smith",
        zoneinfo: "America/Los_Angeles",
        locale: "en_US",
        given_name: "TestAcc",
        nickname: null,
      },
    });
  });
});
