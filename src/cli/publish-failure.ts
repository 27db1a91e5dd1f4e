import { appendFile } from "node:fs/promises";
import { type CheckReport, isAcceptable } from "../checks/check-report.ts";
import { readProjectName } from "../engine/work-dir.ts";
import { writeStickyComment } from "../github/sticky-comment.ts";
import { commentMarker } from "../preview/render/markdown.ts";
import { InvalidSpecError } from "../spec/spec-issue.ts";
import { escapeCodeBlock, escapeMarkdown } from "../text/markdown-text.ts";
import { isCodedError, renderFailure } from "./failure.ts";
import { openRepository, workflowRunUrl } from "./github-repository.ts";
import { type PublishChecksOptions, publishChecks } from "./publish-checks.ts";
import { requireVariable } from "./require-variable.ts";

/** What failed, and where that is published besides the terminal. */
export interface FailedPreview {
  readonly projectDir: string;
  readonly stack: string;
  readonly commit: string | undefined;
  /** A file to append Markdown to. */
  readonly markdown?: string;
  readonly comment?: boolean;
}

/** So much of a failure is published; the job's log has all of it. Lines. */
const mostLines = 60;

/**
 * Says in the pull request's comment and the job summary that there is no preview. Otherwise the comment would go on showing the verdict on
 * an earlier commit.
 */
export async function publishFailedPreview(failed: FailedPreview, error: unknown): Promise<void> {
  const commit =
    failed.commit === undefined ? "" : ` of commit ${escapeMarkdown(failed.commit.slice(0, 12))}`;
  const marker = commentMarker(await readProjectName(failed.projectDir), failed.stack);
  const text = [
    marker,
    `### ❌ ${escapeMarkdown(failed.stack)}: no preview`,
    `The preview${commit} failed: nobody knows yet what it would change, whatever an earlier preview said.`,
    describe(error),
  ].join("\n\n");
  if (failed.markdown !== undefined) await appendFile(failed.markdown, `${text}\n`);
  if (failed.comment !== true) return;
  await writeStickyComment(openRepository(), Number(requireVariable("PULL_REQUEST")), marker, text);
}

/**
 * Leaves an update's files also where it failed: failed checks fail it, and are what the files are for. Where something else failed it, the
 * job summary says what.
 * @param checks what the update's checks found; undefined where it did not get so far
 */
export async function publishFailedUpdate(
  checks: CheckReport | undefined,
  options: PublishChecksOptions & { readonly stack: string },
  error: unknown,
): Promise<void> {
  if (checks !== undefined) await publishChecks(checks, options);
  if (options.markdown === undefined || (checks !== undefined && !isAcceptable(checks))) return;
  const text = [`### ❌ ${escapeMarkdown(options.stack)}: the update failed`, describe(error)].join("\n\n");
  await appendFile(options.markdown, `${text}\n`);
}

/** A foreseen failure with its remedy. What nobody foresaw may hold anything: it stays in the log. */
function describe(error: unknown): string {
  const run = workflowRunUrl();
  const log = run === undefined ? "_The job's log has more._" : `_[The job's log](${run}) has more._`;
  if (!isCodedError(error) && !(error instanceof InvalidSpecError))
    return `An unexpected error ended it. ${log}`;
  const lines = renderFailure(error, (_tone, text) => text).split("\n");
  const shown = lines.slice(0, mostLines).map((line) => escapeCodeBlock(line).slice(0, 500));
  if (lines.length > mostLines) shown.push(`… and ${lines.length - mostLines} more lines`);
  return `\`\`\`text\n${shown.join("\n")}\n\`\`\`\n\n${log}`;
}
