import fc from "fast-check";
import { expect, test } from "vitest";
import type { OrgStore } from "../../../../sandbox/okta/store/org-store.ts";
import { addApp, addGroup, addPerson, newStore } from "./new-store.ts";

const PEOPLE = 6;
const GROUPS = 3;

/** Something that an administrator does; indexes are taken of the people and groups of the test's org. */
const step = fc.oneof(
  fc.record({ do: fc.constantFrom("join", "leave"), person: fc.nat(PEOPLE - 1), group: fc.nat(GROUPS - 1) }),
  fc.record({ do: fc.constantFrom("assignGroup", "unassignGroup"), group: fc.nat(GROUPS - 1) }),
  fc.record({ do: fc.constantFrom("assign", "unassign"), person: fc.nat(PEOPLE - 1) }),
  fc.record({
    do: fc.constantFrom("deactivate", "activate", "suspend", "unsuspend"),
    person: fc.nat(PEOPLE - 1),
  }),
  fc.record({
    do: fc.constant("rename"),
    person: fc.nat(PEOPLE - 1),
    name: fc.constantFrom("Ada", "Grace", "Zoë"),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test("after any history, accounts are exactly what assignments imply, and the events tell the same story", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = newStore();
      const app = addApp(store, { provisioned: true });
      const people = Array.from({ length: PEOPLE }, (_, index) => addPerson(store, `p${index}`).id);
      const groups = Array.from({ length: GROUPS }, (_, index) => addGroup(store, `g${index}`));
      const direct = new Set<string>();
      for (const one of steps) act(store, app.id, people, groups, direct, one);

      const assigned = groups.filter((group) => store.assignments.group(app.id, group) !== undefined);
      const implied = people.filter((id) => {
        if (store.users.get(id)?.status === "DEPROVISIONED") return false;
        return direct.has(id) || assigned.some((group) => store.groups.isMember(group, id));
      });
      const accounts = store.appUsers.list({ appId: app.id, limit: 100 });
      expect(accounts.map(({ userId }) => userId)).toEqual(implied);
      for (const { userId, profile, scope } of accounts) {
        expect(profile["givenName"]).toBe(store.users.get(userId)?.profile["firstName"]);
        expect(scope).toBe(direct.has(userId) ? "USER" : "GROUP");
      }
      expect(foldEvents(store)).toEqual(new Set(implied));
      store.close();
    }),
    { numRuns: 60 },
  );
});

function act(
  store: OrgStore,
  appId: string,
  people: readonly string[],
  groups: readonly string[],
  direct: Set<string>,
  one: Step,
): void {
  const person = ("person" in one ? people[one.person] : undefined) ?? "";
  const group = ("group" in one ? groups[one.group] : undefined) ?? "";
  const status = store.users.get(person)?.status;
  switch (one.do) {
    case "join":
      store.groups.addMembers(group, [person]);
      break;
    case "leave":
      store.groups.removeMembers(group, [person]);
      break;
    case "assignGroup":
      store.assignments.assignGroup(appId, group, { profile: {} });
      break;
    case "unassignGroup":
      store.assignments.unassignGroup(appId, group);
      break;
    case "assign":
      if (status === "DEPROVISIONED") return;
      store.assignments.assignUser(appId, person, { scope: "USER" });
      direct.add(person);
      break;
    case "unassign":
      store.assignments.unassignUser(appId, person);
      direct.delete(person);
      break;
    case "deactivate":
      if (status === "DEPROVISIONED") return;
      store.users.setStatus(person, "DEPROVISIONED");
      direct.delete(person);
      break;
    case "activate":
      if (status === "DEPROVISIONED") store.users.setStatus(person, "ACTIVE");
      break;
    case "suspend":
      if (status === "ACTIVE") store.users.setStatus(person, "SUSPENDED");
      break;
    case "unsuspend":
      if (status === "SUSPENDED") store.users.setStatus(person, "ACTIVE");
      break;
    case "rename": {
      const profile = store.users.get(person)?.profile ?? {};
      if ("name" in one) store.users.setProfile(person, { ...profile, firstName: one.name });
    }
  }
}

/** Who has an account by the events alone; a second assignment or a removal of nothing is a fault of the store. */
function foldEvents(store: OrgStore): Set<string> {
  const present = new Set<string>();
  for (const event of store.events.after(0, 10_000)) {
    if (event.type === "appuser.assigned") {
      expect(present.has(event.userId)).toBe(false);
      present.add(event.userId);
    } else if (event.type === "appuser.unassigned") {
      expect(present.delete(event.userId)).toBe(true);
    } else if (event.type === "appuser.profile-changed") {
      expect(present.has(event.userId)).toBe(true);
    }
  }
  return present;
}
