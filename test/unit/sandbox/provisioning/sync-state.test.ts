import { afterEach, beforeEach, expect, test } from "vitest";
import { FAULT_DEFAULTS } from "../../../../sandbox/okta/provisioning/fault-registry.ts";
import type { SyncState, User } from "../../../../sandbox/okta/store/model.ts";
import { TestOrg } from "./test-org.ts";

let org: TestOrg;
let ada: User;
/** What Ada's account said at each request that the SCIM server got. */
let seen: (SyncState | undefined)[];

beforeEach(async () => {
  org = await TestOrg.start();
  ada = org.addUser("Ada");
  seen = [];
  org.scim.watch = () => {
    seen.push(stateOf());
    return {};
  };
});
afterEach(() => org[Symbol.asyncDispose]());

function stateOf(): SyncState | undefined {
  return org.store.appUsers.get(org.app.id, ada.id)?.syncState;
}

test("a person is OUT_OF_SYNC while a push waits, SYNCING while it runs, SYNCHRONIZED when it is done", async () => {
  org.assign(ada);
  expect(stateOf()).toBe("OUT_OF_SYNC");
  await org.settle();
  expect([new Set(seen), stateOf()]).toEqual([new Set(["SYNCING"]), "SYNCHRONIZED"]);

  org.faults.add({
    ...FAULT_DEFAULTS,
    kind: "rate-limit",
    method: "PUT",
    remaining: 1,
    retryAfterSeconds: 5,
  });
  org.changeProfile(ada, { title: "Lead" });
  await org.settle();
  expect(stateOf()).toBe("OUT_OF_SYNC");
  org.clock.advance(5_000);
  await org.engine.drain({ includePaused: true });
  expect(stateOf()).toBe("SYNCHRONIZED");
});

test("a push that finds nothing to do, or sends the password only, leaves the state as it was", async () => {
  org.assign(ada);
  await org.settle();
  org.setFeatures({ password: { status: "ENABLED", seed: "RANDOM", change: "CHANGE" } });
  seen = [];
  org.store.users.setPassword(ada.id);
  await org.settle();
  expect([seen, stateOf()]).toEqual([["SYNCING"], "SYNCHRONIZED"]);

  org.faults.add({ ...FAULT_DEFAULTS, kind: "server-error", method: "PUT", remaining: 1 });
  org.changeProfile(ada, { title: "Lead" });
  await org.settle();
  expect(stateOf()).toBe("ERROR");
  org.store.users.setPassword(ada.id);
  await org.settle();
  expect(stateOf()).toBe("ERROR");
});

test("an update that waits while updates are switched off waits no longer", async () => {
  org.assign(ada);
  await org.settle();
  org.faults.add({
    ...FAULT_DEFAULTS,
    kind: "rate-limit",
    method: "PUT",
    remaining: 1,
    retryAfterSeconds: 5,
  });
  org.changeProfile(ada, { title: "Lead" });
  await org.settle();
  org.setFeatures({ updateProfiles: "DISABLED" });
  expect(stateOf()).toBe("OUT_OF_SYNC");
  org.clock.advance(5_000);
  await org.settle();
  expect(stateOf()).toBe("SYNCHRONIZED");
});

test("after a crash in the middle nobody stays SYNCING whose push goes on", async () => {
  org.assign(ada);
  await org.settle();
  await org.engine.stop();
  const task = org.store.tasks.create({ appId: org.app.id, kind: "user.update", subjectId: ada.id });
  org.store.tasks.update(task.id, { status: "running", notBefore: "2026-08-03T10:00:00.000Z" });
  org.store.appUsers.recordSync(org.app.id, ada.id, { syncState: "SYNCING" });
  org.engine = org.createEngine();
  org.engine.start();
  expect(stateOf()).toBe("OUT_OF_SYNC");
});
