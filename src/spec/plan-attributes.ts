import { type BaseAttribute, baseAttributes, findBaseAttribute } from "./base-attributes.ts";
import type { AttributePlan, MappingEntryPlan } from "./plan-types.ts";
import type { AttributeSpec } from "./schema/spec-schema.ts";
import {
  isStandardAttribute,
  parseScimPath,
  renderScimPath,
  type ScimAttributePath,
  toExternalName,
} from "./scim-path.ts";
import { compareText } from "./spec-issue.ts";

/** The default list, changed and extended by the spec's entries. */
export function planAttributes(entries: readonly AttributeSpec[]): AttributePlan[] {
  const listed = new Set(entries.map(({ name }) => name));
  const defaults = baseAttributes.filter(({ name, byDefault }) => byDefault && !listed.has(name));
  return [...defaults.map((base) => fromBase(base, undefined)), ...entries.flatMap(planEntry)];
}

/** The entries of the mapping, sorted by attribute: every attribute that has an expression and is sent at all. */
export function planMapping(attributes: readonly AttributePlan[]): MappingEntryPlan[] {
  return attributes
    .flatMap(({ name, expression, push }): MappingEntryPlan[] =>
      expression === undefined || push === "never"
        ? []
        : [{ attribute: name, expression, pushStatus: push === "always" ? "PUSH" : "DONT_PUSH" }],
    )
    .sort((a, b) => compareText(a.attribute, b.attribute));
}

/** An attribute that the bundled server has to be told of, as its schemas do not have it. */
export interface ServerAttribute {
  readonly schema: string;
  readonly name: string;
  readonly type: "string" | "boolean" | "integer" | "decimal";
  readonly multiValued: boolean;
}

/** The attributes that the spec adds to the standard schemas, each once. */
export function planServerAttributes(attributes: readonly AttributePlan[]): ServerAttribute[] {
  const added = new Map<string, ServerAttribute>();
  for (const { custom, path, type, items } of attributes) {
    if (!custom || isStandardAttribute(path)) continue;
    const valueType = type === "array" ? (items ?? "string") : type;
    added.set(`${path.schema}:${path.attribute}`, {
      schema: path.schema,
      name: path.attribute,
      type: valueType === "number" ? "decimal" : valueType,
      multiValued: type === "array",
    });
  }
  return [...added.values()];
}

function planEntry(entry: AttributeSpec): AttributePlan[] {
  const base = findBaseAttribute(entry.name);
  if (base !== undefined) return [fromBase(base, entry)];
  const path = entry.scim === undefined ? undefined : parseScimPath(entry.scim);
  if (path === undefined) return [];
  return [
    {
      ...locate(path),
      name: entry.name,
      title: entry.title ?? toTitle(entry.name),
      description: entry.description,
      type: entry.type,
      items: entry.items,
      required: entry.required,
      enum: entry.enum,
      minLength: entry.minLength,
      maxLength: entry.maxLength,
      custom: true,
      expression: entry.expression,
      push: entry.push,
    },
  ];
}

function fromBase(base: BaseAttribute, entry: AttributeSpec | undefined): AttributePlan {
  const path = parseScimPath(base.scim);
  if (path === undefined) throw new Error(`the table of base attributes has a malformed path: ${base.scim}`);
  return {
    ...locate(path),
    name: base.name,
    title: base.title,
    description: undefined,
    type: "string",
    items: undefined,
    required: entry?.required ?? false,
    enum: undefined,
    minLength: undefined,
    maxLength: undefined,
    custom: false,
    expression: entry?.expression ?? base.expression,
    push: entry?.push ?? "always",
  };
}

function locate(path: ScimAttributePath) {
  return {
    path,
    scim: renderScimPath(path),
    externalName: toExternalName(path),
    externalNamespace: path.schema,
  };
}

/** The title of an attribute that has none of its own: `payrollNumber` as people read it, `Payroll number`. */
export function toTitle(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
