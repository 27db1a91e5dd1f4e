import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { checkReportSchema } from "../checks/check-report.ts";
import { unknownValue } from "../preview/changes/property-diff.ts";

const appSchema = z.looseObject({
  id: z.string(),
  label: z.string(),
  status: z.string(),
  scimBaseUrl: z.string(),
  connection: z.enum(["api", "manual"]),
  configured: z.boolean(),
  lifecycle: z.string().optional(),
  heldBack: z.array(z.string()),
});

const outputsSchema = z.looseObject({
  apps: z.record(z.string(), appSchema).default({}),
  server: z.looseObject({ containerName: z.string(), address: z.string() }).optional(),
  consoleSteps: z.record(z.string(), z.array(z.string())).default({}),
  connectionTokens: z.record(z.string(), z.string()).default({}),
  usedAcknowledgements: z.array(z.string()).default([]),
  allowedLosses: z.record(z.string(), z.array(z.string())).default({}),
  checks: z.unknown().optional(),
});

/** The stack's outputs after an update. Holds tokens: never print it. */
export type ReadOutputs = z.infer<typeof outputsSchema>;

/** Reads the outputs that the program exports. */
export function readOutputs(outputs: OutputMap): ReadOutputs {
  const read = outputsSchema.parse(
    Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value])),
  );
  // An update that left an app out before it was ever made records an id that nobody knows.
  const made = Object.entries(read.apps).filter(([, { id }]) => id !== unknownValue);
  return { ...read, apps: Object.fromEntries(made) };
}

/** The checks' report, where the update ran them. */
export function readCheckReport(outputs: ReadOutputs): z.infer<typeof checkReportSchema> | undefined {
  return checkReportSchema.safeParse(outputs.checks).data;
}
