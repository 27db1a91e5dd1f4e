import { generateKeyPairSync } from "node:crypto";
import okta, { type Client as OktaClient } from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, createScimApp, refusal, startSdkOrg } from "./sdk-org.ts";
import type { TestOrg } from "./start-org.ts";

let org: TestOrg;
let client: OktaClient;
beforeAll(async () => {
  ({ org, client } = await startSdkOrg());
  for (const label of ["one", "two"]) await createScimApp(client, label);
});
afterAll(() => org.stop());

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
