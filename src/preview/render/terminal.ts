import { singleLine } from "../../text/markdown-text.ts";
import type { AppReport, PreviewReport } from "../report.ts";
import { changeLines, countChanges, takenOverLine } from "./change-lines.ts";
import { countCalls, distinctLabel, nameList, peopleLines, summarizePeople } from "./people-words.ts";

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
  if (report.apps.length > 0) lines.push("", ...tableLines(report.apps, paint));
  for (const app of report.apps) {
    lines.push("", paint("strong", `${singleLine(app.label)} (${app.name})`));
    for (const line of app.people === undefined ? [] : peopleLines(app.people)) {
      const names = nameList(line.names, options.names);
      lines.push(
        `  ${paint(tones[line.sign], `${line.sign} ${singleLine(line.text)}`)}${names === "" ? "" : `: ${singleLine(names)}`}`,
      );
    }
    const takenOver = takenOverLine(app.takenOver);
    if (takenOver !== "") lines.push(`  ${paint("good", `= ${takenOver}`)}`);
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
      `${report.unchangedResources} resources unchanged, ${countCalls(report.oktaCalls)}, ${(report.milliseconds / 1000).toFixed(1)} s`,
    ),
  );
  return lines.join("\n");
}

/** A row per application: how many settings are added, changed, replaced and removed, and people. */
function tableLines(apps: readonly AppReport[], paint: Paint): string[] {
  const header = ["app", "+", "~", "+-", "-", "people"];
  const rows = apps.map((app) => [
    singleLine(distinctLabel(app, apps)),
    ...(["add", "change", "replace", "remove"] as const).map((action) => countChanges(app.changes, action)),
    summarizePeople(app.people),
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const align = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [paint("dim", `  ${align(header)}`), ...rows.map((row) => `  ${align(row)}`)];
}
