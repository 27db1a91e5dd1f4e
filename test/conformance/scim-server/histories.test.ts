import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { enterprise, RunningServer, type TestAnswer, token } from "./support/running-server.ts";

/** One request of a history. Ids are chosen by number among those that exist. */
type Step = (server: RunningServer, pick: Pick) => Promise<TestAnswer>;

type Pick = (type: "Users" | "Groups", number: number) => string;

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

/** A search: where, for what, in which order, and what of it. */
const query = fc.record(
  {
    path: fc.constantFrom("/Users/.search", "/Groups/.search", "/.search"),
    filter: fc.constantFrom(
      'userName sw "A" or displayName pr',
      "id pr",
      'displayName eq "ADA"',
      'not (displayName co "b")',
      'emails[type eq "work"].value eq "bob"',
      "active eq false and title pr",
      'groups.display co "d"',
      "members pr",
      'members.display sw "a"',
      'nonsense eq "x"',
      'meta.created gt "2020-01-01T00:00:00Z"',
    ),
    sortBy: fc.constantFrom("userName", "displayName", "title", "emails", "active", "name.familyName"),
    sortOrder: fc.constantFrom("ascending", "descending"),
    attributes: fc.constantFrom("userName,groups.display", "members.display,displayName", "emails.value"),
  },
  { requiredKeys: ["path"], noNullPrototype: true },
);

const step: fc.Arbitrary<NamedStep> = fc.oneof(
  fc.tuple(name, fc.array(email, { maxLength: 2 })).map(([userName, emails]) => ({
    name: `create ${userName}`,
    run: (server: RunningServer) => server.call("POST", "/Users", { userName, emails }),
  })),
  fc
    .tuple(number, operation, path, fc.oneof(value, email, fc.record({ familyName: name })))
    .map(([index, op, at, what]) => ({
      name: `${op} ${at} ${JSON.stringify(what)}`,
      run: (server: RunningServer, pick: Pick) =>
        server.patch(`/Users/${pick("Users", index)}`, { op, path: at, value: what }),
    })),
  fc.tuple(number, name, name).map(([index, userName, title]) => ({
    name: `put ${userName}`,
    run: (server: RunningServer, pick: Pick) =>
      server.call("PUT", `/Users/${pick("Users", index)}`, { userName, title }),
  })),
  number.map((index) => ({
    name: "delete",
    run: (server: RunningServer, pick: Pick) => server.call("DELETE", `/Users/${pick("Users", index)}`),
  })),
  fc.tuple(name, fc.array(number, { maxLength: 3 })).map(([displayName, members]) => ({
    name: `group ${displayName}`,
    run: (server: RunningServer, pick: Pick) =>
      server.call("POST", "/Groups", {
        displayName,
        members: members.map((index) => ({ value: pick("Users", index) })),
      }),
  })),
  fc.tuple(number, operation, fc.array(number, { maxLength: 3 })).map(([index, op, members]) => ({
    name: `${op} members`,
    run: (server: RunningServer, pick: Pick) =>
      server.patch(`/Groups/${pick("Groups", index)}`, {
        op,
        path: "members",
        value: members.map((member) => ({ value: pick("Users", member) })),
      }),
  })),
  fc.tuple(number, name, fc.array(number, { maxLength: 3 })).map(([index, displayName, members]) => ({
    name: `put group ${displayName}`,
    run: (server: RunningServer, pick: Pick) =>
      server.call("PUT", `/Groups/${pick("Groups", index)}`, { displayName, members: refer(pick, members) }),
  })),
  fc.tuple(number, number, fc.boolean()).map(([outer, inner, removes]) => ({
    name: `${removes ? "take a group out of" : "put a group in"} a group`,
    run: (server: RunningServer, pick: Pick) =>
      server.patch(
        `/Groups/${pick("Groups", outer)}`,
        removes
          ? { op: "remove", path: `members[value eq "${pick("Groups", inner)}"]` }
          : { op: "add", value: { members: [{ value: pick("Groups", inner) }] } },
      ),
  })),
  fc.tuple(number, fc.constantFrom("ad", "o", "")).map(([index, part]) => ({
    name: `remove members by name ${part}`,
    run: (server: RunningServer, pick: Pick) =>
      server.patch(`/Groups/${pick("Groups", index)}`, {
        op: "remove",
        path: `members[display co "${part}" and not (type eq "Group")]`,
      }),
  })),
  number.map((index) => ({
    name: "delete group",
    run: (server: RunningServer, pick: Pick) => server.call("DELETE", `/Groups/${pick("Groups", index)}`),
  })),
  fc.tuple(number, name, fc.option(fc.nat(2), { nil: undefined })).map(([index, userName, failOnErrors]) => ({
    name: `bulk ${userName}`,
    run: (server: RunningServer, pick: Pick) =>
      server.call("POST", "/Bulk", {
        ...(failOnErrors === undefined ? {} : { failOnErrors }),
        Operations: [
          bulkGroup("a", "b", "u"),
          { method: "POST", path: "/Users", bulkId: "u", data: { userName } },
          { method: "DELETE", path: `/Users/${pick("Users", index)}` },
          bulkGroup("b", "a"),
        ],
      }),
  })),
  fc.tuple(number, fc.constantFrom('W/"1"', 'W/"2"', "*")).map(([index, version]) => ({
    name: `patch if ${version}`,
    run: (server: RunningServer, pick: Pick) =>
      server.call(
        "PATCH",
        `/Users/${pick("Users", index)}`,
        { Operations: [{ op: "replace", path: "nickName", value: version }] },
        { "if-match": version },
      ),
  })),
  fc.tuple(query, fc.integer({ min: 1, max: 4 })).map(([search, count]) => ({
    name: `by cursor ${JSON.stringify(search)}`,
    run: (server: RunningServer) => walk(server, { ...search, count }),
  })),
  fc
    .tuple(query, fc.integer({ min: -1, max: 6 }), fc.integer({ min: -1, max: 6 }))
    .map(([search, startIndex, count]) => ({
      name: `from ${startIndex}, ${count} of ${JSON.stringify(search)}`,
      run: (server: RunningServer) => server.call("POST", search.path, { ...search, startIndex, count }),
    })),
);

function refer(pick: Pick, members: readonly number[]): readonly object[] {
  return members.map((member) => ({ value: pick("Users", member) }));
}

function bulkGroup(bulkId: string, ...members: readonly string[]): object {
  const data = { displayName: bulkId, members: members.map((member) => ({ value: `bulkId:${member}` })) };
  return { method: "POST", path: "/Groups", bulkId, data };
}

/** All pages of a search as one answer. */
async function walk(
  server: RunningServer,
  search: { readonly path: string; readonly count: number },
): Promise<TestAnswer> {
  let answer = await server.call("POST", search.path, { ...search, cursor: "" });
  let text = answer.text;
  while (answer.body.nextCursor !== undefined) {
    answer = await server.call("POST", search.path, { ...search, cursor: answer.body.nextCursor });
    text += answer.text;
  }
  return { ...answer, text };
}

/** Ids and times differ between servers: they become numbers in the order in which they appear. */
class Normaliser {
  readonly #ids = new Map<string, string>();

  normalise(answer: TestAnswer): string {
    const text = answer.text
      .replace(/"(created|lastModified|at|nextCursor)":"[^"]+"/g, '"$1":"*"')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
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
  const credential = { authorization: `Bearer ${token}` };
  outcomes.push(
    normaliser.normalise(await server.request("GET", "/payroll/changes?limit=1000", undefined, credential)),
  );
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
