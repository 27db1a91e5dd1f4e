import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removals } from "./support/patch-removals.ts";
import {
  type Attributes,
  add,
  additions,
  both,
  home,
  hr,
  managed,
  type Rule,
  remove,
  replace,
  replacements,
  rule,
  work,
} from "./support/patch-rules.ts";
import { enterprise, RunningServer, type TestBody, userSchema } from "./support/running-server.ts";

const pathless: readonly Rule[] = [
  rule(
    "names attributes in any case, by URN, by dots, and as clients write paths",
    {},
    add(undefined, {
      NICKNAME: "n",
      "name.givenName": "G",
      [userSchema.toUpperCase()]: { Title: "t" },
      [enterprise.toUpperCase()]: { DEPARTMENT: "D" },
      [`${enterprise}:manager.value`]: "m",
      'emails[type eq "work"].value': "a@x.example",
      ' phoneNumbers [type eq "work"]': { value: "1" },
    }),
    {
      nickName: "n",
      title: "t",
      name: { givenName: "G" },
      emails: [{ value: "a@x.example", type: "work" }],
      phoneNumbers: [{ value: "1", type: "work" }],
      ...managed({ value: "m" }),
    },
  ),
  rule(
    "passes over what the schema lacks, and what is the server's",
    { title: "t" },
    replace(undefined, {
      unknown: 1,
      "urn:x:y": { a: 1 },
      "urn:x:y:z": 2,
      [`${enterprise}:unknown`]: 1,
      "name.unknown": 1,
      id: "x",
      schemas: ["urn:x"],
      meta: { version: "x" },
      groups: [{ value: "g" }],
      "meta.version": "x",
    }),
    { title: "t" },
  ),
  rule("merges an extension", managed("m"), replace(undefined, { [enterprise]: { costCenter: "7" } }), {
    [enterprise]: { costCenter: "7", department: "D", manager: { value: "m" } },
  }),
  rule("removes an extension that is null", managed("m"), replace(undefined, { [enterprise]: null }), {}),
  rule(
    "unassigns attributes that are null",
    { title: "t", ...both },
    replace(undefined, { title: null, emails: null }),
    {},
  ),
  rule("replaces lists", both, replace(undefined, { emails: [home] }), { emails: [home] }),
  rule("adds to lists", { emails: [work] }, add(undefined, { emails: [home] }), both),
  rule(
    "is a path that is empty or null",
    {},
    [
      { op: "add", path: " ", value: { title: "t" } },
      { op: "add", path: null, value: { nickName: "n" } },
    ],
    { title: "t", nickName: "n" },
  ),
  rule(
    "is the path of a schema",
    {},
    [add(userSchema, { title: "t" }), add(enterprise, { department: "D" })],
    { title: "t", [enterprise]: { department: "D" } },
  ),
  rule("needs an object as value", {}, add(undefined, [{ title: "t" }]), "invalidValue"),
  rule("needs a value", {}, { op: "add" }, "invalidValue"),
  rule("needs a value that is not null", { title: "t" }, replace(undefined, null), "invalidValue"),
  rule("removes nothing by the path of the core schema", { title: "t" }, remove(userSchema), "noTarget"),
  rule("removes nothing", { title: "t" }, { op: "remove", value: { title: "t" } }, "noTarget"),
];

const managers: readonly Rule[] = [
  rule("an id", {}, add(`${enterprise}:manager`, "m"), { [enterprise]: { manager: { value: "m" } } }),
  rule("a list of one", {}, add(`${enterprise}:manager`, [{ $ref: "../Users/m", value: "m" }]), {
    [enterprise]: { manager: { value: "m", $ref: "../Users/m" } },
  }),
  rule(
    "an id in place of another manager",
    managed({ value: "m", displayName: "M" }),
    replace(`${enterprise}:manager`, "n"),
    managed({ value: "n" }),
  ),
  rule("nobody: null", managed("m"), replace(`${enterprise}:manager`, null), managed(undefined)),
  rule("nobody: an empty text", managed("m"), replace(`${enterprise}:manager`, ""), managed(undefined)),
  rule(
    "nobody: null as value",
    managed("m"),
    replace(`${enterprise}:manager`, { value: null }),
    managed(undefined),
  ),
  rule("a list of two: refused", {}, add(`${enterprise}:manager`, ["m", "n"]), "invalidValue"),
];

const refusals: readonly Rule[] = [
  rule("a required attribute removed", {}, remove("userName"), "mutability"),
  rule("a required attribute that is null", {}, replace("userName", null), "mutability"),
  rule(
    "a required attribute that is null, without a path",
    {},
    replace(undefined, { userName: null }),
    "mutability",
  ),
  rule("a required attribute that is blank", {}, replace("userName", " "), "invalidValue"),
  rule("the id", {}, replace("ID", "x"), "mutability"),
  rule("meta", {}, remove("meta"), "mutability"),
  rule("a part of meta", {}, replace("meta.created", "2020-01-01T00:00:00Z"), "mutability"),
  rule("groups", {}, add("groups", [{ value: "g" }]), "mutability"),
  rule("a part of groups", {}, remove('groups[value eq "g"]'), "mutability"),
  rule("schemas", {}, add("schemas", ["urn:x"]), "mutability"),
  rule("an op that is none", {}, { op: "copy", path: "title", value: "t" }, "invalidSyntax"),
  rule("an op that is no text", {}, { op: 1, path: "title", value: "t" }, "invalidSyntax"),
  rule("no op", {}, { path: "title", value: "t" }, "invalidSyntax"),
  rule("an operation that is no object", {}, ["add"], "invalidSyntax"),
  rule("an operation that is null", {}, [null], "invalidSyntax"),
  rule("no operations", {}, [], "invalidSyntax"),
  rule("a value missing", {}, { op: "add", path: "title" }, "invalidValue"),
  rule("a value missing for a password", {}, { op: "replace", path: "password" }, "invalidValue"),
  rule("a value of the wrong type", {}, add("title", 5), "invalidValue"),
  rule("an object for a text", {}, add("title", { text: "t" }), "invalidValue"),
  rule("lists within a list", {}, add(`${hr}:badges`, [["x"]]), "invalidValue"),
  rule("a text for a number", {}, add(`${hr}:shift`, "5"), "invalidValue"),
  rule("a fraction for an integer", {}, add(`${hr}:shift`, 1.5), "invalidValue"),
  rule("a text for what has parts", {}, add("name", "x"), "invalidValue"),
  rule("a path that is no text", {}, { op: "add", path: 5, value: "t" }, "invalidPath"),
  rule("a path to nothing", {}, add("unknown", "t"), "invalidPath"),
  rule("a path to a part that is none", {}, add("title.value", "t"), "invalidPath"),
  rule("a path with too many parts", {}, add("name.givenName.x", "t"), "invalidPath"),
  rule("a path of an unknown schema", {}, add("urn:x:y:z", "t"), "invalidPath"),
  rule("a path of half a filter", {}, add("emails[", "t"), "invalidPath"),
  rule("a path that goes on after the filter", {}, add('emails[type eq "work"]value', "t"), "invalidPath"),
  rule(
    "a path by a filter to a part that is none",
    both,
    replace('emails[type eq "work"].x', "t"),
    "invalidPath",
  ),
  rule("a filter on what has one value", {}, add('title[value eq "x"]', "t"), "invalidPath"),
  rule("a filter on parts of one value", {}, add('name[givenName eq "x"].familyName', "t"), "invalidPath"),
  rule("a filter on a part", both, replace('emails.value[type eq "work"]', "t"), "invalidPath"),
  rule("a filter on a schema", {}, replace(`${enterprise}[value eq "work"]`, "t"), "invalidPath"),
  rule("a filter by a part that is none", both, replace('emails[x eq "work"].value', "t"), "invalidFilter"),
  rule("a filter of nothing", both, remove("emails[]"), "invalidFilter"),
  rule("a path without end", both, remove(`emails[value eq "${"x".repeat(5000)}"]`), "invalidPath"),
];

const made = new Set(["schemas", "id", "meta", "groups", "userName", "active"]);

function ownAttributes(body: TestBody): Attributes {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !made.has(name)));
}

describe("PATCH (RFC 7644 section 3.5.2)", () => {
  let server: RunningServer;
  let count = 0;

  beforeAll(async () => {
    server = await RunningServer.start("sqlite");
  });

  afterAll(() => server.stop());

  const check = async ({ rule, before, operations, after }: Rule): Promise<void> => {
    const id = await server.createUser(`person-${++count}`, before);
    const created = await server.call("GET", `/Users/${id}`);
    const { status, body } = await server.patch(`/Users/${id}`, ...operations);
    const now = await server.call("GET", `/Users/${id}`);
    if (typeof after === "string") {
      expect([status, body.scimType], rule).toEqual([400, after]);
      expect(now.body, rule).toEqual(created.body);
    } else {
      expect([status, ownAttributes(body)], rule).toEqual([200, JSON.parse(JSON.stringify(after))]);
      expect(now.body, rule).toEqual(body);
    }
  };
  const checkAll = async (rules: readonly Rule[]): Promise<void> => {
    for (const one of rules) await check(one);
  };

  it("add", () => checkAll(additions));
  it("replace", () => checkAll(replacements));
  it("remove", () => checkAll(removals));
  it("without a path", () => checkAll(pathless));
  it("of a manager", () => checkAll(managers));
  it("refuses, and leaves everything as it was", () => checkAll(refusals));

  it("names what it refuses, shortly", async () => {
    const id = await server.createUser(`person-${++count}`);
    const { body } = await server.patch(`/Users/${id}`, remove("x".repeat(81)));
    expect(body.detail).toBe(`User has no attribute ${"x".repeat(80)}….`);
    const title = await server.patch(`/Users/${id}`, { op: "add", path: "title" });
    expect(title.body.detail).toBe("The operation on title needs a value.");
    const group = await server.patch(`/Groups/${await server.createGroup("g")}`, {
      op: "add",
      path: "members",
    });
    expect(group.body.detail).toBe("The operation on members needs a value.");
    const word = await server.patch(`/Users/${id}`, "add");
    expect(word.body.detail).toBe("Each of the Operations must be an object.");
    const longest = `emails[value eq "${"x".repeat(4077)}"]`;
    expect((await server.patch(`/Users/${id}`, remove(longest))).status).toBe(200);
    expect((await server.patch(`/Users/${id}`, remove(`${longest.slice(0, -2)}x"]`))).body.scimType).toBe(
      "invalidPath",
    );
    const exact = await server.patch(`/Users/${id}`, remove("x".repeat(80)));
    expect(exact.body.detail).toBe(`User has no attribute ${"x".repeat(80)}.`);
  });

  it("may have a thousand operations", async () => {
    const id = await server.createUser(`person-${++count}`);
    const operations = Array.from({ length: 1000 }, (_, index) => replace("title", `t${index}`));
    expect((await server.patch(`/Users/${id}`, ...operations)).body.title).toBe("t999");
    const many = await server.patch(`/Users/${id}`, ...operations, replace("title", "one more"));
    expect([many.status, many.body.scimType, many.body.detail]).toEqual([
      413,
      undefined,
      "A PATCH may have 1000 operations.",
    ]);
    expect((await server.call("GET", `/Users/${id}`)).body.title).toBe("t999");
  });

  it("takes a password and keeps none", async () => {
    const id = await server.createUser(`person-${++count}`);
    const { status, body } = await server.patch(`/Users/${id}`, add("password", "x"), remove("password"));
    expect([status, body.meta.version]).toEqual([200, 'W/"1"']);
  });

  it("of members: by filters on more than the id, whole, and never in parts", async () => {
    const person = await server.createUser(`person-${++count}`);
    const inner = await server.createGroup("inner");
    const group = await server.createGroup("outer", [person, inner]);
    const patch = async (...operations: readonly unknown[]) => {
      const { status, body } = await server.patch(`/Groups/${group}`, ...operations);
      return body.scimType ?? `${status} ${(await server.memberIds(group)).length}`;
    };
    expect(await patch(remove(`members[value eq "${person}" and type eq "Group"]`))).toBe("200 2");
    expect(await patch(remove('members[type eq "Group"]'))).toBe("200 1");
    expect(await patch(add("members", [{ value: inner }, { value: inner }, inner]))).toBe("200 2");
    expect(await patch(remove(`members[VALUE eq "${inner}"]`))).toBe("200 1");
    expect(await patch(remove('members[display sw "person-"]'))).toBe("200 0");
    expect(await patch(replace(undefined, { members: [{ VALUE: person }], displayName: "o" }))).toBe("200 1");
    expect(await patch({ op: "remove", path: "members", value: { value: person } })).toBe("200 0");
    expect(await patch(add("members", person), { op: "remove", path: "members", value: null })).toBe("200 0");
    expect(await patch(replace("members", null))).toBe("200 0");
    expect(await patch(add("members", [{ display: "x" }]))).toBe("invalidValue");
    expect(await patch({ op: "add", path: "members" })).toBe("invalidValue");
    expect(await patch(add("members.value", person))).toBe("mutability");
    expect(await patch(replace(`members[value eq "${person}"].display`, "x"))).toBe("mutability");
    expect(await patch(add(`members[value eq "${person}"]`, { value: person }))).toBe("invalidPath");
    expect(await patch(remove('members[x eq "y"]'))).toBe("invalidFilter");
    expect(await patch(remove("displayName"))).toBe("mutability");
    expect(await patch(add("userName", "x"))).toBe("invalidPath");
  });
});
