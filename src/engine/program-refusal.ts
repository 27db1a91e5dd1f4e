import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { InvalidSpecError } from "../spec/spec-issue.ts";

/**
 * An inline program that remembers what it refused. The engine only passes on the text of what a program throws, so that wrong input would look
 * like any other failure of an operation.
 */
export class WatchedProgram {
  readonly #program: PulumiFn;
  #refusal: Error | undefined;

  constructor(program: PulumiFn) {
    this.#program = program;
  }

  /** The program, as the engine runs it. */
  readonly run: PulumiFn = async () => {
    this.#refusal = undefined;
    try {
      return await this.#program();
    } catch (error) {
      this.#refusal = readRefusal(error);
      throw error;
    }
  };

  /** The wrong input because of which the program's last run ended; undefined where it ended otherwise. */
  get refusal(): Error | undefined {
    return this.#refusal;
  }
}

/** Specs, settings (SC15xx) and names that the org does not have are input; a check that fails or a guard rail is none. */
function readRefusal(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.cause instanceof InvalidSpecError) return error.cause;
  return "code" in error && /^SC15\d\d$/.test(String(error.code)) ? error : undefined;
}
