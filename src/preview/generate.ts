import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { previewReportSchema } from "./report-schema.ts";

/** Where the report's JSON Schema is published, relative to the project. `node src/preview/generate.ts` writes it; a test keeps it current. */
export const reportSchemaFile = "docs/preview-report.schema.json";

/** The JSON Schema (2020-12) of a preview report. */
export function generateReportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(previewReportSchema);
  return `${JSON.stringify({ $schema, title: "okta-scim: a preview report", ...schema }, null, 2)}\n`;
}

if (import.meta.main)
  writeFileSync(join(dirname(dirname(import.meta.dirname)), reportSchemaFile), generateReportSchema());
