import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startOrg, type TestOrg } from "./start-org.ts";

const CLIENT = "0oaserviceapp0000000";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const answerBody = z.object({
  error: z.string().optional(),
  access_token: z.string().default(""),
  token_type: z.string().optional(),
});

let org: TestOrg;
let rsa: Awaited<ReturnType<typeof generateKeyPair>>;
let elliptic: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  org = await startOrg();
  rsa = await generateKeyPair("RS256", { extractable: true });
  elliptic = await generateKeyPair("ES256", { extractable: true });
  const keys = await Promise.all([rsa.publicKey, elliptic.publicKey].map((key) => exportJWK(key)));
  org.store.credentials.saveOAuthClient({
    clientId: CLIENT,
    name: "okta-scim",
    scopes: ["okta.apps.manage", "okta.groups.read"],
    keys: keys
      .map((key) => ({ ...key, ...(key.kty === "RSA" ? { kid: "rsa" } : { kid: "ec" }) }))
      .map((key) => JSON.parse(JSON.stringify(key))),
    dpopRequired: false,
  });
});
afterAll(() => org.stop());

interface AssertionOptions {
  readonly algorithm?: "RS256" | "ES256";
  readonly audience?: string;
  readonly lifetime?: number;
  readonly id?: string;
}

function sign(options: AssertionOptions = {}): Promise<string> {
  const now = Math.floor(org.clock.now().getTime() / 1000);
  const algorithm = options.algorithm ?? "RS256";
  return new SignJWT({})
    .setProtectedHeader({ alg: algorithm, kid: algorithm === "RS256" ? "rsa" : "ec" })
    .setIssuer(CLIENT)
    .setSubject(CLIENT)
    .setAudience(options.audience ?? `${org.url}/oauth2/v1/token`)
    .setIssuedAt(now)
    .setExpirationTime(now + (options.lifetime ?? 300))
    .setJti(options.id ?? randomUUID())
    .sign(algorithm === "RS256" ? rsa.privateKey : elliptic.privateKey);
}

async function askToken(assertion: string, scope: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${org.url}/oauth2/v1/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }),
  });
  return {
    status: answer.status,
    nonce: answer.headers.get("dpop-nonce"),
    ...answerBody.parse(JSON.parse(await answer.text())),
  };
}

async function call(path: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(`${org.url}${path}`, { headers })).status;
}

test.each(["RS256", "ES256"] as const)(
  "%s assertions get a bearer token with the scopes asked for",
  async (algorithm) => {
    const token = await askToken(await sign({ algorithm }), "okta.apps.manage");
    expect(token).toMatchObject({ status: 200, token_type: "Bearer" });
    const authorization = `Bearer ${token.access_token}`;
    expect(await call("/api/v1/apps", { authorization })).toBe(200);
    expect(await call("/api/v1/groups", { authorization })).toBe(403);
    const refused = await fetch(`${org.url}/api/internal/v1/mappings/reapply?source=a&target=b`, {
      method: "PUT",
      headers: { authorization },
    });
    expect([refused.status, JSON.parse(await refused.text()).errorCode]).toEqual([403, "E0000005"]);
  },
);

test("an access token ends after an hour", async () => {
  const { access_token } = await askToken(await sign(), "okta.apps.manage");
  org.clock.advance(3_599_000);
  expect(await call("/api/v1/apps", { authorization: `Bearer ${access_token}` })).toBe(200);
  org.clock.advance(2_000);
  expect(await call("/api/v1/apps", { authorization: `Bearer ${access_token}` })).toBe(401);
});

test("assertions that are for another org, expired, too long, used or forged get none", async () => {
  const errorOf = async (assertion: string, scope = "okta.apps.manage") =>
    (await askToken(assertion, scope)).error;
  expect(await errorOf(await sign({ audience: "https://other.okta.com/oauth2/v1/token" }))).toBe(
    "invalid_client",
  );
  expect(await errorOf(await sign({ lifetime: -1 }))).toBe("invalid_client");
  expect(await errorOf(await sign({ lifetime: 7200 }))).toBe("invalid_client");
  const once = await sign({ id: "only-once" });
  expect(await errorOf(once)).toBeUndefined();
  expect(await errorOf(once)).toBe("invalid_client");
  const [header, claims, signature] = (await sign()).split(".");
  expect(await errorOf(`${header}.${claims}x.${signature}`)).toBe("invalid_client");
  expect(await errorOf("nonsense")).toBe("invalid_client");
  expect(await errorOf(await sign(), "okta.users.manage")).toBe("consent_required");
});

test("a DPoP token is bound to its key, needs the nonce once and a fresh proof each time", async () => {
  const proofKeys = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(proofKeys.publicKey);
  const prove = (method: string, path: string, claims: Record<string, string> = {}): Promise<string> =>
    new SignJWT({ htm: method, htu: `${org.url}${path}`, ...claims })
      .setProtectedHeader({ alg: "RS256", typ: "dpop+jwt", jwk })
      .setIssuedAt(Math.floor(org.clock.now().getTime() / 1000))
      .setJti(randomUUID())
      .sign(proofKeys.privateKey);

  const first = await askToken(await sign(), "okta.apps.manage", {
    dpop: await prove("POST", "/oauth2/v1/token"),
  });
  expect(first).toMatchObject({ status: 400, error: "use_dpop_nonce" });
  const nonce = first.nonce ?? "";
  const token = await askToken(await sign(), "okta.apps.manage", {
    dpop: await prove("POST", "/oauth2/v1/token", { nonce }),
  });
  expect(token).toMatchObject({ status: 200, token_type: "DPoP" });

  const value = token.access_token;
  const ath = createHash("sha256").update(value).digest("base64url");
  const authorization = `DPoP ${value}`;
  const proof = await prove("GET", "/api/v1/apps", { ath });
  expect(await call("/api/v1/apps", { authorization, dpop: proof })).toBe(200);
  expect(await call("/api/v1/apps", { authorization, dpop: proof })).toBe(400);
  expect(
    await call("/api/v1/apps", { authorization, dpop: await prove("GET", "/api/v1/groups", { ath }) }),
  ).toBe(400);
  expect(await call("/api/v1/apps", { authorization })).toBe(400);
  expect(await call("/api/v1/apps", { authorization: `Bearer ${value}` })).toBe(401);
});

test("a client that must prove possession gets no bearer token", async () => {
  const client = org.store.credentials.getOAuthClient(CLIENT);
  if (client === undefined) throw new Error("the client is not registered");
  org.store.credentials.saveOAuthClient({ ...client, dpopRequired: true });
  expect((await askToken(await sign(), "okta.apps.manage")).error).toBe("invalid_dpop_proof");
  org.store.credentials.saveOAuthClient({ ...client, dpopRequired: false });
});
