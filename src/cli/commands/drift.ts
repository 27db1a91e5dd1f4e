import type { Command } from "commander";
import { type DriftIssueOutcome, keepDriftIssue } from "../../github/drift-issue.ts";
import type { GitHubClient } from "../../github/github-client.ts";
import { driftStack } from "../../operations/drift-stack.ts";
import { openDeployedSession, readStackInput } from "../../operations/stack-session.ts";
import type { DriftReport } from "../../preview/drift/drift-report.ts";
import { driftMarker, renderDriftMarkdown, renderDriftTerminal } from "../../preview/drift/render-drift.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { openRepository } from "../github-repository.ts";

interface DriftCommandOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly issue?: boolean;
}

const issueLabel = "okta-scim-drift";

/** `okta-scim drift`: what someone changed in Okta since the last update; exit code 7 when there is something. */
export function addDriftCommand(program: Command): void {
  withJsonOption(program.command("drift"))
    .description("compare Okta with what the last update left; changes nothing; exit code 7 when they differ")
    .option("-s, --stack <name>", "the stack", "dev")
    .option("--issue", "keep one GitHub issue for the stack (GITHUB_TOKEN, GITHUB_REPOSITORY)")
    .action(async (options: DriftCommandOptions) => {
      const output = outputFor(options);
      const phases = output.phases();
      const repository = options.issue === true ? openRepository() : undefined;
      const session = await openDeployedSession(readStackInput(projectDir, options.stack), phases);
      try {
        const report = await phases.run("compare", (reporter) => driftStack(session, reporter));
        if (repository !== undefined)
          await phases.run("issue", async ({ result }) => result(await keepIssue(repository, report)));
        output.document(report);
        output.line(`\n${renderDriftTerminal(report, output.paint)}`);
        if (report.drifted) throw new CommandFailure(exitCodes.changes);
      } finally {
        session.opened.close();
      }
    });
}

function keepIssue(repository: GitHubClient, report: DriftReport): Promise<DriftIssueOutcome> {
  return keepDriftIssue(repository, issueLabel, {
    marker: driftMarker(report.project, report.stack),
    title: `Okta has drifted from stack ${report.stack}`,
    body: report.drifted ? renderDriftMarkdown(report) : undefined,
  });
}
