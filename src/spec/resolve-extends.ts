import { readdirSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { mergePatch } from "./merge-patch.ts";
import { findNearestWord } from "./nearest-word.ts";
import { readSource, type SourceResult, toProjectPath } from "./read-source.ts";
import type { MappingNode, SourceNode, SourcePosition } from "./source-node.ts";
import { issueAt, type SpecIssue } from "./spec-issue.ts";

const longestChain = 8;

/** A file with everything that it extends merged in. */
export interface ResolvedSource extends SourceResult {
  /** The files read, this one first, as absolute paths. */
  readonly files: readonly string[];
}

/** Reads each file once, however many specs extend it. */
export class SourceReader {
  readonly projectDir: string;
  readonly #read = new Map<string, SourceResult>();

  constructor(projectDir: string) {
    this.projectDir = projectDir;
  }

  /** Whether the file was read already. */
  has(path: string): boolean {
    return this.#read.has(path);
  }

  read(path: string): SourceResult {
    const known = this.#read.get(path);
    if (known !== undefined) return known;
    const result = readSource(this.projectDir, path);
    this.#read.set(path, result);
    return result;
  }
}

/** Reads a spec and what it extends, and merges them (RFC 7396), the extended file first. */
export function resolveExtends(reader: SourceReader, path: string): ResolvedSource {
  const stacksDir = join(reader.projectDir, "stacks");
  const files: string[] = [];
  const layers: MappingNode[] = [];
  let next: string | undefined = path;
  let namedAt: SourcePosition | undefined;
  while (next !== undefined) {
    const problem: SpecIssue | undefined =
      namedAt === undefined ? undefined : refuseBase({ reader, stacksDir, files, base: next, namedAt });
    if (problem !== undefined) return { root: undefined, issues: [problem], files };
    const source = reader.read(next);
    files.push(next);
    if (source.root?.kind !== "mapping") return { root: undefined, issues: source.issues, files };
    layers.unshift(source.root);
    const named: SourceNode | undefined = source.root.entries.get("extends")?.node;
    const target: string | undefined =
      named?.kind === "scalar" && typeof named.value === "string" && named.value !== ""
        ? named.value
        : undefined;
    namedAt = named?.at;
    next = target === undefined ? undefined : resolve(dirname(next), target);
  }
  const root = layers.reduce<SourceNode | undefined>((merged, layer) => mergePatch(merged, layer), undefined);
  return { root, issues: [], files };
}

interface BaseReference {
  readonly reader: SourceReader;
  readonly stacksDir: string;
  readonly files: readonly string[];
  readonly base: string;
  readonly namedAt: SourcePosition;
}

function refuseBase({ reader, stacksDir, files, base, namedAt }: BaseReference): SpecIssue | undefined {
  const name = toProjectPath(reader.projectDir, base);
  const details = { path: ["extends"], value: name };
  if (!isBelow(stacksDir, base) || !base.endsWith(".yaml")) {
    return issueAt("SC1103", namedAt, "Only a .yaml file below stacks/ can be extended.", details);
  }
  const seen = files.indexOf(base);
  if (seen >= 0) {
    const circle = [...files.slice(seen), base].map((file) => toProjectPath(reader.projectDir, file));
    return issueAt("SC1102", namedAt, `These files extend each other: ${circle.join(" -> ")}.`, details);
  }
  if (files.length >= longestChain) {
    return issueAt("SC1104", namedAt, `More than ${longestChain} files extend each other.`, details);
  }
  let real: string;
  try {
    real = realpathSync(base);
  } catch {
    const nearest = findNearestWord(name, listYamlFiles(reader.projectDir, dirname(base)));
    return issueAt("SC1101", namedAt, "The file that is extended does not exist.", { ...details, nearest });
  }
  if (!isBelow(realpathSync(stacksDir), real)) {
    return issueAt("SC1103", namedAt, "This is a link to a file outside stacks/.", details);
  }
  return undefined;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

function listYamlFiles(projectDir: string, folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => toProjectPath(projectDir, join(folder, name)));
  } catch {
    return [];
  }
}
