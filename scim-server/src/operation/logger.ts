import { writeSync } from "node:fs";
import { type Logger, pino } from "pino";
import { logToStandardOutput } from "./log-stream.ts";

/** The server's log: events with pino, and whole lines for what happens too often to be worth its cost. */
export type ServerLogger = Logger & {
  /** Writes a line of JSON, which ends without a line break. */
  writeLine(line: string): void;
  /** Writes what waits, before it returns: for a process that ends, whatever for. */
  writeRest(): void;
};

/** Structured logs on standard output, one JSON object a line. Credentials are never part of an entry. */
export function createLogger(level: string): ServerLogger {
  const stream = logToStandardOutput();
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["authorization", "password", "*.authorization", "*.password"],
    },
    stream,
  );
  return Object.assign(logger, {
    writeLine: (line: string) => stream.write(`${line}\n`),
    writeRest: () => {
      const rest = stream.takeRest();
      if (rest !== "") writeSync(1, rest);
    },
  });
}
