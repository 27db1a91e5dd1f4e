import { describe, expect, it } from "vitest";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { renderIssuesJson } from "../../../src/spec/render-issues.ts";
import { problemsOf, specWith, today, withProject } from "./spec-project.ts";

describe("values of the wrong kind", () => {
  it("all errors of a file at once, in the order of its lines", () => {
    const text = `version: 2
lable: Payroll
app:
  label: [Payroll]
  catalogNmae: scim2headerauth
  signOn: { mode: smal }
server:
  bundled: { publicUrl: scim.example.com }
connection: { tokenVersion: 1.5, authentication: Header }
provisioning: { createUsers: yes, updateProfiles: null }
attributes:
  - { name: 1st, type: strnig }
  - name: costCenter
    enum: []
pushGroups: Payroll Admins
assignments:
  groups:
    - { grup: Finance, priority: -1 }
    - Sales
acknowledgements:
  - { kind: people-deactivate, until: tomorrow }
protection: { maxDeactivations: 5 percent }
adopt: { app: 00u123 }
`;
    expect(problemsOf({ "dev/payroll.yaml": text })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:10 error SC1204: This value is not allowed here.
        at: version = 2
        allowed: 1
        did you mean: 1
        what to do: Use one of the values allowed.

      stacks/dev/payroll.yaml:2:1 error SC1201: The key "lable" is unknown.
        at: lable
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        did you mean: app.label
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/payroll.yaml:4:10 error SC1202: Expected a text, not a list.
        at: app.label = ["Payroll"]
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:5:3 error SC1201: The key "catalogNmae" is unknown in app.
        at: app.catalogNmae
        allowed: label, catalogName, status, signOn, settings, userNameTemplate, visibility, accessibility, notes
        did you mean: catalogName
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/payroll.yaml:6:19 error SC1204: This value is not allowed here.
        at: app.signOn.mode = "smal"
        allowed: auto_login, swa, saml
        did you mean: saml
        what to do: Use one of the values allowed.

      stacks/dev/payroll.yaml:8:25 error SC1205: This must be an absolute URL, beginning with https://.
        at: server.bundled.publicUrl = "scim.example.com"
        what to do: Write it in the form described.

      stacks/dev/payroll.yaml:9:29 error SC1202: Expected a whole number, not a fraction.
        at: connection.tokenVersion = 1.5
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:9:50 error SC1204: This value is not allowed here.
        at: connection.authentication = "Header"
        allowed: header, bearer, basic, oauth2
        did you mean: header
        what to do: Use one of the values allowed.

      stacks/dev/payroll.yaml:10:30 error SC1202: Expected true or false, not a text.
        at: provisioning.createUsers = "yes"
        did you mean: true
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:10:51 error SC1202: Expected true or false, not nothing.
        at: provisioning.updateProfiles = null
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:12:13 error SC1205: This must be a variable name: a letter, then letters, digits, underscores.
        at: attributes[0].name = "1st"
        what to do: Write it in the form described.

      stacks/dev/payroll.yaml:12:24 error SC1204: This value is not allowed here.
        at: attributes[0].type = "strnig"
        allowed: string, boolean, integer, number, array
        did you mean: string
        what to do: Use one of the values allowed.

      stacks/dev/payroll.yaml:14:11 error SC1206: At least 1 entry is needed here.
        at: attributes[1].enum = []
        what to do: Keep within the limits named.

      stacks/dev/payroll.yaml:15:13 error SC1202: Expected a list, not a text.
        at: pushGroups = "Payroll Admins"
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:18:7 error SC1203: \`assignments.groups[0]\` needs \`group\`.
        at: assignments.groups[0].group
        what to do: Add it; docs/spec.md says what it means.

      stacks/dev/payroll.yaml:18:9 error SC1201: The key "grup" is unknown in assignments.groups[0].
        at: assignments.groups[0].grup
        allowed: group, priority, profile
        did you mean: group
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/payroll.yaml:18:34 error SC1206: At least 0 is needed here.
        at: assignments.groups[0].priority = -1
        what to do: Keep within the limits named.

      stacks/dev/payroll.yaml:19:7 error SC1202: Expected a mapping, not a text.
        at: assignments.groups[1] = "Sales"
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      stacks/dev/payroll.yaml:21:5 error SC1203: \`acknowledgements[0]\` needs \`reason\`.
        at: acknowledgements[0].reason
        what to do: Add it; docs/spec.md says what it means.

      stacks/dev/payroll.yaml:21:13 error SC1204: This value is not allowed here.
        at: acknowledgements[0].kind = "people-deactivate"
        allowed: pushed-and-assigned, people-deactivated, assignments-removed, push-groups-removed, target-groups-deleted, app-deactivated, app-replaced, tls-weakened, authentication-weakened, protect-removed
        did you mean: people-deactivated
        what to do: Use one of the values allowed.

      stacks/dev/payroll.yaml:21:39 error SC1205: This must be a date, YYYY-MM-DD.
        at: acknowledgements[0].until = "tomorrow"
        what to do: Write it in the form described.

      stacks/dev/payroll.yaml:22:33 error SC1205: This must be a number of at least 0, or a share such as 5%.
        at: protection.maxDeactivations = "5 percent"
        what to do: Write it in the form described.

      stacks/dev/payroll.yaml:23:15 error SC1205: This must be the id of an app, beginning with 0oa.
        at: adopt.app = "00u123"
        what to do: Write it in the form described.

      23 errors in 1 file."
    `);
  });

  it("what is missing, and the unknown key that was meant", () => {
    expect(problemsOf({ "dev/payroll.yaml": "version: 1\nap:\n  label: Payroll\n" })).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:1:1 error SC1203: \`app\` is missing.
        at: app
        what to do: Add it; docs/spec.md says what it means.

      stacks/dev/payroll.yaml:1:1 error SC1203: \`server\` is missing.
        at: server
        what to do: Add it; docs/spec.md says what it means.

      stacks/dev/payroll.yaml:2:1 error SC1201: The key "ap" is unknown.
        at: ap
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        did you mean: app
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      3 errors in 1 file."
    `);
  });

  it("a key whose value was forgotten is not read as nothing", () => {
    expect(
      problemsOf({ "dev/payroll.yaml": specWith("assignments:\n  groups:\n  users: []\n") }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/payroll.yaml:5:10 error SC1202: Expected a list, not nothing.
        at: assignments.groups = null
        what to do: Write a value of the type expected; quote a text that looks like a number or a boolean.

      1 error in 1 file."
    `);
  });

  it("errors of several files, each once, though two specs extend the file that has one", () => {
    expect(
      problemsOf({
        "base/common.yaml": "version: 1\nprovisioning: { creatUsers: true }\n",
        "dev/a.yaml": `extends: ../base/common.yaml\n${specWith("", "Alpha").replace("version: 1\n", "")}`,
        "dev/b.yaml": `extends: ../base/common.yaml\n${specWith("chekcs: {}", "Beta").replace("version: 1\n", "")}`,
        "dev/c.yaml": "",
      }),
    ).toMatchInlineSnapshot(`
      "stacks/base/common.yaml:2:17 error SC1201: The key "creatUsers" is unknown in provisioning.
        at: provisioning.creatUsers
        allowed: createUsers, updateProfiles, deactivateUsers, syncPassword, unlistedMappings
        did you mean: createUsers
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/b.yaml:4:1 error SC1201: The key "chekcs" is unknown.
        at: chekcs
        allowed: version, extends, lifecycle, app, server, connection, provisioning, attributes, pushGroups, assignments, protection, acknowledgements and 3 more
        did you mean: checks
        what to do: Use one of the keys allowed here; docs/spec.md lists all.

      stacks/dev/c.yaml:1:1 error SC1004: The file is empty.
        what to do: Write a spec, or delete the file. README.md begins with a small one.

      3 errors in 3 files."
    `);
  });

  it("as data", () => {
    const files = { "stacks/dev/payroll.yaml": specWith("checks: { mode: wran }\n") };
    const json = withProject(files, (dir) => renderIssuesJson(loadStack(dir, "dev", { today }).issues));
    expect(json).toMatchInlineSnapshot(`
      "{
        "errors": 1,
        "warnings": 0,
        "issues": [
          {
            "code": "SC1204",
            "severity": "error",
            "file": "stacks/dev/payroll.yaml",
            "line": 4,
            "column": 17,
            "path": "checks.mode",
            "message": "This value is not allowed here.",
            "value": "\\"wran\\"",
            "allowed": [
              "enforce",
              "warn"
            ],
            "nearest": "warn",
            "remedy": "Use one of the values allowed."
          }
        ]
      }"
    `);
  });
});
