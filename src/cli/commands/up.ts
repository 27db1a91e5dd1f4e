import type { Command } from "commander";
import { countChanged } from "../../operations/describe-steps.ts";
import { updateGuarded } from "../../operations/guarded-update.ts";
import { readCheckReport } from "../../operations/stack-outputs.ts";
import { openSession, readStackInput } from "../../operations/stack-session.ts";
import { outputFor, projectDir, withStackOptions } from "../command-context.ts";
import { stopOnInterrupt } from "../interrupt.ts";
import { renderAppTable } from "../output/app-table.ts";
import { renderWarnings } from "../output/warnings.ts";
import { publishChecks } from "../publish-checks.ts";
import { publishFailedUpdate } from "../publish-failure.ts";
import { readReportFile } from "../publish-report.ts";

interface UpCommandOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly app?: string;
  readonly reviewed?: string;
  readonly junit?: string;
  readonly markdown?: string;
}

/** `okta-scim up`: guard rails, update, checks. */
export function addUpCommand(program: Command): void {
  withStackOptions(program.command("up"))
    .description("update a stack: guard rails first, then the engine, then the checks")
    .option(
      "--reviewed <file>",
      "the report that was reviewed (preview --report): stop when the update would do more",
    )
    .option("--junit <file>", "write the checks as JUnit XML")
    .option("--markdown <file>", "append the checks as Markdown (a job summary)")
    .action(async (options: UpCommandOptions) => {
      const output = outputFor(options);
      const phases = output.phases();
      const reviewed = options.reviewed === undefined ? undefined : await readReportFile(options.reviewed);
      const session = await openSession(readStackInput(projectDir, options.stack, options.app), phases);
      try {
        const { preview, result, outputs } = await updateGuarded(session, phases, {
          reviewed,
          signal: stopOnInterrupt(),
        }).catch(async (error: unknown) => {
          await publishFailedUpdate(session.readChecks(), options, error).catch(output.aside);
          throw error;
        });
        const report = readCheckReport(outputs);
        if (report !== undefined) await publishChecks(report, options);
        output.document({
          stack: options.stack,
          changed: countChanged(result.changes),
          preview,
          apps: outputs.apps,
          checks: report,
          phases: phases.times,
        });
        output.line(`\n${renderAppTable(outputs, report, output.paint)}`);
        for (const [app, steps] of Object.entries(outputs.consoleSteps))
          output.line(
            `\n${output.paint("warn", `${app} waits for an administrator:`)}\n${steps.map((step) => `  ${step}`).join("\n")}`,
          );
        for (const warning of renderWarnings(session.warnings))
          output.line(`\n${output.paint("warn", warning)}`);
      } finally {
        session.opened.close();
      }
    });
}
