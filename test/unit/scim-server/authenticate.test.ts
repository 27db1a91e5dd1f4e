import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { authenticate } from "../../../scim-server/src/authentication/authenticate.ts";
import { buildTenant, type Tenant } from "../../../scim-server/src/config/tenant.ts";
import { parseTenantsFile } from "../../../scim-server/src/config/tenants-file.ts";

function tenantWith(tokens: readonly Readonly<Record<string, unknown>>[], authentication = "header"): Tenant {
  const tenant = { name: "payroll", publicUrl: "https://scim.example.com/payroll", authentication, tokens };
  const file = { version: 1, inspector: { access: "off" }, tenants: [tenant] };
  const [config] = parseTenantsFile(JSON.stringify(file)).tenants;
  if (config === undefined) throw new Error("the file has a tenant");
  return buildTenant(config);
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const now = Date.parse("2026-01-01T00:00:00Z");

test("a header that was good before is refused once its token has expired", () => {
  const tenant = tenantWith([
    { id: "old", sha256: hashOf("secret"), expiresAt: "2026-01-01T00:01:00Z" },
    { id: "new", sha256: hashOf("other"), expiresAt: null },
  ]);
  expect(authenticate(tenant, "Bearer secret", now)?.id).toBe("old");
  expect(authenticate(tenant, "Bearer secret", now + 59_999)?.id).toBe("old");
  expect(authenticate(tenant, "Bearer secret", now + 60_000)).toBeUndefined();
  expect(authenticate(tenant, "Bearer other", now + 60_000)?.id).toBe("new");
});

test("a tenant that was read anew knows nothing of headers that were good before", () => {
  const before = tenantWith([{ id: "v1", sha256: hashOf("secret") }]);
  expect(authenticate(before, "Bearer secret", now)?.id).toBe("v1");
  const after = tenantWith([{ id: "v2", sha256: hashOf("rotated") }]);
  expect(authenticate(after, "Bearer secret", now)).toBeUndefined();
  expect(authenticate(after, "Bearer rotated", now)?.id).toBe("v2");
});

test("after a good header, those that differ from it are judged by themselves", () => {
  const tenant = tenantWith([{ id: "v1", sha256: hashOf("secret") }]);
  for (let spaces = 1; spaces <= 200; spaces += 1) {
    expect(authenticate(tenant, `bearer${" ".repeat(spaces)}secret`, now)?.id).toBe("v1");
  }
  for (const header of [
    undefined,
    "",
    "secret",
    "Bearer",
    "Bearer Secret",
    "Bearer secret x",
    "Basic secret",
  ]) {
    expect(authenticate(tenant, header, now)).toBeUndefined();
  }
});

test("basic authentication is remembered by the same rules", () => {
  const tenant = tenantWith([{ id: "v1", sha256: hashOf("okta:secret") }], "basic");
  const header = `Basic ${Buffer.from("okta:secret").toString("base64")}`;
  expect(authenticate(tenant, header, now)?.id).toBe("v1");
  expect(authenticate(tenant, header, now)?.id).toBe("v1");
  expect(authenticate(tenant, "Bearer okta:secret", now)).toBeUndefined();
});
