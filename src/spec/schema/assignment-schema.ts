import { z } from "zod";
import { loginName, oktaId, profileValues, shownText } from "./text.ts";

export const pushGroupSchema = z
  .strictObject({
    group: shownText.describe("The Okta group's name."),
    target: shownText.optional().describe("The group's name in the app; without it, the same name."),
    targetId: oktaId("00g", "a group")
      .optional()
      .describe(
        "The id of the group in Okta that stands for the app's group: for a push group that is adopted. Say its `target` too, so that the checks know its name.",
      ),
    onRemove: z
      .enum(["keep", "delete"])
      .default("keep")
      .describe("What happens to the group in the app when this entry is removed."),
    status: z.enum(["active", "inactive"]).default("active").describe("`inactive` pauses pushing."),
  })
  .describe("An Okta group that is pushed to the app, with its members.");

const groupAssignmentSchema = z
  .strictObject({
    group: shownText.describe("The Okta group's name."),
    priority: z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .describe("Which group's profile wins for people in several: the lowest number."),
    profile: profileValues.optional().describe("Attribute values for everybody assigned by this group."),
  })
  .describe("Everybody in this group gets the app.");

/**
 * A person has no `profile` here: Okta answers with every attribute of the person's profile, and the plugin would take those that the spec
 * does not name for a difference, for ever. A value for one person belongs to an expression or to a group's profile.
 */
const userAssignmentSchema = z
  .strictObject({
    login: loginName.describe("The person's Okta login."),
    userName: loginName.optional().describe("The user name in the app; without it, the Okta login."),
  })
  .describe("This person gets the app.");

export const assignmentsSchema = z
  .strictObject({
    groups: z.array(groupAssignmentSchema).default([]).describe("By group."),
    users: z.array(userAssignmentSchema).default([]).describe("By person."),
  })
  .describe("Who gets the app.");
