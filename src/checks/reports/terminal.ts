import { type AppSummary, type CheckReport, type CheckResult, describeVerdict } from "../check-report.ts";

/** Paints text for a terminal, or leaves it as it is. */
export type ReportPaint = (tone: "good" | "bad" | "warn" | "dim" | "strong", text: string) => string;

export interface TerminalReportOptions {
  readonly paint?: ReportPaint;
  /** Whether passed and skipped checks are listed too, instead of counted. */
  readonly all?: boolean;
}

const marks = { pass: "✓", warn: "!", fail: "✗", waiting: "…", skipped: "-" } as const;
const tones = { pass: "good", warn: "warn", fail: "bad", waiting: "warn", skipped: "dim" } as const;

const outcomes = ["pass", "warn", "fail", "waiting", "skipped"] as const;

/** The report for people at a terminal: per app one line, then each check that asks for something, with evidence and remedy. */
export function renderTerminal(report: CheckReport, options: TerminalReportOptions = {}): string {
  const paint = options.paint ?? ((_tone, text) => text);
  const lines = report.apps.flatMap((app) => [
    `${paint(tones[app.outcome], marks[app.outcome])} ${paint("strong", app.name)}  ${countOutcomes(app)}`,
    ...report.results
      .filter((result) => result.app === app.name && (options.all === true || isWorthShowing(result)))
      .flatMap((result) => renderResult(result, paint)),
  ]);
  return [...lines, "", summarize(report, paint)].join("\n");
}

/** `41 passed, 2 failed, 5 skipped`: only what there is. */
export function countOutcomes({ counts }: Pick<AppSummary, "counts">): string {
  const parts = [
    [counts.pass, "passed"],
    [counts.fail, "failed"],
    [counts.warn, counts.warn === 1 ? "warning" : "warnings"],
    [counts.waiting, "waiting"],
    [counts.skipped, "skipped"],
  ] as const;
  const told = parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]));
  return told.length === 0 ? "no checks" : told.join(", ");
}

/** What people have to read: everything that asks for something, but not what follows from another check. */
export function isWorthShowing({ outcome }: CheckResult): boolean {
  return outcome === "fail" || outcome === "warn" || outcome === "waiting";
}

function renderResult(result: CheckResult, paint: ReportPaint): string[] {
  const tone = tones[result.outcome];
  const time = paint("dim", `${result.milliseconds} ms`);
  const head = `  ${paint(tone, marks[result.outcome])} ${result.id.padEnd(34)} ${oneLine(result.evidence)}  ${time}`;
  if (!isWorthShowing(result)) return [head];
  const indent = "      ";
  return [
    head,
    ...(result.details ?? []).map((detail) => `${indent}${oneLine(detail)}`),
    ...(result.exchange === undefined
      ? []
      : [
          paint("dim", `${indent}> ${oneLine(result.exchange.request)}`),
          paint("dim", `${indent}< ${oneLine(result.exchange.answer)}`),
        ]),
    ...(result.remedy === undefined ? [] : [`${indent}${paint("strong", "Do:")} ${oneLine(result.remedy)}`]),
    paint("dim", `${indent}${result.docs}`),
  ];
}

function summarize(report: CheckReport, paint: ReportPaint): string {
  const total = { pass: 0, warn: 0, fail: 0, waiting: 0, skipped: 0 };
  for (const { counts } of report.apps) {
    for (const outcome of outcomes) total[outcome] += counts[outcome];
  }
  const tone = report.endedEarly === true && report.outcome === "pass" ? "warn" : tones[report.outcome];
  const seconds = (report.milliseconds / 1000).toFixed(1);
  return `${paint(tone, describeVerdict(report))}: ${countOutcomes({ counts: total })} in ${seconds} s (stack ${report.stack}).`;
}

/** Text from servers on one line, without control characters that could drive the terminal. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "�");
}
