/** Attributes that have a column of `resource r` beside the document. Those that hold text are folded like the document's search form. */
export const storedColumns: ReadonlyMap<string, string> = new Map([
  ["id", "r.id"],
  ["externalId", "r.external_id"],
  ["userName", "r.unique_key"],
  ["displayName", "r.display_key"],
  ["active", "r.active"],
  ["meta.created", "r.created_at"],
  ["meta.lastModified", "r.last_modified_at"],
  ["meta.resourceType", "r.type"],
]);
