import { describe, expect, it } from "vitest";
import type { OrgApp } from "../../../src/operations/adoption/read-org-app.ts";
import { featuresWith, orgApp } from "./sample-org-app.ts";
import { writeAdoption } from "./write-adoption.ts";

const entry = { expression: "user.title", pushStatus: "PUSH" };
const withCustom = (custom: object, properties: object = {}): Partial<OrgApp> => {
  const { mapping } = orgApp();
  if (mapping === undefined) throw new Error("the sample has a mapping");
  return {
    schema: { definitions: { base: {}, custom: { properties: { ...custom } } } },
    mapping: { ...mapping, properties: { ...mapping.properties, ...properties } },
  };
};

describe("an app that a spec can say exactly", () => {
  it("is written down whole, and taken over whole", () => {
    const { text, issues } = writeAdoption(orgApp());
    expect(issues).toBe("none");
    expect(text).toMatchInlineSnapshot(`
      "# yaml-language-server: $schema=../app.schema.json
      # Payroll as it was in Okta (https://example.okta.com, app 0oaPayroll1) on 2026-06-15. docs/tasks.md, "Adopt an app that
      #   exists", says how to go on.
      version: 1
      app:
        label: Payroll
        catalogName: scim2headerauth
        signOn: { mode: auto_login }
      server:
        external: { baseUrl: https://scim.example.com/payroll/scim/v2 }
      # To do: The connection's token can't be read from Okta; previews, updates and checks need it.
      #   pulumi config set --stack prod --secret --path 'okta-scim:tokens.payroll' <token>
      connection:
        management: api
        authentication: header
      provisioning:
        createUsers: true
        updateProfiles: true
        deactivateUsers: true
        syncPassword: false
      # What Okta sends. Okta's default attributes (given name, family name, email, department) are not listed where they are
      #   as Okta makes them. The update after the takeover applies all of it to everybody: a value that an administrator gave
      #   one person in place of it goes.
      attributes: []
      # Whether a group of the app goes when its entry is removed (onRemove) can't be read: \`keep\` is meant. Rules that push
      #   groups can't be read either, and stay.
      pushGroups: []
      # Who gets the app.
      assignments:
        groups: []
        users: []
      # With readOnly the checks after an update make no throw-away people and groups at the app's server, and prove less.
      checks:
        readOnly: true
      # Okta's ids of what the first update takes over instead of making it. Remove this when that update is done.
      adopt:
        app: 0oaPayroll1
        connection: true
        features: true
        mapping: prmPayroll1
      "
    `);
  });

  it("whose server is a neighbour's is a tenant of this project's server", () => {
    const { spec } = writeAdoption(orgApp(), { neighbours: ["https://scim.example.com/expenses"] });
    expect(spec?.server.bundled).toMatchObject({ publicUrl: "https://scim.example.com/payroll" });
    const renamed = writeAdoption(orgApp(), { bundled: true, name: "pay" });
    expect(renamed.text).toContain("tenant: payroll");
  });

  it("that a line break in its label can't make another app of", () => {
    const { text, issues } = writeAdoption(orgApp({}, { label: "Pay\nadopt: { app: 0oaAnother }\n#" }));
    expect(text.match(/^adopt:/gm)).toEqual(["adopt:"]);
    expect(text).not.toMatch(/^#? ?adopt: \{/m);
    expect(issues).toContain("SC12");
  });
});

describe("a connection that can't be taken over stays an administrator's", () => {
  const kept = "the file says that an administrator sets it";
  it.each([
    [
      "that the API does not serve",
      { connection: { status: "UNKNOWN" } },
      "does not serve this app's connection",
    ],
    [
      "by OAuth",
      { connection: { status: "ENABLED", profile: { authScheme: "OAUTH2" } } },
      "has an OAuth consent",
    ],
    [
      "to an address with a slash at its end",
      { connection: { status: "ENABLED", authScheme: "TOKEN", baseUrl: "https://a.example.com/scim/v2/" } },
      "can't say the connection's address",
    ],
    [
      "with random passwords",
      { features: featuresWith({ status: "ENABLED", seed: "RANDOM", change: "CHANGE" }) },
      "passwords of another kind",
    ],
  ] satisfies [string, Partial<OrgApp>, string][])("%s", (_, parts, reason) => {
    const { spec, notes, adopt, issues } = writeAdoption(orgApp(parts));
    expect(issues).toBe("none");
    expect(spec?.connection).toMatchObject({ management: "manual", configured: true });
    expect(adopt).not.toHaveProperty("connection");
    expect(adopt).not.toHaveProperty("features");
    expect(notes.filter((note) => note.includes(reason) && note.includes(kept))).toHaveLength(1);
  });

  it("to another server than the file says", () => {
    const { spec, notes, adopt, issues } = writeAdoption(orgApp(), {
      baseUrl: "https://new.example.com/scim/v2",
    });
    expect(issues).toBe("none");
    expect(spec?.server.external?.baseUrl).toBe("https://new.example.com/scim/v2");
    expect(spec?.connection).toMatchObject({ management: "manual", configured: true });
    expect(adopt).not.toHaveProperty("connection");
    expect(notes).toContainEqual(
      expect.stringContaining("to another server than the file says, https://scim."),
    );
  });

  it("and holds people back where Okta provisions nobody", () => {
    const off = { connection: { status: "DISABLED", authScheme: "TOKEN" }, features: undefined };
    const { spec, notes } = writeAdoption(orgApp(off, { features: [] }));
    expect(spec?.connection).toMatchObject({ management: "manual", configured: false });
    expect(notes).toContainEqual(expect.stringMatching(/^To do: Okta provisions nobody/));
    expect(notes).toContainEqual(
      expect.stringMatching(/^To do: Okta does not tell where the SCIM server is/),
    );
  });

  it("and an import that Okta does is told", () => {
    const { notes } = writeAdoption(orgApp({}, { features: ["PUSH_NEW_USERS", "IMPORT_NEW_USERS"] }));
    expect(notes).toContainEqual(expect.stringContaining("imports from the app (IMPORT_NEW_USERS)"));
  });
});

describe("attributes", () => {
  const place = { externalName: "shoe", externalNamespace: "urn:x:params:scim:schemas:y:1.0:User" };
  const text = { type: "string", title: "Shoe" };

  it("that are not sent are told as such, and a mapping of its own is kept word for word", () => {
    const { mapping } = orgApp();
    if (mapping === undefined) throw new Error("the sample has a mapping");
    const email = { expression: 'String.toLowerCase(user.email) + ""', pushStatus: "DONT_PUSH" };
    const { spec, issues } = writeAdoption(
      orgApp({ mapping: { ...mapping, properties: { title: entry, email } } }),
    );
    expect(issues).toBe("none");
    expect(spec?.provisioning.unlistedMappings).toBe("remove");
    expect(spec?.attributes.map(({ name, push, expression }) => [name, push, expression])).toEqual([
      ["givenName", "never", undefined],
      ["familyName", "never", undefined],
      ["email", "on_create", 'String.toLowerCase(user.email) + ""'],
      ["title", "always", undefined],
      ["department", "never", undefined],
    ]);
  });

  it.each([
    ["no place in SCIM", { ...text }],
    [
      "the name of one of SCIM's in another spelling",
      {
        ...text,
        ...place,
        externalName: "Title",
        externalNamespace: "urn:ietf:params:scim:schemas:core:2.0:User",
      },
    ],
    ["choices with titles", { ...text, ...place, oneOf: [{ const: "a", title: "A" }] }],
    ["a scope of its own", { ...text, ...place, scope: "SELF" }],
    ["another type", { ...text, ...place, type: "object" }],
    ["numbers to choose from", { ...text, ...place, type: "integer", enum: [1, 2] }],
  ])("that a spec can't say are left alone, with their mapping: %s", (_, shoe) => {
    const { spec, notes, adopt, issues } = writeAdoption(orgApp(withCustom({ shoe }, { shoe: entry })));
    expect(issues).toBe("none");
    expect(spec?.attributes).toEqual([]);
    expect(spec?.provisioning.unlistedMappings).toBe("keep");
    expect(adopt).not.toHaveProperty("attributes");
    expect(notes.filter((note) => note.startsWith("Left as it is:") && note.includes('"shoe"'))).toHaveLength(
      2,
    );
  });

  it("named like one of Okta's but for the case is left alone", () => {
    const { spec, notes, issues } = writeAdoption(orgApp(withCustom({ Title: { ...text, ...place } })));
    expect(issues).toBe("none");
    expect(spec?.attributes).toEqual([]);
    expect(notes).toContainEqual(expect.stringContaining("another one has its name but for the case"));
  });

  it("of which two go to one place are written once", () => {
    const { spec, notes, issues } = writeAdoption(
      orgApp(withCustom({ shoe: { ...text, ...place }, boot: { ...text, ...place } })),
    );
    expect(issues).toBe("none");
    expect(spec?.attributes.map(({ name }) => name)).toEqual(["boot"]);
    expect(notes).toContainEqual(
      expect.stringContaining('"shoe" is not in the file: another one goes to the same'),
    );
  });

  it("that a default of the spec would add are told before", () => {
    const { mapping } = orgApp();
    if (mapping === undefined) throw new Error("the sample has a mapping");
    const { notes, issues } = writeAdoption(
      orgApp({ mapping: { ...mapping, properties: { unknownToUs: entry, email: entry } } }),
    );
    expect(issues).toBe("none");
    expect(notes).toContainEqual(
      'Changes later: Okta does not send "givenName", "familyName", "department" now; the update after the takeover begins to.',
    );
  });
});
