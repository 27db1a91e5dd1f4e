import type { Eventually } from "../../eventually.ts";
import type { SqlEngine, SqlReader } from "./sql-engine.ts";

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
  const timedRead = <T>(start: number, result: Eventually<T>): Eventually<T> => {
    if (result instanceof Promise) return timed("read", start, result);
    observe("read", start);
    return result;
  };
  const { reader: untimed } = engine;
  const reader: SqlReader = {
    all: (text, parameters, reusable) =>
      timedRead(performance.now(), untimed.all(text, parameters, reusable)),
    tuples: (text, parameters, reusable) =>
      timedRead(performance.now(), untimed.tuples(text, parameters, reusable)),
  };
  return {
    dialect: engine.dialect,
    reader,
    transact: (work) => timed("write", performance.now(), engine.transact(work)),
    snapshot: (work) => timed("read", performance.now(), engine.snapshot(work)),
    isUniqueViolation: (error) => engine.isUniqueViolation(error),
    check: () => engine.check(),
    close: () => engine.close(),
  };
}
