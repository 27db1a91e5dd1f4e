import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  enterprise,
  groupSchema,
  RunningServer,
  type TestBody,
  tenantsFile,
  userSchema,
} from "./support/running-server.ts";

const hr = "urn:example:hr:2.0:User";
const attributes = [
  { schema: hr, name: "shift", type: "integer" },
  { schema: hr, name: "rate", type: "decimal" },
  { schema: hr, name: "since", type: "dateTime" },
  { schema: hr, name: "remote", type: "boolean" },
  { schema: hr, name: "picture", type: "binary" },
  { schema: hr, name: "badges", type: "string", multiValued: true },
];

/** What a POST and a PUT of the same attributes both make of them; else the scimType of the refusal. */
type Outcome = Readonly<Record<string, unknown>> | string;

describe("resources (RFC 7643 sections 2 and 3, RFC 7644 sections 3.3 and 3.5.1)", () => {
  let server: RunningServer;
  let count = 0;
  const unique = (): string => `person-${++count}@example.com`;

  beforeAll(async () => {
    server = await RunningServer.start("sqlite", tenantsFile({ attributes }));
  });

  afterAll(() => server.stop());

  const own = ({ schemas, id, meta, groups, userName, active, ...rest }: TestBody): unknown => rest;
  const check = async (given: Readonly<Record<string, unknown>>, outcome: Outcome): Promise<void> => {
    const told = JSON.stringify(given);
    const userName = unique();
    const id = await server.createUser(userName, { title: "to be replaced" });
    const created = await server.call("POST", "/Users", { userName: unique(), ...given });
    const replaced = await server.call("PUT", `/Users/${id}`, { userName, ...given });
    const read = await server.call("GET", `/Users/${id}`);
    if (typeof outcome === "string") {
      expect([created.status, created.body.scimType], told).toEqual([400, outcome]);
      expect([replaced.status, replaced.body.scimType], told).toEqual([400, outcome]);
      expect(read.body.title, told).toBe("to be replaced");
      return;
    }
    expect([created.status, own(created.body)], told).toEqual([201, outcome]);
    expect([replaced.status, own(replaced.body)], told).toEqual([200, outcome]);
    expect(read.body, told).toEqual(replaced.body);
  };

  it("have values of the types that the schema says (2.3)", async () => {
    await check({ title: 5 }, "invalidValue");
    await check({ title: { value: "x" } }, "invalidValue");
    await check({ title: ["x"] }, "invalidValue");
    await check({ name: "x" }, "invalidValue");
    await check({ emails: [5] }, "invalidValue");
    await check({ emails: [["x"]] }, "invalidValue");
    await check({ active: "yes" }, "invalidValue");
    await check({ active: 1 }, "invalidValue");
    await check(
      { [hr]: { shift: -5, rate: 2.5, remote: "FALSE" } },
      { [hr]: { shift: -5, rate: 2.5, remote: false } },
    );
    await check({ [hr]: { shift: 1.5 } }, "invalidValue");
    await check({ [hr]: { shift: 2 ** 53 } }, "invalidValue");
    await check({ [hr]: { shift: "5" } }, "invalidValue");
    await check({ [hr]: { rate: true } }, "invalidValue");
    await check({ [hr]: { remote: "" } }, "invalidValue");
    const infinite = `{ "userName": "infinite", "${hr}": { "rate": 1e999 } }`;
    expect((await server.call("POST", "/Users", infinite)).body.scimType).toBe("invalidValue");
    for (const since of [
      "2026-02-28T23:59:59Z",
      "2024-02-29T00:00:00.123456789-05:30",
      "2026-01-01T00:00:00",
    ]) {
      await check({ [hr]: { since } }, { [hr]: { since } });
    }
    for (const since of [
      "2026-02-29T00:00:00Z",
      "2026-01-01",
      "2026-01-01T00:00Z",
      "2026-13-01T00:00:00Z",
      "x2026-01-01T00:00:00Z",
      "2026-01-01T00:00:00ZZ",
      "2026-01-01T25:00:00Z",
      "1 Jan 2026",
      5,
    ]) {
      await check({ [hr]: { since } }, "invalidValue");
    }
    await check({ [hr]: { picture: "QUJ-_+/=" } }, { [hr]: { picture: "QUJ-_+/=" } });
    for (const picture of ["äö", "QUJD===", "Q=UJ", 5]) await check({ [hr]: { picture } }, "invalidValue");
  });

  it("have lists where the schema says so, of objects or of texts, however the client wraps one (2.4)", async () => {
    await check({ emails: { value: "a" } }, { emails: [{ value: "a" }] });
    await check({ emails: "a" }, { emails: [{ value: "a" }] });
    await check(
      { roles: ["a", { VALUE: "b", Primary: "True" }] },
      { roles: [{ value: "a" }, { value: "b", primary: true }] },
    );
    await check({ [hr]: { badges: "x" } }, { [hr]: { badges: ["x"] } });
    await check({ [hr]: { badges: [{ value: "x" }, "y"] } }, { [hr]: { badges: ["x", "y"] } });
    await check({ [hr]: { badges: [{ other: "x" }] } }, "invalidValue");
    await check({ addresses: ["x"] }, "invalidValue");
    await check(
      {
        emails: [
          { value: "a", type: "WORK" },
          { value: "b", type: "Odd" },
        ],
      },
      {
        emails: [
          { value: "a", type: "work" },
          { value: "b", type: "Odd" },
        ],
      },
    );
    await check(
      {
        emails: [
          { value: "a", primary: true },
          { value: "b", primary: "true" },
        ],
      },
      "invalidValue",
    );
  });

  it("have a value once for each of its types (2.4)", async () => {
    await check(
      { emails: [{ value: "a", type: "work" }, { value: "b" }, { value: "A", type: "Work", display: "d" }] },
      {
        emails: [{ value: "A", display: "d", type: "work" }, { value: "b" }],
      },
    );
    const typed = [{ value: "a", type: "work" }, { value: "a", type: "home" }, { value: "a" }];
    await check({ emails: typed }, { emails: typed });
    await check(
      {
        emails: [
          { value: "a", primary: true },
          { value: "a", primary: false },
        ],
      },
      { emails: [{ value: "a", primary: true }] },
    );
    await check({ roles: ["x", "y", "X"] }, { roles: [{ value: "X" }, { value: "y" }] });
    await check({ [hr]: { badges: ["x", "y", "X"] } }, { [hr]: { badges: ["X", "y"] } });
    const places = [
      { locality: "Bonn", type: "work" },
      { locality: "Bonn", type: "home" },
    ];
    await check(
      { addresses: [...places, { locality: "BONN", type: "home" }] },
      { addresses: [places[0], { locality: "BONN", type: "home" }] },
    );
    const id = await server.createUser(unique(), { emails: typed });
    const patched = await server.patch(`/Users/${id}`, {
      op: "replace",
      path: "emails.type",
      value: "other",
    });
    expect(patched.body.emails).toEqual([{ value: "a", type: "other" }]);
  });

  it("have no attribute that is null, empty or of nothing else (2.5)", async () => {
    await check(
      { title: null, emails: [], name: {}, roles: [null, {}], addresses: [{ locality: null }] },
      {},
    );
    await check({ name: { givenName: null, familyName: "F" } }, { name: { familyName: "F" } });
    await check({ [enterprise]: null, [hr]: {} }, {});
    await check({ [enterprise]: { department: null, manager: {} } }, {});
    await check({ [enterprise]: { manager: "" } }, {});
    await check({ schemas: null }, {});
    await check({ title: "" }, { title: "" });
    await check({ userName: null }, "invalidValue");
    await check({ userName: " \t" }, "invalidValue");
  });

  it("have attributes by any spelling of their names, and none that the schema lacks (2.1, 3.3)", async () => {
    await check(
      { TITLE: "t", unknown: 1, "urn:x:y": { a: 1 }, [enterprise]: { DEPARTMENT: "D", unknown: 1 } },
      { title: "t", [enterprise]: { department: "D" } },
    );
    await check(
      { name: { unknown: 1, familyName: "F" }, emails: [{ unknown: 1 }] },
      { name: { familyName: "F" } },
    );
    await check({ [enterprise.toUpperCase()]: { department: "D" } }, { [enterprise]: { department: "D" } });
    await check({ [enterprise]: [] }, "invalidValue");
    await check({ [enterprise]: "D" }, "invalidValue");
    await check({ id: "x", meta: { version: "x" }, groups: [{ value: "x" }], password: "x" }, {});
  });

  it("name their schemas: the core one, and each extension that has content (3)", async () => {
    const schemasOf = async (body: object): Promise<unknown> => {
      const answer = await server.call("POST", "/Users", { userName: unique(), ...body });
      return answer.body.scimType ?? answer.body.schemas;
    };
    expect(await schemasOf({})).toEqual([userSchema]);
    expect(await schemasOf({ schemas: [userSchema, enterprise, "urn:x"] })).toEqual([userSchema]);
    expect(await schemasOf({ schemas: [userSchema], [enterprise]: { department: "D" } })).toEqual([
      userSchema,
      enterprise,
    ]);
    expect(await schemasOf({ SCHEMAS: userSchema.toUpperCase() })).toEqual([userSchema]);
    for (const schemas of [[], [enterprise], [groupSchema], "urn:x", [5], [userSchema, 5], 5]) {
      expect(await schemasOf({ schemas }), JSON.stringify(schemas)).toBe("invalidValue");
    }
  });

  it("of type Group have a name, and members by object, by id, and none that is nobody", async () => {
    const person = await server.createUser(unique());
    const create = async (body: object): Promise<unknown> => {
      const answer = await server.call("POST", "/Groups", body);
      return answer.body.scimType ?? answer.body.members.map(({ value }) => value);
    };
    expect(await create({ displayName: "g", members: [{ VALUE: person, type: "Group" }, person] })).toEqual([
      person,
    ]);
    expect(await create({ displayName: "g", MEMBERS: { value: person } })).toEqual([person]);
    expect(await create({ displayName: "g", members: person })).toEqual([person]);
    expect(await create({ displayName: "g", members: null })).toEqual([]);
    expect(await create({ displayName: "", members: [] })).toBe("invalidValue");
    expect(await create({ members: [] })).toBe("invalidValue");
    for (const member of [{ display: "x" }, { value: "" }, { value: 5 }, 5, null]) {
      expect(await create({ displayName: "g", members: [member] }), JSON.stringify(member)).toBe(
        "invalidValue",
      );
    }
  });

  it("are not brought back by a PUT that says nothing of active", async () => {
    const userName = unique();
    const id = await server.createUser(userName);
    const put = async () =>
      (await server.call("PUT", `/Users/${id}`, { userName, title: unique() })).body.active;
    expect(await put()).toBe(true);
    await server.patch(`/Users/${id}`, { op: "replace", path: "active", value: "False" });
    expect(await put()).toBe(false);
    await server.patch(`/Users/${id}`, { op: "remove", path: "active" });
    expect(await put()).toBe(undefined);
    expect((await server.filter("Users", `id eq "${id}" and active eq false`)).body.totalResults).toBe(1);
  });
});
