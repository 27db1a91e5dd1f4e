import { renderFailure } from "../failure.ts";
import { Phases } from "./phases.ts";
import { createPaint, type Paint } from "./style.ts";

/** Where a command writes: results on stdout, progress and errors on stderr when the results are JSON. */
export interface ConsoleOutput {
  readonly json: boolean;
  readonly paint: Paint;
  /** A line of the command's result for people; nothing in JSON mode. */
  readonly line: (text?: string) => void;
  /** The command's result as JSON; nothing otherwise. */
  readonly document: (value: unknown) => void;
  readonly phases: () => Phases;
  /** Tells a failure beside the one that ends the command. */
  readonly aside: (error: unknown) => void;
}

/** Output for one run of a command; `json` moves everything that is not the document to stderr. */
export function createConsoleOutput(json: boolean): ConsoleOutput {
  const stream = json ? process.stderr : process.stdout;
  const paint = createPaint(stream, process.env);
  return {
    json,
    paint,
    line: (text = "") => {
      if (!json) process.stdout.write(`${text}\n`);
    },
    document: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    aside: (error) => {
      process.stderr.write(`${renderFailure(error, createPaint(process.stderr, process.env))}\n`);
    },
    phases: () =>
      new Phases({ stream, paint, live: stream.isTTY === true && process.env["CI"] === undefined }),
  };
}
