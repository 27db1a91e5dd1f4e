import { z } from "zod";
import { changesSchema, webhooksSchema } from "./change-feed-schema.ts";
import { httpUrl, shownText } from "./text.ts";

export const serverSchema = z
  .strictObject({
    bundled: z
      .strictObject({
        publicUrl: httpUrl.describe(
          "The address at which Okta reaches this app's tenant, ending in `/<tenant>`. The SCIM base URL is `<publicUrl>/scim/v2`. https, but for loopback.",
        ),
        tenant: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: "a tenant's name: lower-case letters, digits, dashes" })
          .optional()
          .describe(
            "The tenant that holds the app's people in the server; without it, the file's name. Keep the former name here when the file is renamed, or the app starts with an empty tenant.",
          ),
        reactivateOnCreate: z
          .boolean()
          .default(false)
          .describe(
            "Whether creating a user who exists but is inactive reactivates that user instead of answering 409.",
          ),
        rateLimit: z
          .strictObject({
            requestsPerSecond: z.number().min(0.1).max(10_000).describe("On average, for each token."),
            burst: z.int().min(1).max(10_000).describe("At once, for each token."),
          })
          .optional()
          .describe("More requests are answered by 429, which Okta obeys. Without it there is no limit."),
        webhooks: webhooksSchema,
        changes: changesSchema,
      })
      .optional()
      .describe("A tenant of the SCIM server that this project runs."),
    external: z
      .strictObject({
        baseUrl: httpUrl.describe(
          "The SCIM base URL as the app's vendor states it. https, but for loopback.",
        ),
      })
      .optional()
      .describe("The app's own SCIM server."),
  })
  .describe("The SCIM server that Okta provisions to: either `bundled` or `external`.");

export const connectionSchema = z
  .strictObject({
    management: z
      .enum(["auto", "api", "manual"])
      .default("auto")
      .describe(
        "Who sets the connection. `api`: this program, through Okta's API, which officially serves few catalog apps. `manual`: an administrator, in Okta's console. `auto`: `api` for the apps on Okta's list, `manual` for all others.",
      ),
    configured: z
      .boolean()
      .optional()
      .describe(
        "Only with a manual connection: `true` once the administrator's step is done. Until then assignments and push groups are held back.",
      ),
    authentication: z
      .enum(["header", "bearer", "basic", "oauth2"])
      .default("header")
      .describe("How Okta authenticates at the SCIM server."),
    username: shownText.optional().describe("The user name of `basic` authentication."),
    clientId: shownText.optional().describe("The OAuth client of `oauth2` authentication."),
    tokenVersion: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .describe("Raise it by one to rotate the connection's token."),
    acceptPreviousToken: z
      .boolean()
      .default(false)
      .describe(
        "While a token is rotated: whether the bundled server accepts the token of the version before, too.",
      ),
  })
  .describe("The connection from Okta to the SCIM server.");

export const provisioningSchema = z
  .strictObject({
    createUsers: z
      .boolean()
      .default(true)
      .describe("Okta creates (or links) a user when a person is assigned."),
    updateProfiles: z.boolean().default(true).describe("Okta sends changed attributes."),
    deactivateUsers: z
      .boolean()
      .default(true)
      .describe("Okta deactivates the user when a person loses the app."),
    syncPassword: z.boolean().default(false).describe("Okta sends people's Okta password."),
    unlistedMappings: z
      .enum(["remove", "keep"])
      .default("remove")
      .describe(
        "What happens to entries of the attribute mapping that the spec does not list: `remove` makes the spec the whole truth.",
      ),
  })
  .describe("What Okta does in the app.");
