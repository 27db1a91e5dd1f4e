import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createOktaClient, type OktaClient } from "../../../src/okta/okta-client.ts";
import { askScimServer } from "../../../src/preview/people/ask-scim-server.ts";
import { DirectoryReader } from "../../../src/preview/people/directory-reader.ts";
import { evaluateForPerson } from "../../../src/preview/people/evaluate-person.ts";
import { reportPeople } from "../../../src/preview/people/report-people.ts";
import type { PeopleReport } from "../../../src/preview/report.ts";
import { OrgProcess, ScimServerProcess } from "../provisioning/processes.ts";
import { LiveApp } from "./support/apply-steps.ts";
import { type Declared, type Step, stepsBetween } from "./support/declared-app.ts";
import { found, type World } from "./support/found-worlds.ts";
import { Population } from "./support/population.ts";
import { type Observation, observe, PushLog, predict, ServerView, type Touched } from "./support/touched.ts";
import { applyEdit, type ByHand, type Spec, world } from "./support/world.ts";

/** Random orgs and specs, the same in each run of CI; `PREVIEWS=200 SEED=$RANDOM` looks longer and elsewhere. */
const runs = Number(process.env["PREVIEWS"] ?? 20);
const seed = Number(process.env["SEED"] ?? 20_261_122);
const withId = z.object({ id: z.string() });
const nobody: Touched = {
  gains: [],
  accounts: [],
  updated: [],
  deactivated: [],
  joins: [],
  leaves: [],
  refused: [],
};

let org: OrgProcess;
let server: ScimServerProcess;
let client: OktaClient;
let people: Population;

beforeAll(async () => {
  const tenants = Array.from({ length: runs * 3 + 50 }, (_, run) => `run${run}`);
  [org, server] = await Promise.all([OrgProcess.start(), ScimServerProcess.start(tenants)]);
  const address = z
    .object({ url: z.string(), apiToken: z.string() })
    .parse(JSON.parse(readFileSync(join(org.folder, "address.json"), "utf8")));
  client = createOktaClient({
    orgUrl: address.url,
    credentials: { kind: "api-token", apiToken: address.apiToken },
    rateLimitShare: 1,
  });
  people = new Population(org);
  await people.create();
});
afterAll(async () => {
  await org?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

let run = 0;
/** What the random orgs had in them. */
const met = new Set<string>();

test(`whom a preview predicts is whom provisioning touches (seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ management, members, ruled, first, edits }) => {
      const trial = new Trial(`run${run++}`, management);
      await trial.begin(members, ruled);
      let spec: Spec | undefined;
      for (const [index, edit] of [first, ...edits].entries()) {
        spec = applyEdit(spec, edit);
        await trial.edit(spec, index, "swapped" in edit);
      }
      await trial.end();
    }),
    {
      numRuns: runs,
      seed,
      examples: found.map((one): [World] => [one]),
      endOnFailure: true,
      interruptAfterTimeLimit: 250_000,
      markInterruptAsFailure: false,
    },
  );
  // The orgs of CI are always the same: all that is to be proven occurs in them.
  if (process.env["PREVIEWS"] === undefined)
    expect([...met].sort()).toEqual(["created", "matched", "reactivated", "swap of overlapping groups"]);
});

/** One app from its first spec to its last, each of them previewed, applied and compared. */
class Trial {
  readonly #name: string;
  readonly #management: Declared["management"];
  readonly #app: LiveApp;
  readonly #log: PushLog;
  readonly #view: ServerView;
  #groups: readonly string[] = [];
  #rule: string | undefined;
  #before: Declared | undefined;
  /** Groups at the server whose members Okta does not know for sure. */
  readonly #unsure = new Set<string>();

  constructor(name: string, management: Declared["management"]) {
    this.#name = name;
    this.#management = management;
    this.#app = new LiveApp(org, server, name);
    this.#log = new PushLog(org);
    this.#view = new ServerView(server.client(name), org, (id) => people.loginOf(id));
  }

  async begin(members: readonly (readonly number[])[], ruled: number | undefined): Promise<void> {
    await this.#nextMinute();
    this.#groups = await Promise.all(members.map((own, index) => createGroup(`${this.#name} ${index}`, own)));
    if (ruled === undefined) return;
    this.#rule = await createRule(this.#name, this.#groupId(ruled));
  }

  async edit(spec: Spec, index: number, isSwap: boolean): Promise<void> {
    await this.#nextMinute();
    const after = await this.#declare(spec, `${this.#name}-${index}`);
    const isByHand = after.management === "manual" && after.configured;
    if (isByHand && this.#app.appId !== undefined) await this.#app.connectByHand(after.features);
    await this.#previewAndApply(this.#before, after, isSwap);
    for (const event of spec.byHand) await this.#happen(event);
    await org.drain();
    await org.api("DELETE", "/sandbox/faults");
    this.#before = after;
  }

  async end(): Promise<void> {
    await this.#app.delete();
    if (this.#rule !== undefined)
      await org.api("POST", `/api/v1/groups/rules/${this.#rule}/lifecycle/deactivate`);
  }

  async #previewAndApply(before: Declared | undefined, after: Declared, isSwap: boolean): Promise<void> {
    const steps = stepsBetween(before, after);
    const report = await reportPeople(
      {
        appId: this.#app.appId,
        changes: steps,
        plan: intentOf(after),
        ask: askScimServer([server.client(this.#name)]),
      },
      {
        client,
        directory: new DirectoryReader(client),
        evaluate: evaluateForPerson,
        appliesMappings: true,
        callBudget: 500,
      },
    );
    if (report !== undefined && report.kind !== "exact")
      throw new Error(`expected exact people, not ${report.kind}`);
    const impact = report?.impact;
    expect(impact?.gains.filter(({ account }) => account === "unknown") ?? []).toEqual([]);
    this.#noteUnsure(before, after);
    const statesBefore = await this.#view.readStates();
    const membersBefore = await this.#view.readMembers(this.#app.appId);
    if (this.#app.appId !== undefined) await this.#log.next(this.#app.appId);
    await this.#app.apply(steps);
    for (const { account } of impact?.gains ?? []) met.add(account);
    if (isSwap && report !== undefined && isOverlapping(report)) met.add("swap of overlapping groups");
    const seen: Observation = {
      pushed: await this.#log.next(this.#app.appId ?? ""),
      membersBefore,
      membersAfter: await this.#view.readMembers(this.#app.appId),
      statesBefore,
      linkedAfter: this.#view.linked,
      refused: this.#app.refused,
      endedTargets: new Set(endedTargets(steps)),
      unsureTargets: this.#unsure,
      comingOrGoing: [
        ...(impact?.gains ?? []),
        ...(impact?.deactivated ?? []),
        ...(impact?.unassignedOnly ?? []),
      ].map(({ login }) => login),
    };
    const nameOf = (group: string): string => after.pushes.get(group)?.target ?? group;
    const predicted = impact === undefined ? nobody : predict(impact, nameOf, seen);
    expect(predicted).toEqual(observe(seen, predicted));
    await this.#agreesWithServer(seen);
  }

  /** The log says what Okta did; the server has it. */
  async #agreesWithServer({ pushed }: Observation): Promise<void> {
    const { active, inactive } = await this.#view.readAccounts();
    for (const login of pushed.created)
      if (!pushed.failed.has(login)) expect(active, "whom Okta created").toContain(login);
    for (const login of pushed.deactivated)
      if (!pushed.failed.has(login)) expect(inactive, "whom Okta deactivated").toContain(login);
  }

  /** What a preview can't know of groups at the server, and says so: see findUncertainties. */
  #noteUnsure(before: Declared | undefined, after: Declared): void {
    const isOff = (one: Declared): boolean =>
      one.status === "INACTIVE" || (one.management === "manual" && !one.configured);
    for (const [id, { target, status }] of after.pushes) {
      const known = before?.pushes.get(id);
      if (known?.target !== target || status === "INACTIVE" || isOff(after)) this.#unsure.add(target);
    }
  }

  async #declare(wanted: Spec, step: string): Promise<Declared> {
    const before = this.#before;
    const failed = await this.#app.failedPushes();
    const pushes = wanted.pushes
      .filter(({ group }) => !failed.includes(this.#groupId(group)))
      .map(({ group, deleteTarget, renamed, status }): [string, Push] => {
        const id = this.#groupId(group);
        const present = before?.pushes.get(id)?.target ?? `${this.#name}-${group}`;
        return [id, { target: renamed ? `${step}-${group}` : present, deleteTarget, status }];
      });
    // The API takes no change of a push that failed, so nobody makes one.
    const kept = failed.flatMap((id): [string, Push][] => {
      const push = before?.pushes.get(id);
      if (push !== undefined) this.#unsure.add(push.target);
      return push === undefined ? [] : [[id, push]];
    });
    return {
      status: wanted.status,
      management: this.#management,
      // Once connected, a custom app stays connected: Okta tells nobody when the spec takes its word back.
      configured: before !== undefined && (before.configured || wanted.configured),
      // Okta refuses to change a custom app that is inactive.
      userName:
        this.#management === "manual" && wanted.status === "INACTIVE" && before
          ? before.userName
          : wanted.userName,
      features: wanted.features,
      mapping: { givenName: { expression: "user.firstName", pushStatus: "PUSH" }, ...wanted.mapping },
      groups: new Map(wanted.groups.map(({ group, ...values }) => [this.#groupId(group), values])),
      users: new Map(
        wanted.users
          .filter(({ person }) => people.isAssignable(person))
          .map(({ person, named }) => [people.id(person), named ? `typed-${person}` : people.login(person)]),
      ),
      pushes: new Map([...pushes, ...kept]),
    };
  }

  async #happen(event: ByHand): Promise<void> {
    const appId = this.#app.appId ?? "";
    switch (event.kind) {
      case "assign":
        if (!people.isAssignable(event.person)) return;
        await org.api("POST", `/api/v1/apps/${appId}/users`, { id: people.id(event.person), scope: "USER" });
        return;
      case "join":
        return this.#move("PUT", event.group, event.person);
      case "leave":
        return this.#move("DELETE", event.group, event.person);
      case "status":
        return people.transit(event.person, event.to);
      case "change":
        return people.changeDepartment(event.person, event.department);
      case "fail":
        await org.drain();
        await org.api("POST", "/sandbox/faults", {
          kind: "server-error",
          appId,
          path: event.path,
          remaining: 1,
        });
        await this.#move("PUT", event.group, event.person);
        await people.changeDepartment(event.person, "Failing");
        return;
      case "account":
        await server
          .client(this.#name)
          .users.create({
            schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
            userName: people.login(event.person),
            active: event.active,
          })
          // Somebody has this name there already.
          .catch(() => undefined);
        return;
    }
  }

  async #move(method: "PUT" | "DELETE", group: number, person: number): Promise<void> {
    await org.api(method, `/api/v1/groups/${this.#groupId(group)}/users/${people.id(person)}`);
  }

  /** A new minute for Okta's rate limits. */
  async #nextMinute(): Promise<void> {
    await org.api("POST", "/sandbox/clock", { advanceSeconds: 60 });
  }

  #groupId(index: number): string {
    return this.#groups[index] ?? "";
  }
}

/** Whether some lose the application, others get it, and others keep it. */
function isOverlapping({ impact, assignedBefore }: Extract<PeopleReport, { kind: "exact" }>): boolean {
  const lost = impact.deactivated.length;
  return impact.gains.length > 0 && lost > 0 && assignedBefore > lost + impact.unassignedOnly.length;
}

type Push = Declared["pushes"] extends ReadonlyMap<string, infer Value> ? Value : never;

function intentOf({ management, configured, features }: Declared) {
  return {
    connection: { management, configured },
    provisioning: {
      createUsers: features.create,
      updateProfiles: features.update,
      deactivateUsers: features.deactivate,
    },
  };
}

function endedTargets(steps: readonly Step[]): string[] {
  return steps
    .filter(({ kind, action }) => kind === "push group" && (action === "remove" || action === "replace"))
    .map(({ before }) => String(before?.["targetGroupName"]));
}

async function createGroup(name: string, own: readonly number[]): Promise<string> {
  const { id } = withId.parse(await org.api("POST", "/api/v1/groups", { profile: { name } }));
  for (const person of own) await org.api("PUT", `/api/v1/groups/${id}/users/${people.id(person)}`);
  return id;
}

async function createRule(name: string, groupId: string): Promise<string> {
  const rule = withId.parse(
    await org.api("POST", "/api/v1/groups/rules", {
      type: "group_rule",
      name,
      conditions: {
        expression: { type: "urn:okta:expression:1.0", value: 'user.department=="Field Sales"' },
      },
      actions: { assignUserToGroups: { groupIds: [groupId] } },
    }),
  );
  await org.api("POST", `/api/v1/groups/rules/${rule.id}/lifecycle/activate`);
  return rule.id;
}
