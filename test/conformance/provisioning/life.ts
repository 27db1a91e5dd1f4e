import fc from "fast-check";
import {
  FAULT_DEFAULTS,
  FAULT_KINDS,
  type FaultKind,
} from "../../../sandbox/okta/provisioning/fault-registry.ts";
import type { Group, GroupPushMapping, User } from "../../../sandbox/okta/store/model.ts";
import type { TestOrg } from "../../unit/sandbox/provisioning/test-org.ts";

export const peopleCount = 30;
export const groupCount = 8;

const person = fc.nat({ max: peopleCount - 1 });
const group = fc.nat({ max: groupCount - 1 });

/** Expressions that the title is mapped with, and what they mean. */
export const titleMappings = [
  { expression: "user.title", value: ({ title }: Names) => title },
  {
    expression: "String.toUpperCase(user.firstName)",
    value: ({ firstName }: Names) => firstName.toUpperCase(),
  },
  {
    expression: 'user.title == null ? "none of " + user.lastName : user.title',
    value: ({ title, lastName }: Names) => title ?? `none of ${lastName}`,
  },
] as const;

interface Names {
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string | undefined;
}

/** Group rules of the org, each with the group that it fills; both look at what changes in a life. */
const rules = [
  { expression: 'user.department == "Anna" OR user.department == "Finance"', group: 6 },
  { expression: "user.title == null", group: 7 },
] as const;

/** Something that happens in an org; the weights are how often. */
export const lifeEvent = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("assign"), person }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("unassign"), person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reassign"), person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("assign-group"), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unassign-group"), group }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("join"), person, group }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("leave"), person, group }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("change"),
      person,
      attribute: fc.constantFrom("firstName", "lastName", "title", "department", "displayName"),
      value: fc.option(fc.constantFrom("Anna", "Bø", "O'Neil", 'Quo"te', "Zoë ☃", "x".repeat(100)), {
        nil: null,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename-person"), person }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("status"),
      person,
      status: fc.constantFrom("ACTIVE" as const, "SUSPENDED" as const, "DEPROVISIONED" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("push"), group, named: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("toggle-push"), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unlink"), group, deletes: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename-group"), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("map-title"), mapping: fc.nat({ max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("map-department"), pushes: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("toggle-rule"), rule: fc.nat({ max: 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault"),
      fault: fc.constantFrom(...FAULT_KINDS),
      remaining: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("settle") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait"), milliseconds: fc.nat({ max: 15 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass"), minutes: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("retry") }) },
);
export type LifeEvent = typeof lifeEvent extends fc.Arbitrary<infer Event> ? Event : never;

/** Lets events happen in an org, as administrators, people and networks would cause them. */
export class Life {
  readonly org: TestOrg;
  readonly #people: User[];
  readonly #groups: Group[];
  readonly #rules: string[];
  #titleMapping = 0;
  #pushesDepartment = true;
  #names = 0;

  constructor(org: TestOrg) {
    this.org = org;
    this.#people = Array.from({ length: peopleCount }, (_, index) =>
      org.addUser(`Person${index}`, index % 3 === 0 ? { title: "Clerk", department: "Finance" } : {}),
    );
    this.#groups = Array.from({ length: groupCount }, (_, index) => org.addGroup(`Group ${index}`));
    this.#rules = rules.map(
      ({ expression, group: index }) =>
        org.store.groupRules.create({
          name: expression,
          expression,
          groupIds: [this.#group(index).id],
          excludedUserIds: [],
        }).id,
    );
  }

  /** Whether changes of a department reach the accounts; otherwise they keep what they had. */
  get pushesDepartment(): boolean {
    return this.#pushesDepartment;
  }

  get titleMapping(): (typeof titleMappings)[number] {
    return titleMappings[this.#titleMapping] ?? titleMappings[0];
  }

  async happen(event: LifeEvent): Promise<void> {
    const { org } = this;
    switch (event.kind) {
      case "assign":
        if (!this.#isOut(event.person)) org.assign(this.#person(event.person));
        return;
      case "unassign":
        return org.unassign(this.#person(event.person));
      case "reassign":
        if (this.#isOut(event.person)) return;
        org.unassign(this.#person(event.person));
        return org.assign(this.#person(event.person));
      case "assign-group":
        org.store.assignments.assignGroup(org.app.id, this.#group(event.group).id, { profile: {} });
        return;
      case "unassign-group":
        org.store.assignments.unassignGroup(org.app.id, this.#group(event.group).id);
        return;
      case "join":
        org.store.groups.addMembers(this.#group(event.group).id, [this.#person(event.person).id]);
        return;
      case "leave":
        org.store.groups.removeMembers(this.#group(event.group).id, [this.#person(event.person).id]);
        return;
      case "change":
        return this.#change(event.person, event.attribute, event.value);
      case "rename-person":
        return org.changeProfile(this.#person(event.person), {
          login: `${this.#newName("login")}@example.com`,
        });
      case "status":
        return this.#changeStatus(event.person, event.status);
      case "push":
        return this.#push(event.group, event.named);
      case "toggle-push":
        return this.#withMapping(event.group, ({ id, status }) => {
          org.store.pushMappings.setStatus(org.app.id, id, status === "INACTIVE" ? "ACTIVE" : "INACTIVE");
        });
      case "unlink":
        return this.#withMapping(event.group, ({ id }) =>
          org.store.pushMappings.delete(org.app.id, id, event.deletes),
        );
      case "rename-group": {
        const { id, profile } = this.#group(event.group);
        org.store.groups.setProfile(id, { ...profile, name: this.#newName("Group") });
        return;
      }
      case "map-title":
        return this.#mapTitle(event.mapping);
      case "map-department":
        return this.#mapDepartment(event.pushes);
      case "toggle-rule":
        return this.#toggleRule(event.rule);
      case "fault":
        return this.#addFault(event.fault, event.remaining);
      case "settle":
        return org.engine.drain();
      case "wait":
        return new Promise((resolve) => setTimeout(resolve, event.milliseconds));
      case "pass":
        return org.clock.advance(event.minutes * 60_000);
      case "restart":
        return this.#restart();
      case "retry":
        org.engine.jobs.retryFailed();
        return;
    }
  }

  /** Switches faults off, lets all time pass that anything waits for, and retries what failed until nothing is left. */
  async comeToRest(): Promise<void> {
    const { engine, faults, clock } = this.org;
    faults.clear();
    for (let round = 0; round < 12; round++) {
      await engine.drain();
      clock.advance(86_400_000);
      await engine.drain({ includePaused: true });
      if (engine.jobs.retryFailed() === 0) return;
    }
  }

  #person(index: number): User {
    const id = this.#people[index]?.id ?? "";
    const user = this.org.store.users.get(id);
    if (user === undefined) throw new Error(`person ${index} is missing`);
    return user;
  }

  #group(index: number): Group {
    const found = this.org.store.groups.get(this.#groups[index]?.id ?? "");
    if (found === undefined) throw new Error(`group ${index} is missing`);
    return found;
  }

  #isOut(index: number): boolean {
    return this.#person(index).status === "DEPROVISIONED";
  }

  #newName(prefix: string): string {
    this.#names += 1;
    return `${prefix}-${this.#names}`;
  }

  /** First and last name are never null in Okta. A department that is not pushed must stay in the account as it was. */
  #change(index: number, attribute: string, value: string | null): void {
    const { store, app } = this.org;
    const isName = attribute === "firstName" || attribute === "lastName";
    const person = this.#person(index);
    const before = store.appUsers.get(app.id, person.id);
    this.org.changeProfile(person, { [attribute]: value ?? (isName ? "Nobody" : null) });
    const after = store.appUsers.get(app.id, person.id);
    if (this.#pushesDepartment || before === undefined || after === undefined) return;
    const [old, now] = [before.profile["department"], after.profile["department"]];
    if (old !== now) throw new Error(`the department ${old} became ${now}, though it is not pushed`);
  }

  #changeStatus(index: number, status: "ACTIVE" | "SUSPENDED" | "DEPROVISIONED"): void {
    const user = this.#person(index);
    if (user.status === status || (user.status === "DEPROVISIONED" && status === "SUSPENDED")) return;
    this.org.store.users.setStatus(user.id, status);
  }

  #push(index: number, named: boolean): void {
    const source = this.#group(index);
    const { store, app } = this.org;
    if (store.pushMappings.list({ appId: app.id, sourceGroupId: source.id, limit: 1 }).length > 0) return;
    this.org.push(source, named ? this.#newName("target") : source.name);
  }

  #withMapping(index: number, act: (mapping: GroupPushMapping) => void): void {
    const { store, app } = this.org;
    const sourceGroupId = this.#group(index).id;
    const [mapping] = store.pushMappings.list({ appId: app.id, sourceGroupId, limit: 1 });
    if (mapping !== undefined) act(mapping);
  }

  #mapTitle(index: number): void {
    this.#titleMapping = index;
    this.#map("title", this.titleMapping.expression, "PUSH");
  }

  #mapDepartment(pushes: boolean): void {
    this.#pushesDepartment = pushes;
    this.#map("department", "user.department", pushes ? "PUSH" : "DONT_PUSH");
  }

  #map(name: string, expression: string, pushStatus: "PUSH" | "DONT_PUSH"): void {
    const { store, app } = this.org;
    const mapping = store.mappings.ofApp(app.id, "user-to-app");
    store.mappings.merge(mapping?.id ?? "", { [name]: { expression, pushStatus } });
    store.assignments.reapplyMapping(app.id);
  }

  #toggleRule(index: number): void {
    const { groupRules } = this.org.store;
    const rule = groupRules.get(this.#rules[index] ?? "");
    if (rule !== undefined) groupRules.setStatus(rule.id, rule.status === "ACTIVE" ? "INACTIVE" : "ACTIVE");
  }

  /**
   * A POST whose answer is lost would leave an account (or group) that nobody knows of, in Okta too: only an interrupted process
   * looks for it again, which has a test of its own.
   */
  #addFault(kind: FaultKind, remaining: number): void {
    const methods = kind === "dropped" ? ["GET", "PUT", "PATCH", "DELETE"] : [null];
    const retryAfterSeconds = kind === "rate-limit" ? 1 : null;
    for (const method of methods) {
      this.org.faults.add({ ...FAULT_DEFAULTS, kind, method, remaining, delayMs: 5, retryAfterSeconds });
    }
  }

  async #restart(): Promise<void> {
    await this.org.engine.stop();
    this.org.engine = this.org.createEngine({ concurrency: 4 });
    this.org.engine.start();
  }
}
