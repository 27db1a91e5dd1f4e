import { issueTable } from "./issue-table.ts";
import type { SpecIssue } from "./spec-issue.ts";

const mostAllowedWords = 12;

/** Issues as text for people: a line with position, code and sentence, then what was written, what is allowed, and what to do. */
export function renderIssues(issues: readonly SpecIssue[]): string {
  const blocks = issues.map(renderIssue);
  return [...blocks, renderCount(issues)].join("\n\n");
}

/** Issues as data, for editors, CI annotations and scripts. */
export function renderIssuesJson(issues: readonly SpecIssue[]): string {
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const withRemedy = issues.map((issue) => ({ ...issue, remedy: issueTable[issue.code].remedy }));
  return JSON.stringify({ errors, warnings: issues.length - errors, issues: withRemedy }, null, 2);
}

function renderIssue(issue: SpecIssue): string {
  const { file, line, column, severity, code, message, path, value, allowed, nearest } = issue;
  const written = value === undefined ? "" : ` = ${value}`;
  const place = path === "" ? value : `${path}${written}`;
  return [
    `${file}:${line}:${column} ${severity} ${code}: ${message}`,
    ...(place === undefined ? [] : [`  at: ${place}`]),
    ...(allowed === undefined || allowed.length === 0 ? [] : [`  allowed: ${renderWords(allowed)}`]),
    ...(nearest === undefined ? [] : [`  did you mean: ${nearest}`]),
    `  what to do: ${issueTable[code].remedy}`,
  ].join("\n");
}

function renderWords(words: readonly string[]): string {
  const shown = words.slice(0, mostAllowedWords).join(", ");
  return words.length <= mostAllowedWords ? shown : `${shown} and ${words.length - mostAllowedWords} more`;
}

function renderCount(issues: readonly SpecIssue[]): string {
  const errors = issues.filter(({ severity }) => severity === "error").length;
  const warnings = issues.length - errors;
  const files = new Set(issues.map(({ file }) => file)).size;
  return `${count(errors, "error")}${warnings === 0 ? "" : ` and ${count(warnings, "warning")}`} in ${count(files, "file")}.`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
