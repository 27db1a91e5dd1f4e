import type { SqlConnection, SqlEngine } from "./sql-engine.ts";

/** Hears how long the database took; set by whoever keeps metrics. */
export class StorageTimer {
  observe: (operation: "read" | "write", seconds: number) => void = () => {};
}

/** An engine whose reads and transactions are timed. */
export function timeEngine(engine: SqlEngine, timer: StorageTimer): SqlEngine {
  const timed = async <T>(operation: "read" | "write", work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      timer.observe(operation, (performance.now() - start) / 1000);
    }
  };
  const reader: SqlConnection = {
    all: (text, parameters, reusable) => timed("read", () => engine.reader.all(text, parameters, reusable)),
  };
  return {
    dialect: engine.dialect,
    reader,
    transact: (work) => timed("write", () => engine.transact(work)),
    snapshot: (work) => timed("read", () => engine.snapshot(work)),
    isUniqueViolation: (error) => engine.isUniqueViolation(error),
    close: () => engine.close(),
  };
}
