import type { Dialect, SqlFragment, SqlValue } from "../storage/sql/dialect.ts";
import type { BoundFilter, Field, Operand } from "./bind-filter.ts";
import type { ComparisonOperator } from "./filter-node.ts";
import { storedColumns } from "./stored-columns.ts";

/** How fields are read in one place: a resource's row, a JSON element, a related resource's row. */
interface Source {
  text(field: Field): string;
  number(field: Field): string;
  boolean(field: Field): string;
  present(field: Field): string;
}

const columns: ReadonlyMap<string, string> = new Map([
  ...storedColumns,
  ["meta.version", `('W/"' || r.version || '"')`],
]);

/**
 * Compiles a bound filter to a condition on the table `resource` (alias `r`). Texts and numbers are always bound; only
 * names from the schema, 0 and 1 are part of the text. Whatever binds can be compiled. With `place` member it is a condition on
 * a group's member instead, the resource `o`.
 */
export function compileFilter(
  dialect: Dialect,
  tenant: string,
  filter: BoundFilter,
  place: "resource" | "member" = "resource",
): SqlFragment {
  const parameters: SqlValue[] = [];
  const bind = (...values: readonly SqlValue[]): void => {
    parameters.push(...values);
  };
  const root = place === "resource" ? resourceSource(dialect) : relatedSource("members");

  const compile = (node: BoundFilter, source: Source, negated: boolean): string => {
    switch (node.kind) {
      case "and":
      case "or": {
        const operands = node.operands.map((operand) => compile(operand, source, negated));
        return `(${operands.join(node.kind === "and" ? " AND " : " OR ")})`;
      }
      case "not":
        return `(NOT ${compile(node.operand, source, true)})`;
      case "never":
        return "(1 = 0)";
      case "present":
        return source.present(node.field);
      case "compare": {
        const condition = compileComparison(dialect, source, node.field, node.operator, node.operand, bind);
        // SQL's NULL is neither true nor false; under NOT that would lose resources without the attribute.
        return negated ? `(${condition} IS TRUE)` : condition;
      }
      case "element":
        return compileElement(node.collection, node.filter, negated);
    }
  };

  const compileElement = (collection: Field, inner: BoundFilter, negated: boolean): string => {
    const name = collection.keys.join(".");
    const indexed = indexes.has(name) ? valueAskedFor(inner) : undefined;
    const narrowing = indexed === undefined ? "" : `r.ordinal IN (${indexes.get(name)}) AND `;
    if (indexed !== undefined) bind(tenant, indexed);
    const related = relations.get(name);
    const from = related ?? dialect.jsonElements("r.search", collection.keys, "e");
    const source = related === undefined ? elementSource(dialect) : relatedSource(name);
    return `(${narrowing}EXISTS (SELECT 1 FROM ${from} WHERE ${compile(inner, source, negated)}))`;
  };

  return { text: compile(filter, root, false), parameters };
}

function resourceSource(dialect: Dialect): Source {
  const column = (field: Field): string | undefined => columns.get(field.keys.join("."));
  return {
    text: (field) => column(field) ?? dialect.jsonText("r.search", field.keys),
    number: (field) => column(field) ?? dialect.jsonNumber("r.search", field.keys),
    boolean: (field) => column(field) ?? dialect.jsonBoolean("r.search", field.keys),
    present: (field) => {
      const name = field.keys.join(".");
      if (name === "meta" || name === "meta.location") return "(1 = 1)";
      const related = relations.get(name);
      if (related !== undefined) return `EXISTS (SELECT 1 FROM ${related})`;
      const stored = columns.get(name);
      if (stored === undefined) return dialect.jsonPresent("r.search", field.keys);
      const isText = field.attribute.type === "string";
      return isText ? `(${stored} IS NOT NULL AND ${stored} <> '')` : `(${stored} IS NOT NULL)`;
    },
  };
}

function elementSource(dialect: Dialect): Source {
  const value = dialect.elementValue("e");
  return {
    text: (field) => dialect.jsonText(value, field.keys),
    number: (field) => dialect.jsonNumber(value, field.keys),
    boolean: (field) => dialect.jsonBoolean(value, field.keys),
    present: (field) => dialect.jsonPresent(value, field.keys),
  };
}

/** Which resources have an element with a certain `value`: a tenant and the value are to be bound. */
const indexes: ReadonlyMap<string, string> = new Map([
  ["emails", "SELECT k.ordinal FROM user_email k WHERE k.tenant = ? AND k.value = ?"],
  [
    "members",
    "SELECT k.group_ordinal FROM member k JOIN resource i ON i.ordinal = k.member_ordinal WHERE i.tenant = ? AND i.id = ?",
  ],
  [
    "groups",
    "SELECT k.member_ordinal FROM member k JOIN resource i ON i.ordinal = k.group_ordinal WHERE i.tenant = ? AND i.id = ?",
  ],
]);

/**
 * Attributes kept as rows. A filter on `groups` sees direct memberships. The tenant is the same anyway; without it,
 * PostgreSQL goes through everybody for an id.
 */
const relations: ReadonlyMap<string, string> = new Map([
  [
    "members",
    "member m JOIN resource o ON o.ordinal = m.member_ordinal AND m.group_ordinal = r.ordinal AND o.tenant = r.tenant",
  ],
  [
    "groups",
    "member m JOIN resource o ON o.ordinal = m.group_ordinal AND m.member_ordinal = r.ordinal AND o.tenant = r.tenant",
  ],
]);

function relatedSource(relation: string): Source {
  const read = (field: Field): string => {
    switch (field.keys[0]) {
      case "value":
        return "o.id";
      case "display":
        return "COALESCE(o.display_key, o.unique_key)";
      case "type":
        return relation === "groups" ? "'direct'" : "lower(o.type)";
      default:
        return "('/' || o.type || 's/' || o.id)";
    }
  };
  return { text: read, number: read, boolean: read, present: (field) => `(${read(field)} IS NOT NULL)` };
}

/** The value that an element of every match must have, if the filter on it demands one: it is looked up by index. */
function valueAskedFor(filter: BoundFilter): string | undefined {
  if (filter.kind === "and") {
    for (const operand of filter.operands) {
      const value = valueAskedFor(operand);
      if (value !== undefined) return value;
    }
  }
  if (filter.kind !== "compare" || filter.operator !== "eq" || filter.field.keys[0] !== "value")
    return undefined;
  return typeof filter.operand === "string" ? filter.operand : undefined;
}

const orderings: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  eq: "=",
  gt: ">",
  ge: ">=",
  lt: "<",
  le: "<=",
};

/** No character sorts after it, so the texts with a prefix lie between the prefix and the prefix with it. */
const lastCharacter = "\u{10ffff}";

function compileComparison(
  dialect: Dialect,
  source: Source,
  field: Field,
  operator: ComparisonOperator,
  operand: Operand,
  bind: (...values: readonly SqlValue[]) => void,
): string {
  const { type } = field.attribute;
  const value =
    type === "boolean"
      ? source.boolean(field)
      : type === "integer" || type === "decimal" || type === "dateTime"
        ? source.number(field)
        : source.text(field);
  // As part of the text, so that the index of those who are not active is found to answer it.
  if (typeof operand === "boolean") {
    return operator === "ne"
      ? `(${value} IS DISTINCT FROM ${Number(operand)})`
      : `(${value} = ${Number(operand)})`;
  }
  if (operator === "ne") {
    bind(operand);
    return `(${value} IS DISTINCT FROM ?)`;
  }
  const ordering = orderings[operator];
  if (ordering !== undefined) {
    bind(operand);
    return `(${value} ${ordering} ?)`;
  }
  if (operand === "") return `(${value} IS NOT NULL)`;
  if (operator === "sw") {
    bind(operand, `${operand}${lastCharacter}`);
    return `(${value} >= ? AND ${value} < ?)`;
  }
  if (operator === "co") {
    bind(operand);
    return `(${dialect.contains(value, "?")})`;
  }
  bind(operand, operand);
  return `(${dialect.endsWith(value, "?")})`;
}
