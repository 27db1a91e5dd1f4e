import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/** What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of catalog apps and of SAML. */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

describe("catalog apps", () => {
  test("google: links, seats, and a schema that tells the source of each attribute (AppUser_crud)", async () => {
    const { body: app } = await call("POST", "/api/v1/apps?activate=true", {
      label: "google",
      name: "google",
      settings: { app: { afwOnly: false, domain: "articulate" }, signOn: { ssoAcsUrlOverride: "" } },
      signOnMode: "SAML_2_0",
    });
    expect(app).toMatchObject({
      licensing: { seatCount: 0 },
      visibility: {
        appLinks: { calendar: true, mail: true, keep: true, sites: true, accounts: true, drive: true },
      },
      settings: {
        app: { afwOnly: false, domain: "articulate", afwId: null, rpId: null },
        signOn: { ssoAcsUrlOverride: null },
      },
    });
    const id = String(app["id"]);
    const attribute = { title: "t", type: "string", required: true, scope: "SELF", master: { type: "OKTA" } };
    const { body: schema } = await call("POST", `/api/v1/meta/schemas/apps/${id}/default`, {
      definitions: {
        custom: {
          id: "#custom",
          type: "object",
          properties: {
            testCustom: {
              ...attribute,
              permissions: [{ action: "READ_ONLY", principal: "SELF" }],
              union: "DISABLE",
            },
          },
        },
      },
    });
    expect(schema["name"]).toBe("google");
    expect(field(schema, "definitions", "custom", "properties")).toEqual({ testCustom: attribute });
    expect(field(schema, "definitions", "base", "properties")).toEqual({
      userName: {
        title: "Username",
        type: "string",
        required: true,
        scope: "NONE",
        maxLength: 100,
        master: { type: "PROFILE_MASTER" },
      },
    });
    // The provider's update, after an assignment has moved to another app: the person has no account there yet.
    const me = await call("GET", "/api/v1/users/me");
    const userId = String(me.body["id"]);
    const moved = await call("POST", `/api/v1/apps/${id}/users/${userId}`, {
      credentials: { password: {}, userName: "me@example.com" },
      id: userId,
      profile: { testCustom: "testing" },
    });
    expect(moved).toMatchObject({
      status: 200,
      body: { scope: "USER", status: "ACTIVE", profile: { testCustom: "testing" } },
    });
  });

  test("import settings of an app that was never imported from (DataSourceOktaAppFeatures_read)", async () => {
    const { body: app } = await call("POST", "/api/v1/apps?activate=true", {
      label: "imports",
      name: "zscalerbyz",
      signOnMode: "AUTO_LOGIN",
    });
    const home = `/api/v1/apps/${String(app["id"])}`;
    await call("POST", `${home}/connections/default?activate=true`, {
      baseUrl: "https://example.com/scim",
      profile: { authScheme: "TOKEN", token: "secret" },
    });
    const { body } = await call("GET", `${home}/features/INBOUND_PROVISIONING`);
    expect(body).toMatchObject({
      name: "INBOUND_PROVISIONING",
      description: "In-bound provisioning settings for provisioning users from an application to Okta",
    });
    expect(field(body, "capabilities", "importSettings")).toEqual({
      username: { userNameFormat: "EMAIL" },
      schedule: { status: "DISABLED", fullImport: null, incrementalImport: null },
    });
  });

  test("amazon_aws: its settings have defaults (AppSamlAppSettings_crud)", async () => {
    const { body: app } = await call("POST", "/api/v1/apps?activate=true", {
      label: "aws",
      name: "amazon_aws",
      settings: { app: {}, signOn: { ssoAcsUrlOverride: "" } },
      signOnMode: "SAML_2_0",
    });
    expect(field(app, "settings", "app")).toMatchObject({
      appFilter: "okta",
      awsEnvironmentType: "aws.amazon",
      joinAllRoles: false,
      sessionDuration: 3600,
      identityProviderArn: null,
    });
  });
});

describe("SAML", () => {
  test("logout of a SAML app shows in its settings and its metadata (AppSignOnPolicyRules_crud)", async () => {
    const { body: app } = await call("POST", "/api/v1/apps?activate=true", {
      label: "logout",
      settings: {
        signOn: {
          audience: "http://audience.com",
          destination: "http://its-about-the-journey.com",
          recipient: "http://here.com",
          ssoAcsUrl: "http://google.com",
          slo: {
            enabled: true,
            issuer: "https://sp.example.com",
            logoutUrl: "https://sp.example.com/logout",
          },
          spCertificate: { x5c: ["MII"] },
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
          subjectNameIdTemplate: "${user.userName}",
        },
      },
      signOnMode: "SAML_2_0",
    });
    expect(app).toMatchObject({
      universalLogout: null,
      settings: { signOn: { spIssuer: "https://sp.example.com", spCertificate: { x5c: ["MII"] } } },
    });
    const metadata = await fetch(`${org.url}/api/v1/apps/${String(app["id"])}/sso/saml/metadata`, {
      headers: { authorization: `SSWS ${org.token}`, accept: "application/xml" },
    });
    const text = await metadata.text();
    expect(text.match(/<md:\w+/g)?.slice(3)).toEqual([
      "<md:SingleLogoutService",
      "<md:SingleLogoutService",
      "<md:NameIDFormat",
      "<md:SingleSignOnService",
      "<md:SingleSignOnService",
    ]);
  });
});
