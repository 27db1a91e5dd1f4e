import { type Logger, pino } from "pino";

/** Structured logs on standard output, one JSON object a line. Credentials are never part of an entry. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["authorization", "password", "*.authorization", "*.password"],
    },
    pino.destination({ fd: 1, sync: true }),
  );
}
