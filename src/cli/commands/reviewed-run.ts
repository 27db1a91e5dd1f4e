import { appendFile } from "node:fs/promises";
import type { Command } from "commander";
import { findReviewedRun } from "../../github/reviewed-run.ts";
import { outputFor, withJsonOption } from "../command-context.ts";
import { openRepository } from "../github-repository.ts";
import { requireVariable } from "../require-variable.ts";

interface ReviewedRunCommandOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly workflow: string;
}

/** `okta-scim reviewed-run`: in which workflow run the report lies that was reviewed before this commit was merged. */
export function addReviewedRunCommand(program: Command): void {
  withJsonOption(program.command("reviewed-run"))
    .description(
      "find the pull request's preview of a merged commit, for `up --reviewed` (GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_SHA); sets run-id in GITHUB_OUTPUT",
    )
    .option("-s, --stack <name>", "the stack", "dev")
    .option(
      "--workflow <file>",
      "the workflow that previews pull requests",
      ".github/workflows/pull-request.yml",
    )
    .action(async ({ json, stack, workflow }: ReviewedRunCommandOptions) => {
      const output = outputFor({ ...(json === true ? { json } : {}) });
      const run = await findReviewedRun(openRepository(), {
        commit: requireVariable("GITHUB_SHA"),
        workflow,
        artifact: `preview-${stack}`,
      });
      const outputFile = process.env["GITHUB_OUTPUT"];
      if (outputFile !== undefined && outputFile !== "")
        await appendFile(outputFile, `run-id=${run.runId}\n`);
      output.document(run);
      output.line(
        `reviewed in pull request #${run.pullRequest} at ${run.headCommit}: workflow run ${run.runId}`,
      );
    });
}
