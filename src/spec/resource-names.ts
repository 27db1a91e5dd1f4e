import type { AppSpec } from "./schema/spec-schema.ts";
import type { SpecPath } from "./source-node.ts";

/** The kinds of resources of which an app has several, each with its own key. */
export type KeyedResource = "attribute" | "push" | "group" | "user";

/**
 * The name of a resource of an app. It follows from the spec's file name and the key, never from a label or a place in a list, so that
 * inserting an entry re-creates nothing.
 */
export function resourceName(app: string, kind: KeyedResource, key: string): string {
  return `${app}-${kind}-${kind === "attribute" ? key : slug(key)}`;
}

/** A key as part of a resource name: lower case, everything but letters and digits as dashes. */
function slug(key: string): string {
  const plain = key
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
  return plain === "" ? `x${Buffer.from(key).toString("hex")}` : plain;
}

/**
 * All keyed resources of an app, `urn` telling kind and name apart from others, with the place in the spec that makes each. Entries that are
 * the same word twice are told as such by another rule and come once.
 */
export function nameResources(
  app: string,
  spec: AppSpec,
): { readonly urn: string; readonly path: SpecPath }[] {
  const named = (kind: KeyedResource, list: SpecPath, key: string, words: readonly string[]) => {
    const seen = new Set<string>();
    return words.flatMap((word, index) => {
      const twice = seen.has(word.toLowerCase());
      seen.add(word.toLowerCase());
      return twice ? [] : [{ urn: `${kind}/${resourceName(app, kind, word)}`, path: [...list, index, key] }];
    });
  };
  const { pushGroups, assignments } = spec;
  return [
    ...named(
      "push",
      ["pushGroups"],
      "group",
      pushGroups.map(({ group }) => group),
    ),
    ...named(
      "group",
      ["assignments", "groups"],
      "group",
      assignments.groups.map(({ group }) => group),
    ),
    ...named(
      "user",
      ["assignments", "users"],
      "login",
      assignments.users.map(({ login }) => login),
    ),
  ];
}
