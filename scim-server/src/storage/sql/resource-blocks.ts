import { andThen, type Eventually } from "../../eventually.ts";
import type { ResourceTypeName } from "../../schema/resource-model.ts";
import { integerAt, type SqlReader } from "./sql-engine.ts";

/**
 * The table `resource_block` counts a tenant's resources by blocks of ordinals, so that a page deep in a list is found
 * by adding up a few counts. An OFFSET alone would step over every resource before it: the cost of a page would grow
 * with the tenant.
 */
const blockSize = 2048;

/** Counts what there is, in an empty table. */
export const fillBlocks = `INSERT INTO resource_block (tenant, type, block, count)
  SELECT tenant, type, ordinal / ${blockSize}, COUNT(*) FROM resource GROUP BY tenant, type, ordinal / ${blockSize}`;

const readBlocks = "SELECT block, count FROM resource_block WHERE tenant = ? AND type = ? ORDER BY block";

/** By how much the count of a block changes. */
export interface BlockChange {
  readonly type: ResourceTypeName;
  readonly block: number;
  readonly by: number;
}

/** The changes of a transaction, written together at its end. */
export class BlockChanges {
  readonly #changes = new Map<string, BlockChange>();

  add(type: ResourceTypeName, ordinal: number, by: 1 | -1): void {
    const block = Math.floor(ordinal / blockSize);
    const key = `${type} ${block}`;
    this.#changes.set(key, { type, block, by: (this.#changes.get(key)?.by ?? 0) + by });
  }

  get all(): readonly BlockChange[] {
    return [...this.#changes.values()].filter(({ by }) => by !== 0);
  }
}

/** Where a list in the order of creation has its resource number `offset` (from 0), as nearly as blocks tell. */
export function seekBlock(
  reader: SqlReader,
  tenant: string,
  type: ResourceTypeName,
  offset: number,
): Eventually<{ readonly firstOrdinal: number; readonly offset: number } | undefined> {
  // A page near the beginning is found as fast without.
  if (offset < blockSize) return undefined;
  return andThen(reader.tuples(readBlocks, [tenant, type]), (blocks) => {
    let found: { readonly firstOrdinal: number; readonly offset: number } | undefined;
    let preceding = 0;
    for (const tuple of blocks) {
      if (preceding > offset) break;
      const first = integerAt(tuple, 0) * blockSize;
      const count = integerAt(tuple, 1);
      const within = offset - preceding;
      // In a block that has nothing else nor a gap, the place tells the ordinal: nothing is stepped over.
      const isWhole = count === blockSize;
      found = isWhole ? { firstOrdinal: first + within, offset: 0 } : { firstOrdinal: first, offset: within };
      preceding += count;
    }
    return found;
  });
}
