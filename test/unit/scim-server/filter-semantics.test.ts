import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bindFilter } from "../../../scim-server/src/filter/bind-filter.ts";
import { evaluateFilter } from "../../../scim-server/src/filter/evaluate-filter.ts";
import { queryFilterLimits } from "../../../scim-server/src/filter/filter-node.ts";
import { parseFilter } from "../../../scim-server/src/filter/parse-filter.ts";
import { toContent } from "../../../scim-server/src/protocol/resource-content.ts";
import { defineAttribute } from "../../../scim-server/src/schema/attribute.ts";
import { readResource } from "../../../scim-server/src/schema/document.ts";
import { foldDocument } from "../../../scim-server/src/schema/fold-document.ts";
import { buildResourceModel } from "../../../scim-server/src/schema/resource-model.ts";
import { enterpriseUserSchema, userSchema } from "../../../scim-server/src/schema/user-schema.ts";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import type { Storage } from "../../../scim-server/src/storage/storage.ts";

const hr = "urn:example:hr:2.0:User";
const model = buildResourceModel(userSchema, [
  enterpriseUserSchema,
  { id: hr, name: "Hr", description: "", attributes: [defineAttribute("shift", "", { type: "integer" })] },
]);

/** Few letters, so that filters match now and then; cases, an umlaut and a surrogate pair, so that folding counts. */
const text = fc.stringMatching(/^[abAB ÄäK%_]{0,3}$/).map((value) => value.replace("K", "\u{1F600}"));

interface Email {
  readonly value: string;
  readonly type?: string;
  readonly primary?: boolean;
}

interface Person {
  readonly title?: string;
  readonly active: boolean;
  readonly externalId?: string;
  readonly emails?: readonly Email[];
  readonly shift?: number;
}

const email: fc.Arbitrary<Email> = fc.record(
  { value: text, type: fc.constantFrom("work", "home", "Odd"), primary: fc.constant(false) },
  { requiredKeys: ["value"] },
);

const person: fc.Arbitrary<Person> = fc.record(
  {
    title: text,
    active: fc.boolean(),
    externalId: text,
    emails: fc.array(email, { maxLength: 3 }),
    shift: fc.integer({ min: -2, max: 2 }),
  },
  { requiredKeys: ["active"] },
);

/** A filter as text, and what it means: written against the RFC, not against the server's code. */
interface Meaning {
  readonly filter: string;
  matches(person: Person): boolean;
}

const fold = (value: string): string => value.normalize("NFC").toLowerCase();
const bytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

const textOperators: Readonly<Record<string, (value: string, operand: string) => boolean>> = {
  eq: (value, operand) => value === operand,
  co: (value, operand) => value.includes(operand),
  sw: (value, operand) => value.startsWith(operand),
  ew: (value, operand) => value.endsWith(operand),
  gt: (value, operand) => bytes(value, operand) > 0,
  le: (value, operand) => bytes(value, operand) <= 0,
};

const operator = fc.constantFrom("eq", "ne", "co", "sw", "ew", "gt", "le");

function compareText(value: string | undefined, name: string, operand: string, exact: boolean): boolean {
  const left = value === undefined || exact ? value : fold(value);
  const right = exact ? operand : fold(operand);
  if (name === "ne") return left !== right;
  return left !== undefined && textOperators[name]?.(left, right) === true;
}

const condition: fc.Arbitrary<Meaning> = fc.oneof(
  fc.tuple(operator, text).map(([name, operand]) => ({
    filter: `title ${name} ${JSON.stringify(operand)}`,
    matches: (one: Person) => compareText(one.title, name, operand, false),
  })),
  fc.tuple(operator, text).map(([name, operand]) => ({
    filter: `EXTERNALID ${name.toUpperCase()} ${JSON.stringify(operand)}`,
    matches: (one: Person) => compareText(one.externalId, name, operand, true),
  })),
  fc
    .boolean()
    .map((value) => ({ filter: `active eq ${value}`, matches: (one: Person) => one.active === value })),
  fc.integer({ min: -2, max: 2 }).map((value) => ({
    filter: `${hr}:shift ge ${value}`,
    matches: (one: Person) => one.shift !== undefined && one.shift >= value,
  })),
  fc.constant({ filter: "title pr", matches: (one: Person) => (one.title ?? "") !== "" }),
  fc.constant({ filter: "emails pr", matches: (one: Person) => (one.emails ?? []).length > 0 }),
  fc.tuple(operator, text).map(([name, operand]) => ({
    filter: `emails.value ${name} ${JSON.stringify(operand)}`,
    matches: (one: Person) => {
      const emails = one.emails ?? [];
      if (name === "ne" && emails.length === 0) return true;
      return emails.some(({ value }) => compareText(value, name, operand, false));
    },
  })),
  fc.tuple(operator, text, fc.constantFrom("work", "home")).map(([name, operand, type]) => ({
    filter: `emails[type eq "${type}" and not (value ${name} ${JSON.stringify(operand)})]`,
    matches: (one: Person) =>
      (one.emails ?? []).some((item) => item.type === type && !compareText(item.value, name, operand, false)),
  })),
);

const { meaning } = fc.letrec<{ meaning: Meaning }>((tie) => ({
  meaning: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.tuple(tie("meaning"), tie("meaning"), fc.boolean()).map(([left, right, both]) => ({
      filter: `(${left.filter}) ${both ? "and" : "OR"} (${right.filter})`,
      matches: (one: Person) =>
        both ? left.matches(one) && right.matches(one) : left.matches(one) || right.matches(one),
    })),
    tie("meaning").map((inner) => ({
      filter: `not (${inner.filter})`,
      matches: (one: Person) => !inner.matches(one),
    })),
  ),
}));

describe("filters mean what the RFC says", () => {
  const folder = mkdtempSync(join(tmpdir(), "scim-filter-"));
  let storage: Storage;
  beforeAll(async () => {
    storage = await openStorage(`sqlite://${join(folder, "f.sqlite")}`, () => {});
  });
  afterAll(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  it("in the database and as a predicate alike", async () => {
    let round = 0;
    const property = fc.asyncProperty(
      fc.array(person, { minLength: 1, maxLength: 8 }),
      fc.array(meaning, { minLength: 1, maxLength: 6 }),
      async (people, meanings) => {
        const tenant = `t${++round}`;
        const documents = people.map(({ shift, ...rest }, index) => {
          const body = {
            ...rest,
            userName: `p${index}`,
            ...(shift === undefined ? {} : { [hr]: { shift } }),
          };
          return readResource(model, JSON.parse(JSON.stringify(body))).document;
        });
        const origin = { tokenId: "t", requestId: "r", userAgent: "u" };
        await storage.transact(tenant, origin, async (transaction) => {
          for (const [index, document] of documents.entries()) {
            await transaction.insert(toContent(model, String(index), document));
          }
        });
        for (const { filter, matches } of meanings) {
          const expected = people.flatMap((one, index) => (matches(one) ? [String(index)] : []));
          const bound = bindFilter(model, parseFilter(filter, queryFilterLimits));
          const evaluated = documents.flatMap((document, index) =>
            evaluateFilter(bound, foldDocument(model, document)) ? [String(index)] : [],
          );
          const page = await storage.list(tenant, {
            selections: [{ type: "User", filter: bound }],
            sort: undefined,
            offset: 0,
            limit: 100,
            after: undefined,
          });
          expect(evaluated, filter).toEqual(expected);
          expect(
            page.resources.map(({ id }) => id),
            filter,
          ).toEqual(expected);
          expect(page.total).toBe(expected.length);
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
