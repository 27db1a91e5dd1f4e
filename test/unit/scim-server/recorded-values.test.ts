import { describe, expect, it } from "vitest";
import { withAllowedValues } from "../../../scim-server/src/changes/recorded-values.ts";
import { buildTenant, type Tenant } from "../../../scim-server/src/config/tenant.ts";
import { parseTenantsFile } from "../../../scim-server/src/config/tenants-file.ts";

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

function tenantWith(values: unknown): Tenant {
  const tenant = { name: "payroll", publicUrl: "https://scim.example.com/payroll", changes: { values } };
  const [config] = parseTenantsFile(JSON.stringify({ version: 1, tenants: [tenant] })).tenants;
  if (config === undefined) throw new Error("one tenant");
  return buildTenant(config);
}

describe("recorded values", () => {
  it("are named by attribute paths, in any case", () => {
    expect(tenantWith(["USERNAME", `${enterprise}:department`, "members"]).changes.values).toEqual(
      new Set(["userName", `${enterprise}:department`, "members"]),
    );
    expect(tenantWith("none").changes.values).toEqual(new Set());
    expect(tenantWith("all").changes.values).toBe("all");
  });

  it.each(["password", "unknown", "name.familyName", enterprise])("cannot name %s", (path) => {
    expect(() => tenantWith([path])).toThrowError(
      expect.objectContaining({
        code: "TENANTS_FILE",
        message: `The tenants file is not valid: tenant payroll: changes.values cannot name ${path}`,
      }),
    );
  });

  it("leave the names of what changed and the members, and take the other values out", () => {
    const details = {
      changed: ["title", "active"],
      before: { title: "a", active: true },
      after: {},
      added: ["x"],
    };
    expect(withAllowedValues(details, "all")).toBe(details);
    expect(withAllowedValues(details, new Set(["active"]))).toEqual({
      changed: ["title", "active"],
      before: { active: true },
      after: {},
      added: ["x"],
    });
  });
});
