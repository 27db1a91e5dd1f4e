import { generateKeyPairSync } from "node:crypto";
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  EmbeddedJWK,
  exportJWK,
  jwtVerify,
} from "jose";
import { describe, expect, it } from "vitest";
import type { OktaCredentials } from "../../../src/okta/authorization.ts";
import { OktaTokenError } from "../../../src/okta/okta-error.ts";
import { createMockOrg, orgUrl, someApp } from "./mock-org.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

function serviceApp(pair: typeof rsa): OktaCredentials {
  return {
    kind: "private-key",
    clientId: "0oaservice",
    privateKeyPem: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    keyId: "key-1",
    scopes: ["okta.apps.read", "okta.users.read"],
  };
}

const token = { token_type: "Bearer", expires_in: 3600, access_token: "access-1", scope: "okta.apps.read" };
const app = { status: 200, body: someApp };

describe("a service app", () => {
  it.each([
    ["RS256", rsa],
    ["ES256", ec],
  ])("asks for a token with an assertion signed by %s", async (algorithm, pair) => {
    const { client, seen } = createMockOrg([{ status: 200, body: token }, app], {
      credentials: serviceApp(pair),
    });
    await client.apps.get("0oa1");
    const form = new URLSearchParams(seen[0]?.body);
    expect(seen[0]).toMatchObject({
      method: "POST",
      path: "/oauth2/v1/token",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(form.get("grant_type")).toBe("client_credentials");
    expect(form.get("scope")).toBe("okta.apps.read okta.users.read");
    expect(form.get("client_assertion_type")).toBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    const keys = createLocalJWKSet({
      keys: [{ ...(await exportJWK(pair.publicKey)), kid: "key-1", alg: algorithm }],
    });
    const { payload } = await jwtVerify(form.get("client_assertion") ?? "", keys, {
      audience: `${orgUrl}/oauth2/v1/token`,
      issuer: "0oaservice",
      subject: "0oaservice",
    });
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen[1]?.headers["authorization"]).toBe("Bearer access-1");
  });

  it("keeps its token for all calls, also parallel ones", async () => {
    const { client, seen } = createMockOrg([{ status: 200, body: token }, app, app, app], {
      credentials: serviceApp(ec),
    });
    await Promise.all([client.apps.get("1"), client.apps.get("2"), client.apps.get("3")]);
    expect(seen.filter(({ path }) => path === "/oauth2/v1/token")).toHaveLength(1);
  });

  it("gets a new token when the org no longer takes the old one", async () => {
    const { client, seen } = createMockOrg(
      [
        { status: 200, body: token },
        { status: 401, body: { errorCode: "E0000011", errorSummary: "Invalid token provided" } },
        { status: 200, body: { ...token, access_token: "access-2" } },
        app,
      ],
      { credentials: serviceApp(ec) },
    );
    await client.apps.get("0oa1");
    expect(seen[3]?.headers["authorization"]).toBe("Bearer access-2");
  });

  it("says why it got none", async () => {
    const { client } = createMockOrg(
      [
        {
          status: 400,
          body: { error: "invalid_scope", error_description: "One or more scopes are not configured." },
        },
      ],
      { credentials: serviceApp(ec) },
    );
    const error = await client.apps.get("0oa1").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OktaTokenError);
    expect(error).toMatchObject({
      code: "OKTA_TOKEN_REFUSED",
      remedy: expect.stringContaining("Okta API Scopes"),
    });
    expect(String(error)).toMatchInlineSnapshot(
      `"OktaTokenError: Okta gave the service app 0oaservice no access token (400 invalid_scope: One or more scopes are not configured.)."`,
    );
  });

  it("proves possession of its key where the org demands it, with the nonces that the org gives", async () => {
    const nonce = (value: string) => ({ "dpop-nonce": value });
    const { client, seen, pending } = createMockOrg(
      [
        {
          status: 400,
          body: { error: "invalid_dpop_proof", error_description: "The DPoP proof JWT header is missing." },
        },
        { status: 400, body: { error: "use_dpop_nonce" }, headers: nonce("nonce-1") },
        { status: 200, body: { ...token, token_type: "DPoP" } },
        { status: 401, body: { errorCode: "use_dpop_nonce" }, headers: nonce("nonce-2") },
        app,
      ],
      { credentials: serviceApp(rsa) },
    );
    await client.apps.get("0oa1");
    expect(pending()).toBe(0);
    const proofs = seen.map(({ headers }) => headers["dpop"]);
    expect(proofs[0]).toBeUndefined();
    expect(decodeJwt(proofs[1] ?? "")).toMatchObject({ htm: "POST", htu: `${orgUrl}/oauth2/v1/token` });
    expect(decodeJwt(proofs[2] ?? "")).toMatchObject({ nonce: "nonce-1" });
    const last = await jwtVerify(proofs[4] ?? "", EmbeddedJWK, { typ: "dpop+jwt" });
    expect(last.payload).toMatchObject({
      htm: "GET",
      htu: `${orgUrl}/api/v1/apps/0oa1`,
      nonce: "nonce-2",
      ath: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(seen[4]?.headers["authorization"]).toBe("DPoP access-1");
    const thumbprints = proofs
      .slice(1)
      .map(async (proof) => calculateJwkThumbprint(decodeProtectedHeader(proof ?? "").jwk ?? { kty: "" }));
    expect(new Set(await Promise.all(thumbprints)).size).toBe(1);
  });

  it.each([
    ["no key at all", "not a key"],
    [
      "too short an RSA key",
      generateKeyPairSync("rsa", { modulusLength: 1024 })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
    ],
    [
      "a curve that Okta does not take",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    ],
  ])("with %s is refused before any call", (_name, privateKeyPem) => {
    const make = () =>
      createMockOrg([], { credentials: { kind: "private-key", clientId: "c", privateKeyPem, scopes: [] } });
    expect(make).toThrow(expect.objectContaining({ code: "OKTA_PRIVATE_KEY_INVALID" }));
  });
});
