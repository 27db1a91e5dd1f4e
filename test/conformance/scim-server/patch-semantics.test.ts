import fc from "fast-check";
import { expect, it } from "vitest";
import { document, hr, modelOperation, shape, write } from "./support/patch-arbitraries.ts";
import { applyToModel, type Model, Refusal } from "./support/patch-model.ts";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  type TestBody,
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

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]): [string, unknown] => [key, sorted(item)])
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

describeOnBothEngines("PATCH against a naive model", (start, engine) => {
  it("does to a person what the model does, in every way of writing it, wholly or not at all", async () => {
    const server = await start();
    let count = 0;
    const property = fc.asyncProperty(document, patches, (created, sequence) =>
      follow(server, `person-${++count}`, created, sequence),
    );
    await fc.assert(property, { numRuns: engine === "sqlite" ? 400 : 100 });
  });
});
