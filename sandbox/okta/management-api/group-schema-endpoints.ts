import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject, Profile, SchemaAttribute } from "../store/model.ts";
import type { OrgStore } from "../store/org-store.ts";
import type { ApiCall, Endpoint } from "./api-call.ts";
import { readBody } from "./api-call.ts";
import { presentDefinition, schemaBody } from "./app-schema-endpoints.ts";
import { wholeSeconds } from "./okta-time.ts";
import { mergeAttributes, readDefinitions, shapeProfileAttribute } from "./schema-attributes.ts";
import { checkProfile } from "./user-profile.ts";

const attributes = z.record(z.string(), z.record(z.string(), z.json()));
const storedSchema = z.object({
  base: attributes,
  custom: attributes,
  created: z.string(),
  lastUpdated: z.string(),
});
type GroupSchema = z.infer<typeof storedSchema>;

/** The base attributes of groups. */
const GROUP_BASE_SCHEMA: Readonly<Record<string, SchemaAttribute>> = {
  name: baseAttribute("Name", 255, true),
  description: baseAttribute("Description", 1_024, false),
};

function baseAttribute(title: string, maxLength: number, required: boolean): SchemaAttribute {
  return {
    title,
    description: title,
    type: "string",
    ...(required ? { required } : {}),
    mutability: "READ_WRITE",
    scope: "NONE",
    maxLength,
    permissions: [{ principal: "SELF", action: "READ_WRITE" }],
    master: { type: "PROFILE_MASTER" },
  };
}

/** The schema of groups: as the org began with it until it is changed. */
function readSchema(store: OrgStore): GroupSchema {
  const stored = store.setting("group_schema");
  if (stored !== undefined) return storedSchema.parse(JSON.parse(stored));
  const { created } = store.groups.everyone();
  return { base: { ...GROUP_BASE_SCHEMA }, custom: {}, created, lastUpdated: created };
}

function presentSchema(call: ApiCall, schema: GroupSchema): JsonObject {
  return {
    id: `${call.orgUrl}/meta/schemas/group/default`,
    $schema: "http://json-schema.org/draft-04/schema#",
    name: "group",
    title: "Okta group",
    description: "Okta group profile template",
    lastUpdated: wholeSeconds(schema.lastUpdated),
    created: wholeSeconds(schema.created),
    definitions: {
      custom: presentDefinition("custom", schema.custom),
      base: presentDefinition("base", schema.base),
    },
    type: "object",
    properties: { profile: { allOf: [{ $ref: "#/definitions/custom" }, { $ref: "#/definitions/base" }] } },
    _links: {
      self: { rel: "self", href: `${call.orgUrl}/api/v1/meta/schemas/group/default`, method: "GET" },
    },
  };
}

function updateSchema(call: ApiCall): Answer {
  const before = readSchema(call.store);
  const { base, custom } = readDefinitions(readBody(call, schemaBody, "schema"));
  const schema: GroupSchema = {
    created: before.created,
    lastUpdated: call.store.clock.now().toISOString(),
    base: mergeAttributes(before.base, base, { keepAll: true, shape: shapeProfileAttribute }),
    custom: mergeAttributes(before.custom, custom, {
      keepAll: false,
      shape: shapeProfileAttribute,
      taken: before.base,
    }),
  };
  call.store.saveSetting("group_schema", JSON.stringify(schema));
  return answerJson(200, presentSchema(call, schema));
}

/** Checks a group's profile against the schema of groups. Throws E0000001. */
export function checkGroupProfile(store: OrgStore, profile: Profile): void {
  const { base, custom } = readSchema(store);
  checkProfile(profile, { ...base, ...custom }, "profile");
}

/** Names of the attributes that the org has added. */
export function customGroupAttributes(store: OrgStore): string[] {
  return Object.keys(readSchema(store).custom);
}

/** The schema of groups. */
export const GROUP_SCHEMA_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/meta/schemas/group/default",
    scopes: ["okta.schemas.read"],
    handle: (call) => answerJson(200, presentSchema(call, readSchema(call.store))),
  },
  {
    method: "POST",
    path: "/api/v1/meta/schemas/group/default",
    scopes: ["okta.schemas.manage"],
    handle: updateSchema,
  },
];
