import { describe, expect, test } from "vitest";
import { SCIM_BASE_SCHEMA } from "../../../../sandbox/okta/catalog/scim-schema.ts";
import { parseAttributePath } from "../../../../sandbox/okta/provisioning/attribute-path.ts";
import {
  buildNewUser,
  mergeUser,
  readAppUserProfile,
} from "../../../../sandbox/okta/provisioning/user-resource.ts";
import type { AppUser, AppUserSchema, Profile } from "../../../../sandbox/okta/store/model.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const schema: AppUserSchema = {
  appId: "0oa1",
  name: "scim2headerauth",
  base: SCIM_BASE_SCHEMA,
  custom: {
    payrollNumber: { type: "string", externalName: "payrollNumber", externalNamespace: enterprise },
    level: { type: "integer", externalName: "level", externalNamespace: "urn:example:1.0:User" },
    homeMail: { type: "string", externalName: "emails.^[type=='home'].value" },
  },
  created: "",
  lastUpdated: "",
};

function appUser(profile: Profile): AppUser {
  return {
    appId: "0oa1",
    userId: "00u1",
    externalId: null,
    scope: "USER",
    status: "PENDING",
    syncState: "OUT_OF_SYNC",
    syncError: null,
    lastSync: null,
    userName: "ada@example.com",
    profile,
    overrides: {},
    created: "",
    lastUpdated: "",
    statusChanged: null,
    passwordChanged: null,
  };
}

const full: Profile = {
  givenName: "Ada",
  familyName: "Lovelace",
  email: "ada@example.com",
  emailType: "work",
  homeMail: "ada@home.example",
  displayName: "Ada Lovelace",
  primaryPhone: "+44 1",
  primaryPhoneType: "mobile",
  streetAddress: "St James's Square",
  locality: "London",
  department: "Research",
  managerValue: "00u9",
  managerDisplayName: "Charles",
  payrollNumber: "42",
  level: 7,
};

test("a new user has every mapped value in its place, and nothing unset", () => {
  expect(buildNewUser(appUser(full), schema, "pw")).toMatchInlineSnapshot(`
    {
      "active": true,
      "addresses": [
        {
          "locality": "London",
          "primary": true,
          "streetAddress": "St James's Square",
          "type": "work",
        },
      ],
      "displayName": "Ada Lovelace",
      "emails": [
        {
          "primary": true,
          "type": "work",
          "value": "ada@example.com",
        },
        {
          "type": "home",
          "value": "ada@home.example",
        },
      ],
      "externalId": "00u1",
      "groups": [],
      "locale": "en-US",
      "name": {
        "familyName": "Lovelace",
        "givenName": "Ada",
      },
      "password": "pw",
      "phoneNumbers": [
        {
          "primary": true,
          "type": "mobile",
          "value": "+44 1",
        },
      ],
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:example:1.0:User",
      ],
      "urn:example:1.0:User": {
        "level": 7,
      },
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
        "department": "Research",
        "manager": {
          "displayName": "Charles",
          "value": "00u9",
        },
        "payrollNumber": "42",
      },
      "userName": "ada@example.com",
    }
  `);
  expect(buildNewUser(appUser({ givenName: "Ada", department: "" }), schema, "pw")).toMatchInlineSnapshot(`
    {
      "active": true,
      "externalId": "00u1",
      "groups": [],
      "locale": "en-US",
      "name": {
        "givenName": "Ada",
      },
      "password": "pw",
      "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:User",
      ],
      "userName": "ada@example.com",
    }
  `);
});

test("the way back gives the same profile", () => {
  const resource = buildNewUser(appUser({ ...full, primaryPhoneType: "work" }), schema, "pw");
  expect(readAppUserProfile(resource, schema)).toEqual({
    ...full,
    primaryPhoneType: "work",
    addressType: "work",
    locale: "en-US",
  });
});

describe("merging into what the server has", () => {
  const current = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
    id: "1",
    meta: { version: 'W/"3"' },
    userName: "old@example.com",
    name: { givenName: "Old", familyName: "Lovelace", formatted: "Old Lovelace" },
    emails: [
      { type: "other", value: "list@example.com" },
      { type: "work", value: "old@example.com", primary: true },
    ],
    title: "Countess",
    badge: { colour: "red" },
    [enterprise]: { department: "Research", badgeNumber: "7" },
    active: false,
  };

  test("keeps the unknown, changes the known, takes away what Okta owns and no longer has", () => {
    const owned = new Set(["department", "title"]);
    const merged = mergeUser(current, appUser({ givenName: "Ada", email: "ada@example.com" }), schema, owned);
    expect(merged).toEqual({
      ...current,
      userName: "ada@example.com",
      name: { givenName: "Ada", familyName: "Lovelace", formatted: "Old Lovelace" },
      emails: [
        { type: "other", value: "list@example.com" },
        { type: "work", value: "ada@example.com", primary: true },
      ],
      title: undefined,
      locale: "en-US",
      [enterprise]: { badgeNumber: "7" },
      active: true,
    });
    expect(merged).not.toHaveProperty("title");
    expect(current.userName).toBe("old@example.com");
  });

  test("an address or extension that is empty afterwards goes as a whole", () => {
    const bare = { ...current, [enterprise]: { department: "Research" } };
    const merged = mergeUser(bare, appUser({}), schema, new Set(["email", "department"]));
    expect(merged["emails"]).toEqual([{ type: "other", value: "list@example.com" }]);
    expect(merged).not.toHaveProperty([enterprise]);
    expect(merged["schemas"]).toEqual(["urn:ietf:params:scim:schemas:core:2.0:User"]);
  });
});

test.each([
  ["title", { name: "title", selector: undefined, subAttribute: undefined }],
  ["name.givenName", { name: "name", selector: undefined, subAttribute: "givenName" }],
  [
    'emails[type eq "work"].value',
    { name: "emails", selector: { attribute: "type", value: "work" }, subAttribute: "value" },
  ],
  [
    "emails.^[primary==true].value",
    { name: "emails", selector: { attribute: "primary", value: true }, subAttribute: "value" },
  ],
  ["a b", undefined],
  ["", undefined],
])("external name %j", (externalName, path) => {
  expect(parseAttributePath(externalName)).toEqual(path);
});
