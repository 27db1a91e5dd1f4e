import type { Command } from "commander";
import { previewStack } from "../../operations/preview-stack.ts";
import { openSession, type PhaseRunner, readStackInput } from "../../operations/stack-session.ts";
import { renderTerminal } from "../../preview/render/terminal.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { workflowCommit } from "../github-repository.ts";
import { publishFailedPreview } from "../publish-failure.ts";
import { type PublishOptions, publishReport } from "../publish-report.ts";

interface PreviewCommandOptions extends PublishOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly expectNoChanges?: boolean;
}

/** `okta-scim preview`: what an update would change in Okta, and for whom. */
export function addPreviewCommand(program: Command): void {
  withJsonOption(program.command("preview"))
    .description("what an update would change, in Okta's words and in people; changes nothing")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--report <file>", "write the report as JSON")
    .option("--markdown <file>", "append the report as Markdown (a job summary)")
    .option("--html <file>", "write the full report as one HTML file")
    .option("--comment", "write the pull request's comment (GITHUB_TOKEN, GITHUB_REPOSITORY, PULL_REQUEST)")
    .option("--expect-no-changes", "exit code 7 when there are changes")
    .action(async (options: PreviewCommandOptions) => {
      const output = outputFor(options);
      const commit = workflowCommit();
      const report = await makeReport(options.stack, output.phases(), commit).catch(
        async (error: unknown) => {
          await publishFailedPreview({ ...options, projectDir, commit }, error).catch(output.aside);
          throw error;
        },
      );
      await publishReport(report, options);
      output.document(report);
      output.line(`\n${renderTerminal(report, output.paint)}`);
      if (report.verdict.level === "dangerous") throw new CommandFailure(exitCodes.failed);
      if (options.expectNoChanges === true && report.verdict.level !== "no change")
        throw new CommandFailure(exitCodes.changes);
    });
}

async function makeReport(stack: string, phases: PhaseRunner, commit: string | undefined) {
  const session = await openSession(readStackInput(projectDir, stack), phases);
  try {
    return await phases.run("preview", (reporter) => previewStack(session, reporter, { commit }));
  } finally {
    session.opened.close();
  }
}
