import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { filterEquals, ScimClient } from "../../../src/scim/scim-client.ts";
import { ScimAnswerError, ScimResponseError, ScimTransportError } from "../../../src/scim/scim-errors.ts";
import { RecordingServer } from "./recording-server.ts";

const ada = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  id: "1",
  userName: "ada",
  active: true,
};
let server: RecordingServer;

beforeEach(async () => {
  server = await RecordingServer.start();
});
afterEach(() => server[Symbol.asyncDispose]());

function connect(authorization = "Bearer s3cret-token", timeoutMs = 5000): ScimClient {
  return new ScimClient({ baseUrl: `${server.url}/`, authorization, timeoutMs });
}

async function failure<Kind extends Error>(
  kind: new (...parameters: never[]) => Kind,
  promise: Promise<unknown>,
): Promise<Kind> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(kind);
  if (!(error instanceof kind)) throw new Error("unreachable");
  return error;
}

describe("requests", () => {
  test("filters, creates, replaces, patches and deletes as RFC 7644 writes it", async () => {
    server.respond = ({ method, path }) => {
      if (method === "DELETE" || method === "PATCH") return { status: 204 };
      if (path.includes("?")) return { status: 200, body: { totalResults: 1, Resources: [ada] } };
      return { status: method === "POST" ? 201 : 200, body: ada };
    };
    const client = connect();
    const page = await client.users.list({
      filter: filterEquals("userName", 'a"d a'),
      startIndex: 1,
      count: 100,
    });
    await client.users.create({ userName: "ada" });
    await client.users.replace("a/b", { userName: "ada" });
    const patched = await client.groups.patch("7", [{ op: "replace", value: { active: false } }]);
    await client.users.delete("1");

    expect(page).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1, Resources: [ada] });
    expect(patched).toBeUndefined();
    expect(
      server.requests.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body) ?? ""}`),
    ).toMatchInlineSnapshot(`
      [
        "GET /scim/v2/Users?filter=userName%20eq%20%22a%5C%22d%20a%22&startIndex=1&count=100 ",
        "POST /scim/v2/Users {"userName":"ada"}",
        "PUT /scim/v2/Users/a%2Fb {"userName":"ada"}",
        "PATCH /scim/v2/Groups/7 {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}",
        "DELETE /scim/v2/Users/1 ",
      ]
    `);
    expect(server.requests[0]?.headers).not.toHaveProperty("content-type");
    expect(server.requests[1]?.headers).toMatchObject({
      authorization: "Bearer s3cret-token",
      accept: "application/scim+json",
      "content-type": "application/scim+json; charset=utf-8",
      "user-agent": "okta-scim",
    });
  });

  test("walks all pages lazily and ends on an empty one", async () => {
    const everyone = Array.from({ length: 5 }, (_, index) => ({ ...ada, id: String(index) }));
    server.respond = ({ path }) => {
      const query = new URL(path, "http://localhost").searchParams;
      const start = Number(query.get("startIndex"));
      const Resources = everyone.slice(start - 1, start - 1 + Number(query.get("count")));
      return {
        status: 200,
        body: { totalResults: 9, startIndex: start, itemsPerPage: Resources.length, Resources },
      };
    };
    const ids: string[] = [];
    for await (const user of connect().users.all({ count: 2 })) ids.push(user.id);
    expect(ids).toEqual(["0", "1", "2", "3", "4"]);
    expect(server.requests.map(({ path }) => new URL(path, "http://localhost").search)).toEqual([
      "?startIndex=1&count=2",
      "?startIndex=3&count=2",
      "?startIndex=5&count=2",
      "?startIndex=6&count=2",
    ]);
  });

  test("reads compressed answers", async () => {
    server.respond = () => ({
      status: 200,
      headers: { "content-encoding": "gzip" },
      body: gzipSync(JSON.stringify(ada)),
    });
    await expect(connect().users.get("1")).resolves.toMatchObject(ada);
  });
});

describe("errors", () => {
  test("a SCIM error keeps status, scimType, detail and Retry-After, and masks an echoed token", async () => {
    server.respond = () => ({
      status: 409,
      headers: { "retry-after": "7" },
      body: { status: "409", scimType: "uniqueness", detail: "taken, says Bearer s3cret-token" },
    });
    const error = await failure(ScimResponseError, connect().users.create({}));
    expect(error).toMatchObject({
      code: "SCIM_RESPONSE",
      status: 409,
      reason: "Conflict",
      scimType: "uniqueness",
      detail: "taken, says ***",
      retryAfter: "7",
    });
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain("s3cret");
  });

  test("masks the parts of a Basic credential", async () => {
    server.respond = () => ({ status: 401, body: { detail: "okta:hunter2 and hunter2" } });
    const basic = `Basic ${Buffer.from("okta:hunter2").toString("base64")}`;
    const error = await failure(ScimResponseError, connect(basic).users.get("1"));
    expect(error.detail).toBe("*** and ***");
  });

  test("plain text is told apart from SCIM errors", async () => {
    server.respond = () => ({ status: 502, body: "<html>Bad gateway s3cret-token" });
    const error = await failure(ScimResponseError, connect().users.get("1"));
    expect(error).toMatchObject({ status: 502, detail: undefined, notJson: "<html>Bad gateway ***" });
  });

  test.each([
    ["the body is not JSON", "hello", /the body is not JSON/],
    ["the body is empty", undefined, /the body is empty/],
    ["an id is missing", { userName: "ada" }, /id is wrong/],
  ])("an answer where %s is refused", async (_, body, message) => {
    server.respond = () => ({ status: 200, ...(body === undefined ? {} : { body }) });
    const error = await failure(ScimAnswerError, connect().users.get("1"));
    expect(error.message).toMatch(message);
  });

  test("counters of a list must be numbers", async () => {
    server.respond = () => ({ status: 200, body: { totalResults: "1", Resources: [] } });
    const error = await failure(ScimAnswerError, connect().users.list());
    expect(error.message).toContain("totalResults is wrong");
  });

  test("an answer over the limit is refused", async () => {
    server.respond = () => ({ status: 200, body: { ...ada, displayName: "x".repeat(2000) } });
    const client = new ScimClient({ baseUrl: server.url, maxAnswerBytes: 1000 });
    const error = await failure(ScimTransportError, client.users.get("1"));
    expect(error.message).toContain("longer than 1000 bytes");
  });

  test("slow, refused and dropped connections have codes of their own", async () => {
    server.respond = () => ({ status: 200, delayMs: 2000, body: ada });
    expect((await failure(ScimTransportError, connect("Bearer x", 50).users.get("1"))).code).toBe(
      "SCIM_TIMEOUT",
    );
    server.respond = () => ({ status: 200, hangUp: true });
    expect((await failure(ScimTransportError, connect().users.get("1"))).code).toBe("SCIM_UNREACHABLE");
    const refused = new ScimClient({ baseUrl: "http://127.0.0.1:1" });
    expect((await failure(ScimTransportError, refused.users.get("1"))).code).toBe("SCIM_REFUSED");
  });

  test("an abort by the caller is passed on as it is", async () => {
    server.respond = () => ({ status: 200, delayMs: 2000, body: ada });
    const reason = new Error("stopped");
    await expect(connect().users.get("1", AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
