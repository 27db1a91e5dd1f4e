import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, type OrgAnswer } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * What a stack has beside SCIM apps, as recordings of the official provider's acceptance tests show it (NetworkZone_crud,
 * TrustedOrigin_crud, EventHook_crud, InlineHook_com_okta_saml_tokens_transform): the calls of their whole lives.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
const administrator = org.store.setting("administrator");

/** An answer with 200 whose object has exactly these keys, in this order, and values. */
function expectObject({ status, body }: OrgAnswer, expected: Record<string, unknown>): void {
  expect(status).toBe(200);
  expect(body).toEqual(expected);
  expect(Object.keys(body)).toEqual(Object.keys(expected));
}

function lifecycle(home: string, verb: string) {
  return { [verb]: { href: `${org.url}${home}/lifecycle/${verb}`, hints: { allow: ["POST"] } } };
}

function selfLink(home: string) {
  return { self: { href: `${org.url}${home}`, hints: { allow: ["GET", "PUT", "DELETE"] } } };
}

describe("network zones (NetworkZone_crud)", () => {
  const gateways = [
    { type: "RANGE", value: "2.3.4.5-2.3.4.15" },
    { type: "CIDR", value: "1.2.3.4/24" },
  ];
  const proxies = [{ type: "CIDR", value: "2.2.3.4/24" }];

  test("an IP zone: made, activated again, replaced, deactivated twice, deleted", async () => {
    const sent = { gateways, name: "ip", proxies, status: "ACTIVE", type: "IP", usage: "POLICY" };
    const created = await call("POST", "/api/v1/zones", sent);
    const home = `/api/v1/zones/${String(created.body["id"])}`;
    const zone = {
      type: "IP",
      id: expect.stringMatching(/^nzo\w{17}$/),
      name: "ip",
      status: "ACTIVE",
      usage: "POLICY",
      created: time,
      lastUpdated: time,
      system: false,
      gateways,
      proxies,
      _links: { ...selfLink(home), ...lifecycle(home, "deactivate") },
    };
    expectObject(created, zone);
    expectObject(await call("POST", `${home}/lifecycle/activate`), zone);
    const replaced = await call("PUT", home, {
      gateways,
      name: "ip updated",
      status: "INACTIVE",
      type: "IP",
      usage: "BLOCKLIST",
    });
    expectObject(replaced, {
      ...zone,
      name: "ip updated",
      status: "INACTIVE",
      usage: "BLOCKLIST",
      proxies: null,
      _links: { ...lifecycle(home, "activate"), ...selfLink(home) },
    });
    for (let time = 0; time < 2; time++) {
      const { status, body } = await call("POST", `${home}/lifecycle/deactivate`);
      expect([status, body["status"]]).toEqual([200, "INACTIVE"]);
    }
    expect((await call("DELETE", home)).status).toBe(204);
    expect(await call("GET", home)).toMatchObject({ status: 404, body: { errorCode: "E0000007" } });
  });

  test("dynamic zones have their places in the order of Okta's sets", async () => {
    const answers = [
      [{ country: "US" }, { country: "AF", region: "AF-BGL" }],
      [{ country: "US" }, { country: "UA", region: "UA-26" }, { country: "AF", region: "AF-BGL" }],
    ].map((locations, index) =>
      call("POST", "/api/v1/zones", {
        locations,
        name: `dynamic ${index}`,
        proxyType: "",
        ...(index === 1 && { asns: ["2232"] }),
        type: "DYNAMIC",
        usage: "POLICY",
      }),
    );
    const [first, second] = await Promise.all(answers);
    expect(first?.body["locations"]).toEqual([
      { country: "AF", region: "AF-BGL" },
      { country: "US", region: null },
    ]);
    expect(first?.body).not.toHaveProperty("asns");
    expect(second?.body).toMatchObject({
      locations: [{ country: "UA" }, { country: "AF" }, { country: "US" }],
      proxyType: "",
      asns: ["2232"],
    });
    const proxy = await call("POST", "/api/v1/zones", {
      name: "proxy",
      proxyType: "TorAnonymizer",
      status: "ACTIVE",
      type: "DYNAMIC",
      usage: "BLOCKLIST",
    });
    expect(proxy.body).toMatchObject({ locations: null, proxyType: "TorAnonymizer" });
    const enhanced = await call("POST", "/api/v1/zones", {
      asns: {},
      ipServiceCategories: { include: ["SYMANTEC_VPN", "GOOGLE_VPN"] },
      locations: {
        exclude: [
          { country: "CN", region: "CN-BJ" },
          { country: "BE", region: "BE-VAN" },
        ],
      },
      name: "enhanced",
      type: "DYNAMIC_V2",
      usage: "POLICY",
    });
    expect(enhanced.body).toMatchObject({
      locations: { include: [], exclude: [{ country: "BE" }, { country: "CN" }] },
      ipServiceCategories: { include: ["SYMANTEC_VPN", "GOOGLE_VPN"], exclude: [] },
      asns: { include: [], exclude: [] },
    });
    expect((await call.list("/api/v1/zones")).map(({ name }) => name)).toContain("enhanced");
    expect((await call("GET", "/api/v1/zones?filter=usage%20eq%20%22POLICY%22")).status).toBe(501);
    const taken = await call("POST", "/api/v1/zones", { name: "proxy", type: "DYNAMIC" });
    expect([taken.status, taken.body["errorCode"]]).toEqual([400, "E0000001"]);
  });
});

test("trusted origins: a replacement leaves the status, and an active one can be deleted (TrustedOrigin_crud)", async () => {
  const sent = { name: "origin", origin: "https://one.example.com", scopes: [{ type: "CORS" }] };
  const created = await call("POST", "/api/v1/trustedOrigins", sent);
  const home = `/api/v1/trustedOrigins/${String(created.body["id"])}`;
  const origin = {
    id: expect.stringMatching(/^tos\w{17}$/),
    ...sent,
    status: "ACTIVE",
    created: time,
    createdBy: administrator,
    lastUpdated: time,
    lastUpdatedBy: administrator,
    _links: { ...selfLink(home), ...lifecycle(home, "deactivate") },
  };
  expectObject(created, origin);
  expectObject(await call("GET", home), origin);
  const off = {
    ...origin,
    status: "INACTIVE",
    _links: { ...lifecycle(home, "activate"), ...selfLink(home) },
  };
  expectObject(await call("POST", `${home}/lifecycle/deactivate`), off);
  const more = { origin: "https://two.example.com", scopes: [{ type: "CORS" }, { type: "REDIRECT" }] };
  expectObject(await call("PUT", home, { name: "origin", ...more }), { ...off, ...more });
  await call("POST", `${home}/lifecycle/activate`);
  expect((await call("DELETE", home)).status).toBe(204);
  expect((await call("GET", home)).status).toBe(404);
});

describe("hooks", () => {
  test("an event hook: unverified, its secret not shown, its events in the order of a set (EventHook_crud)", async () => {
    const config = { authScheme: { key: "Authorization", type: "HEADER", value: "123" } };
    const sent = (path: string, items: string[], headers?: object[]) => ({
      channel: {
        config: { ...config, ...(headers && { headers }), uri: `https://example.com/${path}` },
        type: "HTTP",
        version: "1.0.0",
      },
      events: { items, type: "EVENT_TYPE" },
      name: "event hook",
    });
    const events = ["user.lifecycle.create", "user.lifecycle.delete.initiated"];
    const created = await call("POST", "/api/v1/eventHooks", sent("test", events));
    const home = `/api/v1/eventHooks/${String(created.body["id"])}`;
    const self = { self: { href: `${org.url}${home}` } };
    const hook = {
      id: expect.stringMatching(/^who\w{17}$/),
      status: "ACTIVE",
      verificationStatus: "UNVERIFIED",
      name: "event hook",
      description: null,
      created: time,
      createdBy: administrator,
      lastUpdated: time,
      events: { type: "EVENT_TYPE", items: events, filter: null },
      channel: {
        type: "HTTP",
        version: "1.0.0",
        config: {
          uri: "https://example.com/test",
          headers: [],
          method: "POST",
          authScheme: { type: "HEADER", key: "Authorization" },
        },
      },
      _links: { ...self, ...lifecycle(home, "verify"), ...lifecycle(home, "deactivate") },
    };
    expectObject(created, hook);
    const headers = [{ key: "x-test-header", value: "test stuff" }];
    const updated = await call("PUT", home, {
      ...sent("testUpdated", [...events, "user.account.update_profile"], headers),
    });
    expect(updated.body).toMatchObject({
      events: {
        items: ["user.lifecycle.create", "user.account.update_profile", "user.lifecycle.delete.initiated"],
      },
      channel: { config: { uri: "https://example.com/testUpdated", headers } },
    });
    expect((await call("DELETE", home)).status).toBe(400);
    const off = await call("POST", `${home}/lifecycle/deactivate`);
    expect(off.body).toMatchObject({ status: "INACTIVE" });
    expect(off.body["_links"]).toEqual({
      ...lifecycle(home, "activate"),
      ...self,
      delete: { href: `${org.url}${home}`, hints: { allow: ["DELETE"] } },
    });
    expect((await call("POST", `${home}/lifecycle/verify`)).status).toBe(501);
    expect((await call("DELETE", home)).status).toBe(204);
    expect((await call("GET", home)).status).toBe(404);
  });

  test("an inline hook with OAuth: the client's secret is not shown (InlineHook_com_okta_saml_tokens_transform)", async () => {
    const shown = {
      clientId: "abc123",
      tokenUrl: "https://example.com/token",
      authType: "client_secret_post",
      scope: "api",
    };
    const headers = [{ key: "Field 1", value: "Value 1" }];
    const sent = (name: string, clientSecret: string) => ({
      channel: {
        config: { headers, method: "POST", uri: "https://example.com/service", ...shown, clientSecret },
        type: "OAUTH",
        version: "1.0.0",
      },
      name,
      status: "ACTIVE",
      type: "com.okta.saml.tokens.transform",
      version: "1.0.2",
    });
    const created = await call("POST", "/api/v1/inlineHooks", sent("one", "def456"));
    const home = `/api/v1/inlineHooks/${String(created.body["id"])}`;
    const hook = {
      id: expect.stringMatching(/^cal\w{17}$/),
      status: "ACTIVE",
      name: "one",
      type: "com.okta.saml.tokens.transform",
      version: "1.0.2",
      channel: {
        type: "OAUTH",
        version: "1.0.0",
        config: { uri: "https://example.com/service", headers, method: "POST", authScheme: null, ...shown },
      },
      created: time,
      lastUpdated: time,
      _links: {
        self: { href: `${org.url}${home}` },
        execute: { href: `${org.url}${home}/execute`, hints: { allow: ["POST"] } },
        ...lifecycle(home, "deactivate"),
      },
    };
    expectObject(created, hook);
    expectObject(await call("PUT", home, sent("two", "def456_UPDATED")), { ...hook, name: "two" });
    const wrong = await call("POST", "/api/v1/inlineHooks", { ...sent("three", ""), type: "com.okta.no" });
    expect([wrong.status, wrong.body["errorCode"]]).toEqual([400, "E0000001"]);
    await call("POST", `${home}/lifecycle/deactivate`);
    expect((await call("DELETE", home)).status).toBe(204);
    expect(await call.list("/api/v1/inlineHooks")).toEqual([]);
  });
});
