import type { Command } from "commander";
import { renderTerminal } from "../../preview/render/terminal.ts";
import { outputFor, withJsonOption } from "../command-context.ts";
import { type PublishOptions, publishReport, readReportFile } from "../publish-report.ts";

interface ReportCommandOptions extends PublishOptions {
  readonly json?: boolean;
}

/** `okta-scim report`: shows or publishes a report that `preview --report` saved, without looking at Okta again. */
export function addReportCommand(program: Command): void {
  withJsonOption(program.command("report"))
    .description("show a saved preview report, or publish it")
    .argument("<file>", "the JSON that `preview --report` wrote")
    .option("--markdown <file>", "append it as Markdown (a job summary)")
    .option("--html <file>", "write the full report as one HTML file")
    .option("--comment", "write the pull request's comment (GITHUB_TOKEN, GITHUB_REPOSITORY, PULL_REQUEST)")
    .action(async (file: string, options: ReportCommandOptions) => {
      const output = outputFor(options);
      const report = await readReportFile(file);
      await publishReport(report, options);
      output.document(report);
      output.line(renderTerminal(report, output.paint));
    });
}
