import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunningServer } from "./support/running-server.ts";

const milliseconds = Number(process.env["SCIM_FUZZ_MILLISECONDS"] ?? 8000);

const words = fc.constantFrom(
  "Users",
  "Groups",
  ".search",
  "Bulk",
  "Me",
  "Schemas",
  "ResourceTypes",
  "%2e%2e",
  "%00",
  "a",
  "x".repeat(600),
);
const keys = fc.constantFrom(
  "schemas",
  "userName",
  "emails",
  "value",
  "Operations",
  "op",
  "path",
  "members",
  "active",
  "name",
  "meta",
  "id",
  "filter",
  "count",
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  "bulkId",
  "method",
  "data",
);
const leaves = fc.oneof(
  fc.constantFrom(
    "add",
    "replace",
    "remove",
    "POST",
    "/Users",
    "bulkId:a",
    'members[value eq "x"]',
    "emails[",
    "name.",
    "True",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    leaves,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(keys, tie("json"), { maxKeys: 6 }),
  ),
}));
const parameters = fc.dictionary(
  fc.constantFrom(
    "filter",
    "startIndex",
    "count",
    "sortBy",
    "sortOrder",
    "attributes",
    "excludedAttributes",
    "cursor",
  ),
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "1",
      "-1",
      "1e9",
      "userName",
      "emails.value",
      "members",
      'userName eq "a"',
      'emails[value co "a"]',
      "meta.version pr",
      'meta.lastModified gt "2020-01-01T00:00:00Z"',
      'schemas eq "x"',
      "name pr",
      'members.$ref co "x"',
    ),
  ),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
  path: fc.array(words, { maxLength: 3 }),
  query: parameters,
  body: fc.oneof(
    fc.constant(undefined),
    json.map((value) => JSON.stringify(value)),
    fc.string({ maxLength: 40 }),
  ),
});

describe("a fuzzer over HTTP", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await RunningServer.start("sqlite");
  });
  afterAll(() => server.stop());

  it("finds no 500 and no hang", async () => {
    const id = await server.createUser("fuzzed");
    const property = fc.asyncProperty(request, async ({ method, path, query, body }) => {
      const at = path.map((word) => (word === "a" ? id : word)).join("/");
      const search = new URLSearchParams(query).toString();
      const answer = await server.call(
        method,
        `/${at}${search === "" ? "" : `?${search}`}`,
        method === "GET" ? undefined : body,
      );
      expect(answer.status, answer.text).not.toBe(500);
      expect(answer.status).toBeLessThan(502);
    });
    await fc.assert(property, {
      numRuns: 1_000_000,
      interruptAfterTimeLimit: milliseconds,
      markInterruptAsFailure: false,
    });
    expect((await server.request("GET", "/readyz")).status).toBe(200);
  });
});
