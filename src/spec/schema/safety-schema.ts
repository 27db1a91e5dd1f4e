import { z } from "zod";
import { loginName, oktaId, shownText } from "./text.ts";

const limitForm = "a number of at least 0, or a share such as 5%";
export const limitSchema = z.union(
  [z.int().min(0), z.string().regex(/^(100|\d{1,2})%$/, { error: limitForm })],
  {
    error: limitForm,
  },
);

export const protectionSchema = z
  .strictObject({
    maxDeactivations: limitSchema
      .optional()
      .describe("How many people one update may deactivate in the app."),
    maxAssignmentRemovals: limitSchema.optional().describe("How many assignments one update may remove."),
    maxPushGroupRemovals: limitSchema.optional().describe("How many push groups one update may remove."),
    maxTargetGroupDeletions: limitSchema
      .optional()
      .describe("How many groups one update may delete in the app."),
  })
  .describe(
    "Limits of what one update may take away: a number, or a share such as `5%`. What is not given is the stack's.",
  );

/** What a guard rail stops; a spec acknowledges it by the same word. */
export const guardRailKinds = [
  "people-deactivated",
  "assignments-removed",
  "push-groups-removed",
  "target-groups-deleted",
  "app-deactivated",
  "app-replaced",
  "tls-weakened",
  "authentication-weakened",
  "protect-removed",
] as const;

/** What a reviewer can allow in a spec, by name. */
const acknowledgementKinds = ["pushed-and-assigned", ...guardRailKinds] as const;

export const acknowledgementSchema = z
  .strictObject({
    kind: z.enum(acknowledgementKinds).describe("What is allowed."),
    group: shownText.optional().describe("With pushed-and-assigned: the group."),
    atMost: z.int().min(1).optional().describe("How many at most."),
    until: z.iso
      .date({ error: "a date, YYYY-MM-DD" })
      .optional()
      .describe("The last day on which it is valid. All kinds but pushed-and-assigned need it."),
    reason: z.string().trim().min(3).max(500).describe("Why, for the reviewer."),
  })
  .describe("A change that a limit would stop, allowed by a reviewed line.");

export const checksSchema = z
  .strictObject({
    mode: z
      .enum(["enforce", "warn"])
      .default("enforce")
      .describe("Whether a failed check of this app fails the update."),
    readOnly: z
      .boolean()
      .default(false)
      .describe(
        "Whether the checks only read: they make no throw-away people and groups at the app's SCIM server, and leave the canary alone. For somebody else's server that counts people, or writes to them.",
      ),
    canary: loginName
      .optional()
      .describe("The login of a person kept for tests, whose whole life cycle is played through Okta."),
  })
  .describe("The checks after an update.");

export const adoptSchema = z
  .strictObject({
    app: oktaId("0oa", "an app").describe("The existing app."),
    connection: z.boolean().default(false).describe("Take over its connection."),
    features: z.boolean().default(false).describe("Take over its provisioning features."),
    mapping: oktaId("prm", "a profile mapping")
      .optional()
      .describe("Take over the mapping from Okta's user to the app user."),
    attributes: z.array(z.string()).default([]).describe("Take over these custom attributes."),
    pushGroups: z
      .record(z.string(), oktaId("gPm", "a push group mapping"))
      .default({})
      .describe("Take over these push groups: Okta group's name to mapping id."),
    groups: z.array(shownText).default([]).describe("Take over the assignments of these groups."),
    users: z.array(loginName).default([]).describe("Take over the assignments of these people."),
  })
  .describe(
    "Okta objects that exist already and that the first update takes over instead of creating them; what they are in Okta must be what the spec says. The app and its push groups need it. What else is not named here is set by the first update, over what is there. Remove it afterwards.",
  );
