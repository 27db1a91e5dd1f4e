import { describe, expect, it } from "vitest";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planServerAttributes } from "../../../src/spec/plan-attributes.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import type { AppPlan } from "../../../src/spec/plan-types.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";
import { today, withProject } from "./spec-project.ts";

interface PlanOptions {
  readonly protect?: boolean;
  readonly sandboxConfigured?: readonly string[];
}

/** The plan of one app from the text of its spec. */
function planOf(text: string, options: PlanOptions = {}): AppPlan {
  return withProject({ "stacks/dev/payroll.yaml": text }, (dir) => {
    const { specs, issues } = loadStack(dir, "dev", { today });
    if (issues.some(({ severity }) => severity === "error")) throw new Error(renderIssues(issues));
    const { apps } = planStack("dev", specs, {
      protect: options.protect ?? false,
      sandboxConfigured: options.sandboxConfigured ?? [],
    });
    const [app] = apps;
    if (app === undefined) throw new Error("no app was planned");
    return app;
  });
}

function spec(lines: string, catalogName = "scim2headerauth"): string {
  return `version: 1
app: { label: Payroll, catalogName: ${catalogName} }
server: { bundled: { publicUrl: "https://scim.example.com/payroll" } }
pushGroups: [{ group: Admins }]
assignments: { groups: [{ group: Finance }] }
${lines}
`;
}

describe("who sets the connection", () => {
  it.each([
    ["auto", "scim2headerauth", "header", "manual"],
    ["auto", "zscalerbyz", "header", "api"],
    ["auto", "zscalerbyz", "bearer", "api"],
    ["api", "scim2headerauth", "header", "api"],
    ["manual", "zscalerbyz", "header", "manual"],
  ])("management %s of %s by %s is %s", (management, catalogName, authentication, expected) => {
    const plan = planOf(
      spec(`connection: { management: ${management}, authentication: ${authentication} }`, catalogName),
    );
    expect(plan.connection.management).toBe(expected);
    expect(plan.declares.connection).toBe(expected === "api");
    expect(plan.declares.features).toBe(expected === "api");
  });

  it("basic authentication is set by an administrator, even where the API serves the app", () => {
    const plan = planOf(spec("connection: { authentication: basic, username: okta }", "zscalerbyz"));
    expect(plan.connection.management).toBe("manual");
  });
});

describe("what is held back", () => {
  it("everything that needs the connection, until the spec says that it is configured", () => {
    const waiting = planOf(spec("connection: { management: manual }"));
    expect(waiting.declares).toEqual({
      connection: false,
      features: false,
      mapping: false,
      assignments: false,
      pushGroups: false,
    });
    expect(waiting.heldBack.map(({ what, reason }) => `${what}: ${reason}`)).toEqual([
      "mapping: manual-connection",
      "assignments: manual-connection",
      "pushGroups: manual-connection",
    ]);
    expect(waiting.consoleSteps.length).toBeGreaterThan(0);

    const configured = planOf(spec("connection: { management: manual, configured: true }"));
    expect(configured.declares).toEqual({
      connection: false,
      features: false,
      mapping: true,
      assignments: true,
      pushGroups: true,
    });
    expect(configured.consoleSteps).toEqual([]);
  });

  it("nothing once the sandbox did the administrator's step, and the plan says whose word that is", () => {
    const plan = planOf(spec("connection: { management: manual }"), { sandboxConfigured: ["payroll"] });
    expect(plan.declares.assignments).toBe(true);
    expect(plan.connection.configuredBySandbox).toBe(true);
  });

  it("people and groups of an app that is offboarding, whose protection ends", () => {
    const active = planOf(spec("connection: { management: api }"), { protect: true });
    expect(active.protect).toBe(true);
    const leaving = planOf(spec("connection: { management: api }\nlifecycle: offboarding"), {
      protect: true,
    });
    expect(leaving.protect).toBe(false);
    expect(leaving.declares).toEqual({
      connection: true,
      features: true,
      mapping: true,
      assignments: false,
      pushGroups: false,
    });
    expect(leaving.heldBack.map(({ message }) => message)).toEqual([
      "Assignments are released: the app is offboarding.",
      "Push groups are released: the app is offboarding.",
    ]);
  });
});

describe("attributes", () => {
  it("are Okta's default list where a spec says nothing", () => {
    const { mapping } = planOf(spec(""));
    expect(
      mapping.map(({ attribute, expression, pushStatus }) => `${attribute} <- ${expression} (${pushStatus})`),
    ).toEqual([
      "department <- user.department (PUSH)",
      "email <- user.email (PUSH)",
      "familyName <- user.lastName (PUSH)",
      "givenName <- user.firstName (PUSH)",
    ]);
  });

  it("are replaced by name, added, sent on creation only, or not at all", () => {
    const plan = planOf(
      spec(`attributes:
  - { name: email, expression: user.secondEmail, push: on_create }
  - { name: department, push: never }
  - { name: grade, type: number, scim: "urn:example:1.0:User:grade" }
  - { name: nick, scim: nickName, expression: user.nickName }
`),
    );
    expect(
      plan.mapping.map(
        ({ attribute, expression, pushStatus }) => `${attribute} <- ${expression} (${pushStatus})`,
      ),
    ).toEqual([
      "email <- user.secondEmail (DONT_PUSH)",
      "familyName <- user.lastName (PUSH)",
      "givenName <- user.firstName (PUSH)",
      "nick <- user.nickName (PUSH)",
    ]);
    expect(plan.attributes.filter(({ custom }) => custom).map(({ name }) => name)).toEqual(["grade", "nick"]);
    expect(planServerAttributes(plan.attributes)).toEqual([
      { schema: "urn:example:1.0:User", name: "grade", type: "decimal", multiValued: false },
    ]);
  });
});

it("resource names follow from the file's name and the keys, not from labels or places", () => {
  const plan = planOf(`version: 1
app: { label: Löhne & Gehälter, catalogName: scim2headerauth }
server: { external: { baseUrl: "https://scim.example.com/v2" } }
pushGroups: [{ group: "Grüppe / 1" }, { group: "管理者" }, { group: "***" }]
assignments: { groups: [{ group: Everyone in Finance }], users: [{ login: "Ada.O'Hara+x@example.com" }] }
`);
  const names = [...plan.pushGroups, ...plan.groupAssignments, ...plan.userAssignments].map(
    ({ resourceName }) => resourceName,
  );
  expect(names).toEqual([
    "payroll-push-gruppe-1",
    "payroll-push-管理者",
    "payroll-push-x2a2a2a",
    "payroll-group-everyone-in-finance",
    "payroll-user-ada-o-hara-x-example-com",
  ]);
});

it("a stack needs the bundled server as soon as one of its apps does", () => {
  const text = (server: string, label: string) =>
    `version: 1\napp: { label: ${label}, catalogName: scim2headerauth }\nserver: ${server}\n`;
  const external = '{ external: { baseUrl: "https://scim.example.com/v2" } }';
  const bundled = '{ bundled: { publicUrl: "https://scim.example.com/b" } }';
  const needsServer = (files: Readonly<Record<string, string>>): boolean =>
    withProject(files, (dir) => {
      const { specs } = loadStack(dir, "dev", { today });
      return planStack("dev", specs, { protect: false, sandboxConfigured: [] }).needsServer;
    });
  const alone = { "stacks/dev/a.yaml": text(external, "A") };
  expect(needsServer(alone)).toBe(false);
  expect(needsServer({ ...alone, "stacks/dev/b.yaml": text(bundled, "B") })).toBe(true);
});

it("a pushed group is named in the application as the spec says, or as in Okta", () => {
  const { pushGroups } = planOf(`version: 1
app: { label: Payroll, catalogName: scim2headerauth }
server: { external: { baseUrl: "https://scim.example.com/v2" } }
pushGroups: [{ group: Admins, target: payroll-admins }, { group: Staff }]
`);
  expect(pushGroups.map(({ group, target }) => `${group} -> ${target}`).sort()).toEqual([
    "Admins -> payroll-admins",
    "Staff -> Staff",
  ]);
});
