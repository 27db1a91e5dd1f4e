import { X509Certificate } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * What recordings of the official provider's acceptance tests (terraform-provider-okta, test/fixtures/vcr) show of real orgs and
 * what no recording in test/fixtures/okta-recordings shows. Each test sends what the provider sends and says which recording it
 * is from; compared is what Okta answered, ids, names and times apart.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

/** Body of an app as the provider sends it. */
function appBody(more: Record<string, unknown>): Record<string, unknown> {
  return {
    accessibility: { selfService: false },
    visibility: { autoSubmitToolbar: false, hide: { iOS: false, web: false } },
    ...more,
    label: `App ${String(more["name"] ?? more["signOnMode"])} ${String(more["label"] ?? "")}`.trim(),
  };
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
const LOGIN_TEMPLATE = { template: "${source.login}", type: "BUILT_IN" };
const NO_NOTES = { admin: null, enduser: null };

describe("apps made from templates", () => {
  const TEMPLATES = [
    {
      recording: "AppSwaApplication_crud",
      name: "template_swa",
      signOnMode: "BROWSER_PLUGIN",
      sent: { buttonField: "b", passwordField: "p", url: "https://example.com", usernameField: "u" },
      unset: ["loginUrlRegex", "redirectUrl", "checkbox"],
      scheme: "EDIT_USERNAME_AND_PASSWORD",
    },
    {
      recording: "AppThreeFieldApplication_crud",
      name: "template_swa3field",
      signOnMode: "BROWSER_PLUGIN",
      sent: {
        buttonSelector: "b",
        extraFieldSelector: "third",
        extraFieldValue: "third",
        passwordSelector: "p",
        targetURL: "http://example.com",
        userNameSelector: "u",
      },
      unset: ["loginUrlRegex", "redirectUrl"],
      scheme: "EDIT_USERNAME_AND_PASSWORD",
    },
    {
      recording: "AppSecurePasswordStoreApplication_credsSchemes",
      name: "template_sps",
      signOnMode: "SECURE_PASSWORD_STORE",
      sent: { passwordField: "p", url: "http://example.com", usernameField: "u" },
      unset: [
        "optionalField1",
        "optionalField1Value",
        "optionalField2",
        "optionalField2Value",
        "optionalField3",
        "optionalField3Value",
      ],
      scheme: "EDIT_USERNAME_AND_PASSWORD",
    },
    {
      recording: "AppBasicAuthApplication_crud",
      name: "template_basic_auth",
      signOnMode: "BASIC_AUTH",
      sent: { authURL: "https://example.com/auth.html", url: "https://example.com/login.html" },
      unset: ["loginUrlRegex"],
      scheme: "EDIT_USERNAME_AND_PASSWORD",
    },
    {
      recording: "AppBookmarkApplication_crud",
      name: "bookmark",
      signOnMode: "BOOKMARK",
      sent: { requestIntegration: false, url: "https://test.com" },
      unset: [],
      scheme: undefined,
    },
  ];

  test.each(TEMPLATES)("$name ($recording)", async ({ name, signOnMode, sent, unset, scheme }) => {
    const { status, body } = await call(
      "POST",
      "/api/v1/apps?activate=true",
      appBody({ name, settings: { app: sent, notes: NO_NOTES }, signOnMode }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name,
      signOnMode,
      universalLogout: null,
      visibility: { appLinks: { login: true } },
      _links: { appLinks: [{ name: "login", type: "text/html" }] },
    });
    const { credentials, settings } = body;
    expect(settings).toMatchObject({
      app: { ...sent, ...Object.fromEntries(unset.map((field) => [field, null])) },
      manualProvisioning: false,
      implicitAssignment: false,
      notes: NO_NOTES,
    });
    expect(credentials).toEqual({
      ...(scheme === undefined ? {} : { scheme, revealPassword: false }),
      userNameTemplate: LOGIN_TEMPLATE,
      signing: {},
    });
  });

  test("a shared account is told between its template and whether it is revealed (AppSharedCredentials_crud)", async () => {
    const { body } = await call(
      "POST",
      "/api/v1/apps?activate=true",
      appBody({
        name: "template_swa",
        label: "shared",
        signOnMode: "BROWSER_PLUGIN",
        credentials: {
          scheme: "SHARED_USERNAME_AND_PASSWORD",
          userName: "everybody",
          password: { value: "secret" },
          userNameTemplate: { suffix: "hello", template: "user.firstName", type: "CUSTOM" },
        },
        settings: {
          app: { buttonField: "b", passwordField: "p", url: "https://example.com", usernameField: "u" },
        },
      }),
    );
    expect(Object.entries(body["credentials"] ?? {})).toEqual([
      ["scheme", "SHARED_USERNAME_AND_PASSWORD"],
      [
        "userNameTemplate",
        { template: "user.firstName", type: "CUSTOM", suffix: "hello", pushStatus: "DONT_PUSH" },
      ],
      ["userName", "everybody"],
      ["password", {}],
      ["revealPassword", false],
      ["signing", {}],
    ]);
  });

  test("a catalog app has its own link (AppSwaApplication_preconfig)", async () => {
    const { body } = await call(
      "POST",
      "/api/v1/apps?activate=true",
      appBody({
        name: "aws_console",
        signOnMode: "AUTO_LOGIN",
        credentials: { userNameTemplate: LOGIN_TEMPLATE, userName: "" },
        settings: { app: {}, notes: NO_NOTES },
      }),
    );
    expect(body).toMatchObject({
      signOnMode: "BROWSER_PLUGIN",
      credentials: { scheme: "EDIT_USERNAME_AND_PASSWORD", revealPassword: false },
      visibility: { appLinks: { aws_console_login: true } },
    });
  });

  test("an inactive app offers `activate` before its policies (AppSwaApplication_crud)", async () => {
    const created = await call(
      "POST",
      "/api/v1/apps?activate=true",
      appBody({
        name: "bookmark",
        label: "inactive",
        signOnMode: "BOOKMARK",
        settings: { app: { url: "https://test.com" } },
      }),
    );
    const home = `/api/v1/apps/${String(created.body["id"])}`;
    await call("POST", `${home}/lifecycle/deactivate`);
    const { body } = await call("GET", home);
    const links = Object.keys(field(body, "_links") ?? {});
    expect(links.slice(0, 5)).toEqual([
      "uploadLogo",
      "appLinks",
      "profileEnrollment",
      "activate",
      "policies",
    ]);
    expect(links).not.toContain("deactivate");
  });

  test("a logo is served where the answer says (AppBasicAuthApplication_crud)", async () => {
    const created = await call(
      "POST",
      "/api/v1/apps?activate=true",
      appBody({
        name: "template_basic_auth",
        label: "logo",
        signOnMode: "BASIC_AUTH",
        settings: { app: { authURL: "https://example.com/a", url: "https://example.com" } },
      }),
    );
    const home = `/api/v1/apps/${String(created.body["id"])}`;
    const form = new FormData();
    form.set("file", new Blob(["picture"], { type: "image/png" }), "logo.png");
    const uploaded = await fetch(`${org.url}${home}/logo`, {
      method: "POST",
      headers: { authorization: `SSWS ${org.token}` },
      body: form,
    });
    expect(uploaded.status).toBe(201);
    expect(await uploaded.text()).toBe("");
    const { body } = await call("GET", home);
    expect(body).toMatchObject({ _links: { logo: [{ href: uploaded.headers.get("location") }] } });
    const shown = await fetch(uploaded.headers.get("location") ?? "");
    expect(await shown.text()).toBe("picture");
  });
});

describe("SAML (AppSaml_crud)", () => {
  const signOn = {
    acsEndpoints: [
      { index: 0, url: "https://example.com" },
      { index: 1, url: "https://okta.com" },
    ],
    allowMultipleAcsEndpoints: true,
    assertionSigned: true,
    attributeStatements: [
      {
        name: "Attr One",
        namespace: "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
        type: "EXPRESSION",
        values: ["val"],
      },
    ],
    audience: "http://audience.com",
    audienceOverride: "",
    authnContextClassRef: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    defaultRelayState: "",
    destination: "http://its-about-the-journey.com",
    digestAlgorithm: "SHA1",
    honorForceAuthn: true,
    recipient: "http://here.com",
    responseSigned: true,
    signatureAlgorithm: "RSA_SHA1",
    slo: { enabled: false },
    ssoAcsUrl: "http://google.com",
    subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
    subjectNameIdTemplate: "${source.login}",
  };

  test("each app signs with a key of its own, which its metadata shows in lines of 76 characters", async () => {
    const apps = await Promise.all(
      ["one", "two"].map((label) =>
        call(
          "POST",
          "/api/v1/apps?activate=true",
          appBody({
            label,
            signOnMode: "SAML_2_0",
            credentials: { userNameTemplate: LOGIN_TEMPLATE },
            settings: { app: {}, implicitAssignment: false, notes: NO_NOTES, signOn },
          }),
        ),
      ),
    );
    const [statement] = Object.values(
      field(apps[0]?.body, "settings", "signOn", "attributeStatements") ?? {},
    );
    expect(Object.keys(statement)).toEqual(["type", "name", "namespace", "values"]);
    const keys = await Promise.all(
      apps.map(({ body }) => call.list(`/api/v1/apps/${String(body["id"])}/credentials/keys`)),
    );
    const kids = apps.map(({ body }) => String(field(body, "credentials", "signing", "kid")));
    expect(keys.map((list) => list.map(({ kid }) => kid))).toEqual(kids.map((kid) => [kid]));
    expect(new Set(kids).size).toBe(2);
    // The times are whole seconds, and no id is a digest of its certificate (DataSourceOktaAppMetadataSaml_read).
    expect(keys.flat().map(({ created }) => String(created))).toEqual(
      kids.map(() => expect.stringMatching(/:\d\d\.000Z$/)),
    );
    expect(keys.flat().every((key) => key["kid"] !== key["x5t#S256"])).toBe(true);

    const id = String(apps[0]?.body["id"]);
    const metadata = await fetch(`${org.url}/api/v1/apps/${id}/sso/saml/metadata?kid=${kids[0]}`, {
      headers: { authorization: `SSWS ${org.token}`, accept: "application/xml" },
    });
    expect(metadata.headers.get("content-type")).toBe("application/xml;charset=ISO-8859-1");
    const text = await metadata.text();
    const certificate = /<ds:X509Certificate>([^<]*)</.exec(text)?.[1] ?? "";
    expect(Math.max(...certificate.split("\n").map(({ length }) => length))).toBe(76);
    expect(certificate.replaceAll("\n", "")).toBe(field(keys[0]?.[0], "x5c", "0"));
    expect(new X509Certificate(Buffer.from(certificate, "base64")).validTo).toBeDefined();
    const external = /entityID="http:\/\/www\.okta\.com\/(exk\w{17})"/.exec(text)?.[1];
    expect(external).toBeDefined();
    expect(text).toContain(`/${external}/sso/saml"/>`);
  });
});

describe("pages", () => {
  test("the link of a list names the page size that was not asked for (DataSourceOktaAppUserAssignments_read, DataSourceOktaGroup_read)", async () => {
    const app = await call(
      "POST",
      "/api/v1/apps",
      appBody({ name: "oidc_client", signOnMode: "OPENID_CONNECT" }),
    );
    const users = await call("GET", `/api/v1/apps/${String(app.body["id"])}/users`);
    expect(users.self).toBe(`/api/v1/apps/${String(app.body["id"])}/users?limit=50`);
    const me = await call("GET", "/api/v1/users/me");
    const groups = await call("GET", `/api/v1/users/${String(me.body["id"])}/groups`);
    expect(groups.self).toBe(`/api/v1/users/${String(me.body["id"])}/groups?limit=200`);
    expect(groups.list).toMatchObject([{ type: "BUILT_IN", profile: { name: "Everyone" } }]);
  });

  test("`q` of groups gives the shortest name first and no Link (DataSourceOktaGroup_read, DataSourceOktaGroups_read)", async () => {
    for (const name of ["finder longer", "finder", "finder b"])
      await call("POST", "/api/v1/groups", { profile: { name } });
    const found = await call("GET", "/api/v1/groups?limit=1&q=finder");
    expect(found.list).toMatchObject([{ profile: { name: "finder" } }]);
    expect(found.links).toEqual([]);
    expect((await call("GET", "/api/v1/groups?limit=200&q=nobody")).links).toEqual([]);
    const filtered = await call("GET", "/api/v1/groups?filter=type+eq+%22APP_GROUP%22&limit=200");
    expect(filtered).toMatchObject({ list: [], links: ["self"] });
  });

  test("apps are found by label, one a page (DataSourceOktaApp_read)", async () => {
    await call(
      "POST",
      "/api/v1/apps",
      appBody({ name: "oidc_client", label: "x", signOnMode: "OPENID_CONNECT" }),
    );
    const label = encodeURIComponent("App oidc_client x");
    const found = await call("GET", `/api/v1/apps?filter=status+eq+%22ACTIVE%22&limit=1&q=${label}`);
    expect(found).toMatchObject({ list: [{ label: "App oidc_client x" }], links: ["self"] });
    expect(found.self).toBe("/api/v1/apps?limit=1&q=App+oidc_client+x&filter=status+eq+%22ACTIVE%22");
  });
});
