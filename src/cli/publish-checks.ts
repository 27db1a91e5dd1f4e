import { appendFile, writeFile } from "node:fs/promises";
import type { CheckReport } from "../checks/check-report.ts";
import { renderJUnit } from "../checks/reports/junit.ts";
import { renderMarkdown } from "../checks/reports/markdown.ts";
import { linkToFile } from "./github-repository.ts";

/** Where a report of the checks goes besides the terminal. */
export interface PublishChecksOptions {
  /** A file for JUnit XML. */
  readonly junit?: string;
  /** A file to append Markdown to. */
  readonly markdown?: string;
}

/** Writes what the checks found to files, as asked. In a workflow, links lead to the repository: a job summary has no folder of its own. */
export async function publishChecks(
  report: CheckReport,
  { junit, markdown }: PublishChecksOptions,
): Promise<void> {
  if (junit !== undefined) await writeFile(junit, renderJUnit(report));
  if (markdown !== undefined)
    await appendFile(markdown, `${renderMarkdown(report, { linkTo: linkToFile })}\n`);
}
