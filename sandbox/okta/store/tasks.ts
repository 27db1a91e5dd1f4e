import { newId } from "./ids.ts";
import { type JsonObject, type ProvisioningTask, TASK_STATUSES, type TaskStatus } from "./model.ts";
import {
  type Row,
  readNullableString,
  readNumber,
  readObject,
  readOneOf,
  readString,
  type SqlValue,
} from "./sql.ts";
import type { StoreContext } from "./store-context.ts";

/** A job to be queued. */
export interface NewTask {
  readonly appId: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly payload?: JsonObject;
  /** Not to be run before this time (ISO 8601); now when absent. */
  readonly notBefore?: string;
}

/** Which tasks to list; newest first. */
export interface TaskQuery {
  readonly appId?: string;
  readonly status?: TaskStatus;
  readonly subjectId?: string;
  readonly beforeSequence?: number;
  readonly limit: number;
}

/** The provisioning engine's queue. */
export class Tasks {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  create(task: NewTask): ProvisioningTask {
    const now = this.#context.now();
    const id = newId("tsk");
    this.#context.sql.run(
      `INSERT INTO provisioning_task (id, app_id, kind, subject_id, payload, status, attempts, not_before, created, last_updated)
       VALUES (?, ?, ?, ?, ?, 'pending', 0, ?, ?, ?)`,
      id,
      task.appId,
      task.kind,
      task.subjectId,
      JSON.stringify(task.payload ?? {}),
      task.notBefore ?? now,
      now,
      now,
    );
    const stored = this.get(id);
    if (stored === undefined) throw new Error("a task just queued cannot be read back");
    return stored;
  }

  get(id: string): ProvisioningTask | undefined {
    const row = this.#context.sql.get("SELECT * FROM provisioning_task WHERE id = ?", id);
    return row === undefined ? undefined : readTask(row);
  }

  /** The oldest open (pending or running) tasks of an app, in order. */
  open(appId: string, limit: number): ProvisioningTask[] {
    return this.#context.sql
      .all(
        "SELECT * FROM provisioning_task WHERE app_id = ? AND status IN ('pending', 'running') ORDER BY sequence LIMIT ?",
        appId,
        limit,
      )
      .map(readTask);
  }

  /** Apps that have open tasks. */
  appsWithOpenTasks(): string[] {
    return this.#context.sql
      .all("SELECT DISTINCT app_id FROM provisioning_task WHERE status IN ('pending', 'running')")
      .map((row) => readString(row, "app_id"));
  }

  /** Sets what is given; `error: null` clears it. */
  update(
    id: string,
    change: {
      readonly status?: TaskStatus;
      readonly attempts?: number;
      readonly notBefore?: string;
      readonly error?: string | null;
      readonly payload?: JsonObject;
    },
  ): void {
    const sets: string[] = ["last_updated = ?"];
    const values: SqlValue[] = [this.#context.now()];
    const set = (column: string, value: SqlValue | undefined): void => {
      if (value === undefined) return;
      sets.push(`${column} = ?`);
      values.push(value);
    };
    set("status", change.status);
    set("attempts", change.attempts);
    set("not_before", change.notBefore);
    set("error", change.error);
    set("payload", change.payload === undefined ? undefined : JSON.stringify(change.payload));
    this.#context.sql.run(`UPDATE provisioning_task SET ${sets.join(", ")} WHERE id = ?`, ...values, id);
  }

  /** Puts every running task back to pending: for the start after a crash. Returns how many. */
  requeueRunning(): number {
    return this.#context.sql.run("UPDATE provisioning_task SET status = 'pending' WHERE status = 'running'");
  }

  list(query: TaskQuery): ProvisioningTask[] {
    const conditions = ["sequence < ?"];
    const values: SqlValue[] = [query.beforeSequence ?? Number.MAX_SAFE_INTEGER];
    for (const [column, value] of [
      ["app_id", query.appId],
      ["status", query.status],
      ["subject_id", query.subjectId],
    ] as const) {
      if (value === undefined) continue;
      conditions.push(`${column} = ?`);
      values.push(value);
    }
    return this.#context.sql
      .all(
        `SELECT * FROM provisioning_task WHERE ${conditions.join(" AND ")} ORDER BY sequence DESC LIMIT ?`,
        ...values,
        query.limit,
      )
      .map(readTask);
  }

  /** How many tasks have failed, of one app or of all. */
  countFailed(appId?: string): number {
    const row = this.#context.sql.get(
      "SELECT COUNT(*) AS n FROM provisioning_task WHERE status = 'failed' AND app_id = COALESCE(?, app_id)",
      appId ?? null,
    );
    return row === undefined ? 0 : readNumber(row, "n");
  }

  counts(): Record<TaskStatus, number> {
    const counts = { pending: 0, running: 0, failed: 0, done: 0, cancelled: 0 };
    for (const row of this.#context.sql.all(
      "SELECT status, COUNT(*) AS n FROM provisioning_task GROUP BY status",
    )) {
      counts[readOneOf(row, "status", TASK_STATUSES)] = readNumber(row, "n");
    }
    return counts;
  }
}

function readTask(row: Row): ProvisioningTask {
  return {
    id: readString(row, "id"),
    sequence: readNumber(row, "sequence"),
    appId: readString(row, "app_id"),
    kind: readString(row, "kind"),
    subjectId: readString(row, "subject_id"),
    payload: readObject(row, "payload"),
    status: readOneOf(row, "status", TASK_STATUSES),
    attempts: readNumber(row, "attempts"),
    notBefore: readString(row, "not_before"),
    error: readNullableString(row, "error"),
    created: readString(row, "created"),
    lastUpdated: readString(row, "last_updated"),
  };
}
