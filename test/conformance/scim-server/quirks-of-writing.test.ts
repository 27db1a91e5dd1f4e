import { beforeAll, expect, it } from "vitest";
import { StorageUnavailableError } from "../../../scim-server/src/storage/storage.ts";
import {
  describeOnBothEngines,
  groupSchema,
  override,
  type RunningServer,
  tenantsFile,
  userSchema,
} from "./support/running-server.ts";

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

/** One test for each numbered rule of what breaks SCIM servers in the field: operations, errors and groups. */
describeOnBothEngines("field quirks, rules 1 to 8", (start) => {
  let server: RunningServer;
  let count = 0;
  const unique = (name: string): string => `${name}-${++count}@example.com`;

  beforeAll(async () => {
    server = await start();
  });

  it("rule 1: op names in any case", async () => {
    const id = await server.createUser(unique("ops"), { title: "old" });
    for (const op of ["REPLACE", "Replace", "rEpLaCe", "Add"]) {
      const answer = await server.patch(`/Users/${id}`, { op, path: "title", value: op });
      expect(answer.status).toBe(200);
      expect(answer.body.title).toBe(op);
    }
    const removed = await server.patch(`/Users/${id}`, { op: "REMOVE", path: "title" });
    expect(removed.body.title).toBeUndefined();
  });

  it("rule 2: booleans as text, in POST, PUT and PATCH, for primary too", async () => {
    const userName = unique("boolean");
    const id = await server.createUser(userName, {
      active: "False",
      emails: [{ value: "x@example.com", primary: "True" }],
    });
    const created = await server.call("GET", `/Users/${id}`);
    expect(created.body.active).toBe(false);
    expect(created.body.emails[0]?.primary).toBe(true);
    const put = await server.call("PUT", `/Users/${id}`, { schemas: [userSchema], userName, active: "true" });
    expect(put.body.active).toBe(true);
    const patched = await server.patch(`/Users/${id}`, { op: "Add", path: "active", value: "False" });
    expect(patched.body.active).toBe(false);
    const wrong = await server.patch(`/Users/${id}`, { op: "replace", path: "active", value: "maybe" });
    expect([wrong.status, wrong.body.scimType]).toEqual([400, "invalidValue"]);
  });

  it("rule 3: PATCH without a path merges, and ignores id, schemas, meta and readOnly attributes", async () => {
    const id = await server.createGroup("before");
    const answer = await server.patch(`/Groups/${id}`, {
      op: "replace",
      value: { id: "another", schemas: ["x"], meta: { created: "never" }, displayName: "after" },
    });
    expect([answer.status, answer.body.displayName]).toEqual([200, "after"]);
    const { body } = await server.call("GET", `/Groups/${id}`);
    expect([body.id, body.displayName, body.schemas]).toEqual([id, "after", [groupSchema]]);
  });

  it("rule 3: every error is a SCIM body", async () => {
    const id = await server.createUser(unique("errors"));
    const answers = [
      await server.request("GET", "/payroll/scim/v2/Users"),
      await server.call("GET", "/nowhere"),
      await server.call("GET", "/Users/unknown"),
      await server.request("GET", "/unknown-tenant/scim/v2/Users"),
      await server.call("DELETE", "/Users"),
      await server.call("PATCH", `/Users/${id}`, "{ not json"),
      await server.call("POST", "/Users", "<xml/>", { "content-type": "text/xml" }),
      await server.call("POST", "/Users", { userName: "x".repeat(11_000_000) }),
      await server.call("POST", "/Me", {}),
      await server.call("GET", "/Users/%E0%A4%A"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 404, 404, 405, 400, 415, 413, 501, 400]);
    for (const answer of answers) {
      expect(answer.headers.get("content-type")).toContain("application/scim+json");
      expect(answer.body.schemas).toEqual([errorSchema]);
      expect(answer.body.status).toBe(String(answer.status));
      expect(answer.body.detail).not.toBe("");
    }
  });

  it("rule 3: 429, 500 and 503 are SCIM bodies too, with a Retry-After where it helps", async () => {
    const limited = await start(tenantsFile({ rateLimit: { requestsPerSecond: 0.1, burst: 1 } }));
    await limited.call("GET", "/Users");
    const failing = await start(undefined, (storage) =>
      override(storage, { find: () => Promise.reject(new Error("secret cause")) }),
    );
    const away = await start(undefined, (storage) =>
      override(storage, { find: () => Promise.reject(new StorageUnavailableError("secret cause")) }),
    );
    const answers = [
      await limited.call("GET", "/Users"),
      await failing.call("GET", "/Users/x"),
      await away.call("GET", "/Users/x"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([429, 500, 503]);
    expect(answers.map(({ headers }) => /^\d+$/.test(headers.get("retry-after") ?? ""))).toEqual([
      true,
      false,
      true,
    ]);
    for (const { status, headers, body, text } of answers) {
      expect(headers.get("content-type")).toContain("application/scim+json");
      expect([body.schemas, body.status]).toEqual([[errorSchema], String(status)]);
      expect(text).not.toContain("secret");
    }
  });

  it("rule 4: members removed by a value array or by filters, and only those", async () => {
    const ids = await Promise.all(["a", "b", "c", "d", "e"].map((name) => server.createUser(unique(name))));
    const [a, b, c, d, e] = ids;
    const group = await server.createGroup("removals", ids);
    await server.patch(`/Groups/${group}`, {
      op: "remove",
      path: "members",
      value: [{ value: b }, { value: d }],
    });
    expect(new Set(await server.memberIds(group))).toEqual(new Set([a, c, e]));
    await server.patch(
      `/Groups/${group}`,
      { op: "remove", path: `members[value eq "${a}"]` },
      { op: "remove", path: `members[value eq "${e}"]` },
    );
    expect(await server.memberIds(group)).toEqual([c]);
    await server.patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: a }] });
    await server.patch(`/Groups/${group}`, {
      op: "remove",
      path: `members[value eq "${a}" or value eq "${e}"]`,
    });
    expect(await server.memberIds(group)).toEqual([c]);
    await server.patch(`/Groups/${group}`, { op: "remove", path: "members", value: [] });
    await server.patch(`/Groups/${group}`, { op: "remove", path: "members", value: [{ value: a }] });
    expect(await server.memberIds(group)).toEqual([c]);
  });

  it("rule 5: replacing members by none, members without type, with display null", async () => {
    const id = await server.createUser(unique("pushed"));
    const group = await server.createGroup("push now");
    const empty = { op: "replace", path: "members", value: [] };
    expect((await server.patch(`/Groups/${group}`, empty)).status).toBe(200);
    const add = { op: "add", path: "members", value: [{ value: id, display: null }] };
    expect((await server.patch(`/Groups/${group}`, add)).status).toBe(200);
    expect((await server.patch(`/Groups/${group}`, add)).status).toBe(200);
    expect(await server.memberIds(group)).toEqual([id]);
    expect((await server.patch(`/Groups/${group}`, empty)).status).toBe(200);
    expect(await server.memberIds(group)).toEqual([]);
  });

  it("rule 6: parallel membership PATCHes lose nothing", async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => server.createUser(unique("parallel"))));
    const group = await server.createGroup("parallel", ids.slice(0, 20));
    await Promise.all(
      ids.map((value, index) =>
        index < 20
          ? server.patch(`/Groups/${group}`, { op: "remove", path: `members[value eq "${value}"]` })
          : server.patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value }] }),
      ),
    );
    expect(new Set(await server.memberIds(group))).toEqual(new Set(ids.slice(20)));
  });

  it("rule 7: thousands of members in one request, none cut off", async () => {
    const ids: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const bulk = Array.from({ length: 1000 }, (_, index) => ({
        method: "POST",
        path: "/Users",
        bulkId: String(index),
        data: { userName: unique("many") },
      }));
      const created = await server.call("POST", "/Bulk", { Operations: bulk });
      ids.push(...created.body.Operations.map((operation) => operation.location.split("/").at(-1) ?? ""));
    }
    const group = await server.createGroup("many", ids);
    expect(new Set(await server.memberIds(group))).toEqual(new Set(ids));
    const gone = ids.slice(0, 256).map((value) => ({ op: "remove", path: `members[value eq "${value}"]` }));
    expect((await server.patch(`/Groups/${group}`, ...gone)).status).toBe(204);
    expect(new Set(await server.memberIds(group))).toEqual(new Set(ids.slice(256)));
  });

  it("rule 8: members are returned by default, in lists too, and left out when excluded", async () => {
    const id = await server.createUser(unique("projected"));
    const group = await server.createGroup("projection", [id]);
    const filter = 'displayName eq "projection"';
    expect((await server.filter("Groups", filter)).body.Resources[0]?.members[0]?.value).toBe(id);
    const excluded = await server.filter("Groups", filter, "&excludedAttributes=members");
    expect(excluded.body.Resources[0]).toMatchObject({ id: group, displayName: "projection" });
    expect(excluded.body.Resources[0]?.members).toBeUndefined();
  });

  it("rule 8: members that are not asked for are not read", async () => {
    const read: number[] = [];
    const watched = await start(undefined, (storage) =>
      override(storage, {
        membersOf: (ordinals) => {
          read.push(...ordinals);
          return storage.membersOf(ordinals);
        },
      }),
    );
    const id = await watched.createGroup("watched", [await watched.createUser("member")]);
    read.length = 0;
    for (const query of ["excludedAttributes=members", "attributes=displayName"]) {
      await watched.call("GET", `/Groups/${id}?${query}`);
      await watched.call("GET", `/Groups?${query}`);
      await watched.call("POST", "/.search", { [query.split("=")[0] ?? ""]: [query.split("=")[1]] });
    }
    expect(read).toEqual([]);
    await watched.call("GET", `/Groups/${id}`);
    expect(read).toHaveLength(1);
  });
});
