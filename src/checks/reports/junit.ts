import type { CheckReport, CheckResult } from "../check-report.ts";

/**
 * The report as JUnit XML, as CI systems read it: a suite per app, a case per check. A failed check is a failure, a skipped or waiting
 * one is skipped; a warning is a passed case with its text in system-out, since JUnit has none.
 */
export function renderJUnit(report: CheckReport): string {
  const suites = report.apps.map((app) => {
    const results = report.results.filter((result) => result.app === app.name);
    const { fail, waiting, skipped } = app.counts;
    const milliseconds = results.reduce((sum, result) => sum + result.milliseconds, 0);
    const attributes = `name="${escapeXml(app.name)}" tests="${results.length}" failures="${fail}" errors="0" skipped="${waiting + skipped}" time="${toSeconds(milliseconds)}" timestamp="${report.startedAt}"`;
    return [`  <testsuite ${attributes}>`, ...results.map(renderCase), "  </testsuite>"].join("\n");
  });
  const failures = report.results.filter(({ outcome }) => outcome === "fail").length;
  const attributes = `name="okta-scim ${escapeXml(report.stack)}" tests="${report.results.length}" failures="${failures}" time="${toSeconds(report.milliseconds)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function renderCase(result: CheckResult): string {
  const open = `    <testcase classname="${escapeXml(result.app)}" name="${escapeXml(`${result.id}: ${result.question}`)}" time="${toSeconds(result.milliseconds)}"`;
  const text = escapeXml(describe(result));
  switch (result.outcome) {
    case "pass":
      return `${open}/>`;
    case "fail":
      return `${open}>\n      <failure message="${escapeXml(result.evidence)}">${text}</failure>\n    </testcase>`;
    case "warn":
      return `${open}>\n      <system-out>${text}</system-out>\n    </testcase>`;
    case "waiting":
    case "skipped":
      return `${open}>\n      <skipped message="${escapeXml(result.evidence)}"/>\n    </testcase>`;
  }
}

function describe({ evidence, details, exchange, remedy, docs }: CheckResult): string {
  return [
    evidence,
    ...(details ?? []),
    ...(exchange === undefined ? [] : [`> ${exchange.request}`, `< ${exchange.answer}`]),
    ...(remedy === undefined ? [] : [`Do: ${remedy}`]),
    docs,
  ].join("\n");
}

function toSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** Escapes for attributes and text, and leaves out what XML 1.0 can't hold (https://www.w3.org/TR/xml/#charsets). */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
