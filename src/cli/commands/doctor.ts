import type { Command } from "commander";
import { diagnose, installEngine } from "../../operations/doctor.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";

/** `okta-scim doctor`: what this machine has and lacks. */
export function addDoctorCommand(program: Command): void {
  withJsonOption(program.command("doctor"))
    .description("what this machine has and lacks, and what to do about it")
    .option("-s, --stack <name>", "look at this stack's org, secrets and rights too")
    .option("--install-engine", "get the Pulumi engine now, if it is missing")
    .action(async (options: { json?: boolean; installEngine?: boolean; stack?: string }) => {
      const output = outputFor(options);
      if (options.installEngine === true)
        await output
          .phases()
          .run("engine", async ({ progress, result }) => result(await installEngine(projectDir, progress)));
      const findings = await diagnose(projectDir, options.stack);
      output.document(findings);
      const marks = {
        ok: output.paint("good", "✓"),
        note: output.paint("warn", "!"),
        problem: output.paint("bad", "✗"),
      };
      for (const { subject, outcome, finding, remedy } of findings) {
        output.line(`${marks[outcome]} ${subject.padEnd(18)} ${finding}`);
        if (remedy !== undefined) output.line(`${" ".repeat(21)}${output.paint("dim", remedy)}`);
      }
      if (findings.some(({ outcome }) => outcome === "problem")) throw new CommandFailure(exitCodes.failed);
    });
}
