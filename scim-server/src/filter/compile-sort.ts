import { resolveAttributePath } from "../schema/attribute-path.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import type { Dialect } from "../storage/sql/dialect.ts";

/** A sort key as an SQL expression over `resource r`; NULL where the attribute has no value. */
export interface SortKey {
  readonly expression: string;
  readonly descending: boolean;
}

const columns: ReadonlyMap<string, string> = new Map([
  ["id", "r.id"],
  ["externalId", "r.external_id"],
  ["userName", "r.unique_key"],
  ["displayName", "r.display_key"],
  ["active", "r.active"],
  ["meta.created", "r.created_at"],
  ["meta.lastModified", "r.last_modified_at"],
  ["meta.resourceType", "r.type"],
]);

/**
 * Resolves `sortBy` (RFC 7644 section 3.4.2.3). A multi-valued attribute sorts by its primary value, else by its
 * first. Undefined for an attribute the type lacks: the RFC lets such a sort be ignored.
 */
export function compileSort(
  dialect: Dialect,
  model: ResourceModel,
  sortBy: string,
  descending: boolean,
): SortKey | undefined {
  const path = resolveAttributePath(model, sortBy);
  if (path?.attribute === undefined || path.attribute.returned === "never") return undefined;
  const { attribute, extension } = path;
  if (attribute.name === "members" || attribute.name === "groups") {
    throw ScimError.invalidValue(`sortBy cannot be ${attribute.name}.`);
  }
  const leaf = path.subAttribute ?? attribute.subAttributeByName.get("value") ?? attribute;
  const prefix = extension === undefined ? [] : [extension.schema.id];
  const own = leaf === attribute ? [] : [leaf.name];
  if (attribute.multiValued) {
    const value = dialect.elementValue("e");
    const primary = dialect.jsonBoolean(value, ["primary"]);
    const read = readJson(dialect, value, own, leaf.type);
    const from = dialect.jsonElements("r.search", [...prefix, attribute.name], "e");
    const order = attribute.type === "complex" ? ` ORDER BY COALESCE(${primary}, 0) DESC` : "";
    return { expression: `(SELECT ${read} FROM ${from}${order} LIMIT 1)`, descending };
  }
  const keys = [...prefix, attribute.name, ...own];
  const column = columns.get(keys.join("."));
  return { expression: column ?? readJson(dialect, "r.search", keys, leaf.type), descending };
}

function readJson(dialect: Dialect, source: string, keys: readonly string[], type: string): string {
  if (type === "boolean") return dialect.jsonBoolean(source, keys);
  if (type === "integer" || type === "decimal" || type === "dateTime")
    return dialect.jsonNumber(source, keys);
  return dialect.jsonText(source, keys);
}
