import type { SpecIssue } from "../../spec/spec-issue.ts";

/**
 * Issues as GitHub workflow commands, which show each at its line
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
 */
export function renderAnnotations(issues: readonly SpecIssue[]): string {
  return issues
    .map((issue) => {
      const place = `file=${escapeProperty(issue.file)},line=${issue.line},col=${issue.column},title=${escapeProperty(issue.code)}`;
      const nearest = issue.nearest === undefined ? "" : ` Did you mean ${issue.nearest}?`;
      return `::${issue.severity} ${place}::${escapeData(issue.message + nearest)}`;
    })
    .join("\n");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
