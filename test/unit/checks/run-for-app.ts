import type { Check } from "../../../src/checks/check.ts";
import type { AppCheckPlan, ServerCheckPlan } from "../../../src/checks/check-plan.ts";
import type { CheckReport } from "../../../src/checks/check-report.ts";
import { type CheckClients, runChecks } from "../../../src/checks/run-checks.ts";
import { createMockOrg } from "../okta/mock-org.ts";

/** An app that assigns and pushes nobody. */
export function makeApp(server: Partial<ServerCheckPlan> = {}): AppCheckPlan {
  return {
    name: "payroll",
    label: "Payroll",
    appId: "0oa1",
    expectedStatus: "ACTIVE",
    signOnMode: "AUTO_LOGIN",
    server: {
      kind: "external",
      baseUrl: "https://scim.example.com/v2",
      authorization: "Bearer secret-token",
      ...server,
    },
    connection: { management: "api", configured: true, authentication: "header" },
    provisioning: { createUsers: true, updateProfiles: true, deactivateUsers: true, syncPassword: false },
    schemaProperties: [],
    mapping: [],
    attributes: [],
    pushGroups: [],
    assignments: { groups: [], users: [] },
    mode: "enforce",
  };
}

/** Runs some checks of one app against an org that answers nothing. */
export function runForApp(
  checks: readonly Check[],
  app: AppCheckPlan,
  clients: Partial<CheckClients> = {},
): Promise<CheckReport> {
  const plan = { stack: "dev", orgUrl: "https://example.okta.com", apps: [app] };
  return runChecks(plan, { okta: createMockOrg([]).client, ...clients }, { checks });
}
