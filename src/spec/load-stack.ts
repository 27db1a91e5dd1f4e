import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { LoadedSpec } from "./loaded-spec.ts";
import { findNearestWord } from "./nearest-word.ts";
import { toProjectPath } from "./read-source.ts";
import { resolveExtends, SourceReader } from "./resolve-extends.ts";
import { checkAcknowledgements } from "./rules/acknowledgement-rules.ts";
import { checkAdoption } from "./rules/adoption-rules.ts";
import { checkApp } from "./rules/app-rules.ts";
import { checkAttributes } from "./rules/attribute-rules.ts";
import { checkConnection } from "./rules/connection-rules.ts";
import { checkGroups } from "./rules/group-rules.ts";
import { checkRecordedValues } from "./rules/recorded-value-rules.ts";
import { checkStack } from "./rules/stack-rules.ts";
import { appNamePattern } from "./schema/spec-schema.ts";
import { issueAt, type SpecIssue, sortIssues } from "./spec-issue.ts";
import { validateSpec } from "./validate-spec.ts";

/** The specs of one stack that are valid by themselves, and every problem of every file, sorted. */
export interface LoadedStack {
  readonly stack: string;
  readonly specs: readonly LoadedSpec[];
  readonly issues: readonly SpecIssue[];
}

export interface LoadOptions {
  /** The current day, YYYY-MM-DD: acknowledgements end. */
  readonly today?: string;
}

/** Reads and checks all specs of a stack (`stacks/<stack>/*.yaml`). It never throws for what is in the files. */
export function loadStack(projectDir: string, stack: string, options: LoadOptions = {}): LoadedStack {
  return loadWith(new SourceReader(projectDir), stack, options.today ?? currentDay());
}

/** Reads and checks all stacks, and the base files that no spec extends. */
export function loadProject(
  projectDir: string,
  options: LoadOptions = {},
): { readonly stacks: readonly LoadedStack[]; readonly issues: readonly SpecIssue[] } {
  const reader = new SourceReader(projectDir);
  const today = options.today ?? currentDay();
  const stacks = listStacks(projectDir).map((stack) => loadWith(reader, stack, today));
  const issues = [...stacks.flatMap((stack) => stack.issues), ...checkUnusedBases(reader)];
  return { stacks, issues: sortIssues(issues) };
}

/** The stacks that have a folder with specs. */
export function listStacks(projectDir: string): string[] {
  return readFolder(join(projectDir, "stacks"))
    .filter((entry) => entry.isDirectory() && entry.name !== "base")
    .map((entry) => entry.name)
    .sort();
}

function loadWith(reader: SourceReader, stack: string, today: string): LoadedStack {
  const folder = join(reader.projectDir, "stacks", stack);
  const entries = readFolder(folder).filter((entry) => !entry.isDirectory() && /\.ya?ml$/i.test(entry.name));
  if (entries.length === 0) {
    const stacks = listStacks(reader.projectDir).filter((name) => name !== stack);
    const at = { file: `stacks/${stack}`, line: 1, column: 1 };
    const details = { value: stack, allowed: stacks, nearest: findNearestWord(stack, stacks) };
    return { stack, specs: [], issues: [issueAt("SC1014", at, "The stack has no specs.", details)] };
  }
  const issues: SpecIssue[] = [];
  const specs: LoadedSpec[] = [];
  const readable: LoadedSpec[] = [];
  for (const { name: fileName } of entries) {
    const path = join(folder, fileName);
    const file = toProjectPath(reader.projectDir, path);
    const name = fileName.replace(/\.yaml$/, "");
    if (!appNamePattern.test(name)) {
      issues.push(
        issueAt("SC1013", { file, line: 1, column: 1 }, "The file's name cannot name an application.", {
          value: fileName,
        }),
      );
    }
    const source = resolveExtends(reader, path);
    issues.push(...source.issues);
    if (source.root === undefined) continue;
    const result = validateSpec(source.root);
    issues.push(...result.issues);
    if (result.spec === undefined) continue;
    const spec: LoadedSpec = { name, stack, file, root: source.root, spec: result.spec };
    readable.push(spec);
    if (result.sound) issues.push(...checkOne(spec, today));
    if (result.issues.length === 0) specs.push(spec);
  }
  issues.push(...checkStack(readable));
  return { stack, specs: specs.sort((a, b) => (a.name < b.name ? -1 : 1)), issues: sortIssues(issues) };
}

function checkOne(spec: LoadedSpec, today: string): SpecIssue[] {
  return [
    ...checkApp(spec),
    ...checkConnection(spec),
    ...checkAttributes(spec),
    ...checkRecordedValues(spec),
    ...checkGroups(spec),
    ...checkAcknowledgements(spec, today),
    ...checkAdoption(spec),
  ];
}

function checkUnusedBases(reader: SourceReader): SpecIssue[] {
  const base = join(reader.projectDir, "stacks", "base");
  return readFolder(base)
    .filter((entry) => entry.isFile() && entry.name.endsWith(".yaml"))
    .flatMap((entry) => {
      const path = join(base, entry.name);
      if (reader.has(path)) return [];
      const at = { file: toProjectPath(reader.projectDir, path), line: 1, column: 1 };
      const unused = issueAt("SC1407", at, "No spec extends this file.", { severity: "warning" });
      return [unused, ...reader.read(path).issues];
    });
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function currentDay(): string {
  return new Date().toISOString().slice(0, 10);
}
