import type { JsonObject } from "../json.ts";
import { readDocument } from "../protocol/representation.ts";
import type { RecordedChange, Storage } from "../storage/storage.ts";
import { nameIn } from "./resource-names.ts";

/** One line of a person's history. */
export interface HistoryEntry {
  readonly change: RecordedChange;
  /** Undefined for a change of the person's own attributes. */
  readonly membership:
    | { readonly action: "joined a group" | "left a group" | "group deleted"; readonly group: string }
    | undefined;
}

/** The newest of what happened to a person, newest first: own changes, and the groups joined and left. */
export async function readPersonHistory(
  storage: Storage,
  tenant: string,
  id: string,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const changes = await storage.changeLog.newestOf(tenant, id, limit);
  const groupIds = new Set(changes.flatMap((change) => (change.resourceId === id ? [] : change.resourceId)));
  const groups = new Map<string, Group>();
  for (const groupId of groupIds) groups.set(groupId, await readGroup(storage, tenant, groupId));
  const entries = changes.map((change): HistoryEntry => {
    if (change.resourceId === id) return { change, membership: undefined };
    const action = names(change.details["added"], id) ? "joined a group" : "left a group";
    return { change, membership: { action, group: groups.get(change.resourceId)?.name ?? "" } };
  });
  // Who was in a group when it was deleted is not told by the deletion.
  for (const [groupId, { name, deletion }] of groups) {
    const last = entries.find(({ change }) => change.resourceId === groupId);
    if (deletion === undefined || last?.membership?.action !== "joined a group") continue;
    entries.push({ change: deletion, membership: { action: "group deleted", group: name } });
  }
  return entries.toSorted((left, right) => right.change.sequence - left.change.sequence);
}

interface Group {
  readonly name: string;
  /** Undefined while the group is there. */
  readonly deletion: RecordedChange | undefined;
}

async function readGroup(storage: Storage, tenant: string, id: string): Promise<Group> {
  const group = await storage.find(tenant, "Group", id);
  if (group !== undefined) return { name: nameIn(readDocument(group)) ?? id, deletion: undefined };
  const [last] = await storage.changeLog.newestOf(tenant, id, 1);
  const deletion = last?.type === "group.deleted" ? last : undefined;
  return { name: nameIn(deletion?.details["before"]) ?? id, deletion };
}

function names(ids: JsonObject[string] | undefined, id: string): boolean {
  return Array.isArray(ids) && ids.includes(id);
}
