import { describe, expect, it } from "vitest";
import { readPulumiPreview } from "../../../src/preview/changes/pulumi-preview.ts";
import { readChanges } from "../../../src/preview/changes/read-changes.ts";
import { idsAsNames } from "../../../src/preview/changes/resource-change.ts";
import { ReportError } from "../../../src/preview/report-schema.ts";

const parent = "urn:pulumi:prod::okta-scim::okta-scim:index:ScimApp::payroll";
const state = (type: string, name: string, inputs: object) => ({
  urn: `urn:pulumi:prod::okta-scim::okta-scim:index:ScimApp$${type}::${name}`,
  custom: true,
  id: "0oa1",
  type,
  parent,
  inputs,
  outputs: inputs,
});
const app = state("okta:app/autoLogin:AutoLogin", "payroll", { label: "Payroll" });
const connection = (baseUrl: string) =>
  state("okta:app/connection:Connection", "payroll-connection", {
    baseUrl,
    profile: { authScheme: "TOKEN", token: "[secret]" },
  });
const push = (target: string) =>
  state("okta:index/pushGroup:PushGroup", "payroll-push-a", {
    sourceGroupId: "00g1",
    targetGroupName: target,
  });

/** As Pulumi v3.256 writes it with --show-sames --show-replacement-steps. */
const document = {
  config: {},
  steps: [
    { op: "same", urn: app.urn, oldState: app, newState: app, detailedDiff: null },
    {
      op: "update",
      urn: connection("a").urn,
      oldState: connection("https://a.example.com"),
      newState: connection("https://b.example.com"),
      diffReasons: ["baseUrl", "profile"],
      detailedDiff: {
        baseUrl: { kind: "update", inputDiff: true },
        "profile.token": { kind: "update", inputDiff: true },
      },
    },
    ...["delete-replaced", "replace", "create-replacement"].map((op) => ({
      op,
      urn: push("a").urn,
      oldState: push("a"),
      newState: push("b"),
      diffReasons: ["targetGroupName"],
      replaceReasons: ["targetGroupName"],
      detailedDiff: { targetGroupName: { kind: "update-replace", inputDiff: true } },
    })),
  ],
  diagnostics: [{ severity: "info", message: "hello" }],
  duration: 1,
  changeSummary: { same: 1, update: 1, replace: 1 },
};

describe("what `pulumi preview --json` wrote", () => {
  it("is read with its stack, each resource once", () => {
    const preview = readPulumiPreview(JSON.stringify(document));
    expect(preview).toMatchObject({ stack: "prod", project: "okta-scim" });
    const changes = readChanges(preview?.steps ?? [], idsAsNames);
    expect(changes.map(({ action, kind, app: name }) => `${name}: ${action} ${kind}`)).toEqual([
      "payroll: change connection",
      "payroll: replace push group",
    ]);
    expect(changes[0]?.fields).toContainEqual({ label: "API token", secret: true });
  });

  it("is refused without the resources that stay the same: their absence reads as an application that is new", () => {
    const lacking = { ...document, steps: document.steps.filter(({ op }) => op !== "same") };
    expect(() => readPulumiPreview(JSON.stringify(lacking))).toThrow(
      /lacks the resources that stay the same/,
    );
  });

  it("is refused where Pulumi failed, has no steps, or says something that nobody knows", () => {
    for (const [broken, message] of [
      [
        { ...document, diagnostics: [{ severity: "error", message: "no such group\n" }] },
        /failed: no such group$/,
      ],
      [{ steps: [] }, /has no steps/],
      [{ steps: [{ op: "improve", urn: app.urn }] }, /not a preview of Pulumi's/],
      [{ steps: ["same"] }, /not a preview of Pulumi's/],
    ] as const) {
      const read = () => readPulumiPreview(JSON.stringify(broken));
      expect(read).toThrow(ReportError);
      expect(read).toThrow(message);
    }
  });

  it("is not taken for one where it is something else, or cut off", () => {
    for (const text of [JSON.stringify(document).slice(0, -20), "", "[]", '{"version":1}', "null"])
      expect(readPulumiPreview(text)).toBeUndefined();
  });
});
