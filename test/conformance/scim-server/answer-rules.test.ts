import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  enterprise,
  groupSchema,
  RunningServer,
  readOnlyToken,
  type TestBody,
  userSchema,
} from "./support/running-server.ts";

const hr = "urn:example:hr:2.0:User";
const base = "http://scim.example.com/payroll/scim/v2";

describe("answers (RFC 7644 sections 3.8 to 3.14 and 4)", () => {
  let server: RunningServer;
  let id = "";
  let group = "";
  const userName = "ada@example.com";
  const more = {
    name: { givenName: "Ada", familyName: "L" },
    title: "T",
    emails: [{ value: "a@x.example", type: "work", primary: true }, { type: "home" }],
    [enterprise]: { department: "D", manager: { value: "m", displayName: "M" } },
    [hr]: { badges: ["x"] },
  };

  beforeAll(async () => {
    server = await RunningServer.start("sqlite");
    id = await server.createUser(userName, more);
    group = await server.createGroup("G", [id]);
  });

  afterAll(() => server.stop());

  const always = (): object => ({ schemas: [userSchema, enterprise, hr], id });

  it("have the attributes that are asked for, and those always returned (3.9)", async () => {
    const cases: readonly (readonly [attributes: string, expected: object])[] = [
      ["nothing", {}],
      ["ID,SCHEMAS", {}],
      [" title , USERNAME ,,", { title: "T", userName }],
      [`${userSchema}:title`, { title: "T" }],
      ["name.givenName", { name: { givenName: "Ada" } }],
      ["name.GIVENNAME,name", { name: more.name }],
      [`${userSchema}:name.familyName`, { name: { familyName: "L" } }],
      ["emails.value", { emails: [{ value: "a@x.example" }] }],
      ["emails.display", {}],
      ["emails", { emails: more.emails }],
      [enterprise, { [enterprise]: more[enterprise] }],
      [`${enterprise}:department`, { [enterprise]: { department: "D" } }],
      [`${enterprise}.manager.value`, { [enterprise]: { manager: { value: "m" } } }],
      [`${enterprise}:costCenter`, {}],
      [`${hr}:badges`, { [hr]: { badges: ["x"] } }],
      ["meta.location", { meta: { location: `${base}/Users/${id}` } }],
      ["groups.display", { groups: [{ display: "G" }] }],
      ["password", {}],
    ];
    for (const [attributes, expected] of cases) {
      const { body } = await server.call("GET", `/Users/${id}?attributes=${attributes}`);
      expect(body, attributes).toEqual({ ...always(), ...expected });
    }
    const core = (await server.call("GET", `/Users/${id}?attributes=${userSchema}`)).body;
    const names = ["schemas", "id", "userName", "name", "title", "active", "emails", "groups", "meta"];
    expect(Object.keys(core)).toEqual(names);
  });

  it("lack the attributes that are excluded, but for those always returned (3.9)", async () => {
    const whole = (await server.call("GET", `/Users/${id}`)).body;
    const without = async (excluded: string): Promise<TestBody> =>
      (await server.call("GET", `/Users/${id}?excludedAttributes=${excluded}`)).body;
    expect(await without("")).toEqual(whole);
    expect(await without("id,schemas,nothing")).toEqual(whole);
    const { title, meta, groups, ...rest } = whole;
    expect(await without("TITLE,meta,groups")).toEqual(rest);
    expect((await without("emails.type")).emails).toEqual([{ value: "a@x.example", primary: true }]);
    expect("name" in (await without("name.givenName,name.familyName"))).toBe(false);
    expect((await without(`${enterprise}:manager.value`))[enterprise]).toEqual({
      department: "D",
      manager: { displayName: "M" },
    });
    expect(await without(enterprise)).toEqual(
      Object.fromEntries(Object.entries(whole).filter(([key]) => key !== enterprise)),
    );
    const both = await server.call(
      "GET",
      `/Users/${id}?attributes=emails,title&excludedAttributes=emails.type,title`,
    );
    expect(both.body).toEqual({ ...always(), emails: [{ value: "a@x.example", primary: true }] });
    const part = await server.call(
      "GET",
      `/Users/${id}?attributes=emails.type&excludedAttributes=emails.type`,
    );
    expect(part.body).toEqual(always());
  });

  it("of groups have the members' names when asked for, and no members when not (3.9)", async () => {
    const members = async (query: string): Promise<unknown> =>
      (await server.call("GET", `/Groups/${group}?${query}`)).body.members;
    const $ref = `${base}/Users/${id}`;
    expect(await members("")).toEqual([{ value: id, $ref, type: "User" }]);
    expect(await members("attributes=members")).toEqual([{ value: id, $ref, type: "User" }]);
    expect(await members("attributes=members.value,members.display")).toEqual([
      { value: id, display: userName },
    ]);
    expect(await members(`attributes=${groupSchema}:members.display`)).toEqual([{ display: userName }]);
    expect(await members("attributes=displayName")).toBeUndefined();
    expect(await members("excludedAttributes=MEMBERS")).toBeUndefined();
    expect(await members("excludedAttributes=members.$ref,members.type")).toEqual([{ value: id }]);
    const empty = await server.createGroup("E");
    expect((await server.call("GET", `/Groups/${empty}?attributes=members`)).body.members).toEqual([]);
    expect(
      (await server.call("GET", `/Groups/${empty}?attributes=members.value`)).body.members,
    ).toBeUndefined();
  });

  it("say when a resource was made and when it changed, to the millisecond (RFC 7643 section 3.1)", async () => {
    const clocked = await RunningServer.start("sqlite");
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(async () => {
      vi.useRealTimers();
      await clocked.stop();
    });
    const times = ["00:00:00.000", "00:00:00.001", "00:00:00.999", "00:00:01.000", "23:59:59.050"].map(
      (time) => `2090-12-31T${time}Z`,
    );
    for (const time of times) {
      vi.setSystemTime(new Date(time));
      const { body } = await clocked.call("POST", "/Users", { userName: `at ${time}` });
      expect([body.meta.created, body.meta.lastModified]).toEqual([time, time]);
    }
    const listed = (await clocked.filter("Users", 'userName sw "at "')).body.Resources;
    expect(listed.map(({ meta }) => [meta.created, meta.lastModified])).toEqual(
      times.map((time) => [time, time]),
    );
    vi.setSystemTime(new Date("2091-01-01T00:00:00.500Z"));
    const changed = await clocked.patch(`/Users/${listed[0]?.id}`, { op: "add", path: "title", value: "x" });
    expect([changed.body.meta.created, changed.body.meta.lastModified]).toEqual([
      times[0],
      "2091-01-01T00:00:00.500Z",
    ]);
    const found = async (filter: string): Promise<number> =>
      (await clocked.filter("Users", filter)).body.totalResults;
    expect(await found('meta.lastModified eq "2091-01-01T01:00:00.500+01:00"')).toBe(1);
    expect(await found('meta.created gt "2090-12-31T00:00:00.001Z"')).toBe(3);
    expect(await found('meta.created ge "2090-12-31T00:00:00.001Z"')).toBe(4);
  });

  it("of writes have the attributes that are asked for (3.9)", async () => {
    const created = await server.call("POST", "/Users?attributes=title", {
      userName: "b@example.com",
      title: "x",
    });
    expect(created.body).toEqual({ schemas: [userSchema], id: created.body.id, title: "x" });
    const path = `/Users/${created.body.id}`;
    const replaced = await server.call("PUT", `${path}?excludedAttributes=meta,groups,active`, {
      userName: "c@example.com",
    });
    expect(replaced.body).toEqual({ schemas: [userSchema], id: created.body.id, userName: "c@example.com" });
    const patch = { Operations: [{ op: "add", path: "title", value: "y" }] };
    const patched = await server.call("PATCH", `${path}?attributes=title`, patch);
    expect(patched.body).toEqual({ schemas: [userSchema], id: created.body.id, title: "y" });
    expect([patched.headers.get("etag"), patched.headers.get("location")]).toEqual([
      'W/"3"',
      `${base}${path}`,
    ]);
  });

  it("depend on the version that a request names, weakly compared, one of a list or any (3.14)", async () => {
    const path = `/Users/${await server.createUser("versions@example.com")}`;
    const status = async (method: string, header: string, value: string): Promise<number> => {
      const bodies: Readonly<Record<string, unknown>> = {
        PUT: { userName: "versions@example.com" },
        PATCH: { Operations: [{ op: "remove", path: "title" }] },
      };
      return (await server.call(method, path, bodies[method], { [header]: value })).status;
    };
    const same = ['W/"1"', '"1"', "*", 'W/"0", W/"1"', ' "x" ,"1"'];
    const other = ['W/"2"', "1", "W/1", 'w/"1"', '"W/"1""', ""];
    for (const value of same) {
      expect([value, await status("GET", "if-none-match", value)]).toEqual([value, 304]);
      expect([value, await status("GET", "if-match", value)]).toEqual([value, 200]);
      for (const method of ["PUT", "PATCH"]) {
        expect([value, await status(method, "if-match", value)]).toEqual([value, 200]);
        expect([value, await status(method, "if-none-match", value)]).toEqual([value, 412]);
      }
    }
    for (const value of other) {
      expect([value, await status("GET", "if-none-match", value)]).toEqual([value, 200]);
      expect([value, await status("GET", "if-match", value)]).toEqual([value, 412]);
      for (const method of ["PUT", "PATCH"]) {
        expect([value, await status(method, "if-match", value)]).toEqual([value, 412]);
        expect([value, await status(method, "if-none-match", value)]).toEqual([value, 200]);
      }
      expect([value, await status("DELETE", "if-match", value)]).toEqual([value, 412]);
    }
    const unchanged = await server.call("GET", path, undefined, { "if-none-match": 'W/"1"' });
    expect([unchanged.text, unchanged.headers.get("etag"), unchanged.headers.get("location")]).toEqual([
      "",
      'W/"1"',
      `${base}${path}`,
    ]);
    expect(await status("DELETE", "if-none-match", 'W/"2"')).toBe(204);
    expect((await server.call("PUT", path, {}, { "if-match": "*" })).status).toBe(400);
    expect((await server.call("DELETE", path, undefined, { "if-match": "*" })).status).toBe(404);
  });

  it("are of SCIM's media type, or of JSON's for who accepts that alone (3.8)", async () => {
    const typeFor = async (accept: string): Promise<string | null> =>
      (await server.call("GET", `/Users/${id}`, undefined, { accept })).headers.get("content-type");
    for (const accept of [
      "",
      "*/*",
      "application/*",
      "text/html",
      "application/scim+json",
      "application/json, application/scim+json",
      "application/json, */*;q=0.1",
      "application/json, application/*",
    ]) {
      expect([accept, await typeFor(accept)]).toEqual([accept, "application/scim+json; charset=utf-8"]);
    }
    expect(await typeFor("application/json")).toBe("application/json; charset=utf-8");
    expect(await typeFor("application/json;q=0.9, text/html")).toBe("application/json; charset=utf-8");
    const post = async (type: string, body = "{}"): Promise<number> =>
      (await server.call("POST", "/Users/.search", body, { "content-type": type })).status;
    for (const type of [
      "application/json",
      "application/scim+json;charset=US-ASCII",
      'APPLICATION/JSON; a=b; charset="utf8"; c=d',
    ]) {
      expect([type, await post(type)]).toEqual([type, 200]);
    }
    for (const type of [
      "text/plain",
      "application/xml",
      "application/json; charset=latin1",
      "application/json; charset=utf-16",
    ]) {
      expect([type, await post(type)]).toEqual([type, 415]);
    }
    expect(await post("application/json", "\ufeff{}")).toBe(200);
    const plain = { "content-type": "application/json", "content-encoding": "Identity" };
    expect((await server.call("POST", "/Users/.search", "{}", plain)).status).toBe(200);
    const { body } = await server.call("POST", "/Users/.search", "{}", { "content-type": "text/plain" });
    expect(body).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      detail: "The body must be application/scim+json or application/json.",
      status: "415",
    });
    const escaped = await server.call("GET", "/Users/%E0%A4%A");
    expect(escaped.body).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      scimType: "invalidSyntax",
      detail: "The request cannot be understood.",
      status: "400",
    });
    expect(await post("application/json", "{")).toBe(400);
  });

  it("tell what there is: resource types and schemas, each by its id, and no filter on them (4)", async () => {
    const types = (await server.call("GET", "/ResourceTypes")).body;
    expect([types.totalResults, types.startIndex, types.itemsPerPage]).toEqual([2, 1, 2]);
    expect(types.Resources.map((type) => [type.id, type["name"], type["endpoint"], type["schema"]])).toEqual([
      ["User", "User", "/Users", userSchema],
      ["Group", "Group", "/Groups", groupSchema],
    ]);
    expect(types.Resources[0]).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
      schemaExtensions: [
        { schema: enterprise, required: false },
        { schema: hr, required: false },
      ],
      meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/User` },
    });
    const schemas = (await server.call("GET", "/Schemas")).body;
    expect([schemas.totalResults, schemas.itemsPerPage]).toEqual([4, 4]);
    for (const kind of ["ResourceTypes", "Schemas"]) {
      const { Resources } = (await server.call("GET", `/${kind}`)).body;
      for (const one of Resources) {
        for (const name of [one.id, one.id.toUpperCase()]) {
          expect((await server.call("GET", `/${kind}/${name}`)).body).toEqual(one);
        }
        expect(one.meta.location).toBe(`${base}/${kind}/${one.id}`);
      }
      expect((await server.call("GET", `/${kind}/nothing`)).status).toBe(404);
    }
    for (const path of ["/ResourceTypes", "/Schemas", "/ServiceProviderConfig"]) {
      const refused = await server.call("GET", `${path}?FILTER=id%20pr`);
      expect([refused.status, refused.body.detail]).toEqual([403, "Discovery endpoints cannot be filtered."]);
    }
    const config = (await server.call("GET", "/ServiceProviderConfig")).body;
    expect(config).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      changePassword: { supported: false },
      authenticationSchemes: [{ type: "oauthbearertoken", primary: true }],
      meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
    });
  });

  it("to methods that a path has not are 405, and to /Me 501 (3.2, 3.11)", async () => {
    const allowed = {
      "/Users": "GET, HEAD, POST",
      "/Groups": "GET, HEAD, POST",
      [`/Users/${id}`]: "GET, HEAD, PUT, PATCH, DELETE",
      "/Users/.search": "POST",
      "/.search": "POST",
      "/Bulk": "POST",
      "/": "GET, HEAD",
      "/Schemas": "GET, HEAD",
      "/ResourceTypes/User": "GET, HEAD",
      "/ServiceProviderConfig": "GET, HEAD",
    };
    for (const [path, allow] of Object.entries(allowed)) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        if (allow.split(", ").includes(method)) continue;
        const answer = await server.call(
          method,
          path,
          method === "GET" || method === "OPTIONS" ? undefined : {},
        );
        expect([method, path, answer.status, answer.headers.get("allow")]).toEqual([
          method,
          path,
          405,
          allow,
        ]);
      }
    }
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      expect((await server.call(method, "/Me", method === "GET" ? undefined : {})).status, method).toBe(501);
    }
    const reader = { authorization: `Bearer ${readOnlyToken}` };
    expect((await server.call("DELETE", "/Users", undefined, reader)).status).toBe(405);
    const head = await server.call("HEAD", `/Users/${id}`);
    expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", 'W/"1"']);
  });
});
