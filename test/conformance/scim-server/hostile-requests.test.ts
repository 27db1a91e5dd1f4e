import { type RequestOptions, request } from "node:http";
import { beforeAll, expect, it } from "vitest";
import { describeOnBothEngines, patchOp, type RunningServer, tenantsFile } from "./support/running-server.ts";

const hr = "urn:example:hr:2.0:User";

/** Requests that a careless or hostile client sends, each once answered wrongly. */
describeOnBothEngines("hostile and careless requests", (start) => {
  let server: RunningServer;
  let count = 0;
  const unique = (name: string): string => `${name}-${++count}@example.com`;
  const bulk = async (...operations: readonly object[]) =>
    (await server.call("POST", "/Bulk", { Operations: operations })).body;

  beforeAll(async () => {
    server = await start();
  });

  it("a bulk path with more than endpoint and id does not reach the resource in its middle", async () => {
    const id = await server.createUser(unique("bulk"));
    const location = `http://scim.example.com/payroll/scim/v2/Users/${id}`;
    for (const path of [`/Users/${id}/photos`, `/Users/${id}/`, `x/Users/${id}`, location, "/Users", ""]) {
      for (const method of ["DELETE", "PUT", "PATCH"]) {
        const { Operations } = await bulk({ method, path, data: { userName: unique("put") } });
        expect(Operations[0]?.response, `${method} ${path}`).toMatchObject({
          status: "400",
          scimType: "invalidPath",
        });
      }
    }
    const posted = await bulk({
      method: "POST",
      bulkId: "a",
      path: `/Users/${id}`,
      data: { userName: "made" },
    });
    expect(posted.Operations[0]?.status).toBe("400");
    expect((await server.call("GET", `/Users/${id}`)).body.meta.version).toBe('W/"1"');
    expect((await server.filter("Users", 'userName eq "made"')).body.totalResults).toBe(0);
  });

  it("a bulkId given twice is refused, since it could mean either resource", async () => {
    const one = { method: "POST", bulkId: "same", path: "/Users", data: { userName: unique("one") } };
    const answer = await server.call("POST", "/Bulk", { Operations: [one, one] });
    expect([answer.status, answer.body.scimType]).toEqual([400, "invalidValue"]);
  });

  it("parameters that cannot be read are refused before anything is written, not after", async () => {
    const userName = unique("twice");
    const twice = "?attributes=id&attributes=name";
    expect((await server.call("POST", `/Users${twice}`, { userName })).status).toBe(400);
    expect((await server.filter("Users", `userName eq "${userName}"`)).body.totalResults).toBe(0);
    const id = await server.createUser(userName);
    const body = { schemas: [patchOp], Operations: [{ op: "add", path: "title", value: "x" }] };
    expect((await server.call("PATCH", `/Users/${id}${twice}`, body)).status).toBe(400);
    expect((await server.call("PUT", `/Users/${id}${twice}`, { userName, title: "x" })).status).toBe(400);
    expect((await server.call("GET", `/Users/${id}`)).body.title).toBeUndefined();
  });

  it("values that differ in case alone are the same value, in add and in remove", async () => {
    const emails = [{ value: "Ada@example.com", type: "work" }];
    const id = await server.createUser(unique("case"), { emails, [hr]: { badges: ["Gold"] } });
    const added = await server.patch(
      `/Users/${id}`,
      { op: "add", path: "emails", value: [{ value: "ada@EXAMPLE.com", type: "WORK" }] },
      { op: "add", path: `${hr}:badges`, value: ["gold"] },
    );
    expect(added.body.emails).toEqual([{ value: "ada@EXAMPLE.com", type: "work" }]);
    expect(added.body[hr]).toEqual({ badges: ["gold"] });
    const removed = await server.patch(
      `/Users/${id}`,
      { op: "remove", path: "emails", value: [{ value: "ADA@example.com" }] },
      { op: "remove", path: `${hr}:badges`, value: [{ value: "GOLD" }] },
    );
    expect([removed.body.emails, removed.body[hr]]).toEqual([undefined, undefined]);
  });

  it("simple values wrapped as objects, as Entra sends them, are the values", async () => {
    const id = await server.createUser(unique("wrapped"));
    const value = [{ value: "gold" }, { value: "silver" }];
    const answer = await server.patch(`/Users/${id}`, { op: "Add", path: `${hr}:badges`, value });
    expect(answer.body[hr]).toEqual({ badges: ["gold", "silver"] });
  });

  it("removing active takes it out of the document and deactivates", async () => {
    const id = await server.createUser(unique("unassigned"));
    const removed = await server.patch(`/Users/${id}`, { op: "remove", path: "active" });
    expect(removed.status).toBe(200);
    expect(removed.body.active).toBeUndefined();
    const found = await server.filter("Users", `active eq false and id eq "${id}"`);
    expect(found.body.totalResults).toBe(1);
  });

  it("a day that no month has is no date, in values and in filters", async () => {
    const dated = await start(tenantsFile({ attributes: [{ schema: hr, name: "hired", type: "dateTime" }] }));
    const hire = async (hired: string) =>
      (await dated.call("POST", "/Users", { userName: unique("hired"), [hr]: { hired } })).status;
    for (const day of ["2026-02-30", "2026-04-31", "2025-02-29"]) {
      expect(await hire(`${day}T00:00:00Z`), day).toBe(400);
      const answer = await dated.filter("Users", `meta.created gt "${day}T00:00:00Z"`);
      expect([answer.status, answer.body.scimType], day).toEqual([400, "invalidFilter"]);
    }
    expect(await hire("2024-02-29T24:00:00+02:00")).toBe(201);
    const found = await dated.filter("Users", `${hr}:hired eq "2024-02-29T22:00:00Z"`);
    expect(found.body.totalResults).toBe(1);
  });

  it("a location is there, but is not compared: a filter on it never quietly answers nobody", async () => {
    const id = await server.createUser(unique("located"));
    const there = await server.filter("Users", `meta.location pr and id eq "${id}"`);
    expect(there.body.totalResults).toBe(1);
    const { location } = there.body.Resources[0]?.meta ?? {};
    for (const filter of [
      `meta.location eq "${location}"`,
      `groups.$ref eq "${location}"`,
      'meta.location co "x"',
    ]) {
      const answer = await server.filter("Users", filter);
      expect([answer.status, answer.body.scimType], filter).toEqual([400, "invalidFilter"]);
    }
  });

  it("a body that begins with a byte order mark, as .NET writes it, is read", async () => {
    const body = `\ufeff${JSON.stringify({ userName: unique("bom") })}`;
    expect((await server.call("POST", "/Users", body)).status).toBe(201);
  });

  it("HEAD answers as GET does, without the body; methods a path lacks are 405 with Allow, others 501", async () => {
    const id = await server.createUser(unique("head"));
    for (const path of [`/Users/${id}`, "/Users?count=1", "/ServiceProviderConfig", "/Schemas"]) {
      const [head, whole] = [await server.call("HEAD", path), await server.call("GET", path)];
      expect([head.status, head.text], path).toEqual([200, ""]);
      for (const name of ["content-type", "content-length", "etag", "location"]) {
        expect(head.headers.get(name), `${path} ${name}`).toBe(whole.headers.get(name));
      }
    }
    expect((await server.call("HEAD", "/Users/nobody")).status).toBe(404);
    const refused = [
      ["OPTIONS", "/Users", "GET, HEAD, POST"],
      ["OPTIONS", `/Users/${id}`, "GET, HEAD, PUT, PATCH, DELETE"],
      ["HEAD", "/Bulk", "POST"],
      ["GET", "/Users/.search", "POST"],
      ["DELETE", "/ServiceProviderConfig", "GET, HEAD"],
    ] as const;
    for (const [method, path, allow] of refused) {
      const answer = await server.call(method, path);
      expect([answer.status, answer.headers.get("allow")], `${method} ${path}`).toEqual([405, allow]);
    }
    const other = await server.call("PROPFIND", "/Users");
    expect([other.status, other.body.status]).toEqual([501, "501"]);
  });

  it("what HTTP itself refuses, no Host and a strange Expect, is a SCIM error, too", async () => {
    const ask = (options: RequestOptions): Promise<string> =>
      new Promise((resolve, reject) => {
        request(`${server.url}/payroll/scim/v2/Users`, { agent: false, ...options }, (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.once("end", () => resolve(`${response.statusCode} ${text}`));
        })
          .once("error", reject)
          .end();
      });
    expect(await ask({ setHost: false })).toMatch(/^400 \{.*"status":"400"\}$/);
    expect(await ask({ headers: { expect: "miracles" } })).toMatch(/^417 \{.*"status":"417"\}$/);
  });

  it("answers are application/json for those who accept nothing else, and SCIM's own type for all others", async () => {
    const typeFor = async (accept: string, path: string) =>
      (await server.call("GET", path, undefined, { accept })).headers.get("content-type")?.split(";")[0];
    for (const path of ["/Users?count=0", "/Users/nobody"]) {
      expect(await typeFor("application/json", path)).toBe("application/json");
      for (const accept of [
        "application/scim+json, application/json",
        "application/json, */*",
        "text/html",
      ]) {
        expect(await typeFor(accept, path), accept).toBe("application/scim+json");
      }
    }
  });
});
