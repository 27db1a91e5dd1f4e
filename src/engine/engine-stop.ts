import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Milliseconds in which the engine says that it was stopped by somebody else, also on a busy machine. */
const patience = 2000;

/**
 * Hands a stop on to the engine, unless it has it already: a terminal's Ctrl-C reaches the engine's process as well as this one, and a
 * second one would make the engine leave what is under way half done.
 */
export class EngineStop {
  /** What the engine is to be given. */
  readonly signal: AbortSignal;
  private readonly asked: AbortSignal;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  /** @param asked the signal by which the stop is asked for */
  constructor(asked: AbortSignal) {
    this.asked = asked;
    this.signal = this.controller.signal;
    asked.addEventListener("abort", this.onAsked);
  }

  /** Takes note of what the engine says. */
  observe({ stdoutEvent }: EngineEvent): void {
    if (stdoutEvent?.message.includes("^C received")) this.isStopping = true;
  }

  /** The operation has ended: there is nothing to stop any more. */
  close(): void {
    this.asked.removeEventListener("abort", this.onAsked);
    clearTimeout(this.timer);
  }

  private readonly onAsked = (): void => {
    this.timer = setTimeout(() => {
      if (!this.isStopping) this.controller.abort();
    }, patience);
  };
}
