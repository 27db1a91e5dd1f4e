import { exitCodes } from "./exit-codes.ts";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * A signal that aborts at the first Ctrl-C, or when a CI system cancels the job, so that what is under way ends in order; the second one ends
 * the process.
 * @param saying what happens now
 */
export function stopOnInterrupt(saying = "what is under way is finished and recorded"): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    for (const signal of signals) {
      process.off(signal, stop);
      process.once(signal, () => process.exit(exitCodes.interrupted));
    }
    process.stderr.write(`\nStopping: ${saying}. Ctrl-C again ends it at once.\n`);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, stop);
  return controller.signal;
}
