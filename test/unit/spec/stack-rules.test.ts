import { describe, expect, it } from "vitest";
import { problemsOf, specWith } from "./spec-project.ts";

describe("rules between the specs of a stack", () => {
  it("labels, addresses and adopted apps are unique, also where another file is wrong in itself", () => {
    expect(
      problemsOf({
        "dev/a.yaml": specWith("adopt: { app: 0oa1234567890 }", "Payroll"),
        "dev/b.yaml": specWith("adopt: { app: 0oa1234567890 }\nchecks: { mode: warm }", "PAYROLL"),
      }),
    ).toMatchInlineSnapshot(`
      "stacks/dev/b.yaml:2:15 error SC1401: The label "PAYROLL" is taken by stacks/dev/a.yaml:2:15.
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
      "stacks/base/payroll.yaml:2:15 error SC1401: The label "Payroll" is taken by stacks/dev/a.yaml, which inherits it too.
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
