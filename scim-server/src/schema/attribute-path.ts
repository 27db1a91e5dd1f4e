import type { Attribute } from "./attribute.ts";
import type { ExtensionModel, ResourceModel } from "./resource-model.ts";

/** What an attribute path names. Without `attribute` it is a whole extension, or the resource itself. */
export interface ResolvedPath {
  readonly extension: ExtensionModel | undefined;
  readonly attribute: Attribute | undefined;
  readonly subAttribute: Attribute | undefined;
}

/**
 * Resolves an attribute path (RFC 7644 section 3.10) against the schema, and against nothing else: so a path can
 * never reach `__proto__` or an inherited property. URNs have dots in them, so the longest known URN is taken
 * off first; a dot is accepted after it in place of the colon. Answers undefined for what the schema lacks.
 */
export function resolveAttributePath(model: ResourceModel, path: string): ResolvedPath | undefined {
  const lower = path.toLowerCase();
  if (!lower.startsWith("urn:")) return resolveWithin(model.attributes, undefined, path);
  let longest: { urn: string; extension: ExtensionModel | undefined } | undefined;
  const core = model.schema.id.toLowerCase();
  if (isPrefix(core, lower)) longest = { urn: core, extension: undefined };
  for (const [urn, extension] of model.extensionByUrn) {
    if (isPrefix(urn, lower) && urn.length > (longest?.urn.length ?? 0)) longest = { urn, extension };
  }
  if (longest === undefined) return undefined;
  const rest = path.slice(longest.urn.length + 1);
  if (rest === "") return { extension: longest.extension, attribute: undefined, subAttribute: undefined };
  return resolveWithin(longest.extension?.attributes ?? model.attributes, longest.extension, rest);
}

function isPrefix(urn: string, path: string): boolean {
  if (!path.startsWith(urn)) return false;
  const next = path.charAt(urn.length);
  return next === "" || next === ":" || next === ".";
}

function resolveWithin(
  attributes: ReadonlyMap<string, Attribute>,
  extension: ExtensionModel | undefined,
  path: string,
): ResolvedPath | undefined {
  const [name, subName, ...more] = path.toLowerCase().split(".");
  const attribute = name === undefined ? undefined : attributes.get(name);
  if (attribute === undefined || more.length > 0) return undefined;
  if (subName === undefined) return { extension, attribute, subAttribute: undefined };
  const subAttribute = attribute.subAttributeByName.get(subName);
  return subAttribute === undefined ? undefined : { extension, attribute, subAttribute };
}
