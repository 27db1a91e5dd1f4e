import { type Logger, pino } from "pino";

const flushMilliseconds = 200;

/** The server's log: events with pino, and whole lines for what happens too often to be worth its cost. */
export type ServerLogger = Logger & {
  /** Writes a line of JSON, which ends without a line break. */
  writeLine(line: string): void;
};

/** Structured logs on standard output, one JSON object a line. Credentials are never part of an entry. */
export function createLogger(level: string): ServerLogger {
  // One write for many entries: a write for each would cost as much as reading a person does.
  const destination = pino.destination({ fd: 1, sync: false, minLength: 8192 });
  setInterval(() => destination.flush(), flushMilliseconds).unref();
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["authorization", "password", "*.authorization", "*.password"],
    },
    destination,
  );
  return Object.assign(logger, { writeLine: (line: string) => destination.write(`${line}\n`) });
}
