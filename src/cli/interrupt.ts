/** A signal that aborts at the first Ctrl-C, so that the engine finishes what is under way; the second one ends the process. */
export function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    process.stderr.write(
      "\nStopping: what is under way is finished and recorded. Ctrl-C again ends it at once.\n",
    );
    controller.abort();
    process.once("SIGINT", () => process.exit(130));
  });
  return controller.signal;
}
