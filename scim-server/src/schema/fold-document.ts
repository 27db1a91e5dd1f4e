import { isJsonObject, type JsonObject } from "../json.ts";
import { type Document, schemasOf } from "./document.ts";
import { foldObject } from "./fold.ts";
import type { ResourceModel } from "./resource-model.ts";

/**
 * The document as filters and sorting see it. Folding here, and not in the database, makes both engines compare
 * alike: their own notions of lower case differ outside ASCII.
 */
export function foldDocument(model: ResourceModel, document: Document): JsonObject {
  const folded = foldObject(model.attributes, document);
  for (const { schema, attributes } of model.extensions) {
    const content = document[schema.id];
    if (isJsonObject(content)) folded[schema.id] = foldObject(attributes, content);
  }
  folded["schemas"] = schemasOf(model, document);
  return folded;
}

/** The e-mail addresses of a folded document: what a person is found by. */
export function emailsIn({ emails }: JsonObject): readonly string[] {
  return (Array.isArray(emails) ? emails : []).flatMap((email) => {
    const value = isJsonObject(email) ? email["value"] : undefined;
    return typeof value === "string" ? [value] : [];
  });
}
