import { exitCodes } from "./exit-codes.ts";
import { CommandFailure } from "./failure.ts";

/**
 * The value of an environment variable that the chosen options need.
 * @throws CommandFailure with exit code 2
 */
export function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new CommandFailure(
      exitCodes.badInput,
      `The environment variable ${name} is not set; this option needs it (docs/pull-requests.md).`,
    );
  return value;
}
