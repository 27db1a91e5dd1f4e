import type { CheckReport } from "../check-report.ts";

const commands = { fail: "error", warn: "warning", waiting: "notice" } as const;

/**
 * Workflow commands that make GitHub show each check that asks for something at the app's spec
 * (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions). `specFile` tells where an app's spec is.
 */
export function renderGitHubAnnotations(
  report: CheckReport,
  specFile: (app: string) => string | undefined,
): string {
  return report.results
    .flatMap((result) => {
      if (result.outcome === "pass" || result.outcome === "skipped") return [];
      const file = specFile(result.app);
      const properties = [
        ...(file === undefined ? [] : [`file=${escapeProperty(file)}`, "line=1"]),
        `title=${escapeProperty(`${result.app}: ${result.id}`)}`,
      ].join(",");
      const message = result.remedy === undefined ? result.evidence : `${result.evidence} ${result.remedy}`;
      return [`::${commands[result.outcome]} ${properties}::${escapeData(message)}\n`];
    })
    .join("");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
