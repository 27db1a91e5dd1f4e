import { z } from "zod";
import { type CheckReport, checkReportSchema } from "../check-report.ts";

/** The report as JSON, for programs; its schema is {@link makeReportJsonSchema}'s. */
export function renderJson(report: CheckReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The JSON Schema (draft 2020-12) of {@link renderJson}'s text. */
export function makeReportJsonSchema(): object {
  return z.toJSONSchema(checkReportSchema);
}
