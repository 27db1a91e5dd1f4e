import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { enterprise, RunningServer, type TestAnswer } from "./support/running-server.ts";

/** One request of a history. Ids are chosen by number among those that exist. */
type Step = (
  server: RunningServer,
  pick: (type: "Users" | "Groups", number: number) => string,
) => Promise<TestAnswer>;

interface NamedStep {
  readonly name: string;
  readonly run: Step;
}

const number = fc.nat(7);
const name = fc.constantFrom("ada", "ADA", "Ädä", "bob", "x y", "\u{1F600}");
const value = fc.oneof(
  name,
  fc.boolean(),
  fc.constant(null),
  fc.constant("True"),
  fc.constant([]),
  fc.integer(),
);
const path = fc.constantFrom(
  "title",
  "active",
  "name.familyName",
  "name",
  "emails",
  'emails[type eq "work"].value',
  'emails[type eq "home"]',
  `${enterprise}:department`,
  enterprise,
  "externalId",
  "userName",
  "id",
  "unknown",
);
const operation = fc.constantFrom("add", "replace", "remove", "Replace");
const email = fc.record({ value: name, type: fc.constantFrom("work", "home"), primary: fc.boolean() });

const step: fc.Arbitrary<NamedStep> = fc.oneof(
  fc.tuple(name, fc.array(email, { maxLength: 2 })).map(([userName, emails]) => ({
    name: `create ${userName}`,
    run: (server: RunningServer) => server.call("POST", "/Users", { userName, emails }),
  })),
  fc
    .tuple(number, operation, path, fc.oneof(value, email, fc.record({ familyName: name })))
    .map(([index, op, at, what]) => ({
      name: `${op} ${at} ${JSON.stringify(what)}`,
      run: (server: RunningServer, pick: Parameters<Step>[1]) =>
        server.patch(`/Users/${pick("Users", index)}`, { op, path: at, value: what }),
    })),
  fc.tuple(number, name, name).map(([index, userName, title]) => ({
    name: `put ${userName}`,
    run: (server: RunningServer, pick: Parameters<Step>[1]) =>
      server.call("PUT", `/Users/${pick("Users", index)}`, { userName, title }),
  })),
  number.map((index) => ({
    name: "delete",
    run: (server: RunningServer, pick: Parameters<Step>[1]) =>
      server.call("DELETE", `/Users/${pick("Users", index)}`),
  })),
  fc.tuple(name, fc.array(number, { maxLength: 3 })).map(([displayName, members]) => ({
    name: `group ${displayName}`,
    run: (server: RunningServer, pick: Parameters<Step>[1]) =>
      server.call("POST", "/Groups", {
        displayName,
        members: members.map((index) => ({ value: pick("Users", index) })),
      }),
  })),
  fc.tuple(number, operation, fc.array(number, { maxLength: 3 })).map(([index, op, members]) => ({
    name: `${op} members`,
    run: (server: RunningServer, pick: Parameters<Step>[1]) =>
      server.patch(`/Groups/${pick("Groups", index)}`, {
        op,
        path: "members",
        value: members.map((member) => ({ value: pick("Users", member) })),
      }),
  })),
  fc
    .constantFrom(
      'userName sw "A"',
      "title pr",
      'not (emails.value eq "bob")',
      "active eq false",
      'groups.display co "d"',
    )
    .map((filter) => ({
      name: filter,
      run: (server: RunningServer) => server.filter("Users", filter, "&sortBy=userName"),
    })),
);

/** Ids and times differ between servers: they become numbers in the order in which they appear. */
class Normaliser {
  readonly #ids = new Map<string, string>();

  normalise(answer: TestAnswer): string {
    const text = answer.text
      .replace(/"(created|lastModified)":"[^"]+"/g, '"$1":"*"')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
        const known = this.#ids.get(id) ?? `#${this.#ids.size}`;
        this.#ids.set(id, known);
        return known;
      });
    return `${answer.status} ${text}`;
  }
}

async function play(server: RunningServer, steps: readonly NamedStep[]): Promise<readonly string[]> {
  const ids = { Users: ["none"], Groups: ["none"] };
  const normaliser = new Normaliser();
  const outcomes: string[] = [];
  const pick = (type: "Users" | "Groups", index: number): string =>
    ids[type][index % ids[type].length] ?? "none";
  for (const { name: label, run } of steps) {
    const answer = await run(server, pick);
    if (answer.status === 201)
      ids[answer.body.meta.resourceType === "User" ? "Users" : "Groups"].push(answer.body.id);
    outcomes.push(`${label}: ${normaliser.normalise(answer)}`);
  }
  for (const path of ["/Users", "/Groups"])
    outcomes.push(normaliser.normalise(await server.call("GET", path)));
  return outcomes;
}

const programs = findPostgres();

describe.skipIf(programs === undefined)("random histories", () => {
  let postgres: TemporaryPostgres;
  beforeAll(async () => {
    postgres = await TemporaryPostgres.start(programs ?? "");
  });
  afterAll(() => postgres.stop());

  it("are answered alike by SQLite and PostgreSQL, never by 500", async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const sqlite = await RunningServer.start("sqlite");
      const other = await RunningServer.start(await postgres.createDatabase());
      try {
        const expected = await play(sqlite, steps);
        expect(await play(other, steps)).toEqual(expected);
        expect(expected.filter((outcome) => /: 5\d\d /.test(outcome))).toEqual([]);
      } finally {
        await sqlite.stop();
        await other.stop();
      }
    });
    await fc.assert(property, { numRuns: 12 });
  });
});
