import fc from "fast-check";
import { expect, it } from "vitest";
import {
  describeOnBothEngines,
  enterprise,
  type RunningServer,
  type TestBody,
} from "./support/running-server.ts";

const hr = "urn:example:hr:2.0:User";

interface Person {
  readonly userName: string;
  readonly title?: string | undefined;
  readonly active: boolean;
  readonly emails: readonly { readonly value: string; readonly primary: boolean }[];
  readonly shift?: number | undefined;
  readonly department?: string | undefined;
}

/** Few values, so that there are ties; upper and lower case, beyond ASCII, empty and absent. */
const word = fc.constantFrom("", "ada", "Ada", "bob", "Zoë", "zoe", "Ärger", "x'y", "\u{1F600}");
const person = fc.record({
  title: fc.option(word, { nil: undefined }),
  active: fc.boolean(),
  emails: fc.uniqueArray(word, { maxLength: 2 }),
  shift: fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined }),
  department: fc.option(word, { nil: undefined }),
});

/** What each `sortBy` compares, told without the server's code. */
const sorts: Readonly<Record<string, (one: Person) => string | number | undefined>> = {
  userName: (one) => one.userName,
  title: (one) => fold(one.title),
  active: (one) => Number(one.active),
  emails: (one) => fold((one.emails.find(({ primary }) => primary) ?? one.emails[0])?.value),
  [`${hr}:shift`]: (one) => one.shift,
  [`${enterprise}:department`]: (one) => fold(one.department),
};

function fold(text: string | undefined): string | undefined {
  return text?.normalize("NFC").toLowerCase();
}

function compare(left: string | number | undefined, right: string | number | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  if (typeof left === "number" && typeof right === "number") return left - right;
  return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
}

async function create(server: RunningServer, one: Person): Promise<string> {
  return server.createUser(one.userName, {
    active: one.active,
    emails: one.emails,
    ...(one.title === undefined ? {} : { title: one.title }),
    ...(one.shift === undefined ? {} : { [hr]: { shift: one.shift } }),
    ...(one.department === undefined ? {} : { [enterprise]: { department: one.department } }),
  });
}

/** Goes through a list by cursor and answers the names, calling `between` after each page. */
async function walk(
  server: RunningServer,
  query: string,
  count: number,
  between: (page: readonly TestBody[]) => Promise<void> = async () => {},
): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | undefined = "";
  while (cursor !== undefined) {
    const answer = await server.call("GET", `/Users?${query}&count=${count}&cursor=${cursor}`);
    if (answer.status !== 200) throw new Error(answer.text);
    names.push(...answer.body.Resources.map(({ userName }) => userName));
    cursor = answer.body.nextCursor;
    await between(answer.body.Resources);
  }
  return names;
}

describeOnBothEngines("cursors of sorted lists", (start, engine) => {
  it("go through random people in the order that a plain sort gives, with ties and absent values", async () => {
    const server = await start();
    let round = 0;
    const property = fc.asyncProperty(
      fc.array(person, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 4 }),
      async (drawn, count) => {
        const prefix = `r${++round}-`;
        const people = drawn.map(
          (one, index): Person => ({
            ...one,
            userName: `${prefix}${(index * 7) % 10}`,
            emails: one.emails.map((value, at) => ({ value, primary: at === 1 })),
          }),
        );
        for (const one of people) await create(server, one);
        for (const [sortBy, key] of Object.entries(sorts)) {
          for (const order of ["ascending", "descending"]) {
            const ascending = people
              .map((one, index) => ({ one, index }))
              .toSorted((left, right) => compare(key(left.one), key(right.one)) || left.index - right.index)
              .map(({ one }) => one.userName);
            const expected = order === "ascending" ? ascending : ascending.toReversed();
            const filter = encodeURIComponent(`userName sw "${prefix}"`);
            const query = `filter=${filter}&sortBy=${encodeURIComponent(sortBy)}&sortOrder=${order}`;
            expect(await walk(server, query, count), `${sortBy} ${order}`).toEqual(expected);
            const whole = await server.call("GET", `/Users?${query}`);
            expect(whole.body.Resources.map(({ userName }) => userName)).toEqual(expected);
          }
        }
      },
    );
    await fc.assert(property, { numRuns: engine === "sqlite" ? 25 : 10 });
  });

  it("neither repeat nor skip anybody while others come and go, also whom the cursor stood at", async () => {
    const server = await start();
    const names = Array.from({ length: 12 }, (_, index) => `stays-${String(index).padStart(2, "0")}`);
    for (const name of names.toReversed()) await server.createUser(name, { title: "same" });
    for (const sortBy of ["userName", "title", "nickName", "meta.created"]) {
      const leaving: string[] = [];
      for (let index = 0; index < 12; index += 1) {
        leaving.push(await server.createUser(`leaves-${sortBy}-${index}`, { title: "same" }));
      }
      let arrivals = 0;
      const seen = await walk(server, `sortBy=${sortBy}`, 3, async (page) => {
        const last = page.at(-1);
        if (last?.userName.startsWith("leaves") === true) await server.call("DELETE", `/Users/${last.id}`);
        if (arrivals < 3) await server.createUser(`arrives-${sortBy}-${++arrivals}`, { title: "early" });
      });
      expect(seen.filter((name) => name.startsWith("stays")).toSorted()).toEqual(names);
      expect(new Set(seen).size).toBe(seen.length);
      for (const id of leaving) await server.call("DELETE", `/Users/${id}`);
    }
  });

  it("work in a search over all types, and answer a cursor of another order with invalidCursor", async () => {
    const server = await start();
    for (const name of ["d", "b"]) await server.createUser(name, { displayName: name });
    for (const name of ["c", "a"]) await server.createGroup(name);
    await server.createUser("nameless");
    const search = { sortBy: "displayName", count: 2 };
    const first = await server.call("POST", "/.search", { ...search, cursor: "" });
    expect(first.body.Resources.map(({ displayName }) => displayName)).toEqual(["a", "b"]);
    const second = await server.call("POST", "/.search", { ...search, cursor: first.body.nextCursor });
    expect(second.body.Resources.map(({ displayName }) => displayName)).toEqual(["c", "d"]);
    const third = await server.call("POST", "/.search", { ...search, cursor: second.body.nextCursor });
    expect(third.body.Resources.map(({ userName }) => userName)).toEqual(["nameless"]);
    expect([third.body.totalResults, third.body.nextCursor]).toEqual([5, undefined]);
    for (const other of [{ sortBy: "userName" }, { sortOrder: "descending" }, { filter: "id pr" }]) {
      const answer = await server.call("POST", "/.search", {
        ...search,
        ...other,
        cursor: first.body.nextCursor,
      });
      expect([answer.status, answer.body.scimType]).toEqual([400, "invalidCursor"]);
    }
  });

  it("that were tampered with are refused, never a failure", async () => {
    const server = await start();
    for (const name of ["a", "b", "c"]) await server.createUser(name, { [hr]: { shift: 1 } });
    const values = ["text", "a\u0000b", "\ud800", 1, 1.5, 1e300, -5, null, true, {}, ["x"], "9".repeat(40)];
    for (const sortBy of ["userName", "active", "meta.created", `${hr}:shift`, "emails", "id", "nickName"]) {
      const first = await server.call("GET", `/Users?sortBy=${encodeURIComponent(sortBy)}&count=1&cursor=`);
      const cursor = first.body.nextCursor ?? "";
      const fields: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString());
      for (const value of values) {
        const forged = Buffer.from(JSON.stringify([...fields.slice(0, -1), value])).toString("base64url");
        const answer = await server.call(
          "GET",
          `/Users?sortBy=${encodeURIComponent(sortBy)}&count=1&cursor=${forged}`,
        );
        expect([200, 400], `${sortBy} ${JSON.stringify(value)} ${answer.text}`).toContain(answer.status);
      }
    }
  });

  it("are refused for complex attributes, which have no order", async () => {
    const server = await start();
    const answer = await server.call("GET", "/Users?sortBy=name&cursor=");
    expect([answer.status, answer.body.scimType]).toEqual([400, "invalidValue"]);
  });
});
