import { setImmediate as giveWay } from "node:timers/promises";
import type { BoundFilter } from "../filter/bind-filter.ts";
import type { ResourceTypeName } from "../schema/resource-model.ts";
import type { Storage, StoredResource } from "../storage/storage.ts";

/** Looked at in a few milliseconds. */
const span = 1000;

/** What a search found from some place on. */
export interface Found {
  readonly resources: readonly StoredResource[];
  /** The ordinal after which there may be more; undefined when everything was looked at. */
  readonly next: number | undefined;
}

/**
 * Looks through all resources of a type for the first `count` that match, after an ordinal. No index helps to find a
 * part of a name, so it takes longer in a large tenant; other requests are answered meanwhile.
 */
export async function search(
  storage: Storage,
  tenant: string,
  type: ResourceTypeName,
  filter: BoundFilter,
  after: number,
  count: number,
): Promise<Found> {
  const found: StoredResource[] = [];
  let position = after;
  for (;;) {
    const part = await storage.search(tenant, { type, filter, after: position, span });
    found.push(...part.resources);
    if (found.length > count) {
      const resources = found.slice(0, count);
      return { resources, next: resources.at(-1)?.ordinal };
    }
    if (part.next === undefined) return { resources: found, next: undefined };
    position = part.next;
    await giveWay();
  }
}
