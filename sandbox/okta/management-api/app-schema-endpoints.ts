import { z } from "zod";
import { entryOf } from "../catalog/catalog.ts";
import { type Answer, answerJson } from "../http.ts";
import { hasFeature } from "../org-edition.ts";
import type { App, AppUserSchema, JsonObject, JsonValue, SchemaAttribute } from "../store/model.ts";
import { isObject } from "../store/sql.ts";
import { type ApiCall, type Endpoint, readBody } from "./api-call.ts";
import { findAppInstance } from "./find-app.ts";
import { notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { mergeAttributes, readDefinitions } from "./schema-attributes.ts";

/** Parts of an attribute that app-user schemas have, in Okta's order; anything else that is sent is dropped. */
const APP_ATTRIBUTE_PARTS = [
  "title",
  "description",
  "type",
  "format",
  "required",
  "mutability",
  "externalName",
  "externalNamespace",
  "unique",
  "scope",
  "enum",
  "oneOf",
  "items",
  "minLength",
  "maxLength",
  "union",
  "master",
] as const;

export const schemaBody = z.looseObject({
  title: z.string().nullish(),
  description: z.string().nullish(),
  definitions: z
    .looseObject({
      base: z.looseObject({ properties: z.record(z.string(), z.json()).nullish() }).nullish(),
      custom: z.looseObject({ properties: z.record(z.string(), z.json()).nullish() }).nullish(),
    })
    .nullish(),
});

function findSchema(call: ApiCall): { readonly app: App; readonly schema: AppUserSchema } {
  const app = findAppInstance(call);
  const schema = call.store.schemas.get(app.id);
  if (schema === undefined) throw notFound(app.id, "AppInstance");
  return { app, schema };
}

function presentSchema(call: ApiCall, app: App, schema: AppUserSchema): JsonObject {
  return {
    id: `${call.orgUrl}/meta/schemas/apps/${app.id}/default`,
    $schema: "http://json-schema.org/draft-04/schema#",
    name: schema.name,
    title: `${app.label} User`,
    lastUpdated: wholeSeconds(schema.lastUpdated),
    created: wholeSeconds(schema.created),
    definitions: {
      custom: presentDefinition("custom", showSources(call, app, schema.custom)),
      base: presentDefinition("base", showSources(call, app, schema.base)),
    },
    type: "object",
    properties: { profile: { allOf: [{ $ref: "#/definitions/custom" }, { $ref: "#/definitions/base" }] } },
  };
}

/** Attributes with their source where the app can be one, or the org shows it of every app; without it elsewhere. */
function showSources(
  call: ApiCall,
  app: App,
  attributes: Readonly<Record<string, SchemaAttribute>>,
): Record<string, SchemaAttribute> {
  const shown = entryOf(app)?.canMaster === true || hasFeature(call.store, "attributeSources");
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { master, ...attribute }]) => [
      name,
      shown ? { ...attribute, master: master ?? { type: "PROFILE_MASTER" } } : attribute,
    ]),
  );
}

/** A definition of a schema document; one without attributes has no list of required ones either. */
export function presentDefinition(
  name: string,
  attributes: Readonly<Record<string, SchemaAttribute>>,
): JsonObject {
  const empty = Object.keys(attributes).length === 0;
  return {
    id: `#${name}`,
    type: "object",
    properties: { ...attributes },
    ...(empty ? {} : { required: requiredNames(attributes) }),
  };
}

/** Names of the attributes that must have a value. */
function requiredNames(attributes: Readonly<Record<string, SchemaAttribute>>): string[] {
  return Object.entries(attributes)
    .filter(([, attribute]) => attribute["required"] === true)
    .map(([name]) => name);
}

function updateSchema(call: ApiCall): Answer {
  const { app, schema } = findSchema(call);
  const { base, custom } = readDefinitions(readBody(call, schemaBody, "schema"));
  const saved = call.store.schemas.save(app.id, {
    base: mergeAttributes(schema.base, base, { keepAll: true, shape: shapeAttribute }),
    custom: mergeAttributes(schema.custom, custom, {
      keepAll: false,
      shape: shapeAttribute,
      taken: schema.base,
    }),
  });
  return answerJson(200, presentSchema(call, app, saved ?? schema));
}

function shapeAttribute(attribute: JsonObject): SchemaAttribute {
  const shaped: SchemaAttribute = {};
  for (const part of APP_ATTRIBUTE_PARTS) {
    const value = attribute[part] ?? (part === "scope" ? "NONE" : undefined);
    if (value === undefined || isDefaultValue(part, value)) continue;
    // Only lists of several groups can be united: recorded answers drop `union` of other attributes.
    if (part === "union" && attribute["type"] !== "array") continue;
    shaped[part] = part === "items" && isObject(value) ? shapeItems(value) : value;
  }
  return shaped;
}

/** What a list holds; objects in it may have any properties. */
function shapeItems(items: JsonObject): JsonObject {
  return items["type"] === "object" ? { ...items, additionalProperties: true } : items;
}

/** Okta shows `required` and `unique` only where they are on. */
function isDefaultValue(part: string, value: JsonValue): boolean {
  if (part === "required") return value === false;
  if (part === "unique") return value === "NOT_UNIQUE" || value === "false" || value === false;
  return part === "items" && isObject(value) && Object.keys(value).length === 0;
}

/** Schemas of app users. */
export const APP_SCHEMA_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/meta/schemas/apps/:appId/default",
    scopes: ["okta.schemas.read"],
    handle: (call) => {
      const { app, schema } = findSchema(call);
      return answerJson(200, presentSchema(call, app, schema));
    },
  },
  {
    method: "POST",
    path: "/api/v1/meta/schemas/apps/:appId/default",
    scopes: ["okta.schemas.manage"],
    handle: updateSchema,
  },
];
