import type { z } from "zod";
import { findNearestWord } from "./nearest-word.ts";
import { type AppSpec, specSchema } from "./schema/spec-schema.ts";
import { allowedKeys, describeExpected, findKeyElsewhere, schemaAt } from "./schema-walk.ts";
import {
  keyPositionAt,
  positionAt,
  renderPath,
  type SourceNode,
  type SpecPath,
  toPlainValue,
  valueAt,
} from "./source-node.ts";
import { issueAt, type SpecIssue } from "./spec-issue.ts";

export interface ValidationResult {
  /** The spec; where it has issues, what is left of it without the wrong parts, if that is a spec at all. */
  readonly spec: AppSpec | undefined;
  /** Whether everything but unknown keys is right, so that the rules between values make sense. */
  readonly sound: boolean;
  readonly issues: readonly SpecIssue[];
}

/** Validates one resolved spec: types, keys and forms. Rules between values are in rules/. */
export function validateSpec(root: SourceNode): ValidationResult {
  const value = toPlainValue(root);
  const result = specSchema.safeParse(value);
  if (result.success) return { spec: result.data, sound: true, issues: [] };
  const found = result.error.issues;
  const rest = specSchema.safeParse(withoutWrongParts(value, found));
  return {
    spec: rest.data,
    sound: found.every(({ code }) => code === "unrecognized_keys"),
    issues: translateZodIssues(specSchema, root, value, found),
  };
}

function withoutWrongParts(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const issue of issues) {
    const paths =
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const path of paths) removeAt(copy, path);
  }
  return copy;
}

function removeAt(value: unknown, path: readonly PropertyKey[]): void {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return;
  if (rest.length === 0) Reflect.deleteProperty(value, step);
  else removeAt(Object.getOwnPropertyDescriptor(value, step)?.value, rest);
}

/** Turns zod's issues into ours, with positions, allowed words and the nearest of them. */
export function translateZodIssues(
  schema: z.core.$ZodType,
  root: SourceNode,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): SpecIssue[] {
  return issues.flatMap((issue) => translate({ schema, root, value }, issue));
}

interface Subject {
  readonly schema: z.core.$ZodType;
  readonly root: SourceNode;
  readonly value: unknown;
}

function translate(subject: Subject, issue: z.core.$ZodIssue): SpecIssue[] {
  const { root } = subject;
  const path = toSpecPath(issue.path);
  const value = valueAt(subject.value, path);
  const at = positionAt(root, path);
  const expected = schemaAt(subject.schema, path, subject.value);
  if (issue.code === "unrecognized_keys") {
    const allowed = allowedKeys(expected);
    return issue.keys.map((key) => {
      const keyPath = [...path, key];
      const place = path.length === 0 ? "" : ` in ${renderPath(path)}`;
      return issueAt(
        "SC1201",
        keyPositionAt(root, keyPath),
        `The key ${JSON.stringify(key)} is unknown${place}.`,
        {
          path: keyPath,
          allowed,
          nearest: findNearestWord(key, allowed) ?? findKeyElsewhere(subject.schema, key),
        },
      );
    });
  }
  if (value === undefined) return [missing(root, path)];
  const details = { path, value };
  if (issue.code === "invalid_key") {
    const form = issue.issues[0]?.message ?? "another key";
    return [
      issueAt("SC1205", keyPositionAt(root, path), `This key must be ${form}.`, { path, value: path.at(-1) }),
    ];
  }
  const allowed = allowedValues(issue);
  if (allowed !== undefined && (typeof value === "string" || typeof value === "number")) {
    const nearest = findNearestWord(String(value), allowed);
    return [issueAt("SC1204", at, "This value is not allowed here.", { ...details, allowed, nearest })];
  }
  if (allowed !== undefined || issue.code === "invalid_type") {
    const wanted =
      issue.code === "invalid_type" && issue.expected === "int"
        ? "a whole number"
        : describeExpected(expected);
    const nearest = typeof value === "string" && wanted === "true or false" ? booleanLike(value) : undefined;
    const actual =
      wanted === "a whole number" && typeof value === "number" ? "a fraction" : describeActual(value);
    const message = `Expected ${wanted}, not ${actual}.`;
    return [
      issueAt("SC1202", at, message, { ...details, ...(allowed === undefined ? {} : { allowed }), nearest }),
    ];
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    return [issueAt("SC1206", at, describeLimit(issue), details)];
  }
  if (issue.code === "invalid_union" && issue.message === "Invalid input") {
    return [issueAt("SC1202", at, `${capitalize(describeActual(value))} cannot stand here.`, details)];
  }
  return [issueAt("SC1205", at, `This must be ${issue.message}.`, details)];
}

function missing(root: SourceNode, path: SpecPath): SpecIssue {
  const parent = path.slice(0, -1);
  const key = `\`${String(path.at(-1))}\``;
  const message = parent.length === 0 ? `${key} is missing.` : `\`${renderPath(parent)}\` needs ${key}.`;
  return issueAt("SC1203", positionAt(root, parent), message, { path });
}

function allowedValues(issue: z.core.$ZodIssue): readonly string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return issue.options.map(String);
  }
  return undefined;
}

function describeLimit(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const limit = Number(issue.code === "too_small" ? issue.minimum : issue.maximum);
  const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
    string: [" character", " characters"],
    array: [" entry", " entries"],
  };
  const unit = units[issue.origin]?.[limit === 1 ? 0 : 1] ?? "";
  const verb = unit === "" || limit === 1 ? "is" : "are";
  return issue.code === "too_small"
    ? `At least ${limit}${unit} ${verb} needed here.`
    : `At most ${limit}${unit} ${verb} possible here.`;
}

function describeActual(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return "a text";
  return typeof value === "number" ? "a number" : "true or false";
}

function booleanLike(word: string): string | undefined {
  if (/^(y|yes|on|true)$/i.test(word)) return "true";
  return /^(n|no|off|false)$/i.test(word) ? "false" : undefined;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function toSpecPath(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((step) => (typeof step === "number" ? step : String(step)));
}
