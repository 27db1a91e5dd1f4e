import { describe, expect, it } from "vitest";
import { problemsOf, specWith } from "./spec-project.ts";

describe("rules of attributes", () => {
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
