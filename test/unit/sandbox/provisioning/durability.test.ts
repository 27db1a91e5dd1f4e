import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { FAULT_DEFAULTS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import type { User } from "../../../../sandbox/okta/store/model.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;

afterEach(() => org[Symbol.asyncDispose]());

function addPeople(count: number): User[] {
  return Array.from({ length: count }, (_, index) => org.addUser(`P${index}`));
}

describe("a process that is killed", () => {
  test("after the server has made an account, but before that is noted: the next run finds it and makes no second", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.faults.add({ ...FAULT_DEFAULTS, kind: "dropped", method: "POST", remaining: 1 });
    org.assign(ada);
    await org.settle();
    const [task] = org.store.tasks.list({ limit: 1 });
    expect(org.scim.users.size).toBe(1);
    await org.engine.stop();
    org.store.tasks.update(task?.id ?? "", { status: "running", error: null });
    org.engine = org.createEngine();
    org.engine.start();
    await org.settle();
    expect(org.scim.users.size).toBe(1);
    expect(org.store.appUsers.get(org.app.id, ada.id)).toMatchObject({
      externalId: "u1",
      syncState: "SYNCHRONIZED",
    });
  });

  test("and whose person is unassigned before it comes back: the account is found and deactivated", async () => {
    org = await TestOrg.start();
    const ada = org.addUser("Ada");
    org.faults.add({ ...FAULT_DEFAULTS, kind: "dropped", method: "POST", remaining: 1 });
    org.assign(ada);
    await org.settle();
    const [task] = org.store.tasks.list({ limit: 1 });
    await org.engine.stop();
    org.store.tasks.update(task?.id ?? "", { status: "running", error: null });
    org.unassign(ada);
    org.engine = org.createEngine();
    org.engine.start();
    await org.settle();
    expect(org.scim.userNamed("ada@example.com")).toMatchObject({ active: false });
  });

  test("with tasks and unread events: a store opened anew goes on with all of them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okta-org-"));
    try {
      org = await TestOrg.start("oin", join(folder, "org.sqlite"));
      await org.engine.stop();
      const people = addPeople(30);
      for (const person of people.slice(0, 20)) org.assign(person);
      org.engine = org.createEngine({ concurrency: 8 });
      org.engine.start();
      const stopped = org.engine.stop();
      for (const person of people.slice(20)) org.assign(person);
      await stopped;
      org.engine = org.createEngine({ concurrency: 8 });
      org.engine.start();
      await org.settle();
      expect(org.scim.users.size).toBe(30);
      expect(org.store.appUsers.countBySyncState(org.app.id).SYNCHRONIZED).toBe(30);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("a stopped engine puts the task that it had to interrupt back", async () => {
  org = await TestOrg.start();
  await org.engine.stop();
  org.engine = org.createEngine({ stopGraceMs: 10 });
  org.engine.start();
  org.scim.intercept = () => ({ status: 200, delayMs: 60_000, body: {} });
  org.assign(org.addUser("Ada"));
  while (org.scim.server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await org.engine.stop();
  expect(org.store.tasks.list({ limit: 1 })[0]).toMatchObject({ status: "pending", error: null });
});

describe("order and concurrency", () => {
  test("people go side by side, but never more than allowed, and one person's changes stay in order", async () => {
    org = await TestOrg.start();
    await org.engine.stop();
    org.engine = org.createEngine({ concurrency: 4 });
    let running = 0;
    let most = 0;
    org.scim.watch = () => {
      running += 1;
      most = Math.max(most, running);
      return {
        delayMs: 3,
        onAnswer: () => {
          running -= 1;
        },
      };
    };
    const people = addPeople(40);
    for (const person of people) org.assign(person);
    for (const person of people) org.unassign(person);
    for (const person of people.slice(0, 20)) org.assign(person);
    org.engine.start();
    await org.settle();
    expect(most).toBeLessThanOrEqual(4);
    expect(most).toBeGreaterThan(1);
    const active = [...org.scim.users.values()].filter((user) => user["active"] === true);
    expect(active).toHaveLength(20);
  });

  test("a freed user name is free before the next person takes it", async () => {
    org = await TestOrg.start();
    await org.engine.stop();
    org.engine = org.createEngine({ concurrency: 8 });
    org.engine.start();
    const [ada, bob] = [org.addUser("Ada"), org.addUser("Bob")];
    org.assign(ada);
    await org.settle();
    org.assign(bob);
    await org.settle();
    org.changeProfile(ada, { login: "augusta@example.com" });
    org.changeProfile(bob, { login: "ada@example.com" });
    await org.settle();
    expect(org.scim.users.get("u1")).toMatchObject({ userName: "augusta@example.com" });
    expect(org.scim.users.get("u2")).toMatchObject({ userName: "ada@example.com" });
    expect(org.store.tasks.counts().failed).toBe(0);
  });

  test("thousands of assignments need no more than a window of tasks in memory, and all arrive", async () => {
    org = await TestOrg.start();
    await org.engine.stop();
    const people = addPeople(1000);
    const all = org.addGroup("All", people);
    org.store.assignments.assignGroup(org.app.id, all.id, { profile: {} });
    org.engine = org.createEngine({ concurrency: 16 });
    org.engine.start();
    await org.settle();
    expect(org.scim.users.size).toBe(1000);
    expect(org.store.tasks.counts()).toMatchObject({ done: 1000, failed: 0, pending: 0 });
  });
});
