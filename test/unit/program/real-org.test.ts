import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maskSecrets, type ProgramRun, resolveOutput, runProgram } from "./run-program.ts";

const projectDir = join(import.meta.dirname, "..", "..", "fixtures", "specs", "manual");
const tokenKey = "canary-token-key-0123456789-0123456789";
const privateKey = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----";

function findInputs({ resources }: ProgramRun, type: string): Readonly<Record<string, unknown>> {
  const found = resources.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`no ${type} was declared`);
  return found.inputs;
}

describe("a stack of a real org", () => {
  it("reaches it by the service app's private key, and shows no secret", async () => {
    const org = {
      orgName: "acme",
      clientId: "0oaServiceApp",
      privateKeyId: "k1",
      scopes: ["okta.apps.manage"],
      maxApiCapacity: 30,
    };
    const run = await runProgram({ projectDir, stack: "acme", config: { org, privateKey, tokenKey } });
    expect(maskSecrets(findInputs(run, "pulumi:providers:okta"))).toMatchInlineSnapshot(`
      {
        "baseUrl": "okta.com",
        "clientId": "0oaServiceApp",
        "maxApiCapacity": "30",
        "orgName": "acme",
        "privateKey": "[secret]",
        "privateKeyId": "k1",
        "scopes": "["okta.apps.manage"]",
      }
    `);
    const shown = JSON.stringify(run.resources.map(({ inputs }) => maskSecrets(inputs)));
    expect(shown).not.toContain("canary");
    const token = run.outputs.connectionTokens["expenses"];
    if (token === undefined) throw new Error("the manual app has no token to type");
    const typed = await resolveOutput(token);
    expect(typed).toMatch(/^[\w-]{43}$/);
    expect(shown).not.toContain(typed);
  });

  it("exports what an administrator has to do, and holds back what needs it", async () => {
    const run = await runProgram({
      projectDir,
      stack: "acme",
      config: { org: { orgName: "acme" }, apiToken: "00token", tokenKey },
    });
    expect(run.outputs.apps["expenses"]?.heldBack).toMatchInlineSnapshot(`
      [
        "The attribute mapping waits for the connection, which an administrator sets in Okta's console.",
        "Assignments wait for the connection, which an administrator sets in Okta's console.",
        "Push groups wait for the connection, which an administrator sets in Okta's console.",
      ]
    `);
    expect(run.outputs.consoleSteps["expenses"]?.join("\n")).toMatchInlineSnapshot(`
      "Okta Admin Console > Applications > Applications > Expenses
      General > App Settings > Edit: Provisioning = SCIM, Save
      Provisioning > Integration > Edit:
        SCIM connector base URL: https://scim.example.com/expenses/scim/v2
        Unique identifier field for users: userName
        Supported provisioning actions: Push New Users, Push Profile Updates, Push Groups
        Authentication mode: HTTP Header
        Authorization: Bearer, token from: pulumi stack output connectionTokens --show-secrets --stack acme (key expenses)
        Test Connector Configuration, then Save
      Provisioning > To App > Edit: Create Users on, Update User Attributes on, Deactivate Users on, Sync Password off, Save
      Then set in stacks/acme/expenses.yaml: connection: { management: manual, configured: true }
      and run the update of stack acme again: the mapping, the people and the groups of expenses follow."
    `);
  });

  it("declares the rest once the sandbox has done the administrator's step", async () => {
    const run = await runProgram({ projectDir, stack: "acme", config: { sandboxConfigured: ["expenses"] } });
    const names = run.resources.filter(({ type }) => type.startsWith("okta:")).map(({ name }) => name);
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "expenses",
        "expenses-attribute-limit",
        "expenses-group-everyone",
        "expenses-mapping",
        "expenses-push-approvers",
        "expenses-user-ada-example-com",
      ]
    `);
  });
});
