import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { maskSecrets, runProgram } from "./run-program.ts";

const projectDir = join(import.meta.dirname, "..", "..", "..");
const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

/** The settings of the worked example, by their key without `okta-scim:`. */
function readProductionSettings(): Record<string, unknown> {
  const { config } = stackFile.parse(parse(readFileSync(join(projectDir, "Pulumi.prod.yaml"), "utf8")));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("okta-scim:", ""), value]),
  );
}

describe("the worked example of production", () => {
  it("is complete but for its secrets, and declares both apps with the server on the remote Docker host", async () => {
    const config = { ...readProductionSettings(), privateKey: "pem" };
    const { resources, outputs } = await runProgram({ projectDir, stack: "prod", config });
    expect(Object.values(outputs.apps).flatMap(({ heldBack }) => heldBack)).toEqual([]);
    const hosts = resources
      .filter(({ type }) => type === "pulumi:providers:docker")
      .map(({ inputs }) => maskSecrets(inputs));
    expect(hosts).toMatchInlineSnapshot(`
      [
        {
          "host": "ssh://deploy@scim.example.com",
          "sshOpts": "["-o","BatchMode=yes","-o","StrictHostKeyChecking=yes"]",
        },
      ]
    `);
    const names = resources.filter(({ type }) => type.startsWith("okta:")).map(({ name }) => name);
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "expenses",
        "expenses-group-engineering",
        "expenses-group-sales",
        "expenses-mapping",
        "payroll",
        "payroll-attribute-payrollNumber",
        "payroll-group-finance",
        "payroll-mapping",
        "payroll-push-payroll-admins",
        "payroll-push-payroll-viewers",
      ]
    `);
  });

  it("can be previewed against the sandbox, which stands in for the Docker host too", async () => {
    const config = { ...readProductionSettings(), org: "sandbox" };
    const { resources } = await runProgram({ projectDir, stack: "prod", config, preview: true });
    const hosts = resources
      .filter(({ type }) => type === "pulumi:providers:docker")
      .map(({ inputs }) => inputs);
    expect(hosts).toEqual([{}]);
  });
});
