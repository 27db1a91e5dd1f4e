import { z } from "zod";
import { findNearestWord } from "./nearest-word.ts";
import { type SpecPath, valueAt } from "./source-node.ts";

/** The schema of a value inside a spec, chosen by the data where several forms are allowed; `undefined` where there is none. */
export function schemaAt(root: z.core.$ZodType, path: SpecPath, value: unknown): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = chooseForm(unwrap(root), value);
  let inner = value;
  for (const step of path) {
    if (schema === undefined) return undefined;
    schema = childSchema(schema, step);
    inner = valueAt(inner, [step]);
    if (schema !== undefined) schema = chooseForm(unwrap(schema), inner);
  }
  return schema;
}

/** The keys that a mapping may have, in the order in which they are documented. */
export function allowedKeys(schema: z.core.$ZodType | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Where a key that does not belong here is at home: the shortest path to one of that name, or like it. */
export function findKeyElsewhere(root: z.core.$ZodType, key: string): string | undefined {
  const paths = listKeyPaths(root, "").sort((a, b) => a.length - b.length);
  const names = paths.map((path) => path.slice(path.lastIndexOf(".") + 1));
  const name = names.includes(key) ? key : findNearestWord(key, names);
  return name === undefined ? undefined : paths[names.indexOf(name)];
}

function listKeyPaths(schema: z.core.$ZodType, path: string): string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return listKeyPaths(inner.element, `${path}[]`);
  if (inner instanceof z.ZodDiscriminatedUnion)
    return inner.options.flatMap((form) => listKeyPaths(form, path));
  return allowedKeys(inner).flatMap((key) => {
    const child = inner instanceof z.ZodObject ? inner.shape[key] : undefined;
    const childPath = path === "" ? key : `${path}.${key}`;
    return [childPath, ...(child === undefined ? [] : listKeyPaths(child, childPath))];
  });
}

/** What a schema takes, in words. */
export function describeExpected(schema: z.core.$ZodType | undefined): string {
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return "a mapping";
  if (schema instanceof z.ZodArray) return "a list";
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodString) return "a text";
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNumber) return schema.isInt ? "a whole number" : "a number";
  return "another type";
}

/** The schema below optionals and defaults. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  return inner;
}

function childSchema(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject && typeof step === "string") return schema.shape[step];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

function chooseForm(schema: z.core.$ZodType, value: unknown): z.core.$ZodType | undefined {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) {
    const isMapping = typeof value === "object" && value !== null;
    if (!(schema instanceof z.ZodUnion) || !isMapping) return schema;
    return schema.options.find((option) => option instanceof z.ZodObject);
  }
  const chosen = valueAt(value, [schema.def.discriminator]);
  return schema.options.find((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[schema.def.discriminator] : undefined;
    return literal instanceof z.ZodLiteral && literal.values.has(typeof chosen === "string" ? chosen : "");
  });
}
