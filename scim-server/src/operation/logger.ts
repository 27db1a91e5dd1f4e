import { type Logger, pino } from "pino";

const flushMilliseconds = 200;

/** Structured logs on standard output, one JSON object a line. Credentials are never part of an entry. */
export function createLogger(level: string): Logger {
  // One write for many entries: a write for each would cost as much as reading a person does.
  const destination = pino.destination({ fd: 1, sync: false, minLength: 8192 });
  setInterval(() => destination.flush(), flushMilliseconds).unref();
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["authorization", "password", "*.authorization", "*.password"],
    },
    destination,
  );
}
