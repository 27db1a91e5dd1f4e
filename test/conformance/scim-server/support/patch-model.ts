import { isDeepStrictEqual } from "node:util";

/** A naive model of a resource's own attributes: plain JSON, names as the schema spells them. */
export type Model = { readonly [name: string]: unknown };

/** An element of a multi-valued attribute: `emails`' objects, or bare texts. */
export type Element = string | Readonly<Record<string, unknown>>;

/** What the tests use of the schema: the kind of each attribute, by its name within its extension. */
export type Kind = "text" | "complex" | "elements" | "texts";

/** One operation of a PATCH in structured form; the way it is written is chosen apart. `null` unassigns. */
export interface ModelOperation {
  readonly op: "add" | "replace" | "remove";
  readonly extension: string | undefined;
  readonly attribute: string;
  readonly kind: Kind;
  /** Selects elements: its text, what it means, and the element it describes if it consists of equalities. */
  readonly filter:
    | { readonly text: string; matches(element: Element): boolean; readonly implied: Element | undefined }
    | undefined;
  readonly part: string | undefined;
  /** Undefined for a remove without a value. */
  readonly value: unknown;
}

/** An operation is refused, by the scimType of RFC 7644 table 9. */
export class Refusal extends Error {
  readonly scimType: string;

  constructor(scimType: string) {
    super(scimType);
    this.scimType = scimType;
  }
}

type Mutable = Record<string, unknown>;

/** The model after a PATCH, or the first refusal: then nothing of the PATCH happens. Throws {@link Refusal}. */
export function applyToModel(model: Model, operations: readonly ModelOperation[]): Model {
  const changed: Mutable = structuredClone(model);
  prune(changed);
  // What can be refused without knowing the resource is refused first.
  for (const { filter, op, part, value } of operations) {
    const isWholeList = filter === undefined && part === undefined && op !== "remove";
    if (isWholeList && asList(value).filter(isPrimary).length > 1) throw new Refusal("invalidValue");
  }
  for (const operation of operations) {
    const { extension } = operation;
    const place: Mutable = extension === undefined ? changed : asRecord(changed[extension]);
    place[operation.attribute] = valueAfter(place[operation.attribute], operation);
    if (extension !== undefined) changed[extension] = place;
    if (operation.attribute === "userName" && (place["userName"] ?? null) === null) {
      throw new Refusal("mutability");
    }
    prune(changed);
  }
  for (const [name, value] of Object.entries(changed)) {
    changed[name] = Array.isArray(value) ? distinct(value) : distinctWithin(value);
  }
  return changed;
}

function distinctWithin(extension: unknown): unknown {
  if (typeof extension !== "object" || extension === null) return extension;
  return Object.fromEntries(
    Object.entries(extension).map(([name, value]) => [name, Array.isArray(value) ? distinct(value) : value]),
  );
}

/** Each value once for each type it has; the later one says what the value is like, and stays primary if either was. */
function distinct(items: readonly Element[]): readonly unknown[] {
  const found: Element[] = [];
  for (const item of items) {
    const index = found.findIndex((one) => isRepeated(one, item));
    const present = found[index];
    if (present === undefined) found.push(item);
    else if (typeof present === "string" || typeof item === "string") found[index] = item;
    else found[index] = { ...present, ...item, ...(isPrimary(present) ? { primary: true } : {}) };
  }
  return found;
}

function isRepeated(present: Element, item: Element): boolean {
  if (typeof present === "string" || typeof item === "string") return fold(present) === fold(item);
  const hasValue = present["value"] !== undefined;
  if (!hasValue) return isDeepStrictEqual(foldParts(present), foldParts(item));
  return fold(present["value"]) === fold(item["value"]) && fold(present["type"]) === fold(item["type"]);
}

function asRecord(value: unknown): Mutable {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asList(value: unknown): readonly Element[] {
  return Array.isArray(value) ? (value as readonly Element[]) : [];
}

/** Unassigned is not there: nulls, empty lists and empty objects go, at every depth (RFC 7643 section 2.5). */
function prune(record: Mutable): void {
  for (const [name, value] of Object.entries(record)) {
    const kept = pruned(value);
    if (kept === undefined) delete record[name];
    else record[name] = kept;
  }
}

function pruned(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(pruned).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== "object") return value;
  const copy: Mutable = { ...value };
  prune(copy);
  return Object.keys(copy).length === 0 ? undefined : copy;
}

function valueAfter(before: unknown, operation: ModelOperation): unknown {
  const { kind, op, part, value } = operation;
  if (kind === "text") return op === "remove" ? undefined : value;
  if (kind === "complex") {
    if (part !== undefined) return { ...asRecord(before), [part]: op === "remove" ? undefined : value };
    return op === "remove" || value === null ? undefined : { ...asRecord(before), ...asRecord(value) };
  }
  return elementsAfter(asList(before), operation);
}

function elementsAfter(items: readonly Element[], operation: ModelOperation): readonly unknown[] {
  const { op, filter, part, value } = operation;
  const isSelected = (item: Element): boolean => filter === undefined || filter.matches(item);
  if (op === "remove") {
    const listed = value === undefined ? undefined : asList(value);
    if (part !== undefined) return items.map((item) => (isSelected(item) ? without(item, part) : item));
    return items.filter((item) =>
      listed === undefined ? !isSelected(item) : !listed.some((one) => isSame(item, one)),
    );
  }
  if (filter === undefined && part === undefined) {
    const given = asList(value);
    return op === "replace" ? given : given.reduce(include, items);
  }
  if (!items.some(isSelected)) {
    const mayCreate = filter === undefined || (op === "add" && filter.implied !== undefined);
    if (!mayCreate || value === null) throw new Refusal("noTarget");
    const described = filter?.implied ?? {};
    if (typeof described === "string") return include(items, asText(value));
    return include(items, { ...described, ...(part === undefined ? asRecord(value) : { [part]: value }) });
  }
  const after = items.map((item): unknown => {
    if (!isSelected(item)) return item;
    if (part !== undefined) return { ...asRecord(item), [part]: value };
    return op === "add" && typeof item === "object" && value !== null
      ? { ...item, ...asRecord(value) }
      : value;
  });
  const chosen = after.findIndex((item, index) => isPrimary(item) && !isPrimary(items[index]));
  return after.map((item, index) => (chosen === -1 || index === chosen ? item : demoted(item)));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function without(item: Element, part: string): unknown {
  return typeof item === "string" ? item : { ...item, [part]: undefined };
}

/** Adding what is there changes it; a new primary takes that from the old one. */
function include(items: readonly Element[], added: Element): readonly Element[] {
  const others = isPrimary(added) ? items.map((item) => demoted(item) as Element) : items;
  const index = others.findIndex((item) => isSame(item, added));
  const present = others[index];
  if (present === undefined) return [...others, added];
  const merged = typeof present === "object" && typeof added === "object" ? { ...present, ...added } : added;
  return others.map((item, at) => (at === index ? merged : item));
}

/** The same value, and the same type if the client names one; none of the model's attributes is case-exact. */
function isSame(present: Element, named: Element): boolean {
  if (typeof present === "string" || typeof named === "string") return fold(present) === fold(named);
  if (present["value"] === undefined) {
    return isDeepStrictEqual(foldParts(present), foldParts(named));
  }
  return (
    fold(present["value"]) === fold(named["value"]) &&
    (named["type"] === undefined || fold(present["type"]) === fold(named["type"]))
  );
}

function fold(value: unknown): unknown {
  return typeof value === "string" ? value.normalize("NFC").toLowerCase() : value;
}

function foldParts(element: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(element).map(([name, value]) => [name, fold(value)]));
}

function isPrimary(item: unknown): boolean {
  return asRecord(item)["primary"] === true;
}

function demoted(item: unknown): unknown {
  return isPrimary(item) ? { ...asRecord(item), primary: false } : item;
}
