import { escapeCodeBlock, escapeMarkdown, singleLine } from "../../text/markdown-text.ts";
import type { ReportedChange } from "../changes/resource-change.ts";
import { changeLines } from "../render/change-lines.ts";
import type { DriftReport } from "./drift-report.ts";

type Paint = (tone: "good" | "bad" | "warn" | "dim" | "strong", text: string) => string;

/** GitHub refuses issue bodies above 65,536 characters. */
const longestBody = 60_000;
const tones = { "+": "warn", "~": "warn", "!": "warn", "-": "bad" } as const;
const wayOut = [
  "Revert: run the update (`okta-scim up`); it sets what the specs say. What is in Okta only, remove in the console.",
  "Accept: change the spec in a pull request; `adopt` takes over what is in Okta only.",
];

/** The hidden mark by which a stack's drift issue is found again. */
export function driftMarker(project: string, stack: string): string {
  return `<!-- okta-scim-drift:${project}/${stack} -->`;
}

/** One line: how much drifted. */
export function summarizeDrift(report: DriftReport): string {
  if (!report.drifted) return `no drift: ${report.comparedResources} resources are as deployed`;
  const changes = [...report.apps.flatMap(({ changes: own }) => own), ...report.shared].length;
  const parts = [
    changes === 0 ? "" : `${changes} ${changes === 1 ? "difference" : "differences"}`,
    report.unreadable.length === 0 ? "" : `${report.unreadable.length} could not be read`,
  ];
  return `drift: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** Drift for a terminal. */
export function renderDriftTerminal(report: DriftReport, paint: Paint): string {
  const summary = paint(report.drifted ? "bad" : "good", summarizeDrift(report));
  const lines = [`${paint("strong", report.stack)} on ${report.org}: ${summary}`];
  for (const { title, changes } of sections(report)) {
    lines.push("", `${paint("strong", singleLine(title))} ${paint("dim", "(spec says -> Okta has)")}`);
    for (const line of changes.flatMap(driftLines))
      lines.push(`  ${paint(tones[line.sign], `${line.sign} ${line.text}`)}`);
  }
  if (report.unreadable.length > 0) lines.push("", paint("strong", "Could not be read"));
  for (const { app, what, message } of report.unreadable)
    lines.push(
      `  ${paint("bad", `! ${singleLine(`${app === undefined ? "" : `${app}, `}${what}`)}`)}: ${singleLine(message)}`,
    );
  if (report.drifted) lines.push("", ...wayOut.map((line) => paint("dim", line)));
  return lines.join("\n");
}

/**
 * Drift as the body of an issue. Without times, so that an unchanged drift is an unchanged issue. What would be too long is shortened to the
 * first lines of each application, then to their numbers.
 */
export function renderDriftMarkdown(report: DriftReport): string {
  for (const most of [Number.POSITIVE_INFINITY, 100, 10, 0]) {
    const text = renderBody(report, most);
    if (text.length <= longestBody) return text;
  }
  const head = `${driftMarker(report.project, report.stack)}\n\n**${escapeMarkdown(report.stack)}**: ${summarizeDrift(report)}.`;
  return `${head}\n\n_Too long for an issue: \`okta-scim drift\` shows all of it._\n`;
}

/** @param most lines of one application, and things that could not be read */
function renderBody(report: DriftReport, most: number): string {
  const isShort = most !== Number.POSITIVE_INFINITY;
  const parts = [
    driftMarker(report.project, report.stack),
    `**${escapeMarkdown(report.stack)}** on ${escapeMarkdown(report.org)}: ${summarizeDrift(report)}.`,
    ...sections(report).map(({ title, changes }) => {
      const lines = changes.flatMap(driftLines).map((line) => `${line.sign} ${escapeCodeBlock(line.text)}`);
      const shown = lines.slice(0, most);
      if (lines.length > shown.length) shown.push(`  … and ${lines.length - shown.length} more lines`);
      return `#### ${escapeMarkdown(title)}\n\nSpec says -> Okta has:\n\n\`\`\`diff\n${shown.join("\n")}\n\`\`\``;
    }),
    report.unreadable.length === 0
      ? ""
      : [
          "#### Could not be read",
          ...report.unreadable
            .slice(0, Math.max(most, 1))
            .map(
              ({ app, what, message }) =>
                `- ${escapeMarkdown(app === undefined ? what : `${app}, ${what}`)}: ${escapeMarkdown(message)}`,
            ),
        ].join("\n"),
    isShort ? "_Shortened to fit: `okta-scim drift` shows all of it._" : "",
    report.drifted ? wayOut.map((line) => `- ${line}`).join("\n") : "",
  ].filter((part) => part !== "");
  return `${parts.join("\n\n")}\n`;
}

function sections(
  report: DriftReport,
): { readonly title: string; readonly changes: readonly ReportedChange[] }[] {
  return [
    ...report.apps.map(({ label, name, changes }) => ({ title: `${label} (${name})`, changes })),
    ...(report.shared.length === 0 ? [] : [{ title: "SCIM server", changes: report.shared }]),
  ];
}

function driftLines(change: ReportedChange): ReturnType<typeof changeLines> {
  const [headline, ...fields] = changeLines(change);
  if (headline === undefined) return [];
  const note = { remove: ", gone from Okta", add: ", in Okta only", change: "", replace: "" }[change.action];
  return [{ ...headline, text: headline.text + note }, ...fields];
}
