import fc from "fast-check";
import { expect, it } from "vitest";
import { document, hr, modelOperation, shape, write } from "./support/patch-arbitraries.ts";
import { applyToModel, type Model, Refusal } from "./support/patch-model.ts";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  type TestBody,
  token,
} from "./support/running-server.ts";

const patches = fc.array(fc.array(fc.tuple(modelOperation, shape), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
});

/** What the model knows of an answer. */
function modelOf(body: TestBody): Model {
  const names = ["userName", "title", "active", "name", "emails", enterprise, hr];
  return Object.fromEntries(names.flatMap((name) => (name in body ? [[name, body[name]]] : [])));
}

function expectation(before: Model, operations: Parameters<typeof applyToModel>[1]): Model | string {
  try {
    return applyToModel(before, operations);
  } catch (error) {
    if (error instanceof Refusal) return error.scimType;
    throw error;
  }
}

async function follow(
  server: RunningServer,
  userName: string,
  created: Readonly<Record<string, unknown>>,
  sequence: readonly (readonly (readonly [Parameters<typeof write>[0], Parameters<typeof write>[1]])[])[],
): Promise<void> {
  const id = await server.createUser(userName, created);
  const first = await server.call("GET", `/Users/${id}`);
  let model = applyToModel({ userName, active: true, ...created }, []);
  let version = first.body.meta.version;
  for (const operations of sequence) {
    const written = operations.map(([operation, chosen]) => write(operation, chosen));
    const expected = expectation(
      model,
      operations.map(([operation]) => operation),
    );
    const answer = await server.patch(`/Users/${id}`, ...written);
    const told = JSON.stringify({ model, written, answer: answer.body }, undefined, 1);
    if (typeof expected === "string") {
      expect([answer.status, answer.body.scimType], told).toEqual([400, expected]);
    } else {
      expect(answer.status, told).toBe(200);
      expect(modelOf(answer.body), told).toEqual(expected);
    }
    const { body } = await server.call("GET", `/Users/${id}`);
    const after = typeof expected === "string" ? model : expected;
    expect(modelOf(body), told).toEqual(after);
    const isSame = JSON.stringify(sorted(after)) === JSON.stringify(sorted(model));
    expect(body.meta.version === version, `${told} version ${version}`).toBe(isSame);
    model = after;
    version = body.meta.version;
  }
}

interface Feed {
  readonly last: number;
  readonly changes: readonly { readonly added: readonly string[]; readonly removed: readonly string[] }[];
}

async function feedAfter(server: RunningServer, after: number): Promise<Feed> {
  const { text } = await server.request("GET", `/payroll/changes?after=${after}&limit=1000`, undefined, {
    authorization: `Bearer ${token}`,
  });
  return JSON.parse(text) as Feed;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, unknown] => [key, sorted(item)])
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** People and unknown ids, by number. */
const somebody = fc.nat(7);
const memberOperation = fc.record({
  op: fc.constantFrom("add", "replace", "remove", "Remove"),
  shape: fc.constantFrom("list", "filter", "or-filter", "not-filter", "pathless", "whole"),
  members: fc.array(somebody, { maxLength: 4 }),
});
type MemberOperation = typeof memberOperation extends fc.Arbitrary<infer T> ? T : never;

/** Writes an operation on members, and says whom it leaves in the group. */
function memberPatch(
  { op, shape, members }: MemberOperation,
  ids: readonly string[],
  before: ReadonlySet<string>,
): { readonly written: object; readonly after: ReadonlySet<string> } {
  const named = members.map((index) => ids[index] ?? `unknown-${index}`);
  const known = named.filter((id) => ids.includes(id));
  const value = named.map((id) => ({ value: id, display: null }));
  if (op.toLowerCase() !== "remove") {
    const written = shape === "pathless" ? { op, value: { members: value } } : { op, path: "members", value };
    return { written, after: new Set(op === "add" ? [...before, ...known] : known) };
  }
  const without = (isGone: (id: string) => boolean): ReadonlySet<string> =>
    new Set([...before].filter((id) => !isGone(id)));
  const [first = "none"] = named;
  switch (shape) {
    case "filter":
      return { written: { op, path: `members[value eq "${first}"]` }, after: without((id) => id === first) };
    case "or-filter": {
      const text = named.map((id) => `value eq "${id}"`).join(" or ") || 'value eq "none"';
      return { written: { op, path: `members[${text}]` }, after: without((id) => named.includes(id)) };
    }
    case "not-filter":
      return {
        written: { op, path: `members[not (value eq "${first}")]` },
        after: without((id) => id !== first),
      };
    case "whole":
      return { written: { op, path: "members" }, after: new Set() };
    default:
      return { written: { op, path: "members", value }, after: without((id) => named.includes(id)) };
  }
}

describeOnBothEngines("PATCH against a naive model", (start, engine) => {
  it("leaves in a group whom the model leaves there, and tells the feed who came and went", async () => {
    const server = await start();
    const ids: string[] = [];
    for (let index = 0; index < 6; index += 1) ids.push(await server.createUser(`member-${index}`));
    let position = ids.length;
    const property = fc.asyncProperty(
      fc.array(somebody, { maxLength: 4 }),
      fc.array(fc.array(memberOperation, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      async (first, sequence) => {
        let members: ReadonlySet<string> = new Set(first.flatMap((index) => ids[index] ?? []));
        const group = await server.createGroup("modelled", [...members]);
        position += 1;
        for (const operations of sequence) {
          const before = members;
          const written = operations.map((operation) => {
            const one = memberPatch(operation, ids, members);
            members = one.after;
            return one.written;
          });
          expect((await server.patch(`/Groups/${group}`, ...written)).status).toBe(200);
          expect(new Set(await server.memberIds(group)), JSON.stringify(written)).toEqual(members);
          const { changes, last } = await feedAfter(server, position);
          position = last;
          const added = [...members].filter((id) => !before.has(id));
          const removed = [...before].filter((id) => !members.has(id));
          expect(changes.flatMap((change) => change.added).toSorted()).toEqual(added.toSorted());
          expect(changes.flatMap((change) => change.removed).toSorted()).toEqual(removed.toSorted());
          expect(changes.length).toBe(added.length + removed.length > 0 ? 1 : 0);
        }
      },
    );
    await fc.assert(property, { numRuns: engine === "sqlite" ? 150 : 40 });
  });

  it("does to a person what the model does, in every way of writing it, wholly or not at all", async () => {
    const server = await start();
    let count = 0;
    const property = fc.asyncProperty(document, patches, (created, sequence) =>
      follow(server, `person-${++count}`, created, sequence),
    );
    await fc.assert(property, { numRuns: engine === "sqlite" ? 300 : 80 });
  });
});
