import { type Attribute, indexByName, type Schema } from "./attribute.ts";
import { commonAttributes } from "./common-attributes.ts";

export type ResourceTypeName = "User" | "Group";

/** A schema extension with its attributes indexed. */
export interface ExtensionModel {
  readonly schema: Schema;
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** A resource type (RFC 7643 section 6) with its schemas resolved, as one tenant publishes it. */
export interface ResourceModel {
  readonly type: ResourceTypeName;
  readonly endpoint: "/Users" | "/Groups";
  readonly schema: Schema;
  readonly extensions: readonly ExtensionModel[];
  /** Common and core attributes in the order of answers, by lower-cased name. */
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Extensions by lower-cased URN: a URN is compared without regard to case (RFC 8141). */
  readonly extensionByUrn: ReadonlyMap<string, ExtensionModel>;
}

/** Builds the model of a resource type from its schemas. */
export function buildResourceModel(schema: Schema, extensions: readonly Schema[]): ResourceModel {
  const extensionModels = extensions.map((extension) => ({
    schema: extension,
    attributes: indexByName(extension.attributes),
  }));
  const isUser = schema.name === "User";
  return {
    type: isUser ? "User" : "Group",
    endpoint: isUser ? "/Users" : "/Groups",
    schema,
    extensions: extensionModels,
    attributes: indexByName([
      ...commonAttributes.filter((attribute) => attribute.name !== "meta"),
      ...schema.attributes,
      ...commonAttributes.filter((attribute) => attribute.name === "meta"),
    ]),
    extensionByUrn: new Map(extensionModels.map((model) => [model.schema.id.toLowerCase(), model])),
  };
}
