import { describe, expect, it } from "vitest";
import { expectedSteps, takesAway } from "../../../src/program/expected-steps.ts";
import { findFormerNames } from "../../../src/program/former-names.ts";
import type { OrgDirectory } from "../../../src/program/org-directory.ts";
import type { PreviousResource, PreviousUpdate } from "../../../src/program/previous-update.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import type { StackPlan } from "../../../src/spec/plan-types.ts";
import { withProject } from "../spec/spec-project.ts";

const appId = "0oapayroll0000000000";
const directory: OrgDirectory = {
  groupIds: new Map([
    ["Finance", "00gfinance"],
    ["Finance EMEA", "00gfinance"],
    ["Sales", "00gsales"],
  ]),
  userIds: new Map([["ada@example.com", "00uada"]]),
};

const spec = {
  version: 1,
  app: { label: "Payroll", catalogName: "scim2headerauth" },
  server: { external: { baseUrl: "https://scim.example.com/scim/v2" } },
  connection: { management: "api" },
  assignments: { groups: [{ group: "Finance", priority: 0 }], users: [{ login: "ada@example.com" }] },
  pushGroups: [{ group: "Sales", target: "sales", onRemove: "delete" }],
};

const type = {
  app: "okta:app/autoLogin:AutoLogin",
  saml: "okta:app/saml:Saml",
  connection: "okta:app/connection:Connection",
  group: "okta:app/groupAssignment:GroupAssignment",
  user: "okta:app/user:User",
  push: "okta:index/pushGroup:PushGroup",
} as const;

function resource(kind: keyof typeof type, name: string, outputs: Record<string, unknown>): PreviousResource {
  return { urn: `urn:${type[kind]}::${name}`, type: type[kind], name, outputs };
}

/** What an update of the spec above leaves. */
function lastUpdate(changes: Partial<PreviousUpdate> = {}): PreviousUpdate {
  const provisioning = { appId };
  return {
    appIds: { payroll: appId },
    usedAcknowledgements: new Map(),
    offboarded: [],
    protectedApps: [],
    resources: [
      resource("app", "payroll", {
        label: "Payroll",
        status: "ACTIVE",
        name: "scim2headerauth",
        preconfiguredApp: "scim2headerauth",
        accessibilitySelfService: false,
      }),
      resource("connection", "payroll-connection", {
        idProperty: appId,
        baseUrl: "https://scim.example.com/scim/v2",
      }),
      resource("group", "payroll-group-finance", { ...provisioning, groupId: "00gfinance", priority: 0 }),
      resource("user", "payroll-user-ada-example-com", {
        ...provisioning,
        userId: "00uada",
        username: "ada@example.com",
      }),
      resource("push", "payroll-push-sales", {
        ...provisioning,
        sourceGroupId: "00gsales",
        targetGroupName: "sales",
        deleteTargetGroupOnDestroy: true,
        status: "ACTIVE",
      }),
    ],
    ...changes,
  };
}

function planOf(specs: Record<string, unknown>, protect = false): StackPlan {
  const files = Object.entries(specs).map(([name, spec]) => [
    `stacks/dev/${name}.yaml`,
    JSON.stringify(spec),
  ]);
  return withProject({ "stacks/dev/.keep": "", ...Object.fromEntries(files) }, (folder) => {
    const { specs: loaded, issues } = loadStack(folder, "dev");
    const errors = issues.filter(({ severity }) => severity === "error");
    if (errors.length > 0 && Object.keys(specs).length > 0) throw new Error(JSON.stringify(errors));
    return planStack("dev", loaded, { protect, sandboxConfigured: [] });
  });
}

/** What is told of the update, but for what stays as it is; features are new in all of these. */
function steps(previous: PreviousUpdate, specs: Record<string, unknown>, protect = false): string[] {
  return expectedSteps(previous, planOf(specs, protect), directory)
    .filter(({ operation, name }) => operation !== "same" && !name.endsWith("-features"))
    .map(({ operation, name, replaceKeys }) => [operation, name, ...replaceKeys].join(" "))
    .sort();
}

describe("what an update will do, as the program foresees it", () => {
  it("nothing, where the specs are those of the last update", () => {
    expect(steps(lastUpdate(), { payroll: spec })).toEqual([]);
  });

  it("deletions of what the spec no longer has, and of everything where it is gone", () => {
    expect(steps(lastUpdate(), { payroll: { ...spec, assignments: {}, pushGroups: [] } })).toEqual([
      "delete payroll-group-finance",
      "delete payroll-push-sales",
      "delete payroll-user-ada-example-com",
    ]);
    expect(steps(lastUpdate(), {})).toHaveLength(5);
  });

  it("a replacement, with the input that forces it, of a push group that gets another target", () => {
    const pushGroups = [{ group: "Sales", target: "sellers", onRemove: "delete" }];
    expect(steps(lastUpdate(), { payroll: { ...spec, pushGroups } })).toEqual([
      "replace payroll-push-sales targetGroupName",
    ]);
  });

  it("a replacement of the app and of all that is in it, where it becomes another of the catalog", () => {
    const app = { label: "Payroll", catalogName: "okta_org2org" };
    expect(steps(lastUpdate(), { payroll: { ...spec, app } })).toEqual([
      "replace payroll preconfiguredApp",
      "replace payroll-connection idProperty",
      "replace payroll-group-finance appId",
      "replace payroll-push-sales appId",
      "replace payroll-user-ada-example-com appId",
    ]);
  });

  it("an app of another sign-on mode: the old one goes, with all that is in it", () => {
    const app = {
      label: "Payroll",
      signOn: { mode: "saml", ssoUrl: "https://payroll.example.com/sso", audience: "payroll" },
    };
    const told = steps(lastUpdate(), { payroll: { ...spec, app } });
    expect(told).toEqual(expect.arrayContaining(["create payroll", "delete payroll"]));
    expect(told).toContain("replace payroll-group-finance appId");
  });

  it("an update of a connection whose address loses TLS, and of an app that is switched off", () => {
    const external = { external: { baseUrl: "http://127.0.0.1:9/scim/v2" } };
    const app = { ...spec.app, status: "inactive" };
    expect(steps(lastUpdate(), { payroll: { ...spec, app, server: external } })).toEqual([
      "update payroll",
      "update payroll-connection",
    ]);
  });

  it("protection that is taken off, and none that was never there", () => {
    const previous = lastUpdate({ protectedApps: ["payroll"] });
    const lifted = (before: PreviousUpdate, protect: boolean) =>
      expectedSteps(before, planOf({ payroll: spec }, protect), directory).filter(
        (step) => step.protect && !step.protectAfter && takesAway(step),
      );
    expect(lifted(previous, false).map(({ name }) => name)).toEqual(["payroll"]);
    expect(lifted(previous, true)).toEqual([]);
    expect(lifted(lastUpdate(), false)).toEqual([]);
  });

  it("nothing, where a spec's file was renamed and says so", () => {
    const renamed = { ...spec, previousNames: ["payroll"] };
    expect(steps(lastUpdate(), { wages: renamed })).toEqual([]);
  });

  it("nothing, where a group was renamed in Okta and the spec follows", () => {
    const assignments = { ...spec.assignments, groups: [{ group: "Finance EMEA", priority: 0 }] };
    const specs = { payroll: { ...spec, assignments } };
    expect(steps(lastUpdate(), specs)).toEqual([]);
    expect([...findFormerNames(lastUpdate(), planOf(specs), directory)]).toEqual([
      ["payroll-group-finance-emea", "payroll-group-finance"],
    ]);
  });

  it("a replacement, where the group of that name is another one by now", () => {
    const other = { ...directory, groupIds: new Map([...directory.groupIds, ["Finance", "00gother"]]) };
    const told = expectedSteps(lastUpdate(), planOf({ payroll: spec }), other).filter(
      ({ operation }) => operation === "replace",
    );
    expect(told.map(({ name, replaceKeys }) => [name, replaceKeys])).toEqual([
      ["payroll-group-finance", ["groupId"]],
    ]);
  });
});
