import { z } from "zod";
import { signOnSchema } from "./sign-on-schema.ts";
import { httpUrl, shownText } from "./text.ts";

/** Makes the Okta login the user name in the app. */
export const loginTemplate = `\${source.login}`;

const userNameTemplateSchema = z
  .strictObject({
    template: shownText
      .default(loginTemplate)
      .describe("An Okta expression in dollar and braces, like the default."),
    type: z
      .enum(["BUILT_IN", "CUSTOM", "NONE"])
      .default("BUILT_IN")
      .describe("CUSTOM for a template of one's own."),
    suffix: shownText.optional().describe("A text added at the end."),
    push: z
      .enum(["always", "on_create"])
      .optional()
      .describe("Whether a changed user name is sent to the app too."),
  })
  .describe("How a person's user name in the app is made.");

export const appSchema = z
  .strictObject({
    label: shownText.max(100).describe("The name that people see in Okta. Unique in a stack."),
    catalogName: z
      .string()
      .regex(/^[a-z0-9_]{1,100}$/, {
        error: "the technical name in Okta's catalog: lower-case letters, digits, underscores",
      })
      .optional()
      .describe(
        "The integration of Okta's catalog (OIN) that the app is made from, e.g. `scim2headerauth`; without it, a custom app.",
      ),
    status: z.enum(["active", "inactive"]).default("active").describe("An inactive app provisions nobody."),
    signOn: signOnSchema.prefault({ mode: "auto_login" }).describe("How people sign on."),
    settings: z
      .record(z.string(), z.json())
      .optional()
      .describe("Settings that the catalog app asks for (`settings.app` of Okta's API)."),
    userNameTemplate: userNameTemplateSchema
      .prefault({})
      .describe("How a person's user name in the app is made; without it, the Okta login."),
    visibility: z
      .strictObject({
        hideIos: z.boolean().default(false).describe("Not shown in Okta Mobile on iOS."),
        hideWeb: z.boolean().default(false).describe("Not shown on the dashboard."),
        autoSubmitToolbar: z.boolean().default(false).describe("Whether Okta's toolbar signs on by itself."),
      })
      .prefault({})
      .describe("Where people see the app."),
    accessibility: z
      .strictObject({
        selfService: z.boolean().default(false).describe("Whether people may assign the app to themselves."),
        errorRedirectUrl: httpUrl.optional().describe("Where people go when they may not open the app."),
        loginRedirectUrl: httpUrl.optional().describe("Where people go to sign in to Okta."),
      })
      .prefault({})
      .describe("Who gets to the app, and where others are led."),
    notes: z
      .strictObject({
        admin: z.string().max(1000).optional().describe("For administrators."),
        enduser: z.string().max(1000).optional().describe("For the people who use the app."),
      })
      .prefault({})
      .describe("Notes shown in Okta."),
  })
  .describe("The application in Okta.");
