import { enterprise } from "./running-server.ts";

export const hr = "urn:example:hr:2.0:User";

/** Attributes of a person. */
export type Attributes = Readonly<Record<string, unknown>>;

/** What an operation on a person, or several, must do. */
export interface Rule {
  readonly rule: string;
  readonly before: Attributes;
  readonly operations: readonly unknown[];
  /** What the person has afterwards, or the scimType that the PATCH is refused with. */
  readonly after: Attributes | string;
}

/** Declares a rule. */
export const rule = (
  text: string,
  before: Attributes,
  operation: unknown,
  after: Attributes | string,
): Rule => ({
  rule: text,
  before,
  operations: Array.isArray(operation) ? operation : [operation],
  after,
});

export const work = { value: "a@x.example", type: "work", primary: true };
export const home = { value: "b@x.example", type: "home" };
/** Two e-mail addresses. */
export const both = { emails: [work, home] };
/** An enterprise extension with this manager. */
export const managed = (manager: unknown): Attributes => ({ [enterprise]: { department: "D", manager } });

/** An add; without a path if that is undefined. */
export function add(path: string | undefined, value: unknown): object {
  return { op: "add", ...(path === undefined ? {} : { path }), value };
}

/** A replace; without a path if that is undefined. */
export function replace(path: string | undefined, value: unknown): object {
  return { op: "replace", ...(path === undefined ? {} : { path }), value };
}

/** A remove. */
export function remove(path: string): object {
  return { op: "remove", path };
}

/** RFC 7644 section 3.5.2.1. */
export const additions: readonly Rule[] = [
  rule("to a list appends", both, add("emails", { value: "c@x.example" }), {
    emails: [work, home, { value: "c@x.example" }],
  }),
  rule("of a value that is there changes nothing", both, add("emails", [home, home]), both),
  rule(
    "of a value that is there with another type is another value",
    both,
    add("emails", { value: "b@x.example", type: "other" }),
    {
      emails: [work, home, { value: "b@x.example", type: "other" }],
    },
  ),
  rule(
    "of a value without a type finds it with its type",
    both,
    add("emails", { value: "B@x.example", display: "d" }),
    {
      emails: [work, { value: "B@x.example", display: "d", type: "home" }],
    },
  ),
  rule(
    "of a primary value takes that from the old one",
    both,
    add("emails", { value: "c@x.example", primary: "True" }),
    {
      emails: [{ ...work, primary: false }, home, { value: "c@x.example", primary: true }],
    },
  ),
  rule(
    "of two primary values is refused",
    {},
    add("roles", [
      { value: "a", primary: true },
      { value: "b", primary: "true" },
    ]),
    "invalidValue",
  ),
  rule(
    "of values without `value` compares them whole",
    { addresses: [{ locality: "Bonn" }] },
    add("addresses", [{ locality: "BONN" }, { locality: "Ulm" }]),
    {
      addresses: [{ locality: "BONN" }, { locality: "Ulm" }],
    },
  ),
  rule(
    "to a list of texts appends what is not there",
    { [hr]: { badges: ["x"] } },
    add(`${hr}:badges`, ["X", "y", { value: "y" }]),
    {
      [hr]: { badges: ["X", "y"] },
    },
  ),
  rule("of nothing to a list changes nothing", both, [add("emails", []), add("emails", null)], both),
  rule("replaces a single value", { title: "t" }, add("title", "u"), { title: "u" }),
  rule("of null unassigns", { title: "t" }, add("title", null), {}),
  rule(
    "keeps the parts it does not name",
    { name: { givenName: "G", familyName: "F" } },
    add("name", { FAMILYNAME: "H", unknown: 1 }),
    {
      name: { familyName: "H", givenName: "G" },
    },
  ),
  rule(
    "of a part that is null unassigns the part",
    { name: { givenName: "G", familyName: "F" } },
    add("name", { givenName: null }),
    {
      name: { familyName: "F" },
    },
  ),
  rule("by a filter changes the value it finds", both, add('emails[type eq "home"].display', "d"), {
    emails: [work, { ...home, display: "d" }],
  }),
  rule("by a filter keeps the other parts", both, add('emails[type eq "home"]', { display: "d" }), {
    emails: [work, { ...home, display: "d" }],
  }),
  rule(
    "by a filter that finds nothing makes what it describes",
    both,
    add('emails[type eq "other" and primary eq "true"].value', "c@x.example"),
    {
      emails: [{ ...work, primary: false }, home, { value: "c@x.example", type: "other", primary: true }],
    },
  ),
  rule(
    "by a filter on no list makes what it describes",
    {},
    add('addresses[TYPE eq "work"]', { locality: "Bonn" }),
    {
      addresses: [{ locality: "Bonn", type: "work" }],
    },
  ),
  rule(
    "by a filter that finds nothing and describes nothing has no target",
    both,
    add('emails[type ne "work" and type ne "home"].value', "c"),
    "noTarget",
  ),
  rule(
    "by a filter of alternatives that finds nothing has no target",
    both,
    add('emails[type eq "other" or value eq "c"].value', "c"),
    "noTarget",
  ),
  rule(
    "by a filter with a part that describes nothing has no target",
    both,
    add('emails[type eq "other" and value pr].value', "c"),
    "noTarget",
  ),
  rule(
    "by a filter on texts that finds nothing has no target",
    { [hr]: { badges: ["x"] } },
    add(`${hr}:badges[value eq "y"]`, "y"),
    "noTarget",
  ),
  rule("by a filter of null removes what it finds", both, add('emails[type eq "home"]', null), {
    emails: [work],
  }),
  rule(
    "of a value that the client wraps",
    {},
    [add("title", [{ value: "t" }]), add("name.givenName", { value: "G" })],
    {
      title: "t",
      name: { givenName: "G" },
    },
  ),
  rule("takes no notice of spaces around the path", {}, add(" title ", "t"), { title: "t" }),
  rule("by a path to a part of no list makes a value", {}, add("emails.value", "c@x.example"), {
    emails: [{ value: "c@x.example" }],
  }),
];

/** RFC 7644 section 3.5.2.3. */
export const replacements: readonly Rule[] = [
  rule("of a list replaces it", both, replace("emails", [{ value: "c@x.example" }]), {
    emails: [{ value: "c@x.example" }],
  }),
  rule("of a list by nothing unassigns it", both, replace("emails", []), {}),
  rule("of what is not there adds it", {}, [replace("title", "t"), replace("name.givenName", "G")], {
    title: "t",
    name: { givenName: "G" },
  }),
  rule(
    "by a filter replaces each value that it finds",
    both,
    replace('emails[value co "x.example"].display', "d"),
    {
      emails: [
        { value: "a@x.example", display: "d", type: "work", primary: true },
        { value: "b@x.example", display: "d", type: "home" },
      ],
    },
  ),
  rule(
    "by a filter replaces the value whole",
    both,
    replace('emails[type eq "work"]', [{ value: "c@x.example" }]),
    {
      emails: [{ value: "c@x.example" }, home],
    },
  ),
  rule("by a filter with null removes the value", both, replace('emails[type eq "work"]', null), {
    emails: [home],
  }),
  rule(
    "by a filter that finds nothing has no target",
    both,
    replace('emails[type eq "other"].value', "c"),
    "noTarget",
  ),
  rule(
    "by a filter on no list has no target",
    {},
    replace('emails[type eq "work"]', { value: "c" }),
    "noTarget",
  ),
  rule("makes one value primary and the others not", both, replace('emails[type eq "home"].primary', true), {
    emails: [
      { ...work, primary: false },
      { ...home, primary: true },
    ],
  }),
  rule(
    "makes only the first of many primary",
    { emails: [home, { value: "c@x.example" }] },
    replace("emails.primary", "True"),
    {
      emails: [
        { ...home, primary: true },
        { value: "c@x.example", primary: false },
      ],
    },
  ),
  rule(
    "of the primary value by another primary keeps it",
    both,
    replace("emails[primary eq true]", { value: "c@x.example", primary: true }),
    {
      emails: [{ value: "c@x.example", primary: true }, home],
    },
  ),
  rule("of a part in all values", both, replace("emails.type", "other"), {
    emails: [
      { ...work, type: "other" },
      { ...home, type: "other" },
    ],
  }),
  rule("of a part of no list makes a value", {}, replace("emails.value", "a"), { emails: [{ value: "a" }] }),
  rule("of texts by a filter", { [hr]: { badges: ["x", "y"] } }, replace(`${hr}:badges[value eq "X"]`, "z"), {
    [hr]: { badges: ["z", "y"] },
  }),
  rule("writes a canonical value as the schema does", both, replace('emails[type eq "home"].type', "WORK"), {
    emails: [work, { ...home, type: "work" }],
  }),
  rule(
    "in order: each operation sees what the one before left",
    { title: "t" },
    [
      replace("emails", [home]),
      replace('emails[type eq "home"].type', "other"),
      { op: "remove", path: 'emails[type eq "other"]' },
      { op: "remove", path: "title" },
      add("title", "u"),
    ],
    { title: "u" },
  ),
  rule(
    "that fails undoes what went before",
    { title: "t" },
    [replace("title", "u"), replace('emails[type eq "x"]', {})],
    "noTarget",
  ),
];
