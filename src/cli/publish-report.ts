import { appendFile, readFile, writeFile } from "node:fs/promises";
import { writeStickyComment } from "../github/sticky-comment.ts";
import { renderHtml } from "../preview/render/html.ts";
import { commentMarker, renderMarkdown } from "../preview/render/markdown.ts";
import type { PreviewReport } from "../preview/report.ts";
import { parseReport, ReportError } from "../preview/report-schema.ts";
import { openRepository, workflowRunUrl } from "./github-repository.ts";
import { requireVariable } from "./require-variable.ts";

/** Where a preview report goes besides the terminal. */
export interface PublishOptions {
  /** A file for the JSON. */
  readonly report?: string;
  /** A file to append the Markdown to. */
  readonly markdown?: string;
  readonly html?: string;
  readonly comment?: boolean;
}

/** Writes a report to files and to the pull request's comment, as asked. */
export async function publishReport(report: PreviewReport, options: PublishOptions): Promise<void> {
  const runUrl = workflowRunUrl();
  const markdown = renderMarkdown(report, runUrl === undefined ? {} : { fullReportUrl: runUrl });
  if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  if (options.html !== undefined) await writeFile(options.html, renderHtml(report));
  if (options.markdown !== undefined) await appendFile(options.markdown, `${markdown}\n`);
  if (options.comment !== true) return;
  await writeStickyComment(
    openRepository(),
    Number(requireVariable("PULL_REQUEST")),
    commentMarker(report.project, report.stack),
    markdown,
  );
}

/**
 * Reads a report that `preview --report` saved.
 * @throws ReportError
 */
export async function readReportFile(file: string): Promise<PreviewReport> {
  return parseReport(await readReportText(file));
}

/**
 * The text of a file that should hold a report.
 * @throws ReportError
 */
export async function readReportText(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new ReportError(`${file} can't be read.`);
  return text;
}
