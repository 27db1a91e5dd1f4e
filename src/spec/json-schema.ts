import { z } from "zod";
import { specSchema } from "./schema/spec-schema.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON Schema (draft 7, which editors' YAML plugins read) of a file below stacks/. A file may extend another: so keys that a spec needs
 * may be missing here, and null, which removes an inherited value, is allowed. Entries of lists are whole, as lists are never merged.
 */
export function generateJsonSchema(): string {
  const { $schema, ...spec } = z.toJSONSchema(specSchema, { io: "input", target: "draft-7" });
  const schema = { $schema, title: "okta-scim: an application in a stack", ...asPatch(spec) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function asPatch(schema: JsonSchema): JsonSchema {
  const { required: _inEachFile, properties, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, asRemovable(value)]),
          ),
        }),
    ...(oneOf === undefined
      ? {}
      : { anyOf: oneOf.map((form) => (typeof form === "boolean" ? form : asPatch(form))) }),
  };
}

function asRemovable(schema: JsonSchema | boolean): JsonSchema | boolean {
  if (typeof schema === "boolean" || schema.const !== undefined) return schema;
  const { description, default: preset, ...patch } = asPatch(schema);
  const forms = patch.anyOf ?? [patch];
  return {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [...forms, { type: "null" }],
  };
}
