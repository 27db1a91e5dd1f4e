import { afterAll, describe, expect, test } from "vitest";
import { createOrgCaller, field } from "./call-org.ts";
import { startOrg } from "./start-org.ts";

/**
 * User types and the schemas of people and groups, as recordings of the official provider's acceptance tests show them, and what
 * follows from a schema: what profiles may hold and what a search takes.
 */
const org = await startOrg();
const call = createOrgCaller(org);
afterAll(() => org.stop());

describe("user types and schemas", () => {
  test("a type from creation to the 404 after deletion (UserType_crud)", async () => {
    const sent = { description: "First", displayName: "First", name: "testAcc_1" };
    const created = await call("POST", "/api/v1/meta/types/user", sent);
    const id = String(created.body["id"]);
    const me = await call("GET", "/api/v1/users/me");
    expect(created).toMatchObject({ status: 200, body: { ...sent, default: false } });
    expect(created.body).toMatchObject({ createdBy: me.body["id"], lastUpdatedBy: me.body["id"] });
    expect(created.body).toMatchObject({
      _links: {
        schema: { rel: "schema", method: "GET" },
        self: { rel: "self", href: `${org.url}/api/v1/meta/types/user/${id}`, method: "GET" },
      },
    });
    const home = `/api/v1/meta/types/user/${id}`;
    expect(await call("POST", home, { ...sent, description: "Second" })).toMatchObject({
      status: 200,
      body: { description: "Second" },
    });
    const types = await call.list("/api/v1/meta/types/user");
    expect(types).toMatchObject([
      {
        name: "user",
        displayName: "User",
        description: "Okta user profile template with default permission settings",
        createdBy: expect.stringMatching(/^spr/),
        default: true,
      },
      { id },
    ]);
    expect((await call("DELETE", home)).status).toBe(204);
    expect(await call("GET", home)).toMatchObject({
      status: 404,
      body: { errorSummary: `Not found: Resource not found: ${id} (CVDType)` },
    });
  });

  test("a custom app that nobody has provisioned yet knows the user name only (DataSourceOktaAppUserSchemaProperty_notFound)", async () => {
    const { body: app } = await call("POST", "/api/v1/apps?activate=true", {
      label: "custom",
      signOnMode: "SAML_2_0",
      settings: {
        signOn: {
          ssoAcsUrl: "http://example.com/sso",
          audience: "http://example.com/audience",
          recipient: "http://example.com",
          destination: "http://example.com",
          subjectNameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own template syntax
          subjectNameIdTemplate: "${user.userName}",
        },
      },
    });
    const { body } = await call("GET", `/api/v1/meta/schemas/apps/${String(app["id"])}/default`);
    expect(body["name"]).toBe(app["name"]);
    expect(field(body, "definitions")).toEqual({
      custom: { id: "#custom", type: "object", properties: {} },
      base: {
        id: "#base",
        type: "object",
        properties: {
          userName: { title: "Username", type: "string", required: true, scope: "NONE", maxLength: 100 },
        },
        required: ["userName"],
      },
    });
  });

  test("a custom attribute of people gets Okta's defaults (User_customProfileAttributes)", async () => {
    const { body } = await call("POST", "/api/v1/meta/schemas/user/default", {
      definitions: {
        custom: {
          id: "#custom",
          properties: {
            customAttribute123: {
              master: { type: "PROFILE_MASTER" },
              permissions: [{ action: "READ_ONLY", principal: "SELF" }],
              required: false,
              scope: "NONE",
              title: "terraform acceptance test",
              type: "string",
            },
          },
          type: "object",
        },
      },
    });
    expect(Object.keys(body)).toEqual([
      "id",
      "$schema",
      "name",
      "title",
      "description",
      "lastUpdated",
      "created",
      "definitions",
      "type",
      "properties",
      "_links",
    ]);
    expect(field(body, "definitions", "custom", "properties", "customAttribute123")).toEqual({
      title: "terraform acceptance test",
      type: "string",
      mutability: "READ_WRITE",
      scope: "NONE",
      permissions: [{ principal: "SELF", action: "READ_ONLY" }],
      master: { type: "PROFILE_MASTER" },
    });
    expect(field(body, "definitions", "base", "properties", "email")).toEqual({
      title: "Primary email",
      type: "string",
      required: true,
      format: "email",
      mutability: "READ_WRITE",
      scope: "NONE",
      permissions: [{ principal: "SELF", action: "READ_WRITE" }],
      master: { type: "PROFILE_MASTER" },
    });
    expect(body["_links"]).toMatchObject({
      self: { rel: "self", href: expect.stringMatching(/\/meta\/schemas\/user\/osc\w{17}$/), method: "GET" },
      type: { rel: "type", method: "GET" },
    });
  });
});

test("a type's own schema, where no name is required when none is custom (UserBaseSchema_crud)", async () => {
  const name = "visitor";
  const type = await call("POST", "/api/v1/meta/types/user", {
    name,
    displayName: name,
    description: "Outside",
  });
  const schemaId = `osc${String(type.body["id"]).slice(3)}`;
  const firstName = {
    master: { type: "PROFILE_MASTER" },
    permissions: [{ action: "READ_ONLY", principal: "SELF" }],
    required: false,
    title: "First name",
    type: "string",
  };
  const { body } = await call("POST", `/api/v1/meta/schemas/user/${schemaId}`, {
    definitions: { base: { id: "#base", properties: { firstName }, type: "object" } },
  });
  expect(body).toMatchObject({
    id: `${org.url}/meta/schemas/user/${schemaId}`,
    name,
    title: name,
    description: "Outside",
  });
  expect(field(body, "definitions", "custom")).toEqual({ id: "#custom", type: "object", properties: {} });
  expect(field(body, "definitions", "base", "required")).toEqual(["login", "lastName", "email"]);
  const { required: _required, ...rest } = firstName;
  expect(field(body, "definitions", "base", "properties", "firstName")).toEqual({
    ...rest,
    mutability: "READ_WRITE",
    scope: "NONE",
    minLength: 1,
    maxLength: 50,
  });
});

test("a custom attribute of groups, kept and refused (GroupSchema_crud)", async () => {
  const sizes = ["S", "M"];
  const attribute = {
    title: "Size",
    description: "terraform acceptance test",
    type: "string",
    mutability: "READ_WRITE",
    scope: "SELF",
    enum: sizes,
    oneOf: sizes.map((size) => ({ const: size, title: size })),
    minLength: 1,
    maxLength: 50,
    permissions: [{ principal: "SELF", action: "READ_ONLY" }],
    master: { type: "PROFILE_MASTER" },
  };
  const { body } = await call("POST", "/api/v1/meta/schemas/group/default", {
    definitions: {
      custom: { id: "#custom", type: "object", properties: { size: { ...attribute, required: false } } },
    },
  });
  expect(body).toMatchObject({
    id: `${org.url}/meta/schemas/group/default`,
    name: "group",
    title: "Okta group",
    description: "Okta group profile template",
    definitions: {
      custom: { id: "#custom", type: "object", properties: { size: attribute }, required: [] },
      base: { id: "#base", required: ["name"] },
    },
    _links: {
      self: { rel: "self", href: `${org.url}/api/v1/meta/schemas/group/default`, method: "GET" },
    },
  });
  expect(field(body, "definitions", "base", "properties", "name")).toEqual({
    title: "Name",
    description: "Name",
    type: "string",
    required: true,
    mutability: "READ_WRITE",
    scope: "NONE",
    maxLength: 255,
    permissions: [{ principal: "SELF", action: "READ_WRITE" }],
    master: { type: "PROFILE_MASTER" },
  });
  const sized = await call("POST", "/api/v1/groups", { profile: { name: "sized", size: "M" } });
  expect(sized).toMatchObject({ status: 200, body: { profile: { name: "sized", size: "M" } } });
  expect(await call("POST", "/api/v1/groups", { profile: { name: "coloured", color: "red" } })).toMatchObject(
    {
      status: 400,
      body: { errorCode: "E0000001" },
    },
  );
});

describe("what a search of people takes", () => {
  test("lists by their elements, and no attribute that no schema has", async () => {
    const items = { type: "string" };
    const tags = { title: "Tags", type: "array", items, master: { type: "PROFILE_MASTER" } };
    await call("POST", "/api/v1/meta/schemas/user/default", {
      definitions: { custom: { id: "#custom", type: "object", properties: { tags } } },
    });
    const profile = { email: "tags@example.com", login: "tags@example.com", firstName: "A", lastName: "B" };
    const { body } = await call("POST", "/api/v1/users", { profile: { ...profile, tags: ["red", "blue"] } });
    const search = async (text: string) => call("GET", `/api/v1/users?search=${encodeURIComponent(text)}`);
    expect((await search('profile.tags eq "blue"')).list.map(({ id }) => id)).toEqual([body["id"]]);
    expect((await search('profile.tags eq "green"')).list).toEqual([]);
    expect(await search('profile.nonsense eq "blue"')).toMatchObject({
      status: 400,
      body: { errorCode: "E0000031", errorSummary: "Invalid search criteria.", errorCauses: [] },
    });
  });
});

describe("what schemas demand of profiles", () => {
  const attribute = { master: { type: "PROFILE_MASTER" } };
  const cause = (text: string) => ({ status: 400, body: { errorCauses: [{ errorSummary: text }] } });

  test("a unique value of people is not given twice, and values of a list are of its kind", async () => {
    const badge = { ...attribute, title: "Badge", type: "string", unique: "UNIQUE_VALIDATED" };
    const sizes = {
      ...attribute,
      title: "Sizes",
      type: "array",
      items: { type: "string", enum: ["S", "M"] },
    };
    await call("POST", "/api/v1/meta/schemas/user/default", {
      definitions: { custom: { id: "#custom", type: "object", properties: { badge, sizes } } },
    });
    const create = (name: string, more: object) => {
      const login = `${name}@example.com`;
      return call("POST", "/api/v1/users", {
        profile: { email: login, login, firstName: "A", lastName: "B", ...more },
      });
    };
    const one = await create("unique-one", { badge: "7", sizes: ["S", "M"] });
    expect(one.status).toBe(200);
    expect(await create("unique-two", { badge: "7" })).toMatchObject(
      cause("badge: An object with this field already exists in the current organization"),
    );
    expect(await create("unique-three", { sizes: ["XXL"] })).toMatchObject({ status: 400 });
    const same = await call("POST", `/api/v1/users/${String(one.body["id"])}`, { profile: { badge: "7" } });
    expect(same.status).toBe(200);
    expect(
      await call("POST", "/api/v1/users", {
        profile: { email: "a@example.com", login: "no-address", firstName: "A", lastName: "B" },
      }),
    ).toMatchObject(cause("login: Username must be in the form of an email address"));
  });

  test("a group's values are of its schema", async () => {
    const colour = { ...attribute, title: "Colour", type: "string", enum: ["red", "blue"] };
    await call("POST", "/api/v1/meta/schemas/group/default", {
      definitions: { custom: { id: "#custom", type: "object", properties: { colour } } },
    });
    const create = (name: string, value: unknown) =>
      call("POST", "/api/v1/groups", { profile: { name, colour: value } });
    expect((await create("red group", "red")).status).toBe(200);
    expect((await create("green group", "green")).status).toBe(400);
    const found = await call("GET", `/api/v1/groups?search=${encodeURIComponent('profile.colour eq "red"')}`);
    expect(found.list.map(({ profile }) => field(profile, "name"))).toEqual(["red group"]);
  });
});

test("a person changes to another user type, and their profile to its schema", async () => {
  const sent = { description: "Contractors", displayName: "Contractor", name: "contractor" };
  const typeId = String((await call("POST", "/api/v1/meta/types/user", sent)).body["id"]);
  const created = await call("GET", `/api/v1/meta/types/user/${typeId}`);
  const schema = String(field(created.body, "_links", "schema", "href")).replace(org.url, "");
  const agency = { title: "Agency", type: "string", master: { type: "PROFILE_MASTER" } };
  await call("POST", schema, {
    definitions: { custom: { id: "#custom", type: "object", properties: { agency } } },
  });
  const profile = { email: "c@example.com", login: "c@example.com", firstName: "A", lastName: "B" };
  const person = await call("POST", "/api/v1/users", { profile });
  const home = `/api/v1/users/${String(person.body["id"])}`;
  const contractor = { ...profile, agency: "Acme" };
  expect(await call("PUT", home, { profile: contractor })).toMatchObject({
    status: 400,
    body: { errorCauses: [{ errorSummary: "Property name 'agency' is not defined in profile" }] },
  });
  expect(await call("PUT", home, { profile: contractor, type: { id: typeId } })).toMatchObject({
    status: 200,
    body: { type: { id: typeId }, profile: { agency: "Acme" } },
  });
  const found = await call.list(`/api/v1/users?search=${encodeURIComponent(`type.id eq "${typeId}"`)}`);
  expect(found.map(({ id }) => id)).toEqual([person.body["id"]]);
});
