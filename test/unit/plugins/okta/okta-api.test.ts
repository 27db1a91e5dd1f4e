import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import * as jose from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { readOktaConfig } from "../../../../sandbox/plugins/okta/config.ts";
import { createOktaClient } from "../../../../sandbox/plugins/okta/okta-api.ts";
import { Properties } from "../../../../sandbox/plugins/protocol/properties.ts";
import type { JsonObject } from "../../../../sandbox/plugins/protocol/property-value.ts";

interface Scripted {
  readonly status: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: unknown;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Listens and answers by a function; keeps the requests as they came. */
async function listen(answer: (request: IncomingMessage, body: string) => Scripted) {
  const requests: { target: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      requests.push({ target: request.url ?? "", headers: request.headers, body });
      const { status, headers, body: content } = answer(request, body);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(content === undefined ? "" : JSON.stringify(content));
    });
  });
  servers.push(server);
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  return { url: `http://127.0.0.1:${port}`, port, requests };
}

function connect(config: JsonObject) {
  return createOktaClient(readOktaConfig(new Properties(config), {}), new AbortController().signal);
}

describe("the okta stand-in's transport", () => {
  it("goes through httpProxy in absolute form, newer SDKs without the port", async () => {
    const org = await listen(() => ({ status: 200, body: {} }));
    const client = connect({ httpProxy: `${org.url}/`, apiToken: "00t" });
    await client.v2.get("/api/v1/users/me");
    await client.v5.get("/api/v1/users/me");
    expect(
      org.requests.map(({ target, headers }) => [
        target,
        headers.host,
        headers["proxy-authorization"],
        headers.authorization,
      ]),
    ).toEqual([
      [`${org.url}/api/v1/users/me`, `127.0.0.1:${org.port}`, "Basic Og==", "SSWS 00t"],
      ["http://127.0.0.1/api/v1/users/me", "127.0.0.1", "Basic Og==", "SSWS 00t"],
    ]);
  });

  it("waits for the rate limit's reset and says what it retries", async () => {
    let calls = 0;
    const now = Math.floor(Date.now() / 1000);
    const org = await listen(() =>
      calls++ === 0
        ? {
            status: 429,
            headers: {
              date: new Date(now * 1000).toUTCString(),
              "x-rate-limit-reset": String(now - 1),
              "x-okta-request-id": "req1",
            },
            body: { errorCode: "E0000047" },
          }
        : { status: 200, body: { id: "ok" } },
    );
    const client = connect({ httpProxy: org.url, apiToken: "00t", maxWaitSeconds: 0 });
    await expect(client.v2.get("/api/v1/apps/1")).resolves.toEqual({ id: "ok" });
    expect(org.requests[1]?.headers).toMatchObject({ "x-okta-retry-for": "req1", "x-okta-retry-count": "1" });
  });

  it("gives up on a rate limit without a reset, with Okta's own words", async () => {
    const org = await listen(() => ({
      status: 429,
      headers: { "x-okta-request-id": "req1" },
      body: { errorCode: "E0000047", errorSummary: "API call exceeded rate limit due to too many requests." },
    }));
    const client = connect({ httpProxy: org.url, apiToken: "00secret" });
    await expect(client.v2.get("/api/v1/apps")).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: the API returned an error: API call exceeded rate limit due to too many requests. (GET /api/v1/apps, HTTP 429, E0000047, request req1)]`,
    );
  });

  it("follows next links, one relation per header line", async () => {
    const org = await listen((request) =>
      request.url?.includes("after=2")
        ? {
            status: 200,
            headers: { link: '<http://elsewhere/api/v1/groups?after=2>; rel="self"' },
            body: [{ id: "b" }],
          }
        : {
            status: 200,
            headers: {
              link: [
                '<http://elsewhere/api/v1/groups>; rel="self"',
                '<http://elsewhere/api/v1/groups?after=2>; rel="next"',
              ],
            },
            body: [{ id: "a" }],
          },
    );
    const client = connect({ httpProxy: org.url, apiToken: "00t" });
    await expect(client.v2.list("/api/v1/groups", { limit: "200" })).resolves.toEqual([
      { id: "a" },
      { id: "b" },
    ]);
  });

  it.each([
    ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ])("signs in as a service app with %s, one token per SDK", async (algorithm, { privateKey, publicKey }) => {
    const org = await listen((request) =>
      request.url?.endsWith("/oauth2/v1/token")
        ? { status: 200, body: { access_token: "at", token_type: "Bearer", expires_in: 3600 } }
        : { status: 200, body: {} },
    );
    const client = connect({
      httpProxy: org.url,
      clientId: "0oaclient",
      privateKeyId: "kid1",
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString().replaceAll("\n", "\\n"),
      scopes: ["okta.apps.manage", "okta.groups.read"],
    });
    await client.v2.get("/api/v1/apps/1");
    await client.v2.get("/api/v1/apps/2");
    await client.v5.get("/api/v1/apps/3");
    const tokens = org.requests.filter((request) => request.target.endsWith("/oauth2/v1/token"));
    expect(tokens).toHaveLength(2);
    const form = new URLSearchParams(tokens[0]?.body);
    const { payload, protectedHeader } = await jose.jwtVerify(form.get("client_assertion") ?? "", publicKey, {
      issuer: "0oaclient",
      subject: "0oaclient",
      audience: `${org.url}/oauth2/v1/token`,
    });
    expect(protectedHeader).toMatchObject({ alg: algorithm, kid: "kid1" });
    expect(payload).toMatchObject({ jti: expect.any(String) });
    expect(form.get("scope")).toBe("okta.apps.manage okta.groups.read");
    expect(org.requests.at(-1)?.headers.authorization).toBe("Bearer at");
  });

  it("says which credentials or address are missing", () => {
    expect(() => readOktaConfig(new Properties({ orgName: "acme" }), {})).toThrow(/needs credentials/);
    expect(() => readOktaConfig(new Properties({ apiToken: "t" }), {})).toThrow(
      /needs orgName and baseUrl, or httpProxy/,
    );
    const fromEnvironment = readOktaConfig(new Properties({}), {
      OKTA_ORG_NAME: "acme",
      OKTA_BASE_URL: "oktapreview.com",
      OKTA_API_TOKEN: "t",
    });
    expect(fromEnvironment).toMatchObject({ orgUrl: "https://acme.oktapreview.com", viaProxy: false });
  });
});
