import { z } from "zod";

/**
 * The part of a Pulumi package schema that a stand-in needs. The schema files are the official plugins' own
 * descriptions, cut to the types the stand-in serves, so that its inputs can't drift from theirs.
 * @see https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
const propertySchema = z.object({
  type: z.enum(["string", "integer", "number", "boolean", "array", "object"]).optional(),
  $ref: z.string().optional(),
  get items(): z.ZodOptional<typeof propertySchema> {
    return propertySchema.optional();
  },
  get additionalProperties(): z.ZodOptional<typeof propertySchema> {
    return propertySchema.optional();
  },
  secret: z.boolean().optional(),
  willReplaceOnChanges: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

const objectSchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).nullish(),
  enum: z.array(z.object({ value: z.string() })).optional(),
});

const resourceSchema = z.object({
  inputProperties: z.record(z.string(), propertySchema),
  requiredInputs: z.array(z.string()).nullish(),
  properties: z.record(z.string(), propertySchema),
  aliases: z.array(z.object({ type: z.string() })).optional(),
});

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  provider: z.object({ inputProperties: z.record(z.string(), propertySchema) }),
  resources: z.record(z.string(), resourceSchema),
  functions: z.record(
    z.string(),
    z.object({ inputs: objectSchema.optional(), outputs: objectSchema.optional() }),
  ),
  types: z.record(z.string(), objectSchema),
});

export type PropertySchema = z.infer<typeof propertySchema>;
export type ObjectSchema = z.infer<typeof objectSchema>;
export type PackageSchema = z.infer<typeof packageSchema>;

/** Reads a package schema. @throws ZodError when the file is not one. */
export function parsePackageSchema(document: unknown): PackageSchema {
  return packageSchema.parse(document);
}

/** The object type that a property refers to, with its token, or undefined for other properties. */
export function findObjectType(
  schema: PackageSchema,
  property: PropertySchema,
): { readonly token: string; readonly type: ObjectSchema } | undefined {
  const token = property.$ref?.replace("#/types/", "");
  if (token === undefined) return undefined;
  const type = schema.types[token];
  return type === undefined ? undefined : { token, type };
}
