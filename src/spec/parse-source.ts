import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLError,
} from "yaml";
import type { IssueCode } from "./issue-table.ts";
import type { SourceResult } from "./read-source.ts";
import type { MappingEntryNode, SourceNode, SourcePosition } from "./source-node.ts";
import { issueAt, type SpecIssue } from "./spec-issue.ts";

const mostNodes = 20_000;
const deepestNode = 40;
/** One mistake makes the parser find many; the first ones name it. */
const mostSyntaxErrors = 5;

/** Parses the text of a YAML file (1.2, one document, plain mappings, lists and scalars) with the position of every value. */
export function parseSource(file: string, text: string): SourceResult {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library compares each key with each other; the builder below does it in one pass.
    uniqueKeys: false,
    version: "1.2",
    keepSourceTokens: false,
  });
  const documents: Document[] = Array.isArray(parsed) ? [...parsed] : [];
  const positionOf = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const first = documents[0];
  const second = documents[1];
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    return {
      root: undefined,
      issues: [issueAt("SC1006", positionOf(start), "A second document begins here.")],
    };
  }
  const errors = [...(first?.errors ?? []), ...(first?.warnings ?? [])];
  const tooDeep = errors.find(({ message }) => message.startsWith("Maximum call stack"));
  if (tooDeep !== undefined) {
    const message = "The file nests more deeply than the parser can follow.";
    return { root: undefined, issues: [issueAt("SC1007", positionOf(tooDeep.pos[0]), message)] };
  }
  const quote = first === undefined ? undefined : findOpenQuote(first, errors);
  if (quote !== undefined) {
    // What follows from it, to the file's end, is no mistake of its own.
    const message = "The quote that opens here is not closed.";
    return { root: undefined, issues: [issueAt("SC1005", positionOf(quote), message)] };
  }
  if (errors.length > 0) {
    const shown = errors.slice(0, mostSyntaxErrors);
    return { root: undefined, issues: shown.map((error) => syntaxIssue(error, positionOf(error.pos[0]))) };
  }
  const contents = first?.contents ?? null;
  if (first === undefined || contents === null || isEmptyScalar(contents)) {
    return {
      root: undefined,
      issues: [issueAt("SC1004", { file, line: 1, column: 1 }, "The file is empty.")],
    };
  }
  return new TreeBuilder(positionOf).build(contents);
}

/** Turns yaml's nodes into ours, resolving aliases within a budget of nodes and depth. */
class TreeBuilder {
  readonly #anchors = new Map<string, Node>();
  readonly #positionOf: (offset: number) => SourcePosition;
  readonly #issues: SpecIssue[] = [];
  #nodes = 0;
  #exhausted = false;

  constructor(positionOf: (offset: number) => SourcePosition) {
    this.#positionOf = positionOf;
  }

  build(contents: Node): SourceResult {
    const root = this.#convert(contents, 0);
    if (this.#issues.length === 0 && root.kind !== "mapping") {
      this.#issues.push(
        issueAt(
          "SC1011",
          root.at,
          `The file holds ${root.kind === "sequence" ? "a list" : "a single value"}.`,
        ),
      );
    }
    return { root: this.#issues.length === 0 ? root : undefined, issues: this.#issues };
  }

  #convert(node: Node, depth: number): SourceNode {
    const at = this.#positionOf(node.range?.[0] ?? 0);
    const nothing: SourceNode = { kind: "scalar", value: null, at };
    this.#nodes++;
    if (this.#exhausted) return nothing;
    if (this.#nodes > mostNodes || depth > deepestNode) {
      this.#exhausted = true;
      const limit = depth > deepestNode ? `${deepestNode} levels deep` : `${mostNodes} values`;
      this.#issues.push(issueAt("SC1007", at, `With its aliases expanded, the file is more than ${limit}.`));
      return nothing;
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target !== undefined) return this.#convert(target, depth + 1);
      this.#issues.push(issueAt("SC1005", at, `No anchor is named ${node.source}.`));
      return nothing;
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap<unknown, unknown>(node)) {
      const entries = new Map<string, MappingEntryNode>();
      for (const pair of node.items) this.#addEntry(entries, pair, depth, at);
      return { kind: "mapping", entries, at };
    }
    if (isSeq<unknown>(node)) {
      const items = node.items.map((item) => (isNode(item) ? this.#convert(item, depth + 1) : nothing));
      return { kind: "sequence", items, at };
    }
    return isScalar(node) ? this.#convertScalar(node.value, at) : nothing;
  }

  #addEntry(
    entries: Map<string, MappingEntryNode>,
    pair: Pair<unknown, unknown>,
    depth: number,
    mappingAt: SourcePosition,
  ): void {
    const key = isNode(pair.key) ? pair.key : undefined;
    const keyAt = key === undefined ? mappingAt : this.#positionOf(key.range?.[0] ?? 0);
    if (!isScalar(key) || typeof key.value !== "string") {
      this.#issues.push(
        issueAt("SC1009", keyAt, "This key is not a text.", isScalar(key) ? { value: key.value } : {}),
      );
      return;
    }
    const node: SourceNode = isNode(pair.value)
      ? this.#convert(pair.value, depth + 1)
      : { kind: "scalar", value: null, at: keyAt };
    const twin = entries.get(key.value);
    if (twin !== undefined) {
      const message = `The key ${JSON.stringify(key.value)} is written twice; the first is in line ${twin.keyAt.line}.`;
      this.#issues.push(issueAt("SC1008", keyAt, message));
      return;
    }
    entries.set(key.value, { keyAt, node });
  }

  #convertScalar(value: unknown, at: SourcePosition): SourceNode {
    if (value === null || typeof value === "string" || typeof value === "boolean") {
      return { kind: "scalar", value, at };
    }
    if (typeof value === "number") return { kind: "scalar", value, at };
    this.#issues.push(issueAt("SC1010", at, "This value has a type that a spec does not know."));
    return { kind: "scalar", value: null, at };
  }
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value);
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

const issueOfYamlError: Readonly<Partial<Record<YAMLError["code"], IssueCode>>> = {
  NON_STRING_KEY: "SC1009",
  TAB_AS_INDENT: "SC1012",
  TAG_RESOLVE_FAILED: "SC1010",
};

/** Where the quote opens that the parser misses at the file's end: the last quoted text. */
function findOpenQuote(document: Document, errors: readonly YAMLError[]): number | undefined {
  if (!errors.some(({ code, message }) => code === "MISSING_CHAR" && / closing ["']quote/.test(message)))
    return undefined;
  let opening: number | undefined;
  visit(document, {
    Scalar: (_key, { type, range }) => {
      if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") opening = range?.[0];
    },
  });
  return opening;
}

function syntaxIssue(error: YAMLError, at: SourcePosition): SpecIssue {
  const sentence = error.message.endsWith(".") ? error.message : `${error.message}.`;
  return issueAt(issueOfYamlError[error.code] ?? "SC1005", at, sentence);
}
