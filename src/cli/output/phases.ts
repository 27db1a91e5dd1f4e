import type { Writable } from "node:stream";
import { formatDuration } from "./duration.ts";
import type { Paint } from "./style.ts";

/** How long one phase took, in milliseconds. */
export interface PhaseTime {
  readonly name: string;
  readonly milliseconds: number;
}

export interface PhaseReporter {
  /** Says what the phase is doing now; shown live on a terminal, and every `heartbeat` milliseconds elsewhere. */
  readonly progress: (text: string) => void;
  /** The phase's one-line result, printed when it ends. */
  readonly result: (text: string) => void;
  /** A line that stays, printed at once. */
  readonly line: (text: string) => void;
}

export interface PhasesOptions {
  readonly stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly paint: Paint;
  readonly live: boolean;
  readonly heartbeat?: number;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Runs named phases one after another and shows each with its time. Live (a terminal): one line that moves. Not live (CI, a pipe): one
 * line when a phase ends, and a line now and then while a long one runs, so that nobody takes it for dead.
 */
export class Phases {
  readonly times: PhaseTime[] = [];
  readonly #options: PhasesOptions;

  constructor(options: PhasesOptions) {
    this.#options = options;
  }

  /** Runs `work` as the phase `name`; its error passes through after the phase is marked as failed. */
  async run<T>(name: string, work: (reporter: PhaseReporter) => Promise<T>): Promise<T> {
    const { stream, paint, live } = this.#options;
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    let latest = "";
    let result = "";
    let frame = 0;
    const draw = (): void => {
      frame += 1;
      const text = `${spinner[frame % spinner.length]} ${name.padEnd(nameWidth)} ${formatDuration(elapsed())}  ${latest}`;
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
    };
    const clear = (): void => {
      if (live) stream.write("\r\u001b[2K");
    };
    const timer = live
      ? setInterval(draw, 100)
      : setInterval(() => {
          stream.write(`  … ${name}, ${formatDuration(elapsed())}${latest === "" ? "" : `: ${latest}`}\n`);
        }, this.#options.heartbeat ?? 15_000);
    const finish = (mark: string): void => {
      clearInterval(timer);
      clear();
      const milliseconds = elapsed();
      this.times.push({ name, milliseconds });
      stream.write(
        `${mark} ${name.padEnd(nameWidth)} ${paint("dim", formatDuration(milliseconds).padStart(8))}  ${result}`.trimEnd() +
          "\n",
      );
    };
    const reporter: PhaseReporter = {
      progress: (text) => {
        latest = text;
      },
      result: (text) => {
        result = text;
      },
      line: (text) => {
        clear();
        stream.write(`  ${text}\n`);
      },
    };
    try {
      const value = await work(reporter);
      finish(paint("good", "✓"));
      return value;
    } catch (error) {
      finish(paint("bad", "✗"));
      throw error;
    }
  }
}

const nameWidth = 8;
