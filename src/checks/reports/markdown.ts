import {
  type AppSummary,
  type CheckReport,
  type CheckReportShare,
  type CheckResult,
  describeVerdict,
} from "../check-report.ts";
import { countOutcomes, isWorthShowing } from "./terminal.ts";

const marks = { pass: "✅", warn: "⚠️", fail: "❌", waiting: "⏳", skipped: "⏭️" } as const;

/** The report as GitHub-flavoured Markdown, for job summaries and issues: a table of apps, then what asks for something. */
export function renderMarkdown(report: CheckReport): string {
  const shown = report.results.filter(isWorthShowing);
  return [
    `## ${report.endedEarly === true && report.outcome === "pass" ? marks.skipped : marks[report.outcome]} ${describeVerdict(report)}: stack ${escapeMarkdown(report.stack)}`,
    "",
    "| App | Status | Connection | Features | Mappings | Push groups | Assignments | People | Checks |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...report.apps.map(renderRow),
    ...shown.flatMap(renderResult),
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

function renderResult(result: CheckResult): string[] {
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
    `[${escapeMarkdown(id)}](${docs}) · ${result.milliseconds} ms`,
  ];
}

/** A code block whose fence is longer than any run of backticks inside, so that nothing gets out of it. */
function renderExchange(text: string): string[] {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return [`${fence}text`, text, fence];
}

/** Text from Okta and servers as plain text: no markup, no HTML, no mentions, no issue links, one line. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|~<>&$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("@", "&#64;")
    .replaceAll("://", ":&#47;&#47;");
}
