import type { PreviewReport } from "../report.ts";
import { changeLines } from "./change-lines.ts";
import { singleLine } from "./markdown-text.ts";
import { nameList, peopleLines } from "./people-words.ts";

type Tone = "good" | "bad" | "warn" | "dim" | "strong";
type Paint = (tone: Tone, text: string) => string;

const tones = { "+": "good", "~": "warn", "!": "warn", "-": "bad" } as const;
const verdictTones = { "no change": "dim", safe: "good", "needs review": "warn", dangerous: "bad" } as const;

/** The report for a terminal. `paint` colours it, or does nothing. */
export function renderTerminal(
  report: PreviewReport,
  paint: Paint,
  options: { readonly names: number } = { names: 10 },
): string {
  const lines = [
    `${paint("strong", report.stack)} on ${report.org}: ${paint(verdictTones[report.verdict.level], report.verdict.level.toUpperCase())}`,
    ...report.verdict.reasons.map((reason) => `  - ${singleLine(reason)}`),
  ];
  for (const finding of report.guardRails.filter((candidate) => candidate.outcome === "broken")) {
    lines.push(
      "",
      paint("bad", `guard rail ${finding.kind}, ${finding.app}: ${singleLine(finding.message)}`),
    );
    if (finding.names.length > 0) lines.push(`  ${singleLine(nameList(finding.names, options.names))}`);
    lines.push(`  ${paint("dim", "what to do:")} ${singleLine(finding.remedy)}`);
  }
  for (const app of report.apps) {
    lines.push("", paint("strong", `${singleLine(app.label)} (${app.name})`));
    for (const line of app.people === undefined ? [] : peopleLines(app.people)) {
      const names = nameList(line.names, options.names);
      lines.push(
        `  ${paint(tones[line.sign], `${line.sign} ${singleLine(line.text)}`)}${names === "" ? "" : `: ${singleLine(names)}`}`,
      );
    }
    for (const line of app.changes.flatMap(changeLines))
      lines.push(`  ${paint(tones[line.sign], `${line.sign} ${line.text}`)}`);
  }
  if (report.shared.length > 0) {
    lines.push("", paint("strong", "SCIM server"));
    for (const line of report.shared.flatMap(changeLines))
      lines.push(`  ${paint(tones[line.sign], `${line.sign} ${line.text}`)}`);
  }
  lines.push(
    "",
    paint(
      "dim",
      `${report.unchangedResources} resources unchanged, ${report.oktaCalls} Okta calls, ${(report.milliseconds / 1000).toFixed(1)} s`,
    ),
  );
  return lines.join("\n");
}
