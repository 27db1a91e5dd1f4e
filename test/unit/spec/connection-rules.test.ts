import { describe, expect, it } from "vitest";
import { problemsOf, specWith } from "./spec-project.ts";

describe("rules of the app, its server and its connection", () => {
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

  it("receivers of changes: safe addresses, each with a name of its own", () => {
    const webhooks =
      '[{ id: a, url: "http://hooks.example.com" }, { id: b, url: "http://127.0.0.1:9/" }, { id: a, url: "https://hooks.example.com" }]';
    expect(
      problemsOf({
        "dev/a.yaml": `version: 1
app: { label: A, catalogName: scim2headerauth }
server: { bundled: { publicUrl: "https://scim.example.com/a", webhooks: ${webhooks} } }
`,
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/a.yaml:3:88 error SC1305: People's data is sent to this address: it must be https.
        at: server.bundled.webhooks[0].url = "http://hooks.example.com"
        what to do: Use https; plain http is only for loopback addresses (127.0.0.1, localhost, [::1]).

      stacks/dev/a.yaml:3:163 error SC1304: There are two webhooks "a".
        at: server.bundled.webhooks[2].id = "a"
        what to do: Keep one of the two.

      2 errors in 1 file."
    `);
  });
});
