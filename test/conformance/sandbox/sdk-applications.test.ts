import type { Client as OktaClient } from "@okta/okta-sdk-nodejs";
import okta from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, createSamlApp, createScimApp, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
});
afterAll(() => org.stop());

describe("applications", () => {
  test("live from creation to deletion", async () => {
    const { app, appId } = await createScimApp(client, "SDK life");
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
    for (let index = 0; index < 5; index++) await createScimApp(client, `Paged ${index}`);
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
    const app = await createSamlApp(client, "Custom SAML");
    const appId = app.id ?? "";
    const [key] = await collect(client.applicationApi.listApplicationKeys({ appId }));
    expect(key).toMatchObject({ kty: "RSA", use: "sig" });
    const metadata = await fetch(`${org.url}/api/v1/apps/${appId}/sso/saml/metadata?kid=${key?.kid}`, {
      headers: { authorization: `SSWS ${org.token}` },
    });
    expect(metadata.headers.get("content-type")).toBe("application/xml;charset=ISO-8859-1");
    expect((await metadata.text()).replaceAll("\n", "")).toContain(key?.x5c?.[0] ?? "no certificate");
    const generated = await client.applicationApi.generateApplicationKey({ appId, validityYears: 2 });
    expect(generated.kid).not.toBe(key?.kid);
    expect((await client.applicationApi.getApplicationKey({ appId, keyId: generated.kid ?? "" })).kid).toBe(
      generated.kid,
    );
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
  const absent = await refusal(collect(client.logStreamApi.listLogStreams()));
  expect([absent.status, absent.errorCode]).toEqual([501, "E0000060"]);
});
