import { z } from "zod";
import { guardRailKinds } from "../spec/schema/safety-schema.ts";
import { changeActions, changeKinds } from "./changes/resource-change.ts";
import { accountOutcomes } from "./people/gained-accounts.ts";
import { type PreviewReport, verdictLevels } from "./report.ts";

const count = z.int().min(0);
const person = z.object({ id: z.string(), login: z.string() });

const change = z.object({
  app: z.string().optional().describe("The app's name in the stack; missing for what the apps share."),
  kind: z.enum(changeKinds),
  action: z.enum(changeActions),
  title: z.string(),
  fields: z.array(
    z.discriminatedUnion("secret", [
      z.object({ label: z.string(), secret: z.literal(false), before: z.string(), after: z.string() }),
      z
        .object({ label: z.string(), secret: z.literal(true) })
        .describe("A secret that changed; its values are never told."),
    ]),
  ),
  replacedBecause: z.array(z.string()).describe("For a replacement: the settings that force it."),
});

const updatedPerson = person.extend({
  attributes: z.array(z.object({ name: z.string(), before: z.json(), after: z.json() })),
});

const impact = z.object({
  gains: z
    .array(
      person.extend({
        account: z
          .enum(accountOutcomes)
          .default("unknown")
          .describe(
            "What the application does: makes an account, reactivates an inactive one, takes over an active one of the same user name, refuses one that is another person's; or nobody could ask its SCIM server.",
          ),
      }),
    )
    .describe("Newly assigned and provisioned."),
  assignedNotPushed: z.array(person).describe("Newly assigned while nothing provisions them."),
  waiting: z.array(person).describe("Assigned, and provisioned only once Okta activates the person."),
  updated: z.array(updatedPerson),
  updatedLater: z
    .array(updatedPerson)
    .default([])
    .describe("With other values by the new mapping, which Okta sends at each person's next change only."),
  deactivated: z.array(person),
  lockedOut: z
    .array(person)
    .default([])
    .describe("Assigned to an application that becomes inactive: they can't open it, and keep the account."),
  unassignedOnly: z.array(person).describe("Unassigned in Okta; the account in the application stays."),
  refused: z
    .array(person)
    .describe(
      "No longer assigned by name while a group gives them the app: Okta refuses that, and the update fails.",
    ),
  groups: z.array(
    z.object({
      sourceGroupId: z.string(),
      target: z.string(),
      joins: z.array(person),
      leaves: z.array(person),
      stays: z.array(person).describe("Members of a group that is no longer pushed and stays as it is."),
      removed: z.boolean().describe("The push group itself goes."),
    }),
  ),
  uncertainties: z.array(z.string()),
  openQuestions: z
    .array(z.string())
    .default([])
    .describe("In a few words each: what is so uncertain that nobody may call the update safe."),
});

const people = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("exact"), impact, assignedBefore: count, assignedAfter: count }),
  z.object({
    kind: z.literal("estimate"),
    assignedBefore: count,
    gains: count,
    updated: count.default(0).describe("At most: who may have other values afterwards."),
    deactivated: count.describe("At most: who loses the application."),
    because: z.string(),
  }),
  z.object({ kind: z.literal("unknown"), because: z.string() }),
]);

/** The JSON of a preview report, as `--report`, `--json` and `report` have it. */
export const previewReportSchema = z.object({
  version: z.literal(1),
  project: z.string(),
  stack: z.string(),
  org: z.string().describe("The org's address."),
  commit: z.string().optional(),
  at: z.iso.datetime(),
  verdict: z.object({ level: z.enum(verdictLevels), reasons: z.array(z.string()) }),
  apps: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      changes: z.array(change),
      unchanged: z
        .array(z.object({ kind: z.enum(["group assignment", "push group"]), title: z.string() }))
        .optional()
        .describe("Assigned and pushed groups that stay as they are; the first ones."),
      takenOver: z
        .array(z.object({ kind: z.enum(changeKinds), title: z.string() }))
        .optional()
        .describe("What the update takes over as it is in Okta (`adopt`): it changes nothing there."),
      people: people.optional().describe("Missing where no change concerns people."),
    }),
  ),
  shared: z.array(change).describe("What the apps share: the SCIM server."),
  guardRails: z.array(
    z.object({
      kind: z.enum(guardRailKinds),
      app: z.string(),
      outcome: z.enum(["broken", "acknowledged"]),
      actual: count,
      limit: count,
      names: z.array(z.string()),
      message: z.string(),
      remedy: z.string(),
      acknowledgement: z
        .string()
        .optional()
        .describe("The fingerprint of what allows it, used up by the update."),
    }),
  ),
  unchangedResources: count,
  oktaCalls: count,
  milliseconds: z.number().min(0),
});

/** A saved report, or a preview of Pulumi's, that can't be used. */
export class ReportError extends Error {
  readonly code = "REPORT_INVALID";
  readonly remedy: string;

  constructor(
    message: string,
    remedy = "Write it with `okta-scim preview --report FILE`; docs/preview-report.schema.json has its form.",
  ) {
    super(message);
    this.name = "ReportError";
    this.remedy = remedy;
  }
}

/**
 * Reads a report that was saved as JSON.
 * @throws ReportError
 */
export function parseReport(text: string): PreviewReport {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ReportError("The report is not JSON.");
  }
  const parsed = previewReportSchema.safeParse(document);
  if (!parsed.success)
    throw new ReportError(`This is not a preview report: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
