import fc from "fast-check";

export const peopleCount = 20;
export const groupCount = 5;

const person = fc.nat({ max: peopleCount - 1 });
const group = fc.nat({ max: groupCount - 1 });
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
    'user.department == "Field Sales" ? user.title : user.department',
    'user.getInternalProperty("id")',
  ),
  pushStatus: fc.constantFrom("PUSH" as const, "PUSH" as const, "DONT_PUSH" as const),
});

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: Okta's templates */
/** Application username formats, built in and custom; each names everybody differently. The last can't be evaluated: Okta takes the login. */
const templates = [
  "${source.login}",
  '${fn:substringBefore(source.login, "@")}',
  "${source.firstName}.of-${fn:toLowerCase(source.firstName)}",
  'String.toUpperCase(user.firstName) + "@CORP"',
  "${source.noSuch.thing}",
] as const;
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: Okta's templates */

/** What somebody does in the org or at the server between two updates, behind the spec's back. */
const byHand = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("assign"), person }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("join"), person, group }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave"), person, group }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("status"),
      person,
      to: fc.constantFrom("suspend", "unsuspend", "activate", "deactivate"),
    }),
  },
  // Moves people between the groups of the world's rule, and changes what is sent of them.
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("change"),
      person,
      department: fc.constantFrom("Finance", "Field Sales", "Legal"),
    }),
  },
  // The next push of a person, or of a group, fails: they stay in ERROR until somebody retries.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fail"),
      path: fc.constantFrom("/Users", "/Groups"),
      person,
      group,
    }),
  },
  // The application has an account that Okta does not know.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("account"), person, active: fc.boolean() }) },
);
export type ByHand = typeof byHand extends fc.Arbitrary<infer Value> ? Value : never;

const spec = fc.record({
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constant("ACTIVE" as const) },
    { weight: 1, arbitrary: fc.constant("INACTIVE" as const) },
  ),
  /** Of a manual connection only. */
  configured: mostly,
  userName: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ template: templates[0], suffix: "", pushes: true }) },
    {
      weight: 2,
      arbitrary: fc.record({
        template: fc.constantFrom(...templates),
        suffix: fc.constantFrom("", ".dev"),
        pushes: mostly,
      }),
    },
  ),
  features: fc.record({ create: mostly, update: mostly, deactivate: mostly }),
  mapping: fc.dictionary(fc.constantFrom("department", "title", "division", "nickName"), entry, {
    maxKeys: 4,
  }),
  groups: fc.uniqueArray(
    fc.record({
      group,
      priority: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      profile: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Record<string, string>>({}) },
        {
          weight: 1,
          arbitrary: fc.constantFrom<Record<string, string>>({ division: "North" }, { title: "Boss" }),
        },
      ),
    }),
    { selector: (one) => one.group, maxLength: 3 },
  ),
  users: fc.uniqueArray(
    fc.record({ person, named: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()) }),
    { selector: (one) => one.person, maxLength: 4 },
  ),
  pushes: fc.uniqueArray(
    fc.record({
      group,
      deleteTarget: fc.boolean(),
      renamed: fc.boolean(),
      status: fc.oneof(
        { weight: 4, arbitrary: fc.constant("ACTIVE" as const) },
        { weight: 1, arbitrary: fc.constant("INACTIVE" as const) },
      ),
    }),
    { selector: (one) => one.group, maxLength: 3 },
  ),
  byHand: fc.array(byHand, { maxLength: 5 }),
});
export type Spec = typeof spec extends fc.Arbitrary<infer Value> ? Value : never;

/** The edit that goes wrong most: one assigned group, and its push, gives way to another that shares people with it. */
const swap = fc.record({ swapped: group, by: group, byHand: fc.array(byHand, { maxLength: 3 }) });
export type Edit = Spec | (typeof swap extends fc.Arbitrary<infer Value> ? Value : never);

/** What a swap makes of the spec before it; every other edit is a spec of its own. */
export function applyEdit(before: Spec | undefined, edit: Edit): Spec {
  if (!("swapped" in edit)) return edit;
  if (before === undefined) throw new Error("a swap needs something to swap");
  const present = before.groups[edit.swapped % Math.max(before.groups.length, 1)]?.group;
  const exchange = <One extends { readonly group: number }>(list: readonly One[]): One[] =>
    list
      .filter((one) => one.group !== edit.by)
      .map((one) => (one.group === present ? { ...one, group: edit.by } : one));
  return {
    ...before,
    groups: exchange(before.groups),
    pushes: exchange(before.pushes),
    byHand: edit.byHand,
  };
}

/** An org with an app of either kind of connection, and the specs that it gets one after the other. */
export const world = fc.record({
  management: fc.oneof(
    { weight: 2, arbitrary: fc.constant("api" as const) },
    { weight: 1, arbitrary: fc.constant("manual" as const) },
  ),
  members: fc.array(fc.uniqueArray(person, { maxLength: 10 }), {
    minLength: groupCount,
    maxLength: groupCount,
  }),
  /** A group rule puts who is in Field Sales into this group. */
  ruled: fc.option(group, { nil: undefined }),
  first: spec,
  edits: fc.array(fc.oneof({ weight: 3, arbitrary: spec }, { weight: 1, arbitrary: swap }), {
    minLength: 1,
    maxLength: 3,
  }),
});
