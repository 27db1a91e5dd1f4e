import { cutText, escapeCodeBlock, escapeHtmlLine, escapeMarkdown } from "../../text/markdown-text.ts";
import type { ReportedChange } from "../changes/resource-change.ts";
import type { AppReport, PreviewReport } from "../report.ts";
import { changeLines, countChanges, takenOverLine } from "./change-lines.ts";
import { renderMermaid } from "./mermaid.ts";
import { countCalls, distinctLabel, nameList, peopleLines, summarizePeople } from "./people-words.ts";

/** GitHub refuses comments above 65,536 characters; this leaves room for what the server counts differently. */
const budget = 60_000;

export interface MarkdownOptions {
  /** Where the full report can be read, for what does not fit. */
  readonly fullReportUrl?: string;
  readonly budget?: number;
}

/** The hidden mark by which the comment of a stack is found again. */
export function commentMarker(project: string, stack: string): string {
  return `<!-- okta-scim:${project}/${stack} -->`;
}

/**
 * The report as a pull-request comment or job summary. When it would grow past the budget, names go first, then each app's settings, until
 * counts are left and the full report is pointed to.
 */
export function renderMarkdown(report: PreviewReport, options: MarkdownOptions = {}): string {
  const limit = options.budget ?? budget;
  for (const detail of details) {
    const text = render(report, detail, options);
    if (text.length <= limit) return text;
  }
  const text = render(report, smallestDetail, options);
  const cut = "\n\n_Cut here: the comment would be too long._\n";
  return text.length <= limit ? text : cutText(text, limit - cut.length) + cut;
}

interface Detail {
  readonly names: number;
  readonly lines: number;
  readonly diagram: boolean;
  readonly apps: number;
}

const smallestDetail: Detail = { names: 0, lines: 0, diagram: false, apps: 50 };
const details: readonly Detail[] = [
  { names: 50, lines: 400, diagram: true, apps: 500 },
  { names: 10, lines: 100, diagram: true, apps: 500 },
  { names: 5, lines: 30, diagram: false, apps: 500 },
  { names: 0, lines: 10, diagram: false, apps: 500 },
  { names: 0, lines: 0, diagram: false, apps: 500 },
];

function render(report: PreviewReport, detail: Detail, options: MarkdownOptions): string {
  const shownApps = report.apps.slice(0, detail.apps);
  const truncated = isShortened(report, detail);
  return [
    commentMarker(report.project, report.stack),
    `### ${verdictMark[report.verdict.level]} ${escapeMarkdown(report.stack)}: ${report.verdict.level}`,
    reasonsPart(report.verdict.reasons),
    guardRailPart(report, detail),
    tablePart(report, shownApps),
    detail.diagram && report.apps.length > 0 ? `\`\`\`mermaid\n${renderMermaid(report)}\n\`\`\`` : "",
    ...shownApps.map((app) => appPart(app, detail)),
    report.apps.length > shownApps.length ? `_and ${report.apps.length - shownApps.length} more apps_` : "",
    report.shared.length > 0 ? detailsPart("SCIM server", changeBlock(report.shared, detail)) : "",
    truncated
      ? `_Shortened to fit._${options.fullReportUrl === undefined ? " The full report is in the job's artefacts." : ` [Full report](${options.fullReportUrl})`}`
      : "",
    footer(report),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Whether this level of detail leaves something out that the full report has. */
function isShortened(report: PreviewReport, detail: Detail): boolean {
  const lines = (changes: readonly ReportedChange[]): number => changes.flatMap(changeLines).length;
  const names = (app: AppReport): number =>
    Math.max(
      0,
      ...(app.people === undefined ? [] : peopleLines(app.people)).map((line) => line.names.length),
    );
  return (
    report.apps.length > detail.apps ||
    report.verdict.reasons.length > mostReasons ||
    lines(report.shared) > detail.lines ||
    report.apps.some((app) => lines(app.changes) > detail.lines || names(app) > detail.names)
  );
}

const mostReasons = 20;
const verdictMark = { "no change": "⚪", safe: "🟢", "needs review": "🟡", dangerous: "🔴" } as const;

/** The reasons, as far as somebody reads them; the table has every app. */
function reasonsPart(reasons: readonly string[]): string {
  const shown = reasons.slice(0, mostReasons).map((reason) => `- ${escapeMarkdown(reason)}`);
  if (reasons.length > mostReasons) shown.push(`- and ${reasons.length - mostReasons} more reasons`);
  return shown.join("\n");
}

function guardRailPart(report: PreviewReport, detail: Detail): string {
  const broken = report.guardRails.filter((finding) => finding.outcome === "broken");
  if (broken.length === 0) return "";
  const lines = broken.slice(0, mostReasons).map((finding) => {
    const names = nameList(finding.names, detail.names);
    return `> - **${escapeMarkdown(finding.app)}**: ${escapeMarkdown(finding.message)}${names === "" ? "" : ` (${escapeMarkdown(names)})`}\n>   ${escapeMarkdown(finding.remedy)}`;
  });
  if (broken.length > mostReasons) lines.push(`> - and ${broken.length - mostReasons} more`);
  return ["> [!CAUTION]", "> Guard rails stop this update:", ...lines].join("\n");
}

function tablePart(report: PreviewReport, apps: readonly AppReport[]): string {
  if (apps.length === 0)
    return report.shared.length === 0
      ? `Okta and the specs agree (${report.unchangedResources} resources).`
      : "";
  const rows = apps.map((app) => {
    const count = (action: ReportedChange["action"]): string => countChanges(app.changes, action);
    return `| ${escapeMarkdown(distinctLabel(app, apps))} | ${count("add")} | ${count("change")} | ${count("replace")} | ${count("remove")} | ${summarizePeople(app.people)} |`;
  });
  return ["| App | + | ~ | +- | - | People |", "|---|---|---|---|---|---|", ...rows].join("\n");
}

function appPart(app: AppReport, detail: Detail): string {
  const people = app.people === undefined ? [] : peopleLines(app.people);
  const peopleText = people.map((line) => {
    const names = nameList(line.names, detail.names);
    return `${line.sign} ${escapeCodeBlock(line.text)}${names === "" ? "" : `: ${escapeCodeBlock(names)}`}`;
  });
  const takenOver = takenOverLine(app.takenOver);
  const body = [
    takenOver === "" ? "" : `= ${escapeMarkdown(takenOver)}`,
    peopleText.length === 0 ? "" : `\`\`\`diff\n${peopleText.join("\n")}\n\`\`\``,
    detail.lines === 0 ? "" : changeBlock(app.changes, detail),
  ].filter((part) => part !== "");
  return body.length === 0
    ? ""
    : detailsPart(`${escapeHtmlLine(app.label)} (${escapeHtmlLine(app.name)})`, body.join("\n\n"));
}

function detailsPart(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function changeBlock(changes: readonly ReportedChange[], detail: Detail): string {
  const lines = changes.flatMap(changeLines).map((line) => `${line.sign} ${escapeCodeBlock(line.text)}`);
  const shown = lines.slice(0, detail.lines);
  if (lines.length > shown.length) shown.push(`  … and ${lines.length - shown.length} more lines`);
  return shown.length === 0 ? "" : `\`\`\`diff\n${shown.join("\n")}\n\`\`\``;
}

function footer(report: PreviewReport): string {
  const commit = report.commit === undefined ? "" : `commit ${escapeMarkdown(report.commit.slice(0, 12))}, `;
  return `<sub>${commit}${report.at}, ${escapeMarkdown(report.org)}, ${countCalls(report.oktaCalls)} in ${(report.milliseconds / 1000).toFixed(1)} s</sub>`;
}
