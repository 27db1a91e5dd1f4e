#!/usr/bin/env node
import { Command } from "commander";
import { addAdoptCommand } from "./commands/adopt.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addDestroyCommand } from "./commands/destroy.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addDriftCommand } from "./commands/drift.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addNewCommand } from "./commands/new.ts";
import { addPreviewCommand } from "./commands/preview.ts";
import { addReportCommand } from "./commands/report.ts";
import { addReviewedRunCommand } from "./commands/reviewed-run.ts";
import { addSandboxCommand } from "./commands/sandbox.ts";
import { addStartCommand } from "./commands/start.ts";
import { addStopCommand } from "./commands/stop.ts";
import { addUpCommand } from "./commands/up.ts";
import { addValidateCommand } from "./commands/validate.ts";
import { exitCodes } from "./exit-codes.ts";
import { exitCodeOf, renderFailure } from "./failure.ts";
import { createPaint } from "./output/style.ts";

const program = new Command("okta-scim")
  .description("Connect applications to Okta over SCIM by pull request.")
  .addHelpText(
    "after",
    "\nExit codes: 0 done, 1 failed, 2 bad input, 3 unreachable, 7 changes found (preview --expect-no-changes) or drift, 130 ended by Ctrl-C.",
  )
  .showSuggestionAfterError()
  .exitOverride();

for (const add of [
  addStartCommand,
  addStopCommand,
  addNewCommand,
  addAdoptCommand,
  addUpCommand,
  addPreviewCommand,
  addReportCommand,
  addReviewedRunCommand,
  addDriftCommand,
  addCheckCommand,
  addDestroyCommand,
  addValidateCommand,
  addExplainCommand,
  addSandboxCommand,
  addDoctorCommand,
])
  add(program);

// The reader may leave (`| head`); an update that is under way must not die of it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}

function reportFailure(error: unknown): number {
  if (isUsageError(error)) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
  const text = renderFailure(error, createPaint(process.stderr, process.env));
  if (text !== "") process.stderr.write(`${text}\n`);
  return exitCodeOf(error);
}

/** Commander has printed help or the usage error itself; only its exit code is left to honour. */
function isUsageError(error: unknown): error is Error & { exitCode: number } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("commander.") &&
    "exitCode" in error &&
    typeof error.exitCode === "number"
  );
}
