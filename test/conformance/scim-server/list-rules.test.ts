import { beforeAll, expect, it } from "vitest";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  tenantsFile,
  userSchema,
} from "./support/running-server.ts";

const hr = "urn:example:hr:2.0:User";
const attributes = [
  { schema: hr, name: "shift", type: "integer" },
  { schema: hr, name: "rate", type: "decimal" },
  { schema: hr, name: "since", type: "dateTime" },
  { schema: hr, name: "remote", type: "boolean" },
  { schema: hr, name: "badge", type: "string", caseExact: true },
  { schema: hr, name: "badges", type: "string", multiValued: true },
];

describeOnBothEngines("lists (RFC 7644 section 3.4.2, RFC 9865)", (start) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await start(tenantsFile({ attributes }));
    await server.createUser("a", {
      title: "b",
      emails: [{ value: "x" }, { value: "b", type: "work", primary: true }],
      [hr]: {
        shift: 10,
        rate: 9.5,
        since: "2026-01-01T00:00:00+02:00",
        remote: true,
        badge: "b",
        badges: ["z", "a"],
      },
    });
    await server.createUser("b", {
      title: "A",
      active: false,
      emails: [{ value: "C", type: "home" }],
      [enterprise]: { department: "D", manager: "m" },
      [hr]: { shift: 9, rate: 10, since: "2025-12-31T23:00:00Z", remote: false, badge: "B", badges: ["y"] },
    });
    await server.createUser("c", { emails: [{ value: "a", type: "other" }] });
    await server.createGroup("G");
  });

  const list = async (query: string): Promise<string> => {
    const { body } = await server.call("GET", `/Users?${query}`);
    return body.Resources?.map(({ userName }) => userName).join("") ?? body.scimType ?? "";
  };

  it("are sorted by the attribute's type, its primary value, and absent values last (3.4.2.3)", async () => {
    const orders = {
      userName: "abc",
      USERNAME: "abc",
      [`${userSchema}:title`]: "bac",
      title: "bac",
      emails: "cab",
      "emails.value": "cab",
      [`${hr}:shift`]: "bac",
      [`${hr}:rate`]: "abc",
      [`${hr}:since`]: "abc",
      [`${hr}:remote`]: "bac",
      [`${hr}:badge`]: "bac",
      [`${hr}:badges`]: "bac",
      [`${enterprise}:department`]: "bac",
      [`${enterprise}:manager`]: "bac",
      [`${enterprise}.manager.value`]: "bac",
      "meta.created": "abc",
      id: "abc",
      "meta.resourceType": "abc",
      externalId: "abc",
    };
    for (const [sortBy, expected] of Object.entries(orders)) {
      expect([sortBy, await list(`sortBy=${sortBy}`)]).toEqual([sortBy, expected]);
    }
    expect(await list("sortBy=emails.type&filter=emails.primary%20eq%20null")).toBe("bc");
    expect((await list("sortBy=active")).startsWith("b")).toBe(true);
    expect(await list("sortBy=title&sortOrder=Descending")).toBe("cab");
    expect(await list(`sortBy=${hr}:shift&sortOrder=descending`)).toBe("cab");
    expect(await list("sortBy=meta.lastModified&sortOrder=descending")).toBe("cba");
  });

  it("are not sorted by what cannot be sorted by, and say so where it is a mistake", async () => {
    for (const sortBy of ["unknown", "password", "", enterprise, "title.x"]) {
      expect([sortBy, await list(`sortBy=${sortBy}`)]).toEqual([sortBy, "abc"]);
    }
    for (const sortBy of ["name", "meta", "addresses", "groups", "groups.display"]) {
      expect([sortBy, await list(`sortBy=${sortBy}`)]).toEqual([sortBy, "invalidValue"]);
    }
    expect(await list("sortBy=title&sortOrder=up")).toBe("invalidValue");
    const groups = await server.call("GET", "/Groups?sortBy=members");
    expect(groups.body.scimType).toBe("invalidValue");
  });

  it("of all types are sorted by whichever type has the attribute", async () => {
    const names = async (query: string): Promise<string> => {
      const { body } = await server.call("GET", `/?${query}`);
      return body.Resources.map(({ userName, displayName }) => userName ?? displayName).join("");
    };
    expect(await names("sortBy=userName")).toBe("abcG");
    expect(await names("sortBy=userName&sortOrder=descending")).toBe("Gcba");
    expect((await names("sortBy=displayName")).startsWith("G")).toBe(true);
    expect(await names("sortBy=meta.created&count=2&startIndex=3")).toBe("cG");
  });

  it("go on where a cursor is, for every kind of sort key", async () => {
    for (const sortBy of [
      "id",
      "userName",
      "title",
      "active",
      "emails",
      "meta.created",
      ...attributes.map(({ name }) => `${hr}:${name}`),
    ]) {
      for (const order of ["ascending", "descending"]) {
        const query = `sortBy=${sortBy}&sortOrder=${order}`;
        let names = "";
        let cursor: string | undefined = "";
        for (let page = 0; cursor !== undefined && page < 4; page += 1) {
          const { body } = await server.call("GET", `/Users?${query}&count=1&cursor=${cursor}`);
          names += body.Resources.map(({ userName }) => userName).join("");
          cursor = body.nextCursor;
        }
        expect([query, names, cursor]).toEqual([query, await list(query), undefined]);
      }
    }
  });

  it("have pages of the size that is asked for, within limits", async () => {
    for (const [query, expected] of [
      ["count=2", "ab"],
      ["count=2&startIndex=2", "bc"],
      ["count=%2B1&startIndex=%2B3", "c"],
      ["count=&startIndex=", "abc"],
      ["count=0", ""],
      ["count=-7", ""],
      ["startIndex=0", "abc"],
      ["startIndex=-7", "abc"],
      ["startIndex=4", ""],
      ["count=99999999999999999999", "abc"],
      ["startIndex=99999999999999999999", ""],
      ["cursor&count=99999999999999999999", "abc"],
      ["cursor&count=0", ""],
      ["cursor&startIndex=3", "abc"],
      ["count=x", "invalidValue"],
      ["startIndex=1.0", "invalidValue"],
      ["cursor&count=x", "invalidCount"],
      ["cursor&startIndex=x", "invalidValue"],
    ] as const) {
      expect([query, await list(query)]).toEqual([query, expected]);
    }
    expect((await server.call("GET", "/Users?count=x")).status).toBe(400);
    const { filter, pagination } = (await server.call("GET", "/ServiceProviderConfig")).body;
    expect(filter).toEqual({ supported: true, maxResults: 1000 });
    expect(pagination).toEqual({
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: 100,
      maxPageSize: 1000,
      cursorTimeout: 3600,
    });
  });

  it("say where they start, or where they go on, never both", async () => {
    const indexed = (await server.call("GET", "/Users?count=1&startIndex=2")).body;
    expect([indexed.startIndex, indexed.itemsPerPage, indexed.totalResults, indexed.nextCursor]).toEqual([
      2,
      1,
      3,
      undefined,
    ]);
    const first = (await server.call("GET", "/Users?count=2&cursor")).body;
    expect([first.startIndex, first.itemsPerPage, first.totalResults]).toEqual([undefined, 2, 3]);
    const last = (await server.call("GET", `/Users?count=2&cursor=${first.nextCursor}`)).body;
    expect([last.itemsPerPage, last.totalResults, last.nextCursor]).toEqual([1, 3, undefined]);
    const whole = (await server.call("GET", "/Users?count=3&cursor")).body;
    expect([whole.itemsPerPage, whole.nextCursor]).toEqual([3, undefined]);
    const named = `filter=${encodeURIComponent(`userName eq "${whole.Resources[0]?.userName}"`)}`;
    const only = (await server.call("GET", `/Users?${named}&count=1&cursor`)).body;
    expect([only.itemsPerPage, only.nextCursor]).toEqual([1, undefined]);
  });

  it("do not go on where a cursor of another query, another form or another hour is", async () => {
    const query = "sortBy=title&count=1";
    const { nextCursor = "" } = (await server.call("GET", `/Users?${query}&cursor`)).body;
    const fields: unknown[] = JSON.parse(Buffer.from(nextCursor, "base64url").toString());
    const answer = async (changed: unknown, more = query): Promise<unknown> => {
      const cursor = Buffer.from(JSON.stringify(changed)).toString("base64url");
      const { status, body } = await server.call("GET", `/Users?${more}&cursor=${cursor}`);
      return body.scimType === undefined ? status : `${status} ${body.scimType}`;
    };
    const [version, digest, expires, ordinal, value] = fields;
    const seconds = Math.floor(Date.now() / 1000);
    expect(await answer(fields)).toBe(200);
    expect(Number(expires) - seconds).toBeGreaterThan(3500);
    expect(await answer([version, digest, seconds + 60, ordinal, value])).toBe(200);
    expect(await answer([version, digest, seconds - 60, ordinal, value])).toBe("400 expiredCursor");
    for (const changed of [
      [Number(version) - 1, digest, expires, ordinal, value],
      [version, "x", expires, ordinal, value],
      [version, digest, "x", ordinal, value],
      [version, digest, expires, 1.5, value],
      [version, digest, expires, ordinal, 5],
      [version, digest, expires],
      {},
      null,
    ]) {
      expect([changed, await answer(changed)]).toEqual([changed, "400 invalidCursor"]);
    }
    for (const other of [
      "count=1",
      "sortBy=userName&count=1",
      `${query}&sortOrder=descending`,
      `${query}&filter=title%20pr`,
    ]) {
      expect([other, await answer(fields, other)]).toEqual([other, "400 invalidCursor"]);
    }
    expect(await answer(fields, "sortBy=TITLE&count=2&attributes=id")).toBe(200);
  });

  it("are searched for by POST as by GET, members of the search in any case (3.4.3)", async () => {
    const search = async (body: unknown): Promise<unknown> => {
      const answer = await server.call("POST", "/Users/.search", body);
      return answer.body.scimType ?? answer.body.Resources.map(({ userName }) => userName).join("");
    };
    expect(await search({})).toBe("abc");
    expect(await search({ filter: null, count: null, sortBy: null, attributes: null })).toBe("abc");
    expect(await search({ FILTER: "title pr", SortBy: "title", sortorder: "descending" })).toBe("ab");
    expect(await search({ startIndex: 2, count: 1 })).toBe("b");
    expect(await search({ startIndex: "2", count: "1" })).toBe("b");
    expect(await search({ filter: "nonsense" })).toBe("invalidFilter");
    expect(await search({ filter: ["title pr"] })).toBe("invalidValue");
    expect(await search({ count: true })).toBe("invalidValue");
    expect(await search({ count: 1.5 })).toBe("invalidValue");
    expect(await search({ count: 1.5, cursor: "" })).toBe("invalidCount");
    expect(await search({ sortOrder: "up" })).toBe("invalidValue");
    expect(await search([])).toBe("invalidSyntax");
    expect(await search(undefined)).toBe("invalidSyntax");
    const long = `title pr${" ".repeat(4100)}`;
    expect(await search({ filter: long })).toBe("ab");
    expect((await server.filter("Users", long)).body.scimType).toBe("invalidFilter");
    expect(await search({ filter: `title pr${" ".repeat(32_800)}` })).toBe("invalidFilter");
    const first = (await server.call("POST", "/Users/.search", { cursor: "", count: 2 })).body;
    expect(await search({ cursor: first.nextCursor, count: 2 })).toBe("c");
    const { body } = await server.call("POST", "/Users/.search", { attributes: ["title", 5], count: 1 });
    expect(Object.keys(body.Resources[0] ?? {})).toEqual(["schemas", "id", "title"]);
    const text = await server.call("POST", "/.search", {
      ExcludedAttributes: ["meta", "groups"],
      count: 1,
      filter: 'userName eq "c"',
    });
    expect(Object.keys(text.body.Resources[0] ?? {})).toEqual([
      "schemas",
      "id",
      "userName",
      "active",
      "emails",
    ]);
  });
});
