import { describe, expect, it } from "vitest";
import type { EngineStep } from "../../../src/preview/changes/engine-step.ts";
import { idsAsNames } from "../../../src/preview/changes/resource-change.ts";
import { compareSteps } from "../../../src/preview/drift/compare-steps.ts";
import type { DriftReport } from "../../../src/preview/drift/drift-report.ts";
import { renderDriftMarkdown, renderDriftTerminal } from "../../../src/preview/drift/render-drift.ts";

const component = "urn:pulumi:prod::okta-scim::okta-scim:index:ScimApp::payroll";
function step(type: string, name: string, partial: Partial<EngineStep>): EngineStep {
  return {
    operation: "same",
    urn: `urn:pulumi:prod::okta-scim::okta-scim:index:ScimApp$${type}::${name}`,
    type,
    name,
    parent: component,
    id: "id",
    protect: false,
    protectAfter: false,
    before: undefined,
    after: undefined,
    beforeOutputs: undefined,
    afterOutputs: undefined,
    replaceKeys: [],
    changedKeys: [],
    detailedDiff: undefined,
    ...partial,
  };
}

const connection = step("okta:app/connection:Connection", "payroll-connection", {
  operation: "update",
  before: { action: "activate", baseUrl: "https://a.example/scim/v2", profile: { token: "[secret]" } },
  after: { action: "deactivate", baseUrl: "https://a.example/scim/v2", profile: { token: "[secret]" } },
});
const goneGroup = step("okta:app/groupAssignment:GroupAssignment", "payroll-group-finance", {
  operation: "delete",
  before: { groupId: "Finance" },
});

describe("what a refresh found", () => {
  const told = (steps: readonly EngineStep[]): unknown[] =>
    compareSteps(steps, idsAsNames).map(({ app, kind, action, fields }) => [app, kind, action, fields]);

  it("is told in Okta's words, spec first", () => {
    expect(told([connection, goneGroup])).toEqual([
      [
        "payroll",
        "connection",
        "change",
        [{ label: "Connection", secret: false, before: "ENABLED", after: "DISABLED" }],
      ],
      ["payroll", "group assignment", "remove", []],
    ]);
  });

  it("is nothing where the spec leaves a property to Okta, or only outputs that nobody set changed", () => {
    const app = step("okta:app/saml:Saml", "payroll", {
      operation: "update",
      before: { label: "Payroll" },
      after: { label: "Payroll", hideWeb: true },
      beforeOutputs: { label: "Payroll", certificate: "a" },
      afterOutputs: { label: "Payroll", certificate: "b" },
    });
    expect(told([app])).toEqual([]);
  });

  it("is found where the provider reports it as an output only", () => {
    const app = step("okta:app/saml:Saml", "payroll", {
      operation: "update",
      before: { label: "Payroll" },
      after: { label: "Payroll" },
      beforeOutputs: { label: "Payroll" },
      afterOutputs: { label: "Wages" },
    });
    expect(told([app])).toEqual([
      [
        "payroll",
        "app",
        "change",
        [{ label: "Application label", secret: false, before: "Payroll", after: "Wages" }],
      ],
    ]);
  });

  it("takes the order of mappings for no difference, and an entry that someone added for one", () => {
    const entry = (id: string): object => ({ id, expression: `user.${id}`, pushStatus: "PUSH" });
    const mapping = (after: readonly object[]): EngineStep =>
      step("okta:profile/mapping:Mapping", "payroll-mapping", {
        operation: "update",
        before: { mappings: [entry("email"), entry("title")] },
        after: { mappings: after },
      });
    expect(told([mapping([entry("title"), entry("email")])])).toEqual([]);
    expect(told([mapping([entry("title"), entry("email"), entry("rank")])])).toEqual([
      [
        "payroll",
        "mapping",
        "change",
        [{ label: "rank", secret: false, before: "(none)", after: "user.rank" }],
      ],
    ]);
  });
});

describe("the drift report", () => {
  const report: DriftReport = {
    version: 1,
    project: "okta-scim",
    stack: "prod",
    org: "https://example.okta.com",
    at: "2026-11-22T03:17:00.000Z",
    drifted: true,
    apps: [
      {
        name: "payroll",
        label: "Payroll",
        changes: [
          ...compareSteps([connection, goneGroup], idsAsNames),
          {
            app: "payroll",
            kind: "push group",
            action: "add",
            title: "@everyone ``` </details>",
            fields: [],
            replacedBecause: [],
          },
        ],
      },
    ],
    shared: [],
    unreadable: [{ app: "payroll", what: "features: Provisioning to app", message: "HTTP 400 @you" }],
    comparedResources: 12,
  };

  it("reads as an issue, the same on every night that finds the same", () => {
    expect(renderDriftMarkdown({ ...report, at: "2026-11-23T03:17:00.000Z" })).toBe(
      renderDriftMarkdown(report),
    );
    expect(renderDriftMarkdown(report)).toMatchInlineSnapshot(`
      "<!-- okta-scim-drift:okta-scim/prod -->

      **prod** on https:⁠//example.okta.com: drift: 3 differences, 1 could not be read.

      #### Payroll \\(payroll\\)

      Spec says -> Okta has:

      \`\`\`diff
      ~ connection: Provisioning connection
      ~     Connection: ENABLED -> DISABLED
      - group assignment: Finance, gone from Okta
      + push group: @everyone ''' </details>, in Okta only
      \`\`\`

      #### Could not be read
      - payroll, features: Provisioning to app: HTTP 400 @⁠you

      - Revert: run the update (\`okta-scim up\`); it sets what the specs say. What is in Okta only, remove in the console.
      - Accept: change the spec in a pull request; \`adopt\` takes over what is in Okta only.
      "
    `);
  });

  it("reads in a terminal", () => {
    expect(renderDriftTerminal(report, (_tone, text) => text)).toMatchInlineSnapshot(`
      "prod on https://example.okta.com: drift: 3 differences, 1 could not be read

      Payroll (payroll) (spec says -> Okta has)
        ~ connection: Provisioning connection
        ~     Connection: ENABLED -> DISABLED
        - group assignment: Finance, gone from Okta
        + push group: @everyone \`\`\` </details>, in Okta only

      Could not be read
        ! payroll, features: Provisioning to app: HTTP 400 @you

      Revert: run the update (\`okta-scim up\`); it sets what the specs say. What is in Okta only, remove in the console.
      Accept: change the spec in a pull request; \`adopt\` takes over what is in Okta only."
    `);
    const none = { ...report, drifted: false, apps: [], unreadable: [] };
    expect(renderDriftTerminal(none, (_tone, text) => text)).toBe(
      "prod on https://example.okta.com: no drift: 12 resources are as deployed",
    );
  });

  it("never passes what GitHub takes", () => {
    const many = Array.from({ length: 4000 }, () => ({ ...goneGroup, before: { groupId: "x".repeat(60) } }));
    const changes = compareSteps(many, idsAsNames);
    const body = renderDriftMarkdown({ ...report, apps: [{ name: "payroll", label: "Payroll", changes }] });
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(body).toContain("more lines");
    expect(body).toContain("Shortened to fit");
    expect(body.match(/^```/gm)).toHaveLength(2);
    const apps = Array.from({ length: 2000 }, (_, index) => ({
      name: `a${index}`,
      label: "x".repeat(60),
      changes: changes.slice(0, 2),
    }));
    expect(renderDriftMarkdown({ ...report, apps })).toMatch(
      /^<!-- okta-scim-drift:.*-->\n\n\*\*prod\*\*: drift: [\s\S]*Too long/,
    );
  });
});
