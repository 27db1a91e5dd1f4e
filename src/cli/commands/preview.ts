import { appendFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { GitHubClient } from "../../github/github-client.ts";
import { writeStickyComment } from "../../github/sticky-comment.ts";
import { previewStack } from "../../operations/preview-stack.ts";
import { openSession, readStackInput } from "../../operations/stack-session.ts";
import { renderHtml } from "../../preview/render/html.ts";
import { commentMarker, renderMarkdown } from "../../preview/render/markdown.ts";
import { renderTerminal } from "../../preview/render/terminal.ts";
import type { PreviewReport } from "../../preview/report.ts";
import { outputFor, projectDir, withJsonOption } from "../command-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { CommandFailure } from "../failure.ts";
import { requireVariable } from "../require-variable.ts";

interface PreviewCommandOptions {
  readonly json?: boolean;
  readonly stack: string;
  readonly report?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly comment?: boolean;
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
      const phases = output.phases();
      const session = await openSession(readStackInput(projectDir, options.stack), phases);
      try {
        const commit = process.env["COMMIT"] ?? process.env["GITHUB_SHA"];
        const report = await phases.run("preview", (reporter) => previewStack(session, reporter, { commit }));
        await publish(report, options);
        output.document(report);
        output.line(`\n${renderTerminal(report, output.paint)}`);
        if (report.verdict.level === "dangerous") throw new CommandFailure(exitCodes.failed);
        if (options.expectNoChanges === true && report.verdict.level !== "no change")
          throw new CommandFailure(exitCodes.changes);
      } finally {
        session.opened.close();
      }
    });
}

async function publish(report: PreviewReport, options: PreviewCommandOptions): Promise<void> {
  const runUrl =
    process.env["GITHUB_RUN_ID"] === undefined
      ? undefined
      : `${process.env["GITHUB_SERVER_URL"]}/${process.env["GITHUB_REPOSITORY"]}/actions/runs/${process.env["GITHUB_RUN_ID"]}`;
  const markdown = renderMarkdown(report, runUrl === undefined ? {} : { fullReportUrl: runUrl });
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  if (options.html !== undefined) await writeFile(options.html, renderHtml(report));
  if (options.markdown !== undefined) await appendFile(options.markdown, `${markdown}\n`);
  if (options.comment !== true) return;
  const client = new GitHubClient({
    apiUrl: process.env["GITHUB_API_URL"] ?? "https://api.github.com",
    repository: requireVariable("GITHUB_REPOSITORY"),
    token: requireVariable("GITHUB_TOKEN"),
  });
  await writeStickyComment(
    client,
    Number(requireVariable("PULL_REQUEST")),
    commentMarker(report.project, report.stack),
    markdown,
  );
}
