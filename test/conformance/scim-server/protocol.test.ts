import { writeFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  readOnlyToken,
  sha256,
  tenantsFile,
  token,
  userSchema,
} from "./support/running-server.ts";

/** RFC 7643, 7644 and 9865, beyond what the field quirks test. */
describeOnBothEngines("protocol", (start) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await start();
  });

  it("answers a creation with Location, ETag and consistent meta", async () => {
    const answer = await server.call("POST", "/Users", {
      schemas: [userSchema],
      userName: "meta@example.com",
    });
    const location = `http://scim.example.com/payroll/scim/v2/Users/${answer.body.id}`;
    expect(answer.headers.get("location")).toBe(location);
    expect(answer.headers.get("etag")).toBe('W/"1"');
    expect(answer.body.meta).toMatchObject({ location, version: 'W/"1"', resourceType: "User" });
    expect(answer.body.meta.created).toBe(answer.body.meta.lastModified);
  });

  it("changes neither version nor lastModified when a write changes nothing", async () => {
    const id = await server.createUser("same@example.com", { title: "t" });
    const before = await server.call("GET", `/Users/${id}`);
    await server.patch(`/Users/${id}`, { op: "replace", path: "title", value: "t" });
    const put = await server.call("PUT", `/Users/${id}`, { ...before.body });
    expect(put.body.meta).toEqual(before.body.meta);
    const group = await server.createGroup("same", [id]);
    const groupBefore = await server.call("GET", `/Groups/${group}`);
    await server.patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: id }] });
    expect((await server.call("GET", `/Groups/${group}`)).body.meta).toEqual(groupBefore.body.meta);
  });

  it("honours If-Match and If-None-Match", async () => {
    const id = await server.createUser("tags@example.com");
    const operation = { Operations: [{ op: "replace", path: "title", value: "x" }] };
    const stale = await server.call("PATCH", `/Users/${id}`, operation, { "if-match": 'W/"7"' });
    expect(stale.status).toBe(412);
    const fresh = await server.call("PATCH", `/Users/${id}`, operation, { "if-match": 'W/"1"' });
    expect([fresh.status, fresh.headers.get("etag")]).toEqual([200, 'W/"2"']);
    const known = await server.call("GET", `/Users/${id}`, undefined, { "if-none-match": 'W/"1", W/"2"' });
    expect([known.status, known.text]).toEqual([304, ""]);
    const deleted = await server.call("DELETE", `/Users/${id}`, undefined, { "if-match": 'W/"1"' });
    expect(deleted.status).toBe(412);
  });

  it("keeps groups of people true: direct, through groups, and after a deletion", async () => {
    const id = await server.createUser("member@example.com", { displayName: "Member" });
    const inner = await server.createGroup("inner", [id]);
    const outer = await server.createGroup("outer", [inner]);
    const { body } = await server.call("GET", `/Users/${id}`);
    expect(body.groups.map(({ value, display, type }) => [value, display, type])).toEqual([
      [inner, "inner", "direct"],
      [outer, "outer", "indirect"],
    ]);
    const members = await server.call("GET", `/Groups/${outer}`);
    expect(members.body.members).toEqual([
      { value: inner, $ref: expect.stringContaining(inner), type: "Group" },
    ]);
    const named = await server.call("GET", `/Groups/${outer}?attributes=members.display`);
    expect(named.body.members).toEqual([{ display: "inner" }]);
    await server.patch(`/Groups/${inner}`, { op: "replace", path: "displayName", value: "renamed" });
    expect((await server.call("GET", `/Users/${id}`)).body.groups[0]?.display).toBe("renamed");
    const version = (await server.call("GET", `/Groups/${inner}`)).body.meta.version;
    expect((await server.call("DELETE", `/Users/${id}`)).status).toBe(204);
    const left = await server.call("GET", `/Groups/${inner}`);
    expect(left.body.members).toEqual([]);
    expect(left.body.meta.version).not.toBe(version);
    expect((await server.call("DELETE", `/Users/${id}`)).status).toBe(404);
  });

  it("sorts, with absent values last, and pages by cursor", async () => {
    const sorted = await start();
    const people: readonly (readonly [string, string | undefined])[] = [
      ["c", "Zoe"],
      ["a", undefined],
      ["b", "adam"],
    ];
    for (const [userName, familyName] of people) {
      await sorted.createUser(userName, familyName === undefined ? {} : { name: { familyName } });
    }
    const names = async (query: string): Promise<string> => {
      const { body } = await sorted.call("GET", `/Users?${query}`);
      return body.Resources.map(({ userName }) => userName).join("");
    };
    expect(await names("sortBy=userName")).toBe("abc");
    expect(await names("sortBy=USERNAME&sortOrder=descending")).toBe("cba");
    expect(await names("sortBy=name.familyName")).toBe("bca");
    expect(await names("sortBy=name.familyName&sortOrder=descending")).toBe("acb");
    const first = await sorted.call("GET", "/Users?cursor&count=2");
    expect([first.body.totalResults, first.body.Resources.length]).toEqual([3, 2]);
    const cursor = first.body.nextCursor ?? "";
    const second = await sorted.call("GET", `/Users?cursor=${cursor}&count=2`);
    expect(second.body.Resources.map(({ userName }) => userName)).toEqual(["b"]);
    expect(second.body.nextCursor).toBeUndefined();
    const invalid = await sorted.call("GET", "/Users?cursor=nonsense");
    expect([invalid.status, invalid.body.scimType]).toEqual([400, "invalidCursor"]);
    const foreign = await sorted.call("GET", `/Users?cursor=${cursor}&filter=userName%20pr`);
    expect([foreign.status, foreign.body.scimType]).toEqual([400, "invalidCursor"]);
  });

  it("searches by POST, one type and all types", async () => {
    await server.createUser("searched@example.com", { displayName: "Findable person" });
    await server.createGroup("Findable group");
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"];
    const filter = 'displayName sw "findable"';
    const users = await server.call("POST", "/Users/.search", {
      schemas,
      filter,
      attributes: ["displayName"],
    });
    expect(users.body.Resources).toEqual([
      { schemas: [userSchema], id: expect.any(String), displayName: "Findable person" },
    ]);
    const all = await server.call("POST", "/.search", { schemas, filter, startIndex: 1, count: 10 });
    expect(all.body.Resources.map(({ meta }) => meta.resourceType).toSorted()).toEqual(["Group", "User"]);
    const both = await server.call(
      "GET",
      `/?filter=${encodeURIComponent('members pr or userName eq "searched@example.com"')}`,
    );
    expect(both.body.Resources.some(({ userName }) => userName === "searched@example.com")).toBe(true);
  });

  it("runs bulk operations, with references in any order and failOnErrors", async () => {
    const bulk = await server.call("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        {
          method: "POST",
          path: "/Groups",
          bulkId: "g",
          data: { displayName: "bulk", members: [{ value: "bulkId:u" }] },
        },
        { method: "post", path: "/Users", bulkId: "u", data: { userName: "bulk@example.com" } },
        {
          method: "PATCH",
          path: "/Users/bulkId:u",
          data: { Operations: [{ op: "add", path: "title", value: "T" }] },
        },
        { method: "POST", path: "/Users", bulkId: "x", data: {} },
      ],
    });
    expect(bulk.body.Operations.map(({ bulkId, status }) => `${bulkId} ${status}`)).toEqual([
      "u 201",
      "g 201",
      "undefined 200",
      "x 400",
    ]);
    const id = bulk.body.Operations[0]?.location.split("/").at(-1);
    const { body } = await server.call("GET", `/Users/${id}`);
    expect([body.title, body.groups.length]).toEqual(["T", 1]);
    const failing = Array.from({ length: 5 }, (_, index) => ({
      method: "DELETE",
      path: `/Users/none${index}`,
    }));
    const stopped = await server.call("POST", "/Bulk", { failOnErrors: 2, Operations: failing });
    expect(stopped.body.Operations.length).toBe(2);
  });

  it("publishes what it does, with the tenant's own attributes", async () => {
    const schemas = await server.call("GET", "/Schemas");
    expect(schemas.body.Resources.map(({ id }) => id)).toEqual([
      userSchema,
      enterprise,
      "urn:example:hr:2.0:User",
      "urn:ietf:params:scim:schemas:core:2.0:Group",
    ]);
    const hr = await server.call("GET", "/Schemas/urn:example:hr:2.0:User");
    expect(hr.body["attributes"]).toMatchObject([
      { name: "shift", type: "integer", multiValued: false },
      { name: "badges", type: "string", multiValued: true },
    ]);
    const types = await server.call("GET", "/ResourceTypes/User");
    expect(types.body["schemaExtensions"]).toMatchObject([
      { schema: enterprise },
      { schema: "urn:example:hr:2.0:User" },
    ]);
    const config = await server.call("GET", "/ServiceProviderConfig");
    expect(config.body).toMatchObject({
      patch: { supported: true },
      etag: { supported: true },
      sort: { supported: true },
    });
    expect((await server.call("GET", "/Schemas?filter=id%20pr")).status).toBe(403);
  });

  it("stores, validates, filters and patches the tenant's own attributes", async () => {
    const hr = "urn:example:hr:2.0:User";
    const id = await server.createUser("own@example.com", { [hr]: { shift: 3, badges: ["x", "y"] } });
    expect(
      (await server.filter("Users", `${hr}:shift gt 2 and ${hr}:badges eq "Y"`)).body.Resources[0]?.id,
    ).toBe(id);
    expect((await server.filter("Users", `${hr}:shift gt 3`)).body.totalResults).toBe(0);
    const wrong = await server.call("POST", "/Users", {
      userName: "w@example.com",
      [hr]: { shift: "three" },
    });
    expect([wrong.status, wrong.body.scimType]).toEqual([400, "invalidValue"]);
    const added = await server.patch(`/Users/${id}`, { op: "add", path: `${hr}:badges`, value: ["z", "x"] });
    expect(added.body[hr]).toEqual({ shift: 3, badges: ["x", "y", "z"] });
    const removed = await server.patch(`/Users/${id}`, { op: "remove", path: `${hr}:badges[value eq "Y"]` });
    expect(removed.body[hr]).toEqual({ shift: 3, badges: ["x", "z"] });
  });

  it("keeps one primary, and replaces by filter or answers noTarget", async () => {
    const id = await server.createUser("primary@example.com", {
      emails: [{ value: "a@example.com", type: "work", primary: true }],
    });
    const added = await server.patch(`/Users/${id}`, {
      op: "add",
      path: "emails",
      value: [{ value: "b@example.com", type: "home", primary: true }],
    });
    expect(added.body.emails.map(({ value, primary }) => [value, primary])).toEqual([
      ["a@example.com", false],
      ["b@example.com", true],
    ]);
    const replaced = await server.patch(`/Users/${id}`, {
      op: "replace",
      path: 'emails[type eq "work"].value',
      value: "c@example.com",
    });
    expect(replaced.body.emails[0]?.value).toBe("c@example.com");
    const none = await server.patch(`/Users/${id}`, {
      op: "replace",
      path: 'emails[type eq "other"].value',
      value: "x",
    });
    expect([none.status, none.body.scimType]).toEqual([400, "noTarget"]);
    const readOnly = await server.patch(`/Users/${id}`, { op: "replace", path: "id", value: "x" });
    expect([readOnly.status, readOnly.body.scimType]).toEqual([400, "mutability"]);
    const required = await server.patch(`/Users/${id}`, { op: "remove", path: "userName" });
    expect([required.status, required.body.scimType]).toEqual([400, "mutability"]);
    const taken = await server.createUser("taken@example.com");
    const conflict = await server.patch(`/Users/${taken}`, {
      op: "replace",
      path: "userName",
      value: "PRIMARY@example.com",
    });
    expect([conflict.status, conflict.body.scimType]).toEqual([409, "uniqueness"]);
  });

  it("limits filters", async () => {
    const deep = `${"(".repeat(30)}userName pr${")".repeat(30)}`;
    const wide = Array.from({ length: 60 }, () => "userName pr").join(" or ");
    for (const filter of [deep, wide, `userName eq "${"x".repeat(5000)}"`]) {
      const answer = await server.filter("Users", filter);
      expect([answer.status, answer.body.scimType]).toEqual([400, "invalidFilter"]);
    }
  });

  it("lets a read-only token read, and refuses it writes", async () => {
    const as = { authorization: `Bearer ${readOnlyToken}` };
    expect((await server.call("GET", "/Users", undefined, as)).status).toBe(200);
    expect((await server.call("POST", "/Users/.search", {}, as)).status).toBe(200);
    expect((await server.call("POST", "/Users", { userName: "no" }, as)).status).toBe(403);
  });

  it("accepts a token written a moment ago, two at once, and none after its end", async () => {
    const hot = await start();
    const statusFor = (value: string): Promise<number> =>
      hot.call("GET", "/Users", undefined, { authorization: value }).then(({ status }) => status);
    expect(await statusFor(`Bearer ${token}`)).toBe(200);
    expect(await statusFor(token)).toBe(401);
    expect(await statusFor("Bearer next")).toBe(401);
    const tokens = [
      { id: "v1", sha256: sha256(token) },
      { id: "v2", sha256: sha256("next") },
      { id: "old", sha256: sha256("ended"), expiresAt: "2020-01-01T00:00:00Z" },
    ];
    await new Promise((resolve) => setTimeout(resolve, 120));
    writeFileSync(hot.configFile, tenantsFile({ tokens }));
    expect(await statusFor("Bearer next")).toBe(200);
    expect(await statusFor(`Bearer ${token}`)).toBe(200);
    expect(await statusFor("Bearer ended")).toBe(401);
    writeFileSync(hot.configFile, "{ half a fi");
    expect(await statusFor("Bearer next")).toBe(200);
  });

  it("limits callers without a credential by address, not those with one", async () => {
    const limited = await start();
    const statuses = new Set<number>();
    for (let index = 0; index < 70; index += 1) {
      statuses.add((await limited.request("GET", "/payroll/scim/v2/Users")).status);
    }
    expect(statuses).toEqual(new Set([401, 429]));
    const refused = await limited.request("GET", "/payroll/scim/v2/Users");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await limited.call("GET", "/Users")).status).toBe(200);
  });

  it("authenticates by Basic where the tenant says so", async () => {
    const basic = await start(
      tenantsFile({ authentication: "basic", tokens: [{ id: "v1", sha256: sha256("okta:secret") }] }),
    );
    const as = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    expect((await basic.call("GET", "/Users", undefined, as("okta:secret"))).status).toBe(200);
    const refused = await basic.call("GET", "/Users", undefined, as("okta:wrong"));
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="payroll"']);
  });

  it("keeps evidence of authenticated calls by kind", async () => {
    const watched = await start();
    await watched.call("GET", "/Users?startIndex=1&count=2");
    await watched.call("GET", "/Users?startIndex=1&count=2");
    await watched.filter("Users", 'userName eq "x"');
    await watched.call("GET", "/Users/none");
    await watched.request("GET", "/payroll/scim/v2/Users");
    const evidence = await watched.request("GET", "/payroll/evidence", undefined, {
      authorization: `Bearer ${readOnlyToken}`,
    });
    const agent = "Okta SCIM Client 1.0.0";
    expect(evidence.body["entries"]).toMatchObject([
      { userAgent: agent, kind: "connection-test", count: 2, lastStatus: 200 },
      { userAgent: agent, kind: "user-lookup", count: 1, lastStatus: 200 },
      { userAgent: agent, kind: "user-read", count: 1, lastStatus: 404 },
    ]);
    expect((await watched.request("GET", "/payroll/evidence")).status).toBe(401);
  });

  it("serves /scim/v2 for the only tenant, and tells its health and metrics", async () => {
    const as = { authorization: `Bearer ${token}` };
    expect((await server.request("GET", "/scim/v2/Users", undefined, as)).status).toBe(200);
    expect((await server.request("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await server.request("GET", "/readyz")).body).toEqual({
      status: "ready",
      storage: "ok",
      tenants: ["payroll"],
    });
    const metrics = (await server.request("GET", "/metrics")).text;
    expect(metrics).toMatch(/scim_users\{tenant="payroll",state="active"\} \d+/);
    expect(metrics).toMatch(
      /scim_requests_total\{tenant="payroll",method="GET",route="[^"]+",status="200"\} \d+/,
    );
  });
});
