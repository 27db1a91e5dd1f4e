import { afterEach, describe, expect, test } from "vitest";
import { FAULT_DEFAULTS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import { waitAfterRateLimit } from "../../../../sandbox/okta/provisioning/retry-policy.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org?.[Symbol.asyncDispose]());

describe("rate limits (429)", () => {
  test("Retry-After in whole seconds is obeyed; anything else waits 5 minutes, doubling, ten tries", () => {
    expect(waitAfterRateLimit("7", 1)).toBe(7000);
    expect(waitAfterRateLimit("0", 3)).toBe(0);
    for (const other of [undefined, "", "1.5", "-3", "Wed, 21 Oct 2026 07:28:00 GMT"]) {
      expect(waitAfterRateLimit(other, 1)).toBe(5 * 60_000);
      expect(waitAfterRateLimit(other, 3)).toBe(20 * 60_000);
    }
    expect(waitAfterRateLimit("7", 10)).toBeUndefined();
  });

  test("hold back the whole app for as long as they say, on the org's clock", async () => {
    org = await TestOrg.start();
    org.faults.add({
      ...FAULT_DEFAULTS,
      kind: "rate-limit",
      method: "POST",
      remaining: 1,
      retryAfterSeconds: 30,
    });
    const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
    org.assign(ada);
    org.assign(bob);
    expect(await org.settle()).toEqual([expect.stringContaining("GET /Users?filter")]);
    org.clock.advance(29_999);
    expect(await org.settle()).toEqual([]);
    org.clock.advance(1);
    await org.engine.drain({ includePaused: true });
    expect(org.scim.users.size).toBe(2);
  });

  test("without Retry-After ten tries take 42 hours and 35 minutes, then the task has failed", async () => {
    org = await TestOrg.start();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "rate-limit", method: "GET" });
    const ada = org.addUser("Ada");
    org.assign(ada);
    const started = org.clock.now().getTime();
    for (let round = 0; round < 9; round++) {
      await org.engine.drain();
      const [task] = org.store.tasks.list({ limit: 1 });
      expect(task).toMatchObject({ status: "pending", attempts: round + 1 });
      org.clock.advance(new Date(task?.notBefore ?? "").getTime() - org.clock.now().getTime());
    }
    await org.engine.drain();
    expect((org.clock.now().getTime() - started) / 60_000).toBe(5 * (2 ** 9 - 1));
    expect(org.store.tasks.list({ limit: 1 })[0]).toMatchObject({ status: "failed", attempts: 10 });
    expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({ syncState: "ERROR" });
  });
});

describe("other failures end the task and tell why", () => {
  test.each([
    [
      "a SCIM error",
      { status: 400, body: { detail: "userName must be an email address" } },
      "Bad Request. Errors reported by remote server: userName must be an email address",
    ],
    [
      "plain text",
      { status: 401, body: "Unauthorized" },
      "Unauthorized. Errors reported by remote server: Invalid JSON: Unrecognized token 'Unauthorized': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["no body", { status: 503 }, "Service Unavailable"],
    ["a created user without a body", { status: 201, body: "" }, "Create new user returned empty user."],
    ["a dropped connection", { status: 200, hangUp: true }, "other side closed"],
  ])("%s", async (_, answer, reason) => {
    org = await TestOrg.start();
    org.scim.intercept = ({ method }) => (method === "POST" ? answer : undefined);
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    const text = org.store.appUsers.get(org.app.id, ada.id)?.syncError ?? "";
    expect(text).toContain(
      "Automatic provisioning of user ada@example.com to app Payroll failed: Error while creating user ada@example.com: ",
    );
    expect(text).toContain(reason);
    expect(org.store.tasks.list({ limit: 1 })[0]).toMatchObject({ status: "failed", error: text });
    expect(org.logLines()).toEqual([`application.provision.user.push FAILURE ${text}`]);
  });

  test("no answer within the time limit", async () => {
    org = await TestOrg.start();
    await org.engine.stop();
    org.engine = org.createEngine({ answerTimeoutMs: 50 });
    org.engine.start();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "slow", delayMs: 5000, remaining: 1 });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    expect(org.store.appUsers.get(org.app.id, ada.id)?.syncError).toMatch(/: Read timed out$/);
  });

  test("an administrator's retry ends well, and the failure is off the list", async () => {
    org = await TestOrg.start();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "POST", remaining: 1 });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    expect(org.store.tasks.counts()).toMatchObject({ failed: 1 });
    expect(org.engine.jobs.retryFailed()).toBe(1);
    await org.settle();
    expect(org.store.tasks.counts()).toMatchObject({ failed: 0, done: 1 });
    expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({
      syncState: "SYNCHRONIZED",
      syncError: null,
    });
  });

  test("a later success cancels what failed before for the same person", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "PUT", remaining: 1 });
    org.changeProfile(ada, { title: "Countess" });
    await org.settle();
    org.changeProfile(ada, { title: "Analyst" });
    await org.settle();
    expect(org.store.tasks.counts()).toMatchObject({ failed: 0, cancelled: 1 });
  });

  test("retrying an old deactivation does not touch a person who is assigned again", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "PATCH", remaining: 1 });
    org.unassign(ada);
    await org.settle();
    const [failed] = org.store.tasks.list({ status: "failed", limit: 1 });
    org.faults.add({
      ...FAULT_DEFAULTS,
      kind: "server-error",
      method: "GET",
      path: "/Users/u1",
      remaining: 1,
    });
    org.assign(ada);
    await org.settle();
    expect(org.engine.jobs.retryTask(failed?.id ?? "")).toBe(true);
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: true });
  });

  test("a failed deactivation stays due when the person gets a new account under another name", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "PATCH", remaining: 1 });
    org.unassign(ada);
    await org.settle();
    org.changeProfile(ada, { login: "augusta@example.com" });
    org.assign(ada);
    await org.settle();
    org.engine.jobs.retryFailed();
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
    expect(org.scim.userNamed("augusta@example.com")).toMatchObject({ active: true });
  });

  test("a failed creation is not forgotten because something else succeeded", async () => {
    org = await TestOrg.start();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "POST", remaining: 1 });
    const ada = org.addUser("Ada");
    org.assign(ada);
    await org.settle();
    org.changeProfile(ada, { title: "Countess" });
    await org.settle();
    expect(org.store.tasks.counts()).toMatchObject({ failed: 1, cancelled: 0 });
    org.engine.jobs.retryFailed();
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ title: "Countess" });
  });

  test("provisioning switched off in the meantime", async () => {
    org = await TestOrg.start();
    await org.engine.stop();
    const ada = org.addUser("Ada");
    org.assign(ada);
    org.engine.start();
    await org.settle();
    org.faults.add({ ...FAULT_DEFAULTS, kind: "rate-limit", remaining: 1, retryAfterSeconds: 60 });
    org.changeProfile(ada, { title: "Countess" });
    await org.settle();
    org.store.settings.setConnectionStatus(org.app.id, "DISABLED");
    org.clock.advance(60_000);
    await org.engine.drain({ includePaused: true });
    expect(org.store.appUsers.get(org.app.id, ada.id)?.syncError).toContain("Provisioning is not enabled");
  });
});

describe("the connection test", () => {
  test.each([
    ["refused", /^Error authenticating: Connect failed: Connection refused/],
    [
      "expired-token",
      /^Error authenticating: Unauthorized\. Errors reported by remote server: The token has expired/,
    ],
    ["wrong-answer", /^Error authenticating: Invalid JSON: Unrecognized token '<'/],
    ["dropped", /^Error authenticating: .*read ECONNRESET/],
    ["server-error", /^Error authenticating: Service Unavailable\./],
  ] as const)("fault %s", async (kind, message) => {
    org = await TestOrg.start();
    org.faults.add({ ...FAULT_DEFAULTS, kind });
    const result = await org.engine.verifyConnection(org.app.id);
    expect(result.ok ? "" : result.error).toMatch(message);
  });

  test("a base URL that is none", async () => {
    org = await TestOrg.start();
    const settings = { baseUrl: "payroll", authentication: "header", token: "x", username: null } as const;
    expect(await org.engine.testSettings(org.app.id, settings)).toMatchObject({
      ok: false,
      code: "SCIM_BASE_URL",
    });
  });
});
