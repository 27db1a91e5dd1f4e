import { z } from "zod";
import { shownText } from "./text.ts";

export const attributeSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z]\w{0,63}$/, { error: "a variable name: a letter, then letters, digits, underscores" })
      .describe(
        "The variable name in the app's user profile. A name of Okta's base attributes (docs/spec.md lists them) changes its mapping only.",
      ),
    title: shownText.optional().describe("The name that administrators see; without it, made from the name."),
    description: z.string().max(1000).optional().describe("What the attribute is for."),
    type: z
      .enum(["string", "boolean", "integer", "number", "array"])
      .default("string")
      .describe("The type of its values."),
    items: z
      .enum(["string", "integer", "number"])
      .optional()
      .describe("With type array: the type of each item."),
    scim: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe(
        'Where the value goes in the SCIM user: a core attribute (`title`, `name.givenName`, `emails[type eq "home"].value`) or `urn:…:User:attribute`. A custom attribute needs it.',
      ),
    expression: z
      .string()
      .trim()
      .min(1)
      .max(1024)
      .optional()
      .describe(
        "The Okta expression that makes the value, e.g. `user.department`. Base attributes have Okta's default; a custom one without it is set by assignments only.",
      ),
    push: z
      .enum(["always", "on_create", "never"])
      .default("always")
      .describe(
        "When Okta sends the value: at each change, only when the user is created, or never (no mapping).",
      ),
    required: z.boolean().default(false).describe("Whether the app's profile must have it."),
    enum: z.array(z.string().min(1)).min(1).optional().describe("The values allowed."),
    minLength: z.int().min(0).optional().describe("Of a string, in characters."),
    maxLength: z.int().min(1).optional().describe("Of a string, in characters."),
  })
  .describe(
    "One attribute that Okta sends. The default list is Okta's: given name, family name, email, department. Entries add to it, or replace one by name.",
  );
