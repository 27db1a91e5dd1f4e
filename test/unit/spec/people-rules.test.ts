import { describe, expect, it } from "vitest";
import { problemsOf, specWith } from "./spec-project.ts";

describe("rules of groups, people and acknowledgements", () => {
  it("groups and people", () => {
    const text = specWith(`pushGroups:
  - { group: Finance }
  - { group: Payroll Admins, target: admins }
  - { group: Payroll Viewers, target: Admins }
  - { group: payroll admins }
assignments:
  groups: [{ group: Finance, priority: 0 }, { group: Sales, priority: 0 }, { group: Sales }]
  users: [{ login: ada@example.com }, { login: Ada@example.com }]
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:14 error SC1308: "Finance" is pushed and also assigns people to the app; Okta does not support that.
        at: pushGroups[0].group = "Finance"
        what to do: Use two groups, or accept it: acknowledgements: [{ kind: pushed-and-assigned, group: …, reason: … }].

      stacks/dev/payroll.yaml:7:39 error SC1304: "Admins" is listed twice.
        at: pushGroups[2].target = "Admins"
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:8:14 error SC1304: "payroll admins" is listed twice.
        at: pushGroups[3].group = "payroll admins"
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:10:71 error SC1304: The group "Finance" has this priority too.
        at: assignments.groups[1].priority = 0
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:10:85 error SC1304: "Sales" is listed twice.
        at: assignments.groups[2].group = "Sales"
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:11:48 error SC1304: "Ada@example.com" is listed twice.
        at: assignments.users[1].login = "Ada@example.com"
        what to do: Keep one of the two.

      6 errors in 1 file."
    `);
  });

  it("a group both pushed and assigned is accepted by name only", () => {
    const text = specWith(`pushGroups: [{ group: Finance }, { group: Sales }]
assignments: { groups: [{ group: Finance }, { group: Sales }] }
acknowledgements:
  - { kind: pushed-and-assigned, group: Finance, reason: measured in March }
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:43 error SC1308: "Sales" is pushed and also assigns people to the app; Okta does not support that.
        at: pushGroups[1].group = "Sales"
        what to do: Use two groups, or accept it: acknowledgements: [{ kind: pushed-and-assigned, group: …, reason: … }].

      1 error in 1 file."
    `);
  });

  it("pushed groups whose members are not assigned", () => {
    expect(
      problemsOf({
        "dev/a.yaml": specWith("pushGroups: [{ group: Admins }]", "A"),
        "dev/b.yaml": specWith(
          "pushGroups: [{ group: Admins }]\nassignments: { groups: [{ group: All }] }\nprovisioning: { createUsers: false }",
          "B",
        ),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:4:23 warning SC1404: Nobody is assigned to the app: this group would be pushed without members.
        at: pushGroups[0].group = "Admins"
        what to do: Assign the people too: Okta pushes only members who are assigned and provisioned.

      stacks/dev/b.yaml:6:30 warning SC1310: Groups are pushed with members who exist in the app; without \`createUsers\` only linked people do.
        at: provisioning.createUsers = false
        what to do: Switch on what is named, or remove what depends on it.

      0 errors and 2 warnings in 2 files."
    `);
  });

  it("a person's user name when the template is another", () => {
    const text = `version: 1
app: { label: A, catalogName: zscalerbyz, userNameTemplate: { template: "\${source.email}" } }
server: { external: { baseUrl: "https://scim.example.com/v2" } }
assignments: { users: [{ login: ada@example.com }, { login: bob@example.com, userName: bob }] }
`;
    expect(problemsOf({ "dev/a.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:4:33 error SC1313: The user name of "ada@example.com" in the app is not the Okta login: \`app.userNameTemplate\` makes another.
        at: assignments.users[0].login = "ada@example.com"
        what to do: Add \`userName\` to the entry: the app's template is not the Okta login.

      1 error in 1 file."
    `);
  });

  it("acknowledgements", () => {
    const text = specWith(`acknowledgements:
  - { kind: people-deactivated, atMost: 40, until: 2026-06-14, reason: the Lisbon office closes }
  - { kind: people-deactivated, reason: for ever }
  - { kind: app-replaced, group: Finance, until: 2026-07-01, reason: new sign-on }
  - { kind: pushed-and-assigned, reason: why not }
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:52 warning SC1312: This acknowledgement has ended; it allows nothing any more.
        at: acknowledgements[0].until = "2026-06-14"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:6:5 error SC1312: This acknowledgement needs \`atMost\`: how many it allows.
        at: acknowledgements[1] = "people-deactivated"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:6:5 error SC1312: This acknowledgement needs \`until\`: the last day on which it is valid.
        at: acknowledgements[1] = "people-deactivated"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:7:34 error SC1312: Only \`pushed-and-assigned\` names a group.
        at: acknowledgements[2].group = "Finance"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:8:5 error SC1312: This acknowledgement needs \`group\`.
        at: acknowledgements[3] = "pushed-and-assigned"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      4 errors and 1 warning in 1 file."
    `);
  });

  it("what is adopted is declared", () => {
    const text = specWith(`attributes: [{ name: title }, { name: badge, scim: "urn:example:1.0:User:badge" }]
pushGroups: [{ group: Payroll Admins }, { group: Sales, targetId: 00g12345 }]
assignments: { groups: [{ group: Finance }], users: [{ login: ada@example.com }] }
adopt:
  app: 0oa12345
  attributes: [bagde, title]
  groups: [Finanse]
  users: [bob@example.com]
  pushGroups: { Payroll Admins: gPm12345, Sales: gPm12346, Payroll: gPm12347 }
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
    "stacks/dev/payroll.yaml:9:16 error SC1317: The spec has no custom attribute "bagde".
      at: adopt.attributes[0] = "bagde"
      allowed: badge
      did you mean: badge
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    stacks/dev/payroll.yaml:9:23 error SC1317: The spec has no custom attribute "title".
      at: adopt.attributes[1] = "title"
      allowed: badge
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    stacks/dev/payroll.yaml:10:12 error SC1317: The spec has no assigned group "Finanse".
      at: adopt.groups[0] = "Finanse"
      allowed: Finance
      did you mean: Finance
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    stacks/dev/payroll.yaml:11:11 error SC1317: The spec has no assigned person "bob@example.com".
      at: adopt.users[0] = "bob@example.com"
      allowed: ada@example.com
      did you mean: ada@example.com
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    stacks/dev/payroll.yaml:12:33 error SC1317: The push group "Payroll Admins" needs \`targetId\` to be adopted.
      at: adopt.pushGroups."Payroll Admins" = "gPm12345"
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    stacks/dev/payroll.yaml:12:69 error SC1317: The spec has no push group "Payroll".
      at: adopt.pushGroups.Payroll = "gPm12347"
      allowed: Payroll Admins, Sales
      did you mean: Payroll Admins
      what to do: Name what the spec lists; a push group also needs targetId, since Okta tells only that of it.

    6 errors in 1 file."
  `);
  });

  it("a group's profile has attributes of the app only", () => {
    const text = specWith(`attributes: [{ name: badge, scim: "urn:example:1.0:User:badge" }]
assignments:
  groups:
    - { group: Finance, profile: { badge: b, title: t, bagde: c } }
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
    "stacks/dev/payroll.yaml:7:63 error SC1318: The app's profile has no attribute "bagde".
      at: assignments.groups[0].profile.bagde = "c"
      allowed: badge, givenName, familyName, middleName, honorificPrefix, honorificSuffix, email, emailType, title, displayName, nickName, profileUrl and 19 more
      did you mean: badge
      what to do: Use one of Okta's base attributes or one of the spec's \`attributes\`.

    1 error in 1 file."
  `);
  });
});
