import { type BoundFilter, bindElementFilter } from "../filter/bind-filter.ts";
import { type FilterNode, queryFilterLimits } from "../filter/filter-node.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import type { JsonValue } from "../json.ts";
import type { Attribute } from "../schema/attribute.ts";
import { resolveAttributePath } from "../schema/attribute-path.ts";
import { readSingleValue } from "../schema/read-value.ts";
import type { ExtensionModel, ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";

/** A PATCH path resolved against the schema. Without `attribute` it names a whole extension or the resource. */
export interface PatchPath {
  readonly extension: ExtensionModel | undefined;
  readonly attribute: Attribute | undefined;
  readonly filter: BoundFilter | undefined;
  readonly implied: Readonly<Record<string, JsonValue>> | undefined;
  readonly subAttribute: Attribute | undefined;
}

const valuePath = /^([^[\]]+)\[(.*)\](?:\.([A-Za-z$][\w\-$]*))?$/s;

/** Parses a path of RFC 7644 figure 7. Throws {@link ScimError} (400 invalidPath or invalidFilter). */
export function parsePatchPath(model: ResourceModel, text: string): PatchPath {
  const path = text.trim();
  if (path.length > queryFilterLimits.maxLength) throw ScimError.invalidPath("The path is too long.");
  const match = valuePath.exec(path);
  const resolved = resolveAttributePath(model, match?.[1]?.trim() ?? path);
  if (resolved === undefined) throw ScimError.invalidPath(`${model.type} has no attribute ${shorten(path)}.`);
  if (match === null) return { ...resolved, filter: undefined, implied: undefined };
  const { attribute } = resolved;
  if (attribute === undefined || resolved.subAttribute !== undefined || !attribute.multiValued) {
    throw ScimError.invalidPath(`${shorten(path)} filters something that has no list of values.`);
  }
  const node = parseFilter(match[2] ?? "", queryFilterLimits);
  const filter = bindElementFilter(attribute, node);
  const implied = impliedElement(attribute, node);
  const subName = match[3];
  if (subName === undefined) return { ...resolved, filter, implied };
  const subAttribute = attribute.subAttributeByName.get(subName.toLowerCase());
  if (subAttribute === undefined) throw ScimError.invalidPath(`${attribute.name} has no part ${subName}.`);
  return { ...resolved, filter, implied, subAttribute };
}

/**
 * The element a filter of equalities describes: clients add `emails[type eq "work"].value` to people who have no
 * work address yet. Undefined when the filter says anything else.
 */
function impliedElement(attribute: Attribute, node: FilterNode): Record<string, JsonValue> | undefined {
  if (node.kind === "and") {
    const parts = node.operands.map((operand) => impliedElement(attribute, operand));
    return parts.every((part) => part !== undefined) ? Object.assign({}, ...parts) : undefined;
  }
  if (node.kind !== "compare" || node.operator !== "eq") return undefined;
  const subAttribute = attribute.subAttributeByName.get(node.path.toLowerCase());
  if (subAttribute === undefined) return undefined;
  const value = readSingleValue(subAttribute, node.value, `${attribute.name}.${subAttribute.name}`);
  return value === undefined ? undefined : { [subAttribute.name]: value };
}

function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path;
}
