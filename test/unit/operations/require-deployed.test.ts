import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OpenedStack } from "../../../src/engine/open-stack.ts";
import { requireApps } from "../../../src/operations/require-deployed.ts";
import { openDeployedSession, readStackInput } from "../../../src/operations/stack-session.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-scim-undeployed-"));
  vi.stubEnv("HOME", folder);
  vi.stubEnv("PULUMI_HOME", join(folder, ".pulumi"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: okta-scim\nruntime: nodejs\n");
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  okta-scim:org: sandbox\n");
  mkdirSync(join(folder, "stacks", "dev"), { recursive: true });
  const spec = {
    version: 1,
    app: { label: "Payroll", catalogName: "scim2headerauth" },
    server: { bundled: { publicUrl: "http://127.0.0.1:8601/payroll" } },
    connection: { management: "api" },
  };
  writeFileSync(join(folder, "stacks", "dev", "payroll.yaml"), JSON.stringify(spec));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a stack that was never deployed starts no phase, not even the engine's", async () => {
  const run = vi.fn(async () => {
    throw new Error("a phase was started");
  });
  await expect(openDeployedSession(readStackInput(folder, "dev"), { run })).rejects.toMatchObject({
    code: "STACK_NOT_DEPLOYED",
    message: "Stack dev is not deployed: there is nothing to check.",
    remedy: expect.stringContaining("npm start"),
  });
  expect(run).not.toHaveBeenCalled();
});

test("nor is a stack deployed that was destroyed: it has no applications", async () => {
  const opened = (apps: object): Pick<OpenedStack, "outputs"> => ({
    outputs: async () => ({ apps: { value: apps, secret: false } }),
  });
  await expect(requireApps(opened({}), "dev")).rejects.toMatchObject({ code: "STACK_NOT_DEPLOYED" });
  const payroll = {
    id: "0oa1",
    label: "Payroll",
    status: "ACTIVE",
    scimBaseUrl: "https://scim.example.com/scim/v2",
    connection: "api",
    configured: true,
    heldBack: [],
  };
  await requireApps(opened({ payroll }), "dev");
});
