import fc from "fast-check";

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
/** Words of filters and paths, put together without grammar: some are right, most are nearly so. */
const filterWord = fc.constantFrom(
  "userName",
  "emails",
  "emails[",
  "]",
  ".value",
  "(",
  ")",
  "not",
  "and",
  "or",
  "eq",
  "co",
  "pr",
  "gt",
  '"a"',
  '"\\u00e4"',
  "true",
  "null",
  "1e999",
  "-",
  "members[value eq",
  "urn:ietf:params:scim:schemas:core:2.0:User:",
  "urn:",
  "meta.lastModified",
  '"2026-13-45T99:00:00Z"',
  "%",
);
const filter = fc.array(filterWord, { maxLength: 8 }).map((parts) => parts.join(" "));

const operation = fc.record(
  {
    op: fc.oneof(fc.constantFrom("add", "replace", "remove", "REMOVE"), leaves),
    path: fc.oneof(filter, leaves),
    value: json,
  },
  { requiredKeys: ["op"], noNullPrototype: true },
);
const patch = fc.record({ Operations: fc.array(operation, { maxLength: 4 }) }, { noNullPrototype: true });

const reference = fc.constantFrom("bulkId:a", "bulkId:b", "bulkId:", "bulkId:none", "x");
const bulkOperation = fc.record(
  {
    method: fc.oneof(fc.constantFrom("POST", "PUT", "PATCH", "DELETE"), leaves),
    path: fc.oneof(
      fc.constantFrom(
        "/Users",
        "/Groups",
        "/Users/a",
        "/Groups/bulkId:a",
        "/Users/bulkId:b",
        "/Me",
        "",
        "//",
      ),
      leaves,
    ),
    bulkId: fc.constantFrom("a", "b", ""),
    version: leaves,
    data: fc.oneof(
      json,
      patch,
      fc.record(
        {
          displayName: leaves,
          userName: fc.constantFrom("bulk", "BULK", "other"),
          members: fc.array(fc.record({ value: reference }, { noNullPrototype: true }), { maxLength: 3 }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
    ),
  },
  { requiredKeys: ["method"], noNullPrototype: true },
);
const bulk = fc.record(
  { Operations: fc.array(bulkOperation, { maxLength: 5 }), failOnErrors: leaves },
  { requiredKeys: ["Operations"], noNullPrototype: true },
);

/** Cursors as the server makes them, with other content. */
const cursor = fc
  .array(fc.oneof(fc.integer(), fc.constant(2), leaves), { maxLength: 6 })
  .map((fields) => Buffer.from(JSON.stringify(fields)).toString("base64url"));
const search = fc.record(
  {
    filter,
    cursor: fc.oneof(cursor, leaves),
    count: leaves,
    startIndex: leaves,
    sortBy: fc.oneof(filter, fc.constantFrom("userName", "emails", "meta.created")),
    sortOrder: leaves,
    attributes: fc.oneof(json, filter),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const headerText = fc.string({ unit: fc.constantFrom(...'aB9 ;,*/"=-_W'), maxLength: 30 });
const headers = fc.dictionary(
  fc.constantFrom(
    "accept",
    "content-type",
    "if-match",
    "if-none-match",
    "user-agent",
    "x-request-id",
    "x-forwarded-for",
    "last-event-id",
    "x-http-method-override",
    "accept-encoding",
    "forwarded",
  ),
  fc.oneof(
    headerText,
    fc.constantFrom(
      "application/json",
      "application/scim+json; charset=utf-16",
      'W/"1"',
      '"',
      "*",
      "payroll-99999999999999999999",
      "x".repeat(8000),
    ),
  ),
  { maxKeys: 3, noNullPrototype: true },
);

const text = (body: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  body.map((value) => JSON.stringify(value));
const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

/** What to send. The path is below the tenant; the words `a` and `g` in it stand for a user and a group. */
export interface FuzzedRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const nothing = fc.constant(undefined);
const shapeless = fc.record({
  method,
  path: fc.array(words, { maxLength: 3 }).map((path) => ["scim", "v2", ...path]),
  query: parameters,
  headers,
  body: fc.oneof(nothing, text(json), fc.string({ maxLength: 40 })),
});
const aimed = (
  methods: readonly string[],
  path: fc.Arbitrary<readonly string[]>,
  body: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<FuzzedRequest> =>
  fc.record({
    method: fc.constantFrom(...methods),
    path,
    query: fc.oneof(fc.constant({}), parameters),
    headers,
    body,
  });

const scim = (...paths: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.constantFrom(...paths.map((path) => ["scim", "v2", ...path.split("/")]));
const beside = fc.constantFrom(
  ["changes"],
  ["audit"],
  ["webhooks"],
  ["webhooks", "a", "replay"],
  ["evidence"],
);
const besideQuery = fc.dictionary(fc.constantFrom("after", "limit", "resource"), text(leaves), {
  noNullPrototype: true,
});

/** Requests of all kinds: without shape, and aimed at PATCH, Bulk, lists, searches and what is beside SCIM. */
export const fuzzedRequest: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  shapeless,
  aimed(["PATCH"], scim("Users/a", "Groups/g"), text(patch)),
  aimed(["POST"], scim("Bulk"), text(bulk)),
  aimed(["POST"], scim("Users/.search", "Groups/.search", ".search"), text(search)),
  aimed(["POST", "PUT"], scim("Users", "Groups", "Users/a", "Groups/g"), text(json)),
  fc.record({
    method: fc.constant("GET"),
    path: scim("Users", "Groups", ""),
    query: fc.record({ filter, cursor, sortBy: filter }, { requiredKeys: [], noNullPrototype: true }),
    headers,
    body: nothing,
  }),
  fc.record({
    method: fc.constantFrom("GET", "POST"),
    path: beside,
    query: besideQuery,
    headers,
    body: text(json),
  }),
);
