import type { SqlConnection, SqlEngine } from "./sql-engine.ts";

/** Hears how long the database took; set by whoever keeps metrics. */
export class StorageTimer {
  observe: (operation: "read" | "write", seconds: number) => void = () => {};
}

/** An engine whose reads and transactions are timed. */
export function timeEngine(engine: SqlEngine, timer: StorageTimer): SqlEngine {
  const observe = (operation: "read" | "write", start: number): void =>
    timer.observe(operation, (performance.now() - start) / 1000);
  const timed = <T>(operation: "read" | "write", start: number, result: Promise<T>): Promise<T> =>
    result.finally(() => observe(operation, start));
  const reader: SqlConnection = {
    all: (text, parameters, reusable) => {
      const start = performance.now();
      const rows = engine.reader.all(text, parameters, reusable);
      if (rows instanceof Promise) return timed("read", start, rows);
      observe("read", start);
      return rows;
    },
  };
  return {
    dialect: engine.dialect,
    reader,
    transact: (work) => timed("write", performance.now(), engine.transact(work)),
    snapshot: (work) => timed("read", performance.now(), engine.snapshot(work)),
    isUniqueViolation: (error) => engine.isUniqueViolation(error),
    close: () => engine.close(),
  };
}
