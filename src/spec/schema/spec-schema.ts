import { z } from "zod";
import { appSchema } from "./app-schema.ts";
import { assignmentsSchema, pushGroupSchema } from "./assignment-schema.ts";
import { attributeSchema } from "./attribute-schema.ts";
import { connectionSchema, provisioningSchema, serverSchema } from "./connection-schema.ts";
import { acknowledgementSchema, adoptSchema, checksSchema, protectionSchema } from "./safety-schema.ts";

/** How a file that describes an app may be named (without `.yaml`); the name is also the tenant's in the bundled server. */
export const appNamePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** One application in one stack, version 1. Everything that is deployed follows from it. */
export const specSchema = z
  .strictObject({
    version: z.literal(1).describe("The version of this format."),
    extends: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A file whose content this one changes (RFC 7396: mappings are merged, lists replaced, null removes), by a path relative to this file.",
      ),
    lifecycle: z
      .enum(["active", "offboarding"])
      .default("active")
      .describe(
        "`offboarding` is the first of two steps to remove an app: people and push groups are released and the protection is lifted. The second is the file's deletion.",
      ),
    app: appSchema,
    server: serverSchema,
    connection: connectionSchema.prefault({}),
    provisioning: provisioningSchema.prefault({}),
    attributes: z
      .array(attributeSchema)
      .max(200)
      .default([])
      .describe("What Okta sends, besides the default list."),
    pushGroups: z
      .array(pushGroupSchema)
      .max(1000)
      .default([])
      .describe("Okta groups that are pushed to the app."),
    assignments: assignmentsSchema.prefault({}),
    protection: protectionSchema.prefault({}),
    acknowledgements: z.array(acknowledgementSchema).default([]).describe("Changes allowed by name."),
    checks: checksSchema.prefault({}),
    previousNames: z
      .array(z.string().regex(appNamePattern, { error: "a former file name without .yaml" }))
      .default([])
      .describe("Former names of this file, so that renaming it re-creates nothing."),
    adopt: adoptSchema.optional(),
  })
  .describe("An application that is connected to Okta over SCIM.");

/** A spec with all defaults filled in. */
export type AppSpec = z.output<typeof specSchema>;
export type AttributeSpec = AppSpec["attributes"][number];
export type SignOnSpec = AppSpec["app"]["signOn"];
