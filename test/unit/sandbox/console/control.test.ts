import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestOrg } from "../provisioning/test-org.ts";
import { bodyOf, TestConsole } from "./test-console.ts";

let console: TestConsole;
let org: TestOrg;
const send: TestConsole["send"] = (...request) => console.send(...request);

beforeEach(async () => {
  console = await TestConsole.start();
  org = console.org;
});
afterEach(() => console[Symbol.asyncDispose]());

describe("/sandbox", () => {
  test("answers this machine only", async () => {
    expect((await send("GET", "/sandbox/status", { remoteAddress: "192.0.2.7" })).status).toBe(403);
    expect((await send("GET", "/sandbox/status", { remoteAddress: "::ffff:127.0.0.1" })).status).toBe(200);
  });

  test("status, drain and clock", async () => {
    org.assign(org.addUser("Ada"));
    const drained = JSON.parse(bodyOf(await send("POST", "/sandbox/drain", { json: { timeoutMs: 5000 } })));
    expect(drained).toMatchObject({
      ok: true,
      idle: true,
      users: 1,
      apps: 1,
      queue: { pending: 0, running: 0, failed: 0 },
    });
    await send("POST", "/sandbox/faults", {
      json: { kind: "rate-limit", remaining: 1, retryAfterSeconds: 120 },
    });
    org.assign(org.addUser("Bob"));
    const waiting = JSON.parse(bodyOf(await send("POST", "/sandbox/drain", { json: { timeoutMs: 50 } })));
    expect(waiting).toMatchObject({ idle: false, queue: { pending: 1 } });
    expect(
      JSON.parse(bodyOf(await send("POST", "/sandbox/clock", { json: { advanceSeconds: 120 } }))),
    ).toEqual({
      now: "2026-08-03T09:02:00.000Z",
      offsetSeconds: 120,
    });
    await send("POST", "/sandbox/drain", { json: { timeoutMs: 5000 } });
    expect(org.scim.users.size).toBe(2);
  });

  test("faults are added with defaults, listed, removed; nonsense is refused by name", async () => {
    const added = await send("POST", "/sandbox/faults", { json: { kind: "slow", delayMs: 10 } });
    expect(JSON.parse(bodyOf(added))).toMatchObject({
      id: "flt1",
      kind: "slow",
      target: "scim",
      remaining: null,
      probability: 1,
    });
    expect(JSON.parse(bodyOf(await send("GET", "/sandbox/faults")))).toHaveLength(1);
    expect((await send("DELETE", "/sandbox/faults/flt1")).status).toBe(204);
    expect((await send("DELETE", "/sandbox/faults/flt1")).status).toBe(404);
    const bad = await send("POST", "/sandbox/faults", { json: { kind: "fire", colour: "red" } });
    expect(bad.status).toBe(400);
    expect(bodyOf(bad)).toMatch(/kind.*|Unrecognized key/);
    expect((await send("POST", "/sandbox/reset")).status).toBe(501);
  });

  test("a disturbance of an app that is not there is refused", async () => {
    const json = { appId: "x", change: "features-off" };
    expect((await send("POST", "/sandbox/disturbances", { json })).status).toBe(400);
  });
});
