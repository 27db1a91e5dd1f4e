import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdministratorJobs } from "../../../../sandbox/okta/provisioning/administrator-jobs.ts";
import { EventPlanner } from "../../../../sandbox/okta/provisioning/event-planner.ts";
import { ProvisioningLedger } from "../../../../sandbox/okta/provisioning/ledger.ts";
import type { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { addApp, addGroup, addPerson, newStore } from "../store/new-store.ts";

/** More than two steps of a thousand. */
const count = 2_300;

let folder: string;
let path: string;
let store: OrgStore;
let appId: string;
let groupId: string;
let people: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "okta-org-"));
  path = join(folder, "org.sqlite");
  store = newStore(path);
  appId = addApp(store, { provisioned: true }).id;
  store.settings.saveFeatures({ ...store.settings.features(appId), deactivateUsers: "ENABLED" });
  groupId = addGroup(store, "Large");
  people = store.transaction(() =>
    Array.from({ length: count }, (_, index) => addPerson(store, `p${index}`, { title: "Clerk" }).id),
  );
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** Closes the database as a kill would, and goes on with the file. */
function reopen(): void {
  store.close();
  store = newStore(path);
}

/** Plans until no event is left; returns how many turns that took. */
function planAll(): number {
  const planner = new EventPlanner(store, new ProvisioningLedger(store.database), () => undefined);
  let turns = 0;
  while (planner.planBatch() !== undefined) turns += 1;
  return turns;
}

function planOnce(): void {
  new EventPlanner(store, new ProvisioningLedger(store.database), () => undefined).planBatch();
}

/** Who has a task of a kind, once per task. */
function subjects(kind: string): string[] {
  const tasks = store.tasks.list({ appId, limit: 10_000 });
  return tasks.filter((task) => task.kind === kind).map(({ subjectId }) => subjectId);
}

describe("a large group", () => {
  beforeEach(() => void store.groups.addMembers(groupId, people));

  test("is assigned a thousand people at a time, across a kill, and everybody gets one task", () => {
    store.assignments.assignGroup(appId, groupId, { profile: {} });
    expect(store.appUsers.count(appId)).toBe(1_000);
    reopen();
    planOnce();
    reopen();
    expect(planAll()).toBeGreaterThan(4);
    expect(store.appUsers.count(appId)).toBe(count);
    expect(subjects("user.create").toSorted()).toEqual(people.toSorted());
  });

  test("who leaves it between two steps gets no account, and who joins gets one", () => {
    store.groups.removeMembers(groupId, people.slice(-1));
    store.assignments.assignGroup(appId, groupId, { profile: {} });
    store.groups.removeMembers(groupId, people.slice(-11, -1));
    store.groups.addMembers(groupId, people.slice(-1));
    planAll();
    const left = new Set(people.slice(-11, -1));
    expect(subjects("user.create").toSorted()).toEqual(people.filter((id) => !left.has(id)).toSorted());
    expect(store.appUsers.count(appId)).toBe(count - 10);
  });

  test("loses its assignment in steps; who leaves it or has another assignment meanwhile is treated as they are", () => {
    store.assignments.assignGroup(appId, groupId, { profile: {} });
    planAll();
    const [own = "", left = "", other = ""] = people.slice(-3);
    const second = addGroup(store, "Second");
    store.assignments.assignGroup(appId, second, { profile: {} });
    store.assignments.unassignGroup(appId, groupId);
    expect(store.appUsers.count(appId)).toBe(count - 1_000);
    store.assignments.assignUser(appId, own, { scope: "USER" });
    store.groups.removeMembers(groupId, [left]);
    store.groups.addMembers(second, [other]);
    planAll();
    const remaining = store.appUsers.list({ appId, limit: 10 }).map(({ userId }) => userId);
    expect(remaining.toSorted()).toEqual([own, other].toSorted());
    expect(subjects("user.deactivate")).toHaveLength(count - 2);
  });

  test("is deleted: nobody keeps the account that it gave", () => {
    store.assignments.assignGroup(appId, groupId, { profile: {} });
    planAll();
    store.groups.delete(groupId);
    planAll();
    expect(store.appUsers.count(appId)).toBe(0);
  });

  test("a mapping is applied anew to all its accounts, and a force sync pushes all of them", () => {
    store.assignments.assignGroup(appId, groupId, { profile: {} });
    planAll();
    const mapping = store.mappings.ofApp(appId, "user-to-app");
    store.mappings.merge(mapping?.id ?? "", { title: { expression: '"Boss"', pushStatus: "DONT_PUSH" } });
    store.assignments.reapplyMapping(appId);
    planAll();
    const titles = store.appUsers.list({ appId, limit: 5_000 }).map(({ profile }) => profile["title"]);
    expect(titles).toEqual(people.map(() => "Boss"));

    for (const id of people.slice(5)) store.appUsers.recordSync(appId, id, { externalId: `x-${id}` });
    const jobs = new AdministratorJobs(store, new ProvisioningLedger(store.database), () => undefined);
    expect(jobs.forceSync(appId)).toBe(count - 5);
    planOnce();
    reopen();
    planAll();
    expect(subjects("user.update").toSorted()).toEqual(people.slice(5).toSorted());
  });
});

test("thousands of failed tasks are retried in steps, each once", () => {
  planAll();
  const tasks = people.map((subjectId) => store.tasks.create({ appId, kind: "user.deactivate", subjectId }));
  for (const { id } of tasks) store.tasks.update(id, { status: "failed", error: "no" });
  const jobs = new AdministratorJobs(store, new ProvisioningLedger(store.database), () => undefined);
  expect(jobs.retryFailed("another-app")).toBe(0);
  expect(jobs.retryFailed(appId)).toBe(count);
  planOnce();
  expect(store.tasks.counts()).toMatchObject({ pending: 1_000, failed: count - 1_000 });
  reopen();
  planAll();
  expect(store.tasks.counts()).toMatchObject({ pending: count, failed: 0 });
});

test("a group rule reaches everybody in steps; deactivated in between, it stops", () => {
  const rule = store.groupRules.create({
    name: "Clerks",
    expression: 'user.title == "Clerk"',
    groupIds: [groupId],
    excludedUserIds: people.slice(0, 1),
  });
  store.groupRules.setStatus(rule.id, "ACTIVE");
  expect(store.groups.countMembers(groupId)).toBe(999);
  planOnce();
  store.groupRules.setStatus(rule.id, "INACTIVE");
  planAll();
  const reached = store.groups.countMembers(groupId);
  expect(reached).toBeLessThan(count - 1);
  store.groupRules.setStatus(rule.id, "ACTIVE");
  planAll();
  expect(store.groups.countMembers(groupId)).toBe(count - 1);
});
