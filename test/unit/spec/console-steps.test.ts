import { describe, expect, it } from "vitest";
import { type ConsoleStepsSubject, describeConsoleSteps } from "../../../src/spec/console-steps.ts";

const subject: ConsoleStepsSubject = {
  stack: "prod",
  app: "payroll",
  file: "stacks/prod/payroll.yaml",
  label: "Payroll",
  catalogName: undefined,
  baseUrl: "https://scim.example.com/payroll/scim/v2",
  connection: {
    management: "manual",
    chosenBy: "spec",
    configured: false,
    configuredBySandbox: false,
    authentication: "header",
    username: undefined,
    clientId: undefined,
    tokenVersion: 1,
    acceptPreviousToken: false,
  },
  provisioning: {
    createUsers: true,
    updateProfiles: false,
    deactivateUsers: true,
    syncPassword: true,
    unlistedMappings: "keep",
  },
};

type Connection = ConsoleStepsSubject["connection"];

/** The lines between the base URL and the test: what an administrator enters as the credential. */
function credentialLines(
  catalogName: string | undefined,
  connection: Partial<Connection>,
): readonly string[] {
  const steps = describeConsoleSteps({
    ...subject,
    catalogName,
    connection: { ...subject.connection, ...connection },
  });
  const test = steps.findIndex((line) => line.includes("then Save"));
  const before = steps.findLastIndex((line, index) => index < test && /base url|actions/i.test(line));
  return steps.slice(before + 1, test).map((line) => line.trim());
}

const token = "pulumi stack output connectionTokens --show-secrets --stack prod (key payroll)";

describe("the console's steps", () => {
  // Header authentication sends what is typed, so the scheme is typed, too; the other modes put it in themselves.
  it.each([
    ["header", "scim2headerauth", {}, [`API Token: "Bearer " and the token from: ${token}`]],
    [
      "header",
      undefined,
      {},
      ["Authentication mode: HTTP Header", `Authorization: Bearer, token from: ${token}`],
    ],
    ["bearer", "scim2bearer", {}, [`API Token: the token from: ${token}`]],
    [
      "bearer",
      undefined,
      {},
      ["Authentication mode: HTTP Header", `Authorization: Bearer, token from: ${token}`],
    ],
    [
      "basic",
      undefined,
      { username: "okta" },
      ["Authentication mode: Basic Auth", "Username: okta", `Password: the token from: ${token}`],
    ],
    [
      "oauth2",
      undefined,
      { clientId: "abc" },
      ["Authentication mode: OAuth 2", "Client ID: abc", "Client secret: as the app's vendor gave it"],
    ],
  ] as const)(
    "name the credential of %s authentication (catalog app: %s)",
    (authentication, name, more, lines) => {
      expect(credentialLines(name, { authentication, ...more })).toEqual(lines);
    },
  );

  it("of a catalog app are those of its own form, with every feature as the spec has it", () => {
    expect(
      describeConsoleSteps({ ...subject, catalogName: "scim2headerauth" }).join("\n"),
    ).toMatchInlineSnapshot(`
      "Okta Admin Console > Applications > Applications > Payroll
      Provisioning > Configure API Integration > Enable API integration:
        Base URL: https://scim.example.com/payroll/scim/v2
        API Token: "Bearer " and the token from: pulumi stack output connectionTokens --show-secrets --stack prod (key payroll)
        Test API Credentials, then Save
      Provisioning > To App > Edit: Create Users on, Update User Attributes off, Deactivate Users on, Sync Password on, Save
      Then set in stacks/prod/payroll.yaml: connection: { management: manual, configured: true }
      and run the update of stack prod again: the mapping, the people and the groups of payroll follow."
    `);
  });
});
