import { expect, test } from "vitest";
import { createReport } from "../../../src/preview/create-report.ts";
import { createMockOrg } from "../okta/mock-org.ts";
import { step } from "./sample-step.ts";

/** A report on one assignment, from an org that lists groups and refuses everything else. */
function reportOn(operation: "create" | "delete", listsGroups = true) {
  const refused = {
    status: 403,
    body: { errorCode: "E0000006", errorSummary: "You do not have permission" },
  };
  const { client } = createMockOrg([
    listsGroups ? { status: 200, body: [] } : refused,
    ...Array.from({ length: 20 }, () => refused),
  ]);
  return createReport({
    project: "okta-scim",
    plan: { stack: "prod", apps: [], needsServer: false },
    steps: [
      step("same", "okta:app/autoLogin:AutoLogin", { label: "Payroll" }),
      step(operation, "okta:app/groupAssignment:GroupAssignment", { appId: "0oa1", groupId: "00g1" }),
    ],
    client,
    appliesMappings: true,
    now: new Date("2026-11-22T10:00:00Z"),
  });
}

test("people of whom Okta refuses to tell are unknown, and nothing may be taken from them", async () => {
  const report = await reportOn("delete");
  expect(report.apps[0]?.people).toEqual({
    kind: "unknown",
    because: expect.stringMatching(/^Okta refused GET .* with 403 E0000006: You do not have permission/),
  });
  expect(report.verdict.level).toBe("dangerous");
  expect(report.guardRails).toMatchObject([
    {
      kind: "people-deactivated",
      outcome: "broken",
      message: expect.stringMatching(/^nobody can tell how many people lose their account: Okta refused/),
    },
  ]);
});

test("an org that does not even tell its groups leaves a report with their ids", async () => {
  const report = await reportOn("delete", false);
  expect(report.apps[0]?.changes).toMatchObject([{ action: "remove", title: "00g1" }]);
  expect(report.verdict.level).toBe("dangerous");
});

test("what is only added may be reviewed without their number", async () => {
  const report = await reportOn("create");
  expect(report.guardRails).toEqual([]);
  expect(report.verdict).toEqual({
    level: "needs review",
    reasons: [expect.stringMatching(/^payroll: people are unknown: Okta refused/)],
  });
});
