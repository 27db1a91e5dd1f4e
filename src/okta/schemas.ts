import { z } from "zod";
import type { OktaHttp } from "./okta-http.ts";

const propertySchema = z.looseObject({
  title: z.string().nullish(),
  type: z.string().nullish(),
  externalName: z.string().nullish(),
  externalNamespace: z.string().nullish(),
  scope: z.string().nullish(),
  required: z.boolean().nullish(),
});
export type OktaSchemaProperty = z.infer<typeof propertySchema>;

const definitionSchema = z
  .looseObject({ properties: z.record(z.string(), propertySchema).nullish() })
  .nullish();

/** The schema of people in an app or in the org: Okta's base properties and the custom ones. */
const profileSchemaSchema = z.looseObject({
  id: z.string().nullish(),
  name: z.string().nullish(),
  definitions: z.looseObject({ base: definitionSchema, custom: definitionSchema }),
});
export type OktaProfileSchema = z.infer<typeof profileSchemaSchema>;

export interface SchemasApi {
  /** The schema of an app's users. */
  getAppUserSchema(appId: string, signal?: AbortSignal): Promise<OktaProfileSchema>;
  /** The schema of the org's users (default type). */
  getUserSchema(signal?: AbortSignal): Promise<OktaProfileSchema>;
}

/** Schemas: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/ */
export function createSchemasApi(http: OktaHttp): SchemasApi {
  return {
    getAppUserSchema: (appId, signal) =>
      http.fetch(
        { method: "GET", path: `/api/v1/meta/schemas/apps/${encodeURIComponent(appId)}/default`, signal },
        profileSchemaSchema,
      ),
    getUserSchema: (signal) =>
      http.fetch({ method: "GET", path: "/api/v1/meta/schemas/user/default", signal }, profileSchemaSchema),
  };
}

/** All properties of a schema by variable name, custom ones winning over base ones of the same name. */
export function listSchemaProperties(schema: OktaProfileSchema): ReadonlyMap<string, OktaSchemaProperty> {
  return new Map([
    ...Object.entries(schema.definitions.base?.properties ?? {}),
    ...Object.entries(schema.definitions.custom?.properties ?? {}),
  ]);
}
