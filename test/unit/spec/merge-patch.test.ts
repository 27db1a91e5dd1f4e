import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/spec/json-value.ts";
import { mergePatch } from "../../../src/spec/merge-patch.ts";
import { type SourceNode, toPlainValue } from "../../../src/spec/source-node.ts";

const at = { file: "x.yaml", line: 1, column: 1 };

function toNode(value: JsonValue): SourceNode {
  if (typeof value !== "object" || value === null) return { kind: "scalar", value, at };
  if (Array.isArray(value)) return { kind: "sequence", items: value.map(toNode), at };
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, { keyAt: at, node: toNode(inner) }] as const,
  );
  return { kind: "mapping", entries: new Map(entries), at };
}

/** RFC 7396 section 2, with our departure: a null that removes nothing stays. */
function patchByTheRfc(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isMapping = typeof target === "object" && target !== null && !Array.isArray(target);
  const result = new Map<string, unknown>(isMapping ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null && result.has(key)) result.delete(key);
    else result.set(key, patchByTheRfc(result.get(key), value));
  }
  return Object.fromEntries(result);
}

const key = fc.constantFrom("a", "b", "c");
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, 1, "x", true),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(key, tie("value")),
  ),
}));
const mapping = fc.dictionary(key, json.value);

describe("merging a spec over the one that it extends", () => {
  it("is RFC 7396, but for a null that removes nothing", () => {
    fc.assert(
      fc.property(mapping, mapping, (target, patch) => {
        const merged = mergePatch(
          toNode(JSON.parse(JSON.stringify(target))),
          toNode(JSON.parse(JSON.stringify(patch))),
        );
        expect(toPlainValue(merged)).toEqual(patchByTheRfc(target, patch));
      }),
    );
  });
});
