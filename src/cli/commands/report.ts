import { text as readStream } from "node:stream/consumers";
import type { Command } from "commander";
import { reportPulumiPreview } from "../../operations/preview-stack.ts";
import { openSession, readStackInput } from "../../operations/stack-session.ts";
import { type PulumiPreview, readPulumiPreview } from "../../preview/changes/pulumi-preview.ts";
import { renderTerminal } from "../../preview/render/terminal.ts";
import type { PreviewReport } from "../../preview/report.ts";
import { parseReport } from "../../preview/report-schema.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { workflowCommit } from "../github-repository.ts";
import type { ConsoleOutput } from "../output/console-output.ts";
import { type PublishOptions, publishReport, readReportText } from "../publish-report.ts";

interface ReportCommandOptions extends PublishOptions {
  readonly json?: boolean;
}

/** `okta-scim report`: shows or publishes a report that `preview --report` saved, or makes one of a preview by Pulumi's own CLI. */
export function addReportCommand(program: Command): void {
  withJsonOption(program.command("report"))
    .description(
      "show a saved preview report, or make one of what `pulumi preview --json --show-sames` wrote",
    )
    .argument("<file>", "the JSON that `preview --report` or Pulumi wrote; - for standard input")
    .option("--report <file>", "write the report as JSON")
    .option("--markdown <file>", "append it as Markdown (a job summary)")
    .option("--html <file>", "write the full report as one HTML file")
    .option("--comment", "write the pull request's comment (GITHUB_TOKEN, GITHUB_REPOSITORY, PULL_REQUEST)")
    .action(async (file: string, options: ReportCommandOptions) => {
      const output = outputFor(options);
      const text = file === "-" ? await readStream(process.stdin) : await readReportText(file);
      const preview = readPulumiPreview(text);
      const report = preview === undefined ? parseReport(text) : await makeReport(preview, output);
      await publishReport(report, options);
      output.document(report);
      output.line(renderTerminal(report, output.paint));
      // A saved report was judged when it was made.
      if (preview !== undefined && report.verdict.level === "dangerous")
        throw new CommandFailure(exitCodes.failed);
    });
}

/** Asks the org whom the steps touch; the engine is asked for the stack's outputs and settings alone. */
async function makeReport(preview: PulumiPreview, output: ConsoleOutput): Promise<PreviewReport> {
  const phases = output.phases();
  const session = await openSession(readStackInput(projectDir, preview.stack), phases);
  try {
    const commit = workflowCommit();
    return await phases.run("report", (reporter) =>
      reportPulumiPreview(session, preview, reporter, { commit }),
    );
  } finally {
    session.opened.close();
  }
}
