import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startOrg, type TestOrg } from "./start-org.ts";

let org: TestOrg;
beforeAll(async () => {
  org = await startOrg({ rateLimits: { "/api/v1/apps": 3 } });
});
beforeEach(() => {
  org.faults.clear();
  org.clock.advance(61_000);
});
afterAll(() => org.stop());

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${org.url}${path}`, {
    ...init,
    headers: { authorization: `SSWS ${org.token}`, ...init.headers },
  });
}

async function codeOf(answer: Response): Promise<[number, string, string[]]> {
  const body: { errorCode: string; errorCauses: { errorSummary: string }[] } = JSON.parse(
    await answer.text(),
  );
  return [answer.status, body.errorCode, body.errorCauses.map(({ errorSummary }) => errorSummary)];
}

/** Sends a request with a target of its own, as clients behind an HTTP proxy do. */
function sendRaw(target: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { port } = new URL(org.url);
  return new Promise((resolve, reject) => {
    httpRequest({ host: "127.0.0.1", port, path: target, headers }, resolve).on("error", reject).end();
  });
}

test("absolute request targets, a foreign Host and proxy credentials are taken, as the official provider sends them", async () => {
  const answer = await sendRaw("http://127.0.0.1/api/v1/users?limit=1", {
    host: "127.0.0.1",
    authorization: `SSWS ${org.token}`,
    "proxy-authorization": "Basic Og==",
  });
  answer.resume();
  expect(answer.statusCode).toBe(200);
});

test("each Link relation is a header line of its own, with the org's own address", async () => {
  for (const name of ["one", "two", "three"]) {
    org.store.groups.create({ type: "OKTA_GROUP", profile: { name, description: null } });
  }
  const answer = await sendRaw("/api/v1/groups?limit=2", {
    authorization: `SSWS ${org.token}`,
    host: "elsewhere.example.com",
  });
  answer.resume();
  const lines = answer.rawHeaders.filter(
    (_value, index) => answer.rawHeaders[index - 1]?.toLowerCase() === "link",
  );
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe(`<${org.url}/api/v1/groups?limit=2>; rel="self"`);
  expect(lines[1]).toMatch(
    /^<http:\/\/127\.0\.0\.1:\d+\/api\/v1\/groups\?after=00g\w+&limit=2>; rel="next"$/,
  );
});

describe("rate limits", () => {
  test("count down per bucket, refuse with 429 and open again after their minute", async () => {
    const remaining: (string | null)[] = [];
    for (let index = 0; index < 3; index++) {
      remaining.push((await get("/api/v1/apps")).headers.get("x-rate-limit-remaining"));
    }
    expect(remaining).toEqual(["2", "1", "0"]);
    const refused = await get("/api/v1/apps");
    const { headers } = refused;
    expect(await codeOf(refused)).toEqual([429, "E0000047", []]);
    expect(headers.get("x-rate-limit-limit")).toBe("3");
    const wait = Number(headers.get("x-rate-limit-reset")) * 1000 - Date.parse(headers.get("date") ?? "");
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect((await get("/api/v1/groups")).status).toBe(200);
    org.clock.advance(61_000);
    expect((await get("/api/v1/apps")).status).toBe(200);
  });

  test("can be used up on demand", async () => {
    const body = JSON.stringify({ exhaust: ["/api/v1/groups"] });
    expect((await get("/sandbox/management-api", { method: "PUT", body })).status).toBe(200);
    expect((await get("/api/v1/groups")).status).toBe(429);
    org.clock.advance(61_000);
    expect((await get("/api/v1/groups")).status).toBe(200);
  });
});

describe("faults", () => {
  const every = {
    target: "api",
    appId: null,
    method: null,
    path: "/api/v1/users",
    probability: 1,
    status: 503,
    delayMs: 10,
    retryAfterSeconds: null,
    remaining: 1,
  } as const;

  test("429 with a reset of its own", async () => {
    org.faults.add({ ...every, kind: "rate-limit", retryAfterSeconds: 7 });
    const answer = await get("/api/v1/users/me");
    expect(answer.status).toBe(429);
    const wait =
      Number(answer.headers.get("x-rate-limit-reset")) -
      Math.ceil(Date.parse(answer.headers.get("date") ?? "") / 1000);
    expect([7, 8]).toContain(wait);
    expect((await get("/api/v1/users/me")).status).toBe(200);
  });

  test("5xx, an expired token, a page instead of JSON, a slow answer", async () => {
    org.faults.add({ ...every, kind: "server-error" });
    expect(await codeOf(await get("/api/v1/users/me"))).toEqual([503, "E0000009", []]);
    org.faults.add({ ...every, kind: "expired-token" });
    expect(await codeOf(await get("/api/v1/users/me"))).toEqual([401, "E0000011", []]);
    org.faults.add({ ...every, kind: "wrong-answer" });
    expect((await get("/api/v1/users/me")).headers.get("content-type")).toBe("text/html");
    org.faults.add({ ...every, kind: "slow" });
    expect((await get("/api/v1/users/me")).status).toBe(200);
  });

  test("a connection that breaks after the change was made", async () => {
    org.faults.add({ ...every, kind: "dropped", path: "/api/v1/groups", method: "POST" });
    const body = JSON.stringify({ profile: { name: "made all the same" } });
    const headers = { "content-type": "application/json" };
    await expect(get("/api/v1/groups", { method: "POST", body, headers })).rejects.toThrow();
    expect(org.store.groups.getByName("made all the same", "OKTA_GROUP")).toBeDefined();
  });

  test("UNKNOWN connections for every app", async () => {
    const application = { name: "zscalerbyz", label: "Zscaler", signOnMode: "AUTO_LOGIN" };
    const headers = { "content-type": "application/json" };
    const made = await get("/api/v1/apps", { method: "POST", body: JSON.stringify(application), headers });
    const { id }: { id: string } = JSON.parse(await made.text());
    const statusOf = async (): Promise<unknown> => {
      const connection: { status: string } = JSON.parse(
        await (await get(`/api/v1/apps/${id}/connections/default`)).text(),
      );
      return connection.status;
    };
    expect(await statusOf()).toBe("DISABLED");
    await get("/sandbox/management-api", { method: "PUT", body: JSON.stringify({ connections: "unknown" }) });
    expect(await statusOf()).toBe("UNKNOWN");
    await get("/sandbox/management-api", {
      method: "PUT",
      body: JSON.stringify({ connections: "as-configured" }),
    });
  });
});

describe("refusals", () => {
  test.each([
    ["GET", "/api/v1/brands", undefined, 501, "E0000060"],
    ["PATCH", "/api/v1/users", "{}", 405, "E0000022"],
    ["POST", "/api/v1/groups", "{", 400, "E0000003"],
    ["POST", "/api/v1/groups", '{"profile":{}}', 400, "E0000001"],
    ["GET", "/api/v1/groups?limit=none", undefined, 400, "E0000001"],
    ["GET", '/api/v1/groups?filter=nonsense eq "x"', undefined, 400, "E0000031"],
    ["GET", "/api/v1/mappings?sourceId=0oanonsense", undefined, 400, "E0000002"],
    ["GET", "/api/v1/users/nobody@example.com", undefined, 404, "E0000007"],
    ["GET", "/nothing", undefined, 404, "E0000008"],
  ])("%s %s", async (method, path, body, status, code) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const answer = await get(path, { method, headers, ...(body === undefined ? {} : { body }) });
    expect((await codeOf(answer)).slice(0, 2)).toEqual([status, code]);
  });

  test("a web page of another site cannot use the control routes", async () => {
    const body = JSON.stringify({ connections: "unknown" });
    const change = (origin: string) =>
      get("/sandbox/management-api", { method: "PUT", body, headers: { origin } });
    expect((await change("https://evil.example.com")).status).toBe(403);
    expect((await change("null")).status).toBe(403);
    expect(JSON.parse(await (await get("/sandbox/management-api")).text())).toEqual({
      connections: "as-configured",
      selfService: "as-configured",
    });
  });

  test("form bodies are no JSON", async () => {
    const answer = await get("/api/v1/groups", { method: "POST", body: new URLSearchParams({ a: "b" }) });
    expect((await codeOf(answer)).slice(0, 2)).toEqual([415, "E0000021"]);
  });

  test("a tunnel is not given", async () => {
    const { port } = new URL(org.url);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () =>
        socket.write("CONNECT a.example.com:443 HTTP/1.1\r\n\r\n"),
      );
      socket.on("data", (data) => {
        resolve(data.toString());
        socket.destroy();
      });
      socket.on("error", reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 501 /);
  });
});

test("a logo that is uploaded is shown at the app's link", async () => {
  const headers = { "content-type": "application/json" };
  const application = { label: "Logo", signOnMode: "AUTO_LOGIN" };
  const made = await get("/api/v1/apps", { method: "POST", body: JSON.stringify(application), headers });
  const { id }: { id: string } = JSON.parse(await made.text());
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff]);
  const form = new FormData();
  form.set("file", new Blob([png], { type: "image/png" }), "logo.png");
  expect((await get(`/api/v1/apps/${id}/logo`, { method: "POST", body: form })).status).toBe(201);
  const app: { _links: { logo: { href: string }[] } } = JSON.parse(
    await (await get(`/api/v1/apps/${id}`)).text(),
  );
  const shown = await fetch(app._links.logo[0]?.href ?? "");
  expect(shown.headers.get("content-type")).toBe("image/png");
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
});
