import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { type ConsoleOutput, createConsoleOutput } from "./output/console-output.ts";

/** The project that holds Pulumi.yaml, stacks/ and this program. */
export const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Adds the options that commands on a stack share. */
export function withStackOptions(command: Command): Command {
  return withJsonOption(command)
    .option("-s, --stack <name>", "the stack: one per environment", "dev")
    .option("--app <name>", "only this application");
}

/** Adds `--json`, which every command has. */
export function withJsonOption(command: Command): Command {
  return command.option("--json", "print the result as JSON on standard output");
}

/** Where a command writes: for people, or with `--json` one document on standard output and the rest on standard error. */
export function outputFor(options: { readonly json?: boolean }): ConsoleOutput {
  return createConsoleOutput(options.json === true);
}
