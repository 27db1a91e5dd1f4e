import fc from "fast-check";
import type { Element, Kind, ModelOperation } from "./patch-model.ts";
import { enterprise, userSchema } from "./running-server.ts";

export const hr = "urn:example:hr:2.0:User";

const word = fc.constantFrom("a", "A", "b", "Ärger", "x y", 'q"\\', "\u{1F600}", "");
const filled = fc.constantFrom("a", "A", "b", "Zoë");

const parts = (...names: readonly string[]): fc.Arbitrary<Record<string, string | null>> =>
  fc.dictionary(fc.constantFrom(...names), fc.option(word), { noNullPrototype: true });

const email: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    value: filled,
    type: fc.constantFrom("work", "home", "Odd"),
    display: word,
    primary: fc.boolean(),
  },
  { requiredKeys: ["value"], noNullPrototype: true },
);

/** A random document, as a client would create it. */
export const document: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    title: word,
    active: fc.boolean(),
    name: parts("givenName", "familyName"),
    emails: fc.array(email, { maxLength: 3 }).map(withOnePrimary),
    [enterprise]: fc.record(
      { department: word, manager: parts("value", "displayName") },
      { requiredKeys: [], noNullPrototype: true },
    ),
    [hr]: fc.record(
      { shift: fc.nat(3), badges: fc.uniqueArray(filled, { maxLength: 3 }) },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

function withOnePrimary(emails: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  const first = emails.findIndex(({ primary }) => primary === true);
  return emails.map((one, index) => (index === first ? one : { ...one, primary: false }));
}

interface Place {
  readonly extension: string | undefined;
  readonly attribute: string;
  readonly kind: Kind;
  readonly value: fc.Arbitrary<unknown>;
  readonly parts: Readonly<Record<string, fc.Arbitrary<unknown>>>;
}

const emailParts = {
  value: filled,
  type: fc.constantFrom("work", "home"),
  display: word,
  primary: fc.boolean(),
};
const places: readonly Place[] = [
  { extension: undefined, attribute: "title", kind: "text", value: word, parts: {} },
  { extension: undefined, attribute: "active", kind: "text", value: fc.boolean(), parts: {} },
  { extension: undefined, attribute: "userName", kind: "text", value: fc.constant(null), parts: {} },
  { extension: enterprise, attribute: "department", kind: "text", value: word, parts: {} },
  { extension: hr, attribute: "shift", kind: "text", value: fc.nat(3), parts: {} },
  {
    extension: undefined,
    attribute: "name",
    kind: "complex",
    value: parts("givenName", "familyName"),
    parts: { givenName: word, familyName: word },
  },
  {
    extension: enterprise,
    attribute: "manager",
    kind: "complex",
    value: parts("value", "displayName"),
    parts: { value: word, displayName: word },
  },
  { extension: undefined, attribute: "emails", kind: "elements", value: email, parts: emailParts },
  { extension: hr, attribute: "badges", kind: "texts", value: filled, parts: {} },
];

type ElementFilter = NonNullable<ModelOperation["filter"]>;

const fold = (value: unknown): string => String(value).normalize("NFC").toLowerCase();
const partOf = (element: Element, part: string): unknown =>
  typeof element === "string" ? (part === "value" ? element : undefined) : element[part];

function equals(part: string, value: unknown, describes: boolean): ElementFilter {
  return {
    text: `${part} eq ${JSON.stringify(value)}`,
    matches: (element) => {
      const own = partOf(element, part);
      return typeof own === typeof value && fold(own) === fold(value);
    },
    implied: describes ? { [part]: value } : undefined,
  };
}

const emailFilter: fc.Arbitrary<ElementFilter> = fc.oneof(
  fc.constantFrom("work", "home").map((value) => equals("type", value, true)),
  filled.map((value) => equals("value", value, true)),
  fc.tuple(fc.constantFrom("work", "home"), filled).map(([type, value]): ElementFilter => {
    const [left, right] = [equals("type", type, true), equals("value", value, true)];
    return {
      text: `${left.text} and ${right.text}`,
      matches: (element) => left.matches(element) && right.matches(element),
      implied: { type, value },
    };
  }),
  fc.tuple(filled, filled).map(([one, other]): ElementFilter => {
    const [left, right] = [equals("value", one, false), equals("display", other, false)];
    return {
      text: `(${left.text}) or not (${right.text})`,
      matches: (element) => left.matches(element) || !right.matches(element),
      implied: undefined,
    };
  }),
  fc.constant<ElementFilter>({
    text: "display pr",
    matches: (element) => (partOf(element, "display") ?? "") !== "",
    implied: undefined,
  }),
);

const badgeFilter = filled.map((value) => equals("value", value, false));

/** A random operation in structured form. */
export const modelOperation: fc.Arbitrary<ModelOperation> = fc.constantFrom(...places).chain((place) =>
  fc
    .record({
      op: fc.constantFrom("add", "replace", "remove"),
      filter: fc.option(place.kind === "texts" ? badgeFilter : emailFilter, { nil: undefined }),
      part: fc.option(fc.constantFrom(...Object.keys(place.parts), ""), { nil: undefined }),
    })
    .chain(({ op, filter, part }) => fill(place, op, filter, part === "" ? undefined : part)),
);

function fill(
  place: Place,
  op: ModelOperation["op"],
  filter: ModelOperation["filter"],
  part: string | undefined,
): fc.Arbitrary<ModelOperation> {
  const { extension, attribute, kind } = place;
  const isList = kind === "elements" || kind === "texts";
  const selected = isList ? filter : undefined;
  const base = { op, extension, attribute, kind, filter: selected, part };
  const isWhole = selected === undefined && part === undefined;
  const single = part === undefined ? place.value : (place.parts[part] ?? word);
  const whole = isList && isWhole ? fc.array(place.value, { maxLength: 3 }) : single;
  if (op !== "remove") return fc.option(whole, { freq: 5 }).map((value) => ({ ...base, value }));
  const listed = isList && isWhole ? fc.option(whole, { nil: undefined }) : fc.constant(undefined);
  return listed.map((value) => ({ ...base, value }));
}

/** How an operation is written: every shape means the same. */
export interface Shape {
  readonly op: "lower" | "Capital" | "UPPER";
  readonly case: "schema" | "lower" | "UPPER";
  readonly place: "path" | "key" | "container";
  readonly separator: ":" | ".";
  readonly withUrn: boolean;
  readonly loose: boolean;
}

export const shape: fc.Arbitrary<Shape> = fc.record({
  op: fc.constantFrom("lower", "Capital", "UPPER"),
  case: fc.constantFrom("schema", "lower", "UPPER"),
  place: fc.constantFrom("path", "key", "container"),
  separator: fc.constantFrom(":", "."),
  withUrn: fc.boolean(),
  loose: fc.boolean(),
});

/** Writes an operation as the body of a PATCH has it. */
export function write(operation: ModelOperation, chosen: Shape): object {
  const { op, extension, attribute, filter, part } = operation;
  const spell = (name: string): string =>
    chosen.case === "schema" ? name : chosen.case === "lower" ? name.toLowerCase() : name.toUpperCase();
  const verb = chosen.op === "lower" ? op : chosen.op === "UPPER" ? op.toUpperCase() : capital(op);
  const urn = extension ?? (chosen.withUrn ? userSchema : undefined);
  const tail = `${spell(attribute)}${filter === undefined ? "" : `[${filter.text}]`}${part === undefined ? "" : `.${spell(part)}`}`;
  const path = urn === undefined ? tail : `${urn}${chosen.separator}${tail}`;
  const value = chosen.loose ? loosen(operation) : operation.value;
  if (op === "remove" || chosen.place === "path") {
    return { op: verb, path, ...(value === undefined ? {} : { value }) };
  }
  if (chosen.place === "container" && extension !== undefined) {
    return { op: verb, value: { [extension]: { [tail]: value } } };
  }
  return { op: verb, value: { [path]: value } };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The same value as sloppy clients write it: booleans as text, single values in lists, lists of one without one. */
function loosen({ kind, filter, part, value, attribute }: ModelOperation): unknown {
  if (typeof value === "boolean") return capital(String(value));
  if (value === null || value === undefined) return value;
  const isWholeList = (kind === "elements" || kind === "texts") && filter === undefined && part === undefined;
  if (isWholeList) return Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (kind === "text") return [{ value }];
  if (attribute === "manager" && part === undefined) return [value];
  return value;
}
