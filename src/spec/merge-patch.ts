import type { MappingEntryNode, SourceNode } from "./source-node.ts";

/**
 * JSON Merge Patch (RFC 7396) on values with positions: mappings are merged key by key, null removes a key, everything else is replaced.
 * Each value keeps the position of the file that it comes from.
 *
 * One departure, for safety: a null that removes nothing stays, so that a key whose value was forgotten (`groups:` and nothing after it)
 * is reported as a wrong type instead of being read as "nobody".
 */
export function mergePatch(target: SourceNode | undefined, patch: SourceNode): SourceNode {
  if (patch.kind !== "mapping") return patch;
  const entries = new Map<string, MappingEntryNode>(target?.kind === "mapping" ? target.entries : []);
  for (const [key, { keyAt, node }] of patch.entries) {
    const removes = node.kind === "scalar" && node.value === null && entries.has(key);
    if (removes) entries.delete(key);
    else entries.set(key, { keyAt, node: mergePatch(entries.get(key)?.node, node) });
  }
  return { kind: "mapping", entries, at: patch.at };
}
