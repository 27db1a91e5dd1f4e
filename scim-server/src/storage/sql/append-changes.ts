import type { Change, Origin } from "../storage.ts";
import type { Dialect } from "./dialect.ts";
import type { BlockChange } from "./resource-blocks.ts";
import { integerColumn, type SqlConnection } from "./sql-engine.ts";

/** What a transaction says of itself at its end. */
export interface Appendix {
  readonly tenant: string;
  readonly at: number;
  readonly origin: Origin;
  readonly changes: readonly Change[];
  /** By how much the tenant's counts change. */
  readonly counts: { readonly users: number; readonly activeUsers: number; readonly groups: number };
  readonly blocks: readonly BlockChange[];
}

const countChanges = `INSERT INTO tenant_state (tenant, sequence, users, active_users, groups) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (tenant) DO UPDATE SET sequence = tenant_state.sequence + excluded.sequence,
    users = tenant_state.users + excluded.users, active_users = tenant_state.active_users + excluded.active_users,
    groups = tenant_state.groups + excluded.groups
  RETURNING sequence`;

const countBlock = `INSERT INTO resource_block (tenant, type, block, count) VALUES (?, ?, ?, ?)
  ON CONFLICT (tenant, type, block) DO UPDATE SET count = resource_block.count + excluded.count`;

const insertChange = `INSERT INTO change
  (tenant, sequence, at, type, resource_type, resource_id, token_id, request_id, user_agent, details)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** All of it at once. The texts are JSON and not JSONB: details stay as they were written. */
const appendAtOnce = `WITH state AS (${countChanges}), blocks AS (
    INSERT INTO resource_block (tenant, type, block, count)
    SELECT CAST(? AS TEXT), b.value ->> 'type', CAST(b.value ->> 'block' AS BIGINT), CAST(b.value ->> 'by' AS BIGINT)
    FROM json_array_elements(CAST(? AS JSON)) AS b(value)
    ON CONFLICT (tenant, type, block) DO UPDATE SET count = resource_block.count + excluded.count
  )
  INSERT INTO change (tenant, sequence, at, type, resource_type, resource_id, token_id, request_id, user_agent, details)
  SELECT CAST(? AS TEXT), state.sequence - CAST(? AS BIGINT) + c.place, CAST(? AS BIGINT), c.value ->> 'type',
    c.value ->> 'resourceType', c.value ->> 'resourceId', CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),
    c.value ->> 'details'
  FROM state CROSS JOIN json_array_elements(CAST(? AS JSON)) WITH ORDINALITY AS c(value, place)`;

/**
 * Appends a transaction's changes. The tenant's row stays locked from here to the commit, which is what makes the order
 * of the sequence the order of the commits, also with several servers on one database. Every writer of the tenant waits
 * for that lock, so PostgreSQL gets all of it in one statement.
 */
export async function appendChanges(
  dialect: Dialect,
  connection: SqlConnection,
  { tenant, at, origin, changes, counts, blocks }: Appendix,
): Promise<void> {
  const counted = [tenant, changes.length, counts.users, counts.activeUsers, counts.groups];
  const { tokenId, requestId, userAgent } = origin;
  if (dialect.name === "postgres") {
    const described = changes.map((change) => ({ ...change, details: JSON.stringify(change.details) }));
    const ending = [tenant, changes.length, at, tokenId, requestId, userAgent, JSON.stringify(described)];
    await connection.all(appendAtOnce, [...counted, tenant, JSON.stringify(blocks), ...ending]);
    return;
  }
  const [row] = await connection.all(countChanges, counted);
  for (const { type, block, by } of blocks) await connection.all(countBlock, [tenant, type, block, by]);
  let sequence = (row === undefined ? 0 : integerColumn(row, "sequence")) - changes.length;
  for (const { type, resourceType, resourceId, details } of changes) {
    sequence += 1;
    const what = [tenant, sequence, at, type, resourceType, resourceId];
    await connection.all(insertChange, [...what, tokenId, requestId, userAgent, JSON.stringify(details)]);
  }
}
