import { describe, expect, it } from "vitest";
import { buildTenant } from "../../../scim-server/src/config/tenant.ts";
import { parseTenantsFile } from "../../../scim-server/src/config/tenants-file.ts";
import { buildTenantsFile } from "../../../src/program/tenants-file.ts";
import { loadStack } from "../../../src/spec/load-stack.ts";
import { planStack } from "../../../src/spec/plan-stack.ts";
import { renderIssues } from "../../../src/spec/render-issues.ts";
import { listRecordable } from "../../../src/spec/scim-path.ts";
import { today, withProject } from "../spec/spec-project.ts";

/** The one tenant of a spec as the server reads it; what `validate` says where it refuses the spec. */
function serve(bundled: string, lines = "") {
  const text = `version: 1
app: { label: Payroll, catalogName: scim2headerauth }
server: { bundled: { publicUrl: "https://scim.example.com/payroll"${bundled} } }
${lines}
`;
  return withProject({ "stacks/dev/payroll.yaml": text }, (dir) => {
    const { specs, issues } = loadStack(dir, "dev", { today });
    if (issues.some(({ severity }) => severity === "error")) return renderIssues(issues);
    const { apps } = planStack("dev", specs, { protect: false, sandboxConfigured: [] });
    const file = buildTenantsFile(apps, { payroll: { current: "t2", previous: "t1" } }, "loopback");
    const [tenant] = parseTenantsFile(JSON.stringify(file)).tenants;
    if (tenant === undefined) throw new Error("no tenant");
    return { config: tenant, tenant: buildTenant(tenant) };
  });
}

const attribute = (scim: string, type = "string") =>
  `attributes: [{ name: own, type: ${type}, scim: "${scim}", expression: user.department }]`;

describe("the file of tenants", () => {
  it("tells the server everything that the spec says of it", () => {
    const served = serve(
      `, tenant: pay, reactivateOnCreate: true, rateLimit: { requestsPerSecond: 0.5, burst: 3 },
        webhooks: [{ id: hr, url: "https://hr.example.com/hook", maxAttempts: 3 }, { id: it, url: "https://it.example.com" }],
        changes: { values: [userName, members, "urn:example:2.0:User:cost$center"], keepDays: 30, keepCount: 1000 }`,
      `connection: { tokenVersion: 2, acceptPreviousToken: true }\n${attribute("urn:example:2.0:User:cost$center")}`,
    );
    expect(served).toMatchObject({
      config: {
        name: "pay",
        publicUrl: "https://scim.example.com/payroll",
        authentication: "header",
        tokens: [{ id: "v2" }, { id: "v1" }],
        attributes: [{ schema: "urn:example:2.0:User", name: "cost$center", type: "string" }],
        reactivateOnCreate: true,
        rateLimit: { requestsPerSecond: 0.5, burst: 3 },
        webhooks: [
          { id: "hr", url: "https://hr.example.com/hook", secretFile: "webhook-pay-hr", maxAttempts: 3 },
          { id: "it", url: "https://it.example.com", secretFile: "webhook-pay-it", maxAttempts: 12 },
        ],
        changes: { keepDays: 30, keepCount: 1000 },
      },
      tenant: {
        changes: { values: new Set(["userName", "members", "urn:example:2.0:User:cost$center"]) },
      },
    });
  });

  // One refused tenant would keep the server from all the others: it goes on with the file that it read last.
  it.each([
    ["a short namespace", "", attribute("urn:x:foo")],
    [
      "an attribute added to the enterprise extension",
      "",
      attribute("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:badge"),
    ],
    [
      "recorded values of standard attributes",
      ", changes: { values: [NAME, emails, externalId, displayName] }",
      "",
    ],
    [
      "recorded values of the enterprise extension",
      ', changes: { values: ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"] }',
      "",
    ],
  ])("is taken by the server: %s", (_what, bundled, lines) => {
    expect(serve(bundled, lines)).toMatchObject({ config: { name: "payroll" } });
  });

  it("may name each attribute to record that validation knows", () => {
    const served = serve(`, changes: { values: ${JSON.stringify(listRecordable())} }`);
    expect(served).toMatchObject({ config: { changes: { values: listRecordable() } } });
  });

  it.each([
    [
      "a recorded value that no schema has",
      ", changes: { values: [userName, usrName] }",
      "",
      "SC1301: The bundled server records no attribute of this name.",
    ],
    ["a part of one", ", changes: { values: [name.givenName] }", "", "SC1301"],
    ["a password", ", changes: { values: [password] }", "", "SC1301"],
    [
      "a standard attribute of another spelling and type",
      "",
      attribute("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:CostCenter", "integer"),
      "SC1301: The attribute of the standard is written otherwise.",
    ],
    [
      "one attribute in two spellings",
      "",
      `attributes:
  - { name: one, type: string, scim: "urn:example:2.0:User:level", expression: user.department }
  - { name: two, type: integer, scim: "urn:example:2.0:User:Level", expression: "1" }`,
      "SC1304: `one` goes to the same SCIM attribute.",
    ],
  ])("is never written with what the server refuses: %s", (_what, bundled, lines, issue) => {
    expect(serve(bundled, lines)).toEqual(expect.stringContaining(issue));
  });
});
