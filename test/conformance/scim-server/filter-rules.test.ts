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
  { schema: `${hr}:Extra`, name: "note", type: "string" },
  { schema: hr, name: "shift", type: "integer" },
  { schema: hr, name: "rate", type: "decimal" },
  { schema: hr, name: "since", type: "dateTime" },
  { schema: hr, name: "remote", type: "boolean" },
  { schema: hr, name: "badge", type: "string", caseExact: true },
  { schema: hr, name: "badges", type: "string", multiValued: true },
  { schema: hr, name: "picture", type: "binary" },
  { schema: hr, name: "shifts", type: "integer", multiValued: true },
];

/** Ada has everything, Bob other things, Cyd nothing. */
const people: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ada: {
    title: "Boss",
    externalId: "Ex1",
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [
      { value: "ada@work.example", type: "work", primary: true },
      { value: "ada@home.example", type: "home" },
    ],
    addresses: [{ locality: "London", type: "work" }],
    x509Certificates: [{ value: "QUJD" }],
    [enterprise]: {
      department: "R&D",
      manager: { value: "Boss-1", $ref: "../Users/Boss-1", displayName: "The Boss" },
    },
    [hr]: {
      shift: 10,
      rate: 1.5,
      since: "2026-01-01T01:00:00+01:00",
      remote: true,
      badge: "Blue",
      picture: "QUJD",
      badges: ["Blue", "Red"],
      shifts: [2, 10],
    },
  },
  bob: {
    title: "boss'%_",
    active: false,
    emails: [{ value: "bob@work.example", type: "work" }, { type: "home" }],
    [hr]: {
      shift: 9,
      rate: 10,
      since: "2026-01-01T00:00:00.001Z",
      remote: false,
      badges: ["green"],
      shifts: [9],
    },
  },
  cyd: { title: "", nickName: "Cafe\u0301", [`${hr}:Extra`]: { note: "n" }, displayName: "", externalId: "" },
};

/** Each filter, and whom it finds: RFC 7644 section 3.4.2.2. */
const found: readonly (readonly [filter: string, names: string])[] = [
  ['title eq "BOSS"', "ada"],
  ['title sw "boss"', "ada bob"],
  ['title co "\'%_"', "bob"],
  ['title ew "_"', "bob"],
  ['title co ""', "ada bob cyd"],
  ["title pr", "ada bob"],
  ['title gt "boss"', "bob"],
  ['title ge "boss"', "ada bob"],
  ['title lt "boss"', "cyd"],
  ['title le "boss"', "ada cyd"],
  ['externalId eq "Ex1"', "ada"],
  ['externalId eq "ex1"', ""],
  ['externalId ne "Ex1"', "bob cyd"],
  ['externalId sw "ex"', ""],
  ["externalId pr", "ada"],
  ["displayName pr", ""],
  ["name pr", "ada"],
  ['name.familyName eq "lovelace"', "ada"],
  ['name[familyName eq "lovelace" and givenName sw "a"]', "ada"],
  ['name.familyName ne "lovelace"', "bob cyd"],
  ['not (name.familyName eq "lovelace")', "bob cyd"],
  ["active eq true", "ada cyd"],
  ['active eq "False"', "bob"],
  ["active ne true", "bob"],
  // Complex multi-valued attributes are compared by value, some element at a time.
  ['emails co "WORK"', "ada bob"],
  ['emails.value ew "home.example"', "ada"],
  ['emails.type eq "home"', "ada bob"],
  ['emails.type ne "work"', "ada bob cyd"],
  ['emails[type eq "home" and value pr]', "ada"],
  ['emails[type eq "home" and not (value pr)]', "bob"],
  ['emails[type eq "work"].value eq "bob@WORK.example"', "bob"],
  ['emails[value eq "bob@work.example" and type eq "work"]', "bob"],
  ['emails[value eq "bob@work.example" or value eq "ada@home.example"]', "ada bob"],
  ['not (emails[value eq "bob@work.example"])', "ada cyd"],
  ["emails[primary eq true]", "ada"],
  ["emails.primary eq false", ""],
  ["emails[primary ne true]", "ada bob"],
  ["emails pr", "ada bob"],
  ['addresses.locality eq "london"', "ada"],
  ["addresses[locality pr]", "ada"],
  // Binary values are exact, and neither more nor less than each other.
  ['x509Certificates.value eq "QUJD"', "ada"],
  ['x509Certificates.value eq "qujd"', ""],
  ["x509Certificates pr", "ada"],
  // null is having no value (RFC 7643 section 2.5), for attributes of many values, too.
  ["title eq null", "cyd"],
  ["title ne NULL", "ada bob"],
  ["name eq null", "bob cyd"],
  ["emails eq null", "cyd"],
  ["emails ne null", "ada bob"],
  ["emails.primary eq null", "bob cyd"],
  ["emails.primary ne null", "ada"],
  ["emails[value eq null]", "bob"],
  ['emails[type eq "home"].value ne null', "ada"],
  [`${hr}:badges eq null`, "cyd"],
  ["groups eq null", "bob cyd"],
  // By URN, its case and the separator after it aside.
  [`${userSchema}:title eq "boss"`, "ada"],
  [`${userSchema.toUpperCase()}:TITLE eq "boss"`, "ada"],
  [`${userSchema}:emails[type eq "work"].value sw "ada"`, "ada"],
  [`${enterprise}:department eq "r&d"`, "ada"],
  [`${enterprise}.department pr`, "ada"],
  [`${enterprise}:manager pr`, "ada"],
  [`${enterprise}:manager.value eq "Boss-1"`, "ada"],
  [`${enterprise}:manager.value eq "boss-1"`, ""],
  [`${enterprise}:manager eq "Boss-1"`, "ada"],
  [`${enterprise}:manager[displayName co "BOSS"]`, "ada"],
  // Numbers and dates are compared as such, not as text; a date has a zone.
  [`${hr}:shift gt 9`, "ada"],
  [`${hr}:shift eq 9.0`, "bob"],
  [`${hr}:shift lt 10`, "bob"],
  [`${hr}:shift ne 10`, "bob cyd"],
  [`${hr}:rate lt 2`, "ada"],
  [`${hr}:rate eq 15e-1`, "ada"],
  [`${hr}:shifts gt 9`, "ada"],
  [`${hr}:shifts[value lt 9]`, "ada"],
  [`${hr}:since eq "2026-01-01T00:00:00Z"`, "ada"],
  [`${hr}:since gt "2025-12-31T19:00:00-05:00"`, "bob"],
  [`${hr}:since ge "2026-01-01T00:00:00Z"`, "ada bob"],
  [`${hr}:since ne "2026-01-01T00:00:00Z"`, "bob cyd"],
  [`${hr}:since pr`, "ada bob"],
  [`${hr}:remote eq false`, "bob"],
  [`${hr}:remote ne true`, "bob cyd"],
  [`not (${hr}:remote eq true)`, "bob cyd"],
  [`${hr}:badge eq "Blue"`, "ada"],
  [`${hr}:badge eq "blue"`, ""],
  [`${hr}:badges eq "RED"`, "ada"],
  [`${hr}:badges[VALUE sw "g" or value eq "x"]`, "bob"],
  [`${hr}:badges ne "green"`, "ada cyd"],
  [`${hr}:badges pr`, "ada bob"],
  // What the server itself says of a resource.
  [`${hr}:picture eq "QUJD"`, "ada"],
  [`${hr}:picture eq "qujd"`, ""],
  [`${enterprise}:manager.$ref ew "/Boss-1"`, "ada"],
  // Of schemas that begin alike, the longest; of letters, each as one.
  [`${hr}:Extra:note eq "N"`, "cyd"],
  ['nickName eq "CAF\u00c9"', "cyd"],
  // Words in any case, and space where there may be some.
  ["active eq TRUE", "ada cyd"],
  ["\t( title  PR )\tAnd not(active Eq False)", "ada"],
  ['meta.resourceType eq "User"', "ada bob cyd"],
  ['meta.resourceType eq "user"', ""],
  ['meta[resourceType eq "User" and created gt "2020-01-01T00:00:00Z"]', "ada bob cyd"],
  ['meta.created lt "2020-01-01T00:00:00Z"', ""],
  ['meta.lastModified ge "2020-01-01T00:00:00+14:00"', "ada bob cyd"],
  ['meta.version eq "W/\\"1\\""', "ada bob cyd"],
  ["meta.location pr and meta pr and id pr and schemas pr", "ada bob cyd"],
  [`schemas eq "${enterprise}"`, "ada"],
  // The groups that somebody is in, and only those.
  ["groups pr", "ada"],
  ['groups.display eq "STAFF"', "ada"],
  ['groups[type eq "direct" and display sw "st"]', "ada"],
  ['groups.type eq "indirect"', ""],
  ["groups.$ref pr", "ada"],
  // Precedence and nesting.
  ['title sw "boss" and active eq false or title eq ""', "bob cyd"],
  ['title sw "boss" and (active eq false or title eq "")', "bob"],
  ['NOT (title sw "boss" AND active eq false) and not (title eq "")', "ada"],
];

/** Filters that mean nothing: each is 400 invalidFilter, never everybody. */
const refused: readonly string[] = [
  "active gt true",
  'active co "t"',
  'active eq "maybe"',
  "active eq 1",
  'x509Certificates.value gt "A"',
  'x509Certificates.value le "A"',
  'name eq "x"',
  'addresses eq "x"',
  "title eq 5",
  "title eq true",
  "title gt null",
  'title[value eq "x"]',
  'emails.nope eq "x"',
  'emails[nope eq "x"]',
  'emails[emails.value eq "x"]',
  `${hr}:badges[nope eq "x"]`,
  `${hr}:shift eq "9"`,
  `${hr}:shift co 9`,
  `${hr}:since eq "2026-01-01"`,
  `${hr}:since eq "2026-02-30T00:00:00Z"`,
  `${hr}:since co "2026-01-01T00:00:00Z"`,
  `${hr}:since gt 5`,
  "password pr",
  'password eq "x"',
  'meta.location eq "x"',
  'groups.$ref eq "x"',
  "members pr",
  "urn:unknown:title pr",
  `${userSchema}X:title pr`,
  "title.value pr",
  "name.givenName.x pr",
  "toString pr",
  "not title pr",
  "title (active pr)",
  "title pr\n",
  'title eq "\\x"',
  'title eq "\\u0000"',
  'title eq "\\ud800"',
  "title eq 'x'",
  "title eq 01",
  "title eq -",
];

describeOnBothEngines("filters (RFC 7644 section 3.4.2.2)", (start) => {
  let server: RunningServer;
  const ids = new Map<string, string>();
  let staff = "";
  let outer = "";

  beforeAll(async () => {
    server = await start(tenantsFile({ attributes }));
    for (const [name, more] of Object.entries(people)) ids.set(name, await server.createUser(name, more));
    staff = await server.createGroup("Staff", [ids.get("ada") ?? ""]);
    outer = await server.createGroup("Outer", [staff]);
  });

  it("find whom they describe, whatever the attribute's type, and nobody else", async () => {
    const answers: string[] = [];
    for (const [filter] of found) {
      const { body, text } = await server.filter("Users", filter);
      answers.push(body.Resources?.map(({ userName }) => userName).join(" ") ?? text);
    }
    expect(found.map(([filter], index) => [filter, answers[index]])).toEqual(found);
  });

  it("that mean nothing are refused as invalidFilter", async () => {
    for (const filter of refused) {
      const { status, body } = await server.filter("Users", filter);
      expect([filter, status, body.scimType]).toEqual([filter, 400, "invalidFilter"]);
    }
  });

  it("on members see people and groups, by id, name and kind", async () => {
    const named = async (filter: string): Promise<string> => {
      const { body, text } = await server.filter("Groups", filter);
      return body.Resources?.map(({ displayName }) => displayName).join(" ") ?? text;
    };
    const ada = ids.get("ada");
    expect(await named(`members.value eq "${ada}"`)).toBe("Staff");
    expect(await named(`members eq "${ada}"`)).toBe("Staff");
    expect(await named(`members[value eq "${ada}" and type eq "Group"]`)).toBe("");
    expect(await named(`members[value eq "${ada}" and type eq "User"]`)).toBe("Staff");
    expect(await named(`not (members[value eq "${ada}"])`)).toBe("Outer");
    expect(await named(`members.value ne "${ada}"`)).toBe("Outer");
    expect(await named('members.type eq "group"')).toBe("Outer");
    expect(await named('members.display eq "ADA"')).toBe("Staff");
    expect(await named('members[display eq "staff"]')).toBe("Outer");
    expect(await named("members pr")).toBe("Staff Outer");
    expect(await named("members eq null")).toBe("");
    expect(await named("members.$ref pr")).toBe("Staff Outer");
    expect((await server.filter("Groups", 'members.$ref co "x"')).body.scimType).toBe("invalidFilter");
    const inner = (await server.filter("Users", `groups.value eq "${staff}"`)).body;
    expect(inner.Resources.map(({ userName }) => userName)).toEqual(["ada"]);
    expect((await server.filter("Users", `groups.value eq "${outer}"`)).body.totalResults).toBe(0);
  });

  it("over all types take an attribute that a type lacks for one without a value", async () => {
    const totalOf = async (filter: string): Promise<unknown> => {
      const { body } = await server.call("GET", `/?filter=${encodeURIComponent(filter)}`);
      return body.totalResults ?? body.scimType;
    };
    expect(await totalOf("members pr")).toBe(2);
    expect(await totalOf("not (members pr)")).toBe(3);
    expect(await totalOf("members eq null")).toBe(3);
    expect(await totalOf('members[type eq "User"]')).toBe(1);
    expect(await totalOf('members pr or title eq "boss"')).toBe(3);
    expect(await totalOf('meta.resourceType eq "Group"')).toBe(2);
    expect(await totalOf("nobody eq true")).toBe(0);
    expect(await totalOf("password pr")).toBe("invalidFilter");
  });
});
