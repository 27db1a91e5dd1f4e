import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as okta from "@pulumi/okta";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findInstalledEngine } from "../../../src/engine/find-engine.ts";
import { type OpenedStack, openStack } from "../../../src/engine/open-stack.ts";
import { createOktaClient } from "../../../src/okta/okta-client.ts";
import { findCreated } from "../../../src/operations/recover-session.ts";
import { InvalidSpecError, issueAt } from "../../../src/spec/spec-issue.ts";
import { type HeldOrg, startHeldOrg } from "./held-org.ts";

const engine = await findInstalledEngine({});
/** Starting the engine takes a second or two, several times. */
const patience = 240_000;

describe.skipIf(!("command" in engine))("a stack on the real engine, with the okta stand-in", () => {
  let folder: string;
  let org: HeldOrg;
  let label = "Payroll";
  let failing = false;
  let refusal: Error | undefined;
  let opened: OpenedStack | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "stack-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  okta-scim:org: sandbox\n");
    vi.stubEnv("HOME", folder);
    vi.stubEnv("PULUMI_HOME", join(folder, ".pulumi"));
    org = await startHeldOrg(join(folder, "okta"));
  });
  afterAll(() => {
    org.stop();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    opened?.close();
    opened = undefined;
  });

  const program = async () => {
    if (refusal !== undefined) throw Object.assign(new pulumi.RunError("wrong input"), { cause: refusal });
    const provider = new okta.Provider("okta", {
      httpProxy: org.url,
      orgName: "sandbox",
      baseUrl: "okta.com",
      apiToken: pulumi.secret(org.apiToken),
    });
    const app = new okta.app.AutoLogin(
      "payroll",
      { label, preconfiguredApp: "scim2headerauth" },
      { provider },
    );
    const connection = new okta.app.Connection(
      "payroll-connection",
      {
        idProperty: app.id,
        baseUrl: "http://127.0.0.1:9/scim/v2",
        action: "deactivate",
        profile: { authScheme: "TOKEN", token: pulumi.secret("Bearer canary-4711") },
      },
      { provider },
    );
    const check = connection.id.apply(() => {
      if (failing) throw new pulumi.RunError("a check failed");
      return "passed";
    });
    return { appId: app.id, check };
  };
  const open = async () => {
    if (!("command" in engine)) throw new Error("There is no engine.");
    opened = await openStack({ engine, stack: "dev", projectDir: folder, program, standIns: ["okta"] });
    return opened;
  };
  const findApps = async () => {
    const apps = await org.call("GET", "/api/v1/apps");
    return Array.isArray(apps) ? apps.map((app) => Object(app).label) : [];
  };
  const stateText = () =>
    readFileSync(join(folder, ".sandbox/pulumi/state/.pulumi/stacks/demo/dev.json"), "utf8");

  const enginePid = (): number => {
    const locks = join(folder, ".sandbox/pulumi/state/.pulumi/locks/organization/demo/dev");
    const [lock = ""] = readdirSync(locks).filter((name) => name.endsWith(".json"));
    return JSON.parse(readFileSync(join(locks, lock), "utf8")).pid;
  };

  it("creates, changes nothing when asked again, and tells drift in detail", {
    timeout: patience,
  }, async () => {
    const stack = await open();
    expect(await stack.outputs()).toEqual({});
    const created = await stack.up();
    expect(created.changes).toEqual({ create: 4 });
    expect(await stack.outputs(), "what was asked before the update is not answered again").toEqual(
      created.outputs,
    );
    expect(created.outputs["check"]?.value).toBe("passed");
    expect(stateText()).not.toContain("canary-4711");
    expect(stateText()).not.toContain(org.apiToken);
    expect(JSON.stringify(created.events)).not.toContain("canary-4711");

    expect((await stack.up()).changes).toEqual({ same: 4 });

    const appId = String(created.outputs["appId"]?.value);
    const app = Object(await org.call("GET", `/api/v1/apps/${appId}`));
    await org.call("PUT", `/api/v1/apps/${appId}`, { ...app, label: "Someone else's" });
    const { events, changes } = await stack.preview({ refresh: true });
    const step = events.find((event) => event.resourcePreEvent?.metadata.op === "update")?.resourcePreEvent;
    expect(changes).toMatchObject({ update: 1 });
    expect(step?.metadata.detailedDiff).toEqual({ label: { diffKind: "update", inputDiff: true } });
  });

  it("says of wrong input that only the program sees what it is, and where", {
    timeout: patience,
  }, async () => {
    const stack = await open();
    const at = { file: "Pulumi.dev.yaml", line: 4, column: 23 };
    refusal = new InvalidSpecError([issueAt("SC1501", at, "`okta-scim:tokenKey` is short.")], "Wrong.");
    await expect(stack.preview()).rejects.toBe(refusal);
    refusal = undefined;
    expect((await stack.preview()).changes).toEqual({ same: 4 });
  });

  it("fails the update when a check fails, and keeps what was made", { timeout: patience }, async () => {
    failing = true;
    const stack = await open();
    await expect(stack.up()).rejects.toMatchObject({
      code: "ENGINE_OPERATION_FAILED",
      message: expect.stringContaining("a check failed"),
    });
    failing = false;
    expect((await stack.up({ refresh: true })).changes).toMatchObject({ same: 3, update: 1 });
  });

  it("goes on after the engine was killed, without a second application", { timeout: patience }, async () => {
    const stack = await open();
    await stack.destroy();
    label = "Payroll again";
    const held = org.hold((method, path) => method === "POST" && path === "/api/v1/apps");
    const update = stack.up().catch((error: unknown) => error);
    await held;
    process.kill(enginePid(), "SIGKILL");
    expect(await update).toMatchObject({
      message: "Something killed the engine in the middle of the operation.",
    });
    expect(await findApps()).toEqual(["Payroll again"]);
    stack.close();

    const next = await open();
    const client = createOktaClient({
      orgUrl: org.url,
      credentials: { kind: "api-token", apiToken: org.apiToken },
    });
    const recovery = await next.recover((creation) => findCreated(creation, client));
    expect(recovery).toMatchObject({ staleLocks: 1, adopted: [{ name: "payroll" }], repeated: [] });
    expect((await next.up()).changes).toEqual({ create: 1, same: 3 });
    expect(await findApps()).toEqual(["Payroll again"]);
  });

  it("stops on request, and says that the work can go on", { timeout: patience }, async () => {
    const stack = await open();
    const stop = new AbortController();
    label = "Payroll, stopped";
    const held = org.hold((method, path) => method === "PUT" && path.startsWith("/api/v1/apps/"));
    const update = stack.up({ signal: stop.signal }).catch((error: unknown) => error);
    await held;
    // A terminal's Ctrl-C: it reaches every process of the command. The engine waits for what it has begun.
    process.kill(enginePid(), "SIGINT");
    stop.abort();
    setTimeout(org.release, 1500);
    expect(await update).toMatchObject({ code: "ENGINE_INTERRUPTED" });
    expect(await stack.recover()).toEqual({
      staleLocks: 0,
      adopted: [],
      repeated: [],
      interrupted: 0,
    });
    expect((await stack.destroy()).changes).toEqual({ delete: 4 });
    expect(await findApps()).toEqual([]);
    await expect(stack.up({ signal: stop.signal })).rejects.toMatchObject({ code: "ENGINE_INTERRUPTED" });
  });
});
