import type { AppSummary, CheckReport } from "../../checks/check-report.ts";
import type { ReadOutputs } from "../../operations/stack-outputs.ts";
import type { Paint } from "./style.ts";
import { renderTable } from "./table.ts";

/** The table at the end of an update: one row per app, from the stack's outputs and what the checks counted. */
export function renderAppTable(outputs: ReadOutputs, report: CheckReport | undefined, paint: Paint): string {
  const rows = Object.entries(outputs.apps).map(([name, app]) => {
    const summary = report?.apps.find((candidate) => candidate.name === name);
    return [
      name,
      app.id,
      paint(app.status === "ACTIVE" ? "good" : "warn", app.status),
      connectionCell(app, summary),
      share(summary?.features),
      share(summary?.mappings),
      share(summary?.pushGroups),
      share(summary?.assignments),
      share(summary?.people),
      checksCell(summary, paint),
    ];
  });
  return renderTable(
    [
      "App",
      "Id",
      "Status",
      "Connection",
      "Features",
      "Mappings",
      "Push groups",
      "Assignments",
      "People",
      "Checks",
    ],
    rows,
  );
}

function connectionCell(app: ReadOutputs["apps"][string], summary: AppSummary | undefined): string {
  const status = summary?.connection ?? (app.configured ? "configured" : "not configured");
  return app.connection === "manual" ? `${status} (manual)` : status;
}

function share(counted: { readonly actual: number; readonly expected: number } | undefined): string {
  return counted === undefined ? "-" : `${counted.actual} of ${counted.expected}`;
}

function checksCell(summary: AppSummary | undefined, paint: Paint): string {
  if (summary === undefined) return "not run";
  const { pass, warn, fail, waiting } = summary.counts;
  return [
    paint("good", `${pass} passed`),
    ...(warn > 0 ? [paint("warn", `${warn} warned`)] : []),
    ...(waiting > 0 ? [paint("warn", `${waiting} waiting`)] : []),
    ...(fail > 0 ? [paint("bad", `${fail} failed`)] : []),
  ].join(", ");
}
