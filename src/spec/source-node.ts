/** Where something stands in a file. Lines and columns count from 1, as editors do. */
export interface SourcePosition {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly at: SourcePosition;
}

export interface SequenceNode {
  readonly kind: "sequence";
  readonly items: readonly SourceNode[];
  readonly at: SourcePosition;
}

export interface MappingEntryNode {
  /** Where the key stands: what an error about the key points at. */
  readonly keyAt: SourcePosition;
  readonly node: SourceNode;
}

export interface MappingNode {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, MappingEntryNode>;
  readonly at: SourcePosition;
}

/** A YAML value that remembers where each of its parts was written, through merges of several files too. */
export type SourceNode = ScalarNode | SequenceNode | MappingNode;

/** A path into a spec, e.g. `["attributes", 0, "name"]`. */
export type SpecPath = readonly (string | number)[];

/** The plain value of a node, as zod takes it. */
export function toPlainValue(node: SourceNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "sequence") return node.items.map(toPlainValue);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlainValue(entry.node)]));
}

/** The node at a path; `undefined` where the path leads nowhere. */
export function findNode(root: SourceNode, path: SpecPath): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childOf(node, step);
  }
  return node;
}

/** The plain value at a path; `undefined` where the path leads nowhere. */
export function valueAt(value: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.getOwnPropertyDescriptor(inner, step)?.value;
  }, value);
}

/** The position of the value at a path, or of the nearest part of the path that exists. */
export function positionAt(root: SourceNode, path: SpecPath): SourcePosition {
  let node = root;
  let at = root.at;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) return at;
    node = child;
    at = child.at;
  }
  return at;
}

/** The position of the key at a path (for `["app", "lable"]`, of the word `lable`), or of the nearest part that exists. */
export function keyPositionAt(root: SourceNode, path: SpecPath): SourcePosition {
  const key = path.at(-1);
  const parent = findNode(root, path.slice(0, -1));
  if (parent?.kind === "mapping" && typeof key === "string") {
    const entry = parent.entries.get(key);
    if (entry !== undefined) return entry.keyAt;
  }
  return positionAt(root, path);
}

/** A path as people write it: `attributes[0].name`. */
export function renderPath(path: SpecPath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const word = /^[A-Za-z_$][\w$-]*$/.test(step) ? step : JSON.stringify(step);
      return index === 0 ? word : `.${word}`;
    })
    .join("");
}

function childOf(node: SourceNode, step: string | number): SourceNode | undefined {
  if (node.kind === "sequence") return typeof step === "number" ? node.items[step] : undefined;
  if (node.kind === "mapping") return node.entries.get(String(step))?.node;
  return undefined;
}
