import { afterAll, describe, expect, test } from "vitest";
import { defaultRealmId, saveEdition } from "../../../sandbox/okta/org-edition.ts";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/** What depends on the org: a setting that the Management API does not show, its engine, the features that it has. */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

describe("self-assignment of apps", () => {
  const bookmark = (selfService: boolean) => ({
    name: "bookmark",
    label: "Handbook",
    signOnMode: "BOOKMARK",
    accessibility: { selfService },
    settings: { app: { url: "https://handbook.example.com" } },
  });

  test("is taken, as in the orgs of the recordings", async () => {
    const { body, status } = await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Wiki" });
    expect([status, field(body, "accessibility", "selfService")]).toEqual([200, true]);
  });

  test("is refused in an org that has it off, for a new app and for one that is there", async () => {
    org.store.saveSetting("self_service", "false");
    const refused = await call("POST", "/api/v1/apps", bookmark(true));
    expect([refused.status, refused.body["errorCode"], refused.body["errorSummary"]]).toEqual([
      403,
      "E0000043",
      "Self service application assignment is not enabled.",
    ]);
    const { body } = await call("POST", "/api/v1/apps", bookmark(false));
    expect((await call("PUT", `/api/v1/apps/${body["id"]}`, bookmark(true))).status).toBe(403);
  });

  test("can be switched for a time", async () => {
    await call("PUT", "/sandbox/management-api", { selfService: "allowed" });
    expect((await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Blog" })).status).toBe(200);
    await call("PUT", "/sandbox/management-api", { selfService: "as-configured" });
    expect((await call("POST", "/api/v1/apps", { ...bookmark(true), label: "Diary" })).status).toBe(403);
  });
});

const client = (label: string) => ({
  name: "oidc_client",
  label,
  signOnMode: "OPENID_CONNECT",
  settings: {
    oauthClient: { consent_method: "TRUSTED", grant_types: ["authorization_code"], response_types: ["code"] },
  },
});

describe("editions of Okta", () => {
  afterAll(() => saveEdition(org.store, { engine: "identity", features: [] }));

  test("apps of Classic Engine have no policies and ask for no consent (AppUserBaseSchema_change, classic-00)", async () => {
    saveEdition(org.store, { engine: "classic", features: [] });
    expect((await call("GET", "/.well-known/okta-organization")).body).toMatchObject({ pipeline: "v1" });
    const { body } = await call("POST", "/api/v1/apps", client("classic"));
    expect(Object.keys(field(body, "_links") ?? {})).toEqual([
      "uploadLogo",
      "appLinks",
      "groups",
      "logo",
      "clientCredentials",
      "users",
      "deactivate",
    ]);
    expect(field(body, "settings", "oauthClient")).not.toHaveProperty("consent_method");
    expect((await call("GET", "/api/v1/policies?type=ACCESS_POLICY")).status).toBe(501);
    const policy = org.store.policies.defaultOf("ACCESS_POLICY").id;
    expect((await call("PUT", `/api/v1/apps/${String(body["id"])}/policies/${policy}`)).status).toBe(501);
    expect((await call("GET", "/api/v1/policies?type=PASSWORD")).status).toBe(200);
  });

  test("with Identity Threat Protection, apps tell of Universal Logout (AppUserSchema_crud)", async () => {
    saveEdition(org.store, { engine: "identity", features: ["identityThreatProtection"] });
    const { body: organization } = await call("GET", "/.well-known/okta-organization");
    expect(organization).toMatchObject({ pipeline: "idx", settings: { itpEnabled: true } });
    const { body } = await call("POST", "/api/v1/apps", client("protected"));
    expect(body["universalLogout"]).toEqual({
      status: "DISABLED",
      supportType: "FULL",
      identityStack: "NOT_SHARED",
      protocol: "GLOBAL_TOKEN_REVOCATION",
    });
  });

  test("with realms, people are in one; another one is not emulated (UserGroupMemberships_GH1218, User_updateAllAttributes)", async () => {
    saveEdition(org.store, { engine: "identity", features: ["realms", "factorReset"] });
    const profile = { login: "r@example.com", email: "r@example.com", firstName: "R", lastName: "R" };
    const { body } = await call("POST", "/api/v1/users?activate=false", { profile });
    const realmId = defaultRealmId(org.store);
    expect(Object.keys(body).slice(7, 10)).toEqual(["passwordChanged", "realmId", "type"]);
    expect(body).toMatchObject({ realmId });
    expect(Object.keys(field(body, "_links") ?? {})).toEqual([
      "schema",
      "activate",
      "self",
      "resetFactors",
      "type",
    ]);
    const home = `/api/v1/users/${String(body["id"])}`;
    expect((await call("PUT", home, { profile, realmId })).body).toMatchObject({ realmId });
    expect((await call("PUT", home, { profile, realmId: "guo1234567890123456789" })).status).toBe(501);
  });

  test("attributes of apps may show where their values are from (AppUserSchema_crud)", async () => {
    saveEdition(org.store, { engine: "identity", features: ["attributeSources"] });
    const { body } = await call("POST", "/api/v1/apps", client("sources"));
    const master = { type: "OKTA" };
    const path = `/api/v1/meta/schemas/apps/${String(body["id"])}/default`;
    const sent = { title: "t", type: "string", scope: "SELF", minLength: 0, maxLength: 0 };
    const { body: schema } = await call("POST", path, {
      definitions: { custom: { properties: { own: { master, ...sent } } } },
    });
    expect(Object.entries(field(schema, "definitions", "custom", "properties", "own") ?? {})).toEqual([
      ...Object.entries(sent),
      ["master", master],
    ]);
    expect(field(schema, "definitions", "base", "properties", "userName", "master")).toEqual({
      type: "PROFILE_MASTER",
    });
  });
});
