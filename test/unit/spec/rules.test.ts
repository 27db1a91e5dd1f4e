import { describe, expect, it } from "vitest";
import { problemsOf, specWith } from "./spec-project.ts";

describe("rules of one spec", () => {
  it("attributes", () => {
    const text = specWith(`attributes:
  - { name: department, scim: title }
  - { name: title, type: boolean, enum: [a] }
  - { name: userName, scim: userName }
  - { name: badge }
  - { name: teams, type: array, scim: "urn:example:scim:1.0:User:teams" }
  - { name: level, items: string, minLength: 2, type: integer, scim: "urn:example:scim:1.0:User:level" }
  - { name: shoe, scim: shoeSize }
  - { name: middle, scim: name.midleName }
  - { name: phone2, scim: phoneNumbers.value }
  - { name: whole, scim: name }
  - { name: odd, scim: "title[" }
  - { name: one, scim: 'title[type eq "x"]' }
  - { name: twin, scim: "urn:example:scim:1.0:User:level" }
  - { name: Badge, scim: "urn:example:scim:1.0:User:badge" }
  - { name: e1, scim: "urn:example:scim:1.0:User:e1", expression: "user.department + (" }
  - { name: e2, scim: "urn:example:scim:1.0:User:e2", expression: "appuser.department" }
  - { name: e3, scim: "urn:example:scim:1.0:User:e3", expression: '"x' }
  - { name: e4, scim: "urn:example:scim:1.0:User:e4", expression: "\${user.login}" }
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:31 error SC1302: Okta sends its base attribute \`department\` to urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department.
        at: attributes[0].scim = "title"
        allowed: urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department
        what to do: Leave out what is fixed for it, or choose another name.

      stacks/dev/payroll.yaml:6:26 error SC1302: Okta's base attribute \`title\` is a string.
        at: attributes[1].type = "boolean"
        allowed: string
        what to do: Leave out what is fixed for it, or choose another name.

      stacks/dev/payroll.yaml:6:41 error SC1302: Only the mapping of Okta's base attribute \`title\` can be set, not \`enum\`.
        at: attributes[1].enum
        what to do: Leave out what is fixed for it, or choose another name.

      stacks/dev/payroll.yaml:7:13 error SC1302: The user name comes from \`app.userNameTemplate\`.
        at: attributes[2].name = "userName"
        what to do: Leave out what is fixed for it, or choose another name.

      stacks/dev/payroll.yaml:7:29 error SC1301: Okta sets \`userName\` by itself.
        at: attributes[2].scim = "userName"
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:8:5 error SC1303: The custom attribute \`badge\` needs \`scim\`: where its value goes.
        at: attributes[3] = "badge"
        what to do: A custom attribute needs \`scim\`, and \`items\` where its type is array.

      stacks/dev/payroll.yaml:9:26 error SC1303: An array needs \`items\`: the type of each.
        at: attributes[4].type = "array"
        what to do: A custom attribute needs \`scim\`, and \`items\` where its type is array.

      stacks/dev/payroll.yaml:10:27 error SC1303: Only an array has \`items\`.
        at: attributes[5].items = "string"
        what to do: A custom attribute needs \`scim\`, and \`items\` where its type is array.

      stacks/dev/payroll.yaml:10:46 error SC1303: Only a string has a length.
        at: attributes[5].minLength = 2
        what to do: A custom attribute needs \`scim\`, and \`items\` where its type is array.

      stacks/dev/payroll.yaml:11:25 error SC1301: \`shoeSize\` is no core attribute of a SCIM User; attributes of one's own belong to an extension's URN.
        at: attributes[6].scim = "shoeSize"
        allowed: name, displayName, nickName, profileUrl, title, userType, preferredLanguage, locale, timezone, emails, phoneNumbers, ims and 5 more
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:12:27 error SC1301: \`name\` has no \`midleName\`.
        at: attributes[7].scim = "name.midleName"
        allowed: formatted, familyName, givenName, middleName, honorificPrefix, honorificSuffix
        did you mean: middleName
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:13:27 error SC1301: \`phoneNumbers\` has several values: say which, e.g. \`phoneNumbers[type eq "work"].value\`.
        at: attributes[8].scim = "phoneNumbers.value"
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:14:26 error SC1301: \`name\` has parts: name one of them.
        at: attributes[9].scim = "name"
        allowed: formatted, familyName, givenName, middleName, honorificPrefix, honorificSuffix
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:15:24 error SC1301: This is not a SCIM attribute path.
        at: attributes[10].scim = "title["
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:16:24 error SC1301: \`title\` has one value: it takes no filter.
        at: attributes[11].scim = "title[type eq \\"x\\"]"
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/payroll.yaml:17:25 error SC1304: \`level\` goes to the same SCIM attribute.
        at: attributes[12].scim = "urn:example:scim:1.0:User:level"
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:18:13 error SC1304: The attribute \`Badge\` is listed twice.
        at: attributes[13].name = "Badge"
        what to do: Keep one of the two.

      stacks/dev/payroll.yaml:19:67 error SC1311: The parentheses do not match.
        at: attributes[14].expression = "user.department + ("
        what to do: Write an Okta expression such as user.department; texts in it stand in double quotes.

      stacks/dev/payroll.yaml:20:67 error SC1311: The mapping goes from Okta's user to the app user: use \`user.\`, not \`appuser.\`.
        at: attributes[15].expression = "appuser.department"
        what to do: Write an Okta expression such as user.department; texts in it stand in double quotes.

      stacks/dev/payroll.yaml:21:67 error SC1311: A quote is not closed.
        at: attributes[16].expression = "\\"x"
        what to do: Write an Okta expression such as user.department; texts in it stand in double quotes.

      stacks/dev/payroll.yaml:22:67 error SC1311: A mapping's expression stands without dollar and braces.
        at: attributes[17].expression = "\${user.login}"
        what to do: Write an Okta expression such as user.department; texts in it stand in double quotes.

      21 errors in 1 file."
    `);
  });

  it("the server's address", () => {
    const spec = (server: string, label: string) => `version: 1
app: { label: ${label}, catalogName: scim2headerauth }
server: ${server}
`;
    expect(
      problemsOf({
        "dev/a.yaml": spec("{}", "A"),
        "dev/b.yaml": spec(
          '{ bundled: { publicUrl: "https://b.example.com/b" }, external: { baseUrl: "https://x.example.com/v2" } }',
          "B",
        ),
        "dev/c.yaml": spec('{ bundled: { publicUrl: "http://c.example.com/c" } }', "C"),
        "dev/d.yaml": spec('{ external: { baseUrl: "https://user:secret@d.example.com/v2?x=1" } }', "D"),
        "dev/e.yaml": spec('{ external: { baseUrl: "https://my_host.example.com/v2/" } }', "E"),
        "dev/f.yaml": spec('{ bundled: { publicUrl: "https://scim.example.com/payroll" } }', "F"),
        "dev/g.yaml": spec('{ bundled: { publicUrl: "http://localhost:8601/g" } }', "G"),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:3:1 error SC1307: \`server\` needs \`bundled\` (the server of this project) or \`external\` (the app's own).
        at: server
        allowed: bundled, external
        what to do: Keep one of the two.

      stacks/dev/b.yaml:3:1 error SC1307: \`server\` has \`bundled\` and \`external\`; an app has one SCIM server. (null removes one that was inherited.)
        at: server
        allowed: bundled, external
        what to do: Keep one of the two.

      stacks/dev/c.yaml:3:33 error SC1305: Okta sends the connection's token to this address: it must be https.
        at: server.bundled.publicUrl = "http://c.example.com/c"
        what to do: Use https; plain http is only for loopback addresses (127.0.0.1, localhost, [::1]).

      stacks/dev/d.yaml:3:32 error SC1205: A SCIM address has no query, no fragment and no credentials.
        at: server.external.baseUrl = "https://…@d.example.com/v2?x=1"
        what to do: Write it in the form described.

      stacks/dev/e.yaml:3:32 error SC1205: A SCIM address does not end with a slash.
        at: server.external.baseUrl = "https://my_host.example.com/v2/"
        what to do: Write it in the form described.

      stacks/dev/e.yaml:3:32 error SC1205: Okta refuses host names with an underscore.
        at: server.external.baseUrl = "https://my_host.example.com/v2/"
        what to do: Write it in the form described.

      stacks/dev/f.yaml:3:33 warning SC1406: The bundled server serves this app below /f.
        at: server.bundled.publicUrl = "https://scim.example.com/payroll"
        allowed: https://scim.example.com/f
        what to do: End it with /<tenant>, or make the proxy in front map its path to /<tenant>.

      6 errors and 1 warning in 6 files."
    `);
  });

  it("the connection", () => {
    expect(
      problemsOf({
        "dev/a.yaml": specWith(
          "connection: { management: api, configured: true, authentication: basic }",
          "A",
        ),
        "dev/b.yaml": specWith("connection: { username: okta, acceptPreviousToken: true }", "B"),
        "dev/c.yaml": `version: 1
app: { label: C, signOn: { mode: saml, ssoUrl: "https://c.example.com/acs", audience: c } }
server: { bundled: { publicUrl: "https://scim.example.com/c" } }
connection: { management: api, authentication: oauth2 }
`,
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:4:1 error SC1306: \`basic\` authentication needs \`connection.username\`.
        at: connection
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/a.yaml:4:44 error SC1306: \`configured\` belongs to a manual connection: here the program sets it.
        at: connection.configured = true
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/a.yaml:4:66 error SC1306: Okta's API sets no \`basic\` connection: use management: manual.
        at: connection.authentication = "basic"
        allowed: header, bearer, oauth2
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/b.yaml:4:25 error SC1306: \`connection.username\` belongs to \`basic\` authentication, not to \`header\`.
        at: connection.username = "okta"
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/b.yaml:4:52 error SC1306: There is no token before version 1.
        at: connection.acceptPreviousToken = true
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/c.yaml:4:1 error SC1306: \`oauth2\` authentication needs \`connection.clientId\`.
        at: connection
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/c.yaml:4:27 warning SC1306: Okta's API sets no connection of a custom app: it answers UNKNOWN, and a check fails after the update. Use management: manual.
        at: connection.management = "api"
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      stacks/dev/c.yaml:4:48 error SC1306: The bundled server takes header, bearer or basic authentication.
        at: connection.authentication = "oauth2"
        allowed: header, bearer, basic
        what to do: Follow the sentence; docs/spec.md describes \`connection\`.

      7 errors and 1 warning in 3 files."
    `);
  });

  it("sign-on", () => {
    const app = (rest: string) => `version: 1
app: { ${rest} }
server: { external: { baseUrl: "https://scim.example.com/${rest.length}" } }
`;
    expect(
      problemsOf({
        "dev/a.yaml": app("label: A"),
        "dev/b.yaml": app("label: B, signOn: { mode: swa, url: https://b.example.com }"),
        "dev/c.yaml": app(
          'label: C, signOn: { mode: saml, ssoUrl: "http://c.example.com/acs", audience: c, attributeStatements: [{ name: g, type: GROUP }, { name: e }] }',
        ),
        "dev/d.yaml": app("label: D, catalogName: zscalerbyz, userNameTemplate: { template: everybody }"),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:2:6 error SC1309: A custom app that signs on by auto_login needs \`app.signOn.signOnUrl\` (or the app needs \`catalogName\`).
        at: app.signOn = "auto_login"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/b.yaml:2:18 error SC1309: A custom app that signs on by swa needs \`app.signOn.buttonField\` (or the app needs \`catalogName\`).
        at: app.signOn = "swa"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/b.yaml:2:18 error SC1309: A custom app that signs on by swa needs \`app.signOn.passwordField\` (or the app needs \`catalogName\`).
        at: app.signOn = "swa"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/b.yaml:2:18 error SC1309: A custom app that signs on by swa needs \`app.signOn.usernameField\` (or the app needs \`catalogName\`).
        at: app.signOn = "swa"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/c.yaml:2:48 error SC1305: Assertions are sent to this address: it must be https.
        at: app.signOn.ssoUrl = "http://c.example.com/acs"
        what to do: Use https; plain http is only for loopback addresses (127.0.0.1, localhost, [::1]).

      stacks/dev/c.yaml:2:111 error SC1309: A GROUP statement has \`filterType\` and \`filterValue\`, and no \`values\`.
        at: app.signOn.attributeStatements[0] = "g"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/c.yaml:2:137 error SC1309: An EXPRESSION statement has \`values\`, and no filter.
        at: app.signOn.attributeStatements[1] = "e"
        what to do: Follow the sentence; docs/spec.md describes \`app.signOn\`.

      stacks/dev/d.yaml:2:73 error SC1311: This template holds no Okta expression in dollar and braces: everybody would get the same user name.
        at: app.userNameTemplate.template = "everybody"
        what to do: Write an Okta expression such as user.department; texts in it stand in double quotes.

      8 errors in 4 files."
    `);
  });

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

      stacks/dev/payroll.yaml:6:5 error SC1312: This acknowledgement needs \`until\`: the last day on which it is valid.
        at: acknowledgements[1] = "people-deactivated"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:7:34 error SC1312: Only \`pushed-and-assigned\` names a group.
        at: acknowledgements[2].group = "Finance"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      stacks/dev/payroll.yaml:8:5 error SC1312: This acknowledgement needs \`group\`.
        at: acknowledgements[3] = "pushed-and-assigned"
        what to do: Renew or remove it; it allows exactly one kind of change until its date.

      3 errors and 1 warning in 1 file."
    `);
  });
});

describe("rules between the specs of a stack", () => {
  it("labels, addresses and adopted apps are unique, also where another file is wrong in itself", () => {
    expect(
      problemsOf({
        "dev/a.yaml": specWith("adopt: { app: 0oa1234567890 }", "Payroll"),
        "dev/b.yaml": specWith("adopt: { app: 0oa1234567890 }\nchecks: { mode: warm }", "PAYROLL"),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/b.yaml:2:15 error SC1401: The label "payroll" is taken by stacks/dev/a.yaml:2:15.
        at: app.label = "PAYROLL"
        what to do: Labels are what people see in Okta: make them differ.

      stacks/dev/b.yaml:3:32 error SC1403: The SCIM address "https://scim.example.com/payroll/v2" is taken by stacks/dev/a.yaml:3:32.
        at: server.external.baseUrl = "https://scim.example.com/payroll/v2"
        what to do: Give each its own publicUrl or baseUrl.

      stacks/dev/b.yaml:4:15 error SC1405: The Okta app to adopt "0oa1234567890" is taken by stacks/dev/a.yaml:4:15.
        at: adopt.app = "0oa1234567890"
        what to do: Keep it at the application that it belongs to.

      stacks/dev/b.yaml:5:17 error SC1204: This value is not allowed here.
        at: checks.mode = "warm"
        allowed: enforce, warn
        did you mean: warn
        what to do: Use one of the values allowed.

      4 errors in 1 file."
    `);
  });

  it("a label that two specs inherit", () => {
    expect(
      problemsOf({
        "base/payroll.yaml": specWith(""),
        "dev/a.yaml": "extends: ../base/payroll.yaml\n",
        "dev/b.yaml":
          'extends: ../base/payroll.yaml\nserver: { external: { baseUrl: "https://b.example.com/v2" } }\n',
      }),
    ).toMatchInlineSnapshot(`
      "stacks/base/payroll.yaml:2:15 error SC1401: The label "payroll" is taken by stacks/dev/a.yaml, which inherits it too.
        at: app.label = "Payroll"
        what to do: Labels are what people see in Okta: make them differ.

      1 error in 1 file."
    `);
  });

  it("resource names and former names", () => {
    expect(
      problemsOf({
        "dev/payroll.yaml": specWith(
          "pushGroups: [{ group: Pay Admins }, { group: pay-admins, target: x }]\nassignments: { groups: [{ group: All }] }",
        ),
        "dev/wages.yaml": specWith("previousNames: [payroll, salaries]", "Wages"),
        "dev/zeta.yaml": specWith("previousNames: [salaries]", "Zeta"),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:4:46 error SC1402: The resource name "push/payroll-push-pay-admins" is taken by stacks/dev/payroll.yaml:4:23.
        at: pushGroups[1].group = "pay-admins"
        what to do: Rename one: names come from file names, group names, logins and attribute names.

      stacks/dev/wages.yaml:4:17 error SC1405: The name "payroll" is taken by stacks/dev/payroll.yaml:1:1.
        at: previousNames[0] = "payroll"
        what to do: Keep it at the application that it belongs to.

      stacks/dev/zeta.yaml:4:17 error SC1405: The name "salaries" is taken by stacks/dev/wages.yaml:4:26.
        at: previousNames[0] = "salaries"
        what to do: Keep it at the application that it belongs to.

      3 errors in 3 files."
    `);
  });
});

describe("rules that follow from the bundled server", () => {
  it("its tenants", () => {
    const spec = (lines: string, server: string) => `version: 1
app: { label: "${lines.length} ${server.length}", catalogName: zscalerbyz }
server: { bundled: { ${server} } }
${lines}
`;
    expect(
      problemsOf({
        "dev/metrics.yaml": spec("", 'publicUrl: "https://scim.example.com/metrics"'),
        "dev/wages.yaml": spec("previousNames: [payroll]", 'publicUrl: "https://scim.example.com/payroll"'),
        "dev/a.yaml": spec("checks: {}", 'publicUrl: "https://scim.example.com/x", tenant: x'),
        "dev/x.yaml": spec("protection: {}", 'publicUrl: "https://other.example.com/x"'),
        "dev/b.yaml": spec(
          'attributes: [{ name: n, scim: "urn:example:1.0:User:n.part" }]',
          'publicUrl: "https://scim.example.com/b"',
        ),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/b.yaml:4:31 error SC1301: In the bundled server an attribute of an extension has no parts of its own.
        at: attributes[0].scim = "urn:example:1.0:User:n.part"
        what to do: Write a core attribute (\`title\`, \`name.givenName\`) or \`urn:…:User:attribute\`.

      stacks/dev/metrics.yaml:3:11 error SC1315: "metrics" cannot name a tenant.
        at: server.bundled = "metrics"
        what to do: Choose another name: scim, healthz, readyz, metrics and inspector are taken.

      stacks/dev/wages.yaml:3:33 warning SC1406: The bundled server serves this app below /wages.
        at: server.bundled.publicUrl = "https://scim.example.com/payroll"
        allowed: https://scim.example.com/wages
        what to do: End it with /<tenant>, or make the proxy in front map its path to /<tenant>.

      stacks/dev/wages.yaml:4:17 error SC1314: The file was renamed, and its people are in the tenant of its former name: say \`server.bundled.tenant\`, the former name to keep them or "wages" to begin anew.
        at: previousNames[0] = "payroll"
        what to do: Add server.bundled.tenant.

      stacks/dev/x.yaml:3:11 error SC1403: The tenant "x" is taken by stacks/dev/a.yaml:3:71.
        at: server.bundled
        what to do: Give each its own publicUrl or baseUrl.

      4 errors and 1 warning in 4 files."
    `);
  });

  it("an attribute that is never sent", () => {
    const text = specWith(`provisioning: { unlistedMappings: keep }
attributes: [{ name: email, push: never }]
`);
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:35 error SC1316: With \`provisioning.unlistedMappings: keep\`, Okta goes on sending it as before.
        at: attributes[0].push = "never"
        what to do: Set provisioning.unlistedMappings to remove, or leave the attribute out.

      1 error in 1 file."
    `);
  });
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
