import type { StoreContext } from "./store-context.ts";

const day = 86_400_000;

/** How long the System Log keeps its events, in milliseconds: 90 days, as Okta's does. */
const logPeriod = 90 * day;

/** How long finished tasks stay to be looked at, in milliseconds. Failed ones stay until they are retried. */
const taskPeriod = 7 * day;

/** Most finished tasks that are kept within that period. */
const mostTasks = 200_000;

/** Forgets what is old, so that an org that runs for months does not grow without end. */
export class Retention {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Deletes up to `limit` rows of each kind, in one transaction. Returns how many; 0 when nothing is left to delete. */
  prune(limit: number): number {
    const { clock, sql } = this.#context;
    const before = (period: number): string => new Date(clock.now().getTime() - period).toISOString();
    return sql.transaction(() => {
      // Only the oldest rows are looked at, so that a step costs the same in an org of any size.
      const events = sql.run(
        "DELETE FROM system_log WHERE sequence IN (SELECT sequence FROM system_log WHERE published < ? ORDER BY published, sequence LIMIT ?)",
        before(logPeriod),
        limit,
      );
      let tasks = 0;
      for (const status of ["done", "cancelled"]) {
        tasks += sql.run(
          `DELETE FROM provisioning_task WHERE sequence IN (SELECT sequence FROM provisioning_task WHERE status = ?1 ORDER BY sequence LIMIT ?2)
           AND (last_updated < ?3 OR sequence <= (SELECT MAX(sequence) FROM provisioning_task) - ?4)`,
          status,
          limit,
          before(taskPeriod),
          mostTasks,
        );
      }
      return events + tasks;
    });
  }
}
