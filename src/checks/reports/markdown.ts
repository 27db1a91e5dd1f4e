import { escapeMarkdown } from "../../text/markdown-text.ts";
import {
  type AppSummary,
  type CheckReport,
  type CheckReportShare,
  type CheckResult,
  describeVerdict,
} from "../check-report.ts";
import { countOutcomes } from "./terminal.ts";

const marks = { pass: "✅", warn: "⚠️", fail: "❌", waiting: "⏳", skipped: "⏭️" } as const;

/** GitHub refuses job summaries above 1 MiB per step, to the last byte; this leaves room for what other commands write there. */
const budgetBytes = 700_000;
const worstFirst: readonly CheckResult["outcome"][] = ["fail", "warn", "waiting"];

export interface CheckMarkdownOptions {
  /** Makes an address of a path in the repository; the path itself where missing. */
  readonly linkTo?: (path: string) => string;
  /** The most bytes of UTF-8, but for the table of apps. */
  readonly budgetBytes?: number;
}

/**
 * The report as GitHub-flavoured Markdown, for job summaries: a table of apps, then what asks for something, the worst first. What would be
 * too long is counted.
 */
export function renderMarkdown(report: CheckReport, options: CheckMarkdownOptions = {}): string {
  const linkTo = options.linkTo ?? ((path) => path);
  const shown = worstFirst.flatMap((outcome) =>
    report.results
      .filter((result) => result.outcome === outcome)
      .map((result) => renderResult(result, linkTo)),
  );
  let left = options.budgetBytes ?? budgetBytes;
  const firstCut = shown.findIndex((lines) => {
    left -= Buffer.byteLength(lines.join("\n")) + 1;
    return left < 0;
  });
  const fitting = firstCut < 0 ? shown : shown.slice(0, firstCut);
  const cut = shown.length - fitting.length;
  return [
    `## ${report.endedEarly === true && report.outcome === "pass" ? marks.skipped : marks[report.outcome]} ${describeVerdict(report)}: stack ${escapeMarkdown(report.stack)}`,
    "",
    "| App | Status | Connection | Features | Mappings | Push groups | Assignments | People | Checks |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...report.apps.map(renderRow),
    ...fitting.flat(),
    ...(cut === 0
      ? []
      : ["", `_${cut} more that ask for something: the job's log and the JUnit file have all._`]),
    "",
  ].join("\n");
}

function renderRow(app: AppSummary): string {
  const cells = [
    `${marks[app.outcome]} ${escapeMarkdown(app.name)}`,
    escapeMarkdown(app.status ?? "–"),
    escapeMarkdown(app.connection ?? "–"),
    showShare(app.features),
    showShare(app.mappings),
    showShare(app.pushGroups),
    showShare(app.assignments),
    showShare(app.people),
    countOutcomes(app),
  ];
  return `| ${cells.join(" | ")} |`;
}

function showShare(share: CheckReportShare | undefined): string {
  return share === undefined ? "–" : `${share.actual} of ${share.expected}`;
}

function renderResult(result: CheckResult, linkTo: (path: string) => string): string[] {
  const { app, id, question, evidence, details, exchange, remedy, docs, outcome } = result;
  return [
    "",
    `### ${marks[outcome]} ${escapeMarkdown(app)}: ${escapeMarkdown(question)}`,
    "",
    escapeMarkdown(evidence),
    ...(details === undefined ? [] : ["", ...details.map((detail) => `- ${escapeMarkdown(detail)}`)]),
    ...(exchange === undefined ? [] : ["", ...renderExchange(`> ${exchange.request}\n< ${exchange.answer}`)]),
    ...(remedy === undefined ? [] : ["", `**Do:** ${escapeMarkdown(remedy)}`]),
    "",
    `[${escapeMarkdown(id)}](${linkTo(docs)}) · ${result.milliseconds} ms`,
  ];
}

/** A code block whose fence is longer than any run of backticks inside, so that nothing gets out of it. */
function renderExchange(text: string): string[] {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [`${fence}text`, text, fence];
}
