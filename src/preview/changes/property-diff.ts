import type { Properties } from "./engine-step.ts";

/** One property that differs. A secret's values are never here: only that it changed. */
export type PropertyChange =
  | { readonly path: string; readonly secret: false; readonly before: unknown; readonly after: unknown }
  | { readonly path: string; readonly secret: true };

/** The engine's signature of a secret in events, and the mark that `preview --json` puts in its place. */
const secretSignature = "4dabf18193072939515e22adb298388d";
const secretMark = "[secret]";
/** What the engine writes for a value that is known only after the update. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Compares two sets of inputs. Strings that hold JSON objects or arrays are compared as structure. Secrets come masked on both sides, so
 * whether one changed is known only from the engine's own diff (`changedPaths`).
 */
export function diffProperties(
  before: Properties | undefined,
  after: Properties | undefined,
  changedPaths: readonly string[],
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  compare("", before ?? {}, after ?? {}, changes, changedPaths);
  return changes;
}

function compare(
  path: string,
  before: unknown,
  after: unknown,
  changes: PropertyChange[],
  changedPaths: readonly string[],
): void {
  if (isSecret(before) || isSecret(after)) {
    const changed =
      before === undefined ||
      after === undefined ||
      changedPaths.some((changedPath) => covers(changedPath, path));
    if (changed) changes.push({ path, secret: true });
    return;
  }
  const parsedBefore = parseEmbeddedJson(before);
  const parsedAfter = parseEmbeddedJson(after);
  // Structure that appears or goes is told setting by setting, as structure that changes is.
  const oldValue = parsedBefore ?? emptyLike(parsedAfter);
  const newValue = parsedAfter ?? emptyLike(parsedBefore);
  if (isRecord(oldValue) && isRecord(newValue)) {
    for (const key of new Set([...Object.keys(oldValue), ...Object.keys(newValue)])) {
      if (key.startsWith("__")) continue;
      compare(path === "" ? key : `${path}.${key}`, oldValue[key], newValue[key], changes, changedPaths);
    }
    return;
  }
  if (Array.isArray(oldValue) && Array.isArray(newValue)) {
    compareLists(path, oldValue, newValue, changes, changedPaths);
    return;
  }
  if (!sameScalar(oldValue, newValue))
    changes.push({ path, secret: false, before: oldValue, after: newValue });
}

/** Lists of objects with an `id` or `name` are compared by it, so that one insertion is one change; others by position. */
function compareLists(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  changes: PropertyChange[],
  changedPaths: readonly string[],
): void {
  const key = listKey(before, after);
  if (key === undefined) {
    const length = Math.max(before.length, after.length);
    for (let index = 0; index < length; index += 1)
      compare(`${path}[${index}]`, before[index], after[index], changes, changedPaths);
    return;
  }
  const beforeByKey = indexBy(before, key);
  const afterByKey = indexBy(after, key);
  for (const name of new Set([...beforeByKey.keys(), ...afterByKey.keys()]))
    compare(`${path}["${name}"]`, beforeByKey.get(name), afterByKey.get(name), changes, changedPaths);
}

function listKey(before: readonly unknown[], after: readonly unknown[]): string | undefined {
  if (before.length + after.length === 0) return undefined;
  for (const key of ["id", "name"]) {
    const isKey = (list: readonly unknown[]): boolean => indexBy(list, key).size === list.length;
    if (isKey(before) && isKey(after)) return key;
  }
  return undefined;
}

function indexBy(list: readonly unknown[], key: string): Map<string, unknown> {
  return new Map(
    list.flatMap((item) => (isRecord(item) && typeof item[key] === "string" ? [[item[key], item]] : [])),
  );
}

function covers(changedPath: string, path: string): boolean {
  return (
    path === changedPath ||
    path.startsWith(`${changedPath}.`) ||
    path.startsWith(`${changedPath}[`) ||
    changedPath.startsWith(`${path}.`)
  );
}

/** Whether the engine masked this value as a secret. */
export function isSecret(value: unknown): boolean {
  return value === secretMark || (isRecord(value) && secretSignature in value);
}

function parseEmbeddedJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** `null` and a missing property say the same to Pulumi. */
function sameScalar(before: unknown, after: unknown): boolean {
  return (
    (before ?? undefined) === (after ?? undefined) ||
    JSON.stringify(before ?? null) === JSON.stringify(after ?? null)
  );
}

/** Lists whose elements have a key are told element by element; an element itself is one value. */
function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  const isOneValue = (record: Record<string, unknown>): boolean =>
    "expression" in record || "publicUrl" in record || "sha256" in record;
  return isRecord(value) && !isOneValue(value) ? {} : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
