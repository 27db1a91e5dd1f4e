import { z } from "zod";
import { httpUrl } from "./text.ts";

const webhookSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\w-]{1,100}$/, { error: "letters, digits, underscores and dashes" })
      .describe("Names the receiver in logs and metrics. Its signing secret follows from it."),
    url: httpUrl.describe("Where changes are posted. https, but for loopback."),
    maxAttempts: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("A change that was not taken this often is put with the dead letters; without it, 12 times."),
  })
  .describe("A receiver of the tenant's changes.");

/** Who is told of changes in a tenant of the bundled server. */
export const webhooksSchema = z
  .array(webhookSchema)
  .max(20)
  .default([])
  .describe(
    "Who is told of every change of the app's people and groups, signed by a secret of its own (stack output webhookSecrets).",
  );

/** What the bundled server remembers of changes. */
export const changesSchema = z
  .strictObject({
    values: z
      .union([z.enum(["all", "none"]), z.array(z.string().min(1).max(300)).min(1)])
      .optional()
      .describe(
        "Attributes whose values are recorded, by their SCIM paths; without it, all. Names are recorded always.",
      ),
    keepDays: z
      .int()
      .min(1)
      .max(36_500)
      .optional()
      .describe("Older changes are removed. Without a limit all are kept."),
    keepCount: z.int().min(1).optional().describe("Only so many changes are kept."),
  })
  .optional()
  .describe("What the audit trail and the change feed of the app's tenant hold.");
