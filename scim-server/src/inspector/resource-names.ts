import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { readDocument } from "../protocol/representation.ts";
import type { RecordedChange, Storage } from "../storage/storage.ts";

/** What the people and groups of some changes are called now, by id; of those that are gone, what the change says. */
export async function readNames(
  storage: Storage,
  tenant: string,
  changes: readonly RecordedChange[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const { resourceId: id, resourceType: type, details } of changes) {
    if (names.has(id)) continue;
    const resource = await storage.find(tenant, type, id);
    const name =
      resource === undefined
        ? (nameIn(details["after"]) ?? nameIn(details["before"]))
        : nameIn(readDocument(resource));
    if (name !== undefined) names.set(id, name);
  }
  return names;
}

/** What a resource of this document is called: people by userName, which is theirs alone. */
export function nameIn(document: JsonValue | undefined): string | undefined {
  if (!isJsonObject(document)) return undefined;
  return textOf(document, "userName") ?? textOf(document, "displayName");
}

function textOf(document: JsonObject, name: string): string | undefined {
  const value = document[name];
  return typeof value === "string" ? value : undefined;
}
