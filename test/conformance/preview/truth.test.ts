import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createOktaClient, type OktaClient } from "../../../src/okta/okta-client.ts";
import { DirectoryReader } from "../../../src/preview/people/directory-reader.ts";
import { evaluateForPerson } from "../../../src/preview/people/evaluate-person.ts";
import { reportPeople } from "../../../src/preview/people/report-people.ts";
import { OrgProcess, ScimServerProcess } from "../provisioning/processes.ts";
import { LiveApp } from "./support/apply-steps.ts";
import { type Declared, type Step, stepsBetween } from "./support/declared-app.ts";
import { observe, predict, readServer } from "./support/touched.ts";

/** Random orgs and specs, the same in each run of CI; `PREVIEWS=200 SEED=$RANDOM` looks longer and elsewhere. */
const runs = Number(process.env["PREVIEWS"] ?? 12);
const seed = Number(process.env["SEED"] ?? 20_261_122);
const peopleCount = 20;
const groupCount = 5;
const withId = z.object({ id: z.string() });

let org: OrgProcess;
let server: ScimServerProcess;
let client: OktaClient;
let people: readonly string[];

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
  people = await Promise.all(Array.from({ length: peopleCount }, (_, index) => createPerson(index)));
});
afterAll(async () => {
  await org?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Most are active; some are staged, suspended or deactivated, some have no department or title. */
async function createPerson(index: number): Promise<string> {
  const staged = index % 7 === 5;
  const login = `truth${index}@example.com`;
  const { id } = withId.parse(
    await org.api("POST", `/api/v1/users?activate=${!staged}`, {
      profile: {
        login,
        email: login,
        firstName: `First${index}`,
        lastName: `Last${index % 4}`,
        ...(index % 3 === 0 ? {} : { department: index % 2 === 0 ? "Finance" : "Sales" }),
        ...(index % 4 === 0 ? {} : { title: `Title ${index % 3}` }),
      },
      credentials: { password: { value: "Pa55word-of-truth" } },
    }),
  );
  if (index % 7 === 3) await org.api("POST", `/api/v1/users/${id}/lifecycle/suspend`);
  if (index % 9 === 8) await org.api("POST", `/api/v1/users/${id}/lifecycle/deactivate`);
  return id;
}

const personIndex = fc.nat({ max: peopleCount - 1 });
const groupIndex = fc.nat({ max: groupCount - 1 });
const mostly = fc.oneof(
  { weight: 5, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
);
const entry = fc.record({
  expression: fc.constantFrom(
    "user.department",
    "user.title",
    "String.toUpperCase(user.lastName)",
    '"fixed"',
    'user.department == "Sales" ? user.title : user.department',
  ),
  pushStatus: fc.constantFrom("PUSH" as const, "PUSH" as const, "DONT_PUSH" as const),
});
const spec = fc.record({
  features: fc.record({ create: mostly, update: mostly, deactivate: mostly }),
  mapping: fc.dictionary(fc.constantFrom("department", "title", "division", "nickName"), entry, {
    maxKeys: 4,
  }),
  groups: fc.uniqueArray(
    fc.record({
      group: groupIndex,
      profile: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Record<string, string>>({}) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<Record<string, string>>({ division: "North" }, { title: "Boss" }),
        },
      ),
    }),
    { selector: ({ group }) => group, maxLength: 3 },
  ),
  users: fc.uniqueArray(personIndex, { maxLength: 4 }),
  pushes: fc.uniqueArray(
    fc.record({ group: groupIndex, deleteTarget: fc.boolean(), renamed: fc.boolean() }),
    {
      selector: ({ group }) => group,
      maxLength: 3,
    },
  ),
  /** What happens behind the spec's back before the next edit. */
  byHand: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("assign"), person: personIndex }),
      fc.record({ kind: fc.constant("join"), person: personIndex, group: groupIndex }),
      fc.record({ kind: fc.constant("leave"), person: personIndex, group: groupIndex }),
    ),
    { maxLength: 4 },
  ),
});
type Spec = typeof spec extends fc.Arbitrary<infer Value> ? Value : never;

const world = fc.record({
  members: fc.array(fc.uniqueArray(personIndex, { maxLength: 10 }), {
    minLength: groupCount,
    maxLength: groupCount,
  }),
  specs: fc.array(spec, { minLength: 2, maxLength: 4 }),
});

let run = 0;

test(`whom a preview predicts is whom provisioning touches (seed ${seed})`, {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ members, specs }) => {
      const name = `run${run++}`;
      // A new minute for Okta's rate limits.
      await org.api("POST", "/sandbox/clock", { advanceSeconds: 60 });
      const groups = await Promise.all(members.map((own, index) => createGroup(`${name} ${index}`, own)));
      const app = new LiveApp(org, server, name);
      let before: Declared | undefined;
      for (const [index, wanted] of specs.entries()) {
        const after = declare(wanted, groups, before, `${name}-${index}`);
        const wasSilent = specs.slice(0, index).some(({ features }) => !features.update);
        await previewAndApply(app, before, after, wasSilent);
        for (const event of wanted.byHand) await happen(event, app, groups);
        await org.drain();
        before = after;
      }
    }),
    {
      numRuns: runs,
      seed,
      endOnFailure: true,
      interruptAfterTimeLimit: 250_000,
      markInterruptAsFailure: false,
    },
  );
});

/**
 * @param wasSilent updates were off before: the server has older values than Okta believes, and an update may happen to send what it has
 */
async function previewAndApply(
  app: LiveApp,
  before: Declared | undefined,
  after: Declared,
  wasSilent: boolean,
): Promise<void> {
  const steps = stepsBetween(before, after);
  const report = await reportPeople(
    { appId: app.appId, changes: steps, plan: undefined },
    {
      client,
      directory: new DirectoryReader(client),
      evaluate: evaluateForPerson,
      appliesMappings: true,
      callBudget: 500,
    },
  );
  const scim = server.client(app.tenant);
  const stateBefore = await readServer(scim);
  await app.apply(steps);
  const impact = report?.kind === "exact" ? report.impact : undefined;
  const comingOrGoing = [...(impact?.gains ?? []), ...(impact?.unassignedOnly ?? [])].map(
    ({ login }) => login,
  );
  const observed = observe(
    stateBefore,
    await readServer(scim),
    app.refused,
    endedTargets(steps),
    comingOrGoing,
  );
  if (report === undefined) {
    expect(observed).toEqual({ gains: [], updated: [], deactivated: [], joins: [], leaves: [], refused: [] });
    return;
  }
  if (report.kind !== "exact") throw new Error(`expected exact people, not ${report.kind}`);
  const targetOf = (group: string): string => after.pushes.get(group)?.target ?? group;
  const predicted = predict(report.impact, stateBefore, targetOf);
  const updated = wasSilent
    ? predicted.updated.filter((login) => observed.updated.includes(login))
    : predicted.updated;
  expect({ ...predicted, updated }).toEqual(observed);
}

function endedTargets(steps: readonly Step[]): string[] {
  return steps
    .filter(({ kind, action }) => kind === "push group" && (action === "remove" || action === "replace"))
    .map(({ before }) => String(before?.["targetGroupName"]));
}

async function createGroup(name: string, own: readonly number[]): Promise<string> {
  const { id } = withId.parse(await org.api("POST", "/api/v1/groups", { profile: { name } }));
  for (const person of own) await org.api("PUT", `/api/v1/groups/${id}/users/${personId(person)}`);
  return id;
}

/** A deactivated person can't be assigned by name: the spec's author is told so. A push that is new or renamed gets a name of its own. */
function declare(
  wanted: Spec,
  groups: readonly string[],
  before: Declared | undefined,
  step: string,
): Declared {
  const groupId = (index: number): string => groups[index] ?? "";
  return {
    features: wanted.features,
    mapping: { givenName: { expression: "user.firstName", pushStatus: "PUSH" }, ...wanted.mapping },
    groups: new Map(wanted.groups.map(({ group, profile }) => [groupId(group), profile])),
    users: new Set(wanted.users.filter((index) => index % 9 !== 8).map(personId)),
    pushes: new Map(
      wanted.pushes.map(({ group, deleteTarget, renamed }) => {
        const present = before?.pushes.get(groupId(group));
        const target = present === undefined || renamed ? `${step}-${group}` : present.target;
        return [groupId(group), { target, deleteTarget }];
      }),
    ),
  };
}

async function happen(event: Spec["byHand"][number], app: LiveApp, groups: readonly string[]): Promise<void> {
  const person = personId(event.person);
  if (event.kind === "assign") {
    if (event.person % 9 !== 8)
      await org.api("POST", `/api/v1/apps/${app.appId ?? ""}/users`, { id: person, scope: "USER" });
    return;
  }
  const path = `/api/v1/groups/${groups[event.group] ?? ""}/users/${person}`;
  await org.api(event.kind === "join" ? "PUT" : "DELETE", path);
}

function personId(index: number): string {
  return people[index] ?? "";
}
