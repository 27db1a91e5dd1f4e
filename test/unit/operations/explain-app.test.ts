import { expect, it } from "vitest";
import { explainApp } from "../../../src/operations/explain-app.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import { specWith, withProject } from "../spec/spec-project.ts";

function explain(lines: string) {
  const { specs, issues } = withProject({ "stacks/dev/payroll.yaml": specWith(lines) }, (folder) =>
    loadStack(folder, "dev", { today: "2026-06-15" }),
  );
  expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
  const plan = planStack("dev", specs, { protect: false, sandboxConfigured: [] });
  const [app] = plan.apps;
  if (app === undefined) throw new Error("the spec makes no app");
  return explainApp(plan, app, { maxAssignmentRemovals: 7 });
}

it("a spec is explained in words", () => {
  const { checks, ...words } = explain(`connection: { management: manual, configured: true }
attributes:
  - { name: title, push: on_create }
  - { name: emailType }
  - { name: department, push: never }
pushGroups:
  - { group: Admins, target: payroll-admins, onRemove: delete, status: inactive }
assignments:
  groups:
    - { group: Last }
    - { group: Sales, priority: 1, profile: { userType: seller } }
    - { group: Finance, priority: 0 }
  users:
    - { login: ada@example.com, userName: ada }
protection: { maxDeactivations: 3 }`);
  expect(words).toMatchInlineSnapshot(`
    {
      "app": [
        "The catalog app scim2headerauth, sign-on auto_login, active.",
        "Okta sends people to the app's own SCIM server, https://scim.example.com/payroll/v2, with header authentication.",
        "An administrator sets the connection in Okta's console, and has done so.",
      ],
      "file": "stacks/dev/payroll.yaml",
      "groups": [
        "Admins as payroll-admins, paused; when the entry is removed, the group in the app is deleted",
      ],
      "label": "Payroll",
      "leaving": [
        "Who is in none of the groups any more and not assigned by name, or is deactivated in Okta, is deactivated in the app. The account stays there, switched off; Okta never deletes it.",
        "Who is suspended in Okta keeps the account as it is.",
        "Who comes back gets the same account again, found by user name.",
      ],
      "limits": [
        "people deactivated: 3",
        "assignments removed: 7",
        "push groups removed: 1",
        "groups deleted in the app: 0",
      ],
      "name": "payroll",
      "sends": [
        {
          "from": "Okta's login",
          "to": "userName",
          "when": "as Okta's console has it",
        },
        {
          "from": "Okta's first name",
          "to": "name.givenName",
          "when": "at each change",
        },
        {
          "from": "Okta's last name",
          "to": "name.familyName",
          "when": "at each change",
        },
        {
          "from": "Okta's email",
          "to": "emails[type eq "work"].value",
          "when": "at each change",
        },
        {
          "from": "Okta's title",
          "to": "title",
          "when": "when the account is made",
        },
        {
          "from": "always "work"",
          "to": "emails[type eq "work"].type",
          "when": "at each change",
        },
      ],
      "who": [
        "everybody in Finance, priority 0",
        "everybody in Sales, priority 1, with userType "seller"",
        "everybody in Last",
        "ada@example.com, as ada",
      ],
    }
  `);
  const ids = checks.map(({ id }) => id);
  expect(ids).toContain("okta.push-groups.declared");
  expect(ids).not.toContain("loop.canary.create");
});

it("what a spec switches off is not promised", () => {
  const off = explain(`connection: { management: manual, configured: false }
provisioning: { deactivateUsers: false, updateProfiles: false, createUsers: false }
checks: { readOnly: true }
assignments: { groups: [{ group: Finance }] }`);
  expect(off.app).toContain(
    "Assignments wait for the connection, which an administrator sets in Okta's console.",
  );
  expect(new Set(off.sends.slice(1).map(({ when }) => when))).toEqual(new Set(["when the account is made"]));
  expect(off.leaving).toEqual([
    "Who loses the app is unassigned in Okta only: an account that they have in the application stays as it is.",
    "Who is suspended in Okta keeps the account as it is.",
    "Okta makes no accounts (Create Users is off): it links those that exist.",
    "Changed attributes are not sent (Update User Attributes is off).",
  ]);
  expect(off.checks.map(({ id }) => id)).not.toContain("server.spec.create-user");
});
