import { expect, test } from "vitest";
import { buildTenant } from "../../../scim-server/src/config/tenant.ts";
import { parseTenantsFile } from "../../../scim-server/src/config/tenants-file.ts";

const hashes = ["a".repeat(64), "b".repeat(64)];
const webhook = { id: "hook", url: "https://payroll.example.com/hook", secretFile: "hook-secret" };
const tenant = {
  name: "payroll",
  publicUrl: "https://scim.example.com/payroll",
  tokens: hashes.map((sha256, index) => ({ id: `v${index}`, sha256 })),
  webhooks: [webhook],
};

function write(...tenants: readonly unknown[]): string {
  return JSON.stringify({ version: 1, tenants });
}

test("a file with a byte order mark is read", () => {
  expect(parseTenantsFile(`\uFEFF${write(tenant)}`).tenants).toHaveLength(1);
});

test.each([
  ["a second tenant of the name", write(tenant, tenant), "tenants.1 there are two tenants named payroll"],
  [
    "a second token of the id, which evidence would not tell apart",
    write({ ...tenant, tokens: hashes.map((sha256) => ({ id: "v1", sha256 })) }),
    "tenants.0.tokens.1 there are two tokens with the id v1",
  ],
  [
    "a second scope for one token",
    write({
      ...tenant,
      tokens: ["read-write", "read-only"].map((scope) => ({ id: scope, scope, sha256: hashes[0] })),
    }),
    "tenants.0.tokens.1 there is an earlier token with this sha256",
  ],
  [
    "a second webhook of the id, which would get nothing",
    write({ ...tenant, webhooks: [webhook, { ...webhook, url: "https://other.example.com" }] }),
    "tenants.0.webhooks.1 there are two webhooks with the id hook",
  ],
  [
    "a half-written file",
    '{\n  "version": 1,\n  "secret": "plain',
    "it is not JSON from line 3 column 19 on",
  ],
])("%s is refused, and no value that may be secret is said", (_what, text, problem) => {
  expect(() => parseTenantsFile(text)).toThrowError(
    expect.objectContaining({ message: `The tenants file is not valid: ${problem}` }),
  );
});

test("attributes are of people, not of groups or of messages", () => {
  const schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
  const [config] = parseTenantsFile(write({ ...tenant, attributes: [{ schema, name: "x" }] })).tenants;
  if (config === undefined) throw new Error("one tenant");
  expect(() => buildTenant(config)).toThrow(`${schema} is no schema of people`);
});
