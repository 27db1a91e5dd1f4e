import { describe, expect, it } from "vitest";
import { readChanges } from "../../../src/preview/changes/read-changes.ts";
import { idsAsNames } from "../../../src/preview/changes/resource-change.ts";
import type { PeopleImpact } from "../../../src/preview/people/impact.ts";
import { judge } from "../../../src/preview/report.ts";
import { reviewSettings } from "../../../src/preview/review-settings.ts";
import { change, exactPeople } from "./sample-report.ts";
import { step } from "./sample-step.ts";

const features = (create: string, deactivate: string, profile: string) => ({
  capabilities: {
    create: { lifecycleCreate: { status: create } },
    update: { lifecycleDeactivate: { status: deactivate }, profile: { status: profile } },
  },
});
const on = "ENABLED";
const off = "DISABLED";

describe("settings that change in place", () => {
  it.each([
    [
      "a feature that goes off",
      "features",
      features(on, on, on),
      features(on, off, on),
      /^Deactivate Users is switched off: .* keeps an active account$/,
    ],
    [
      "creation that goes off",
      "features",
      features(on, on, on),
      features(off, on, on),
      /^Create Users is switched off/,
    ],
    [
      "updates that go off",
      "features",
      features(on, on, on),
      features(on, on, off),
      /^Update User Attributes is switched off/,
    ],
    [
      "another address",
      "connection",
      { baseUrl: "https://a.example.com/scim" },
      { baseUrl: "https://b.example.com/scim" },
      /everyone's data to another address/,
    ],
    [
      "a connection switched off",
      "connection",
      { action: "activate" },
      { action: "deactivate" },
      /Okta sends nothing/,
    ],
    ["a paused push", "push group", { status: "ACTIVE" }, { status: "INACTIVE" }, /"Finance" is paused/],
    [
      "a mapping that ends",
      "mapping",
      { mappings: [{ id: "title", expression: "user.title", pushStatus: "PUSH" }] },
      { mappings: [] },
      /^changes of title in Okta no longer reach/,
    ],
  ] as const)("%s is for a reviewer", (_what, kind, before, after, sentence) => {
    expect(reviewSettings(change({ kind, action: "change", before, after }))).toEqual([
      expect.stringMatching(sentence),
    ]);
    expect(
      reviewSettings(change({ kind, action: "change", before: after, after: before })).filter(
        (text) => !text.includes("address"),
      ),
    ).toEqual([]);
  });

  it("where people are sent, or by which name, is for a reviewer; how an application looks is not", () => {
    const app = (before: object, after: object) =>
      reviewSettings(
        change({
          kind: "app",
          action: "change",
          type: "okta:app/saml:Saml",
          before: { ...before },
          after: { ...after },
        }),
      );
    expect(app({ ssoUrl: "https://a.example.com" }, { ssoUrl: "https://evil.example.com" })).toEqual([
      "settings of the application change: Single sign-on URL",
    ]);
    expect(app({ userNameTemplate: "a" }, { userNameTemplate: "b" })).toEqual([
      "settings of the application change: Application username",
    ]);
    expect(app({ label: "A", adminNote: "x", hideWeb: true }, { label: "B", adminNote: "y" })).toEqual([]);
    expect(app({ status: "INACTIVE" }, { status: "ACTIVE" })).toEqual([]);
  });

  it("a volume with accounts on it is told when it goes", () => {
    const volume = (title: string) =>
      reviewSettings(
        change({ kind: "SCIM server", action: "remove", type: "docker:index/volume:Volume", title }),
      );
    expect(volume("Volume okta-scim-dev-data")).toEqual([expect.stringContaining("is removed")]);
    expect(volume("Volume okta-scim-dev-config")).toEqual([]);
  });
});

describe("the verdict", () => {
  const verdictOf = (impact: Partial<PeopleImpact>, concerns: readonly string[] = []) => {
    const people = exactPeople(impact);
    return judge([{ name: "payroll", label: "Payroll", changes: [change({})], people }], [], [], concerns);
  };
  const ada = { id: "1", login: "ada@example.com" };

  it("is never safe while something is not known", () => {
    expect(verdictOf({}).level).toBe("safe");
    for (const impact of [
      { gains: [{ ...ada, account: "unknown" as const }] },
      { updatedLater: [{ ...ada, attributes: [] }] },
      { openQuestions: ["the new values of title can't be foreseen"] },
      { lockedOut: [ada] },
    ])
      expect(verdictOf(impact)).toEqual({
        level: "needs review",
        reasons: [expect.stringMatching(/^payroll: /)],
      });
    expect(verdictOf({}, ["payroll: x"]).level).toBe("needs review");
  });
});

it("a replaced application names the application as the reason, and only what differs of its settings", () => {
  const [app, mapping] = readChanges(
    [
      step("create", "okta:app/swa:Swa", { label: "Payroll", url: "https://x.example.com" }),
      step("delete", "okta:app/autoLogin:AutoLogin", {
        label: "Payroll",
        preconfiguredApp: "scim2headerauth",
      }),
      step("replace", "okta:profile/mapping:Mapping", { targetId: "1" }, ["targetId"]),
    ],
    idsAsNames,
  );
  expect(app?.fields.map(({ label }) => label).sort()).toEqual([
    "App's login page URL",
    "Catalog integration",
  ]);
  expect(mapping?.replacedBecause).toEqual(["the application"]);
});
