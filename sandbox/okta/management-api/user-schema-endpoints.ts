import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import type { UserType } from "../store/user-types.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { presentDefinition, schemaBody } from "./app-schema-endpoints.ts";
import { notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";
import { mergeAttributes, readDefinitions, shapeProfileAttribute } from "./schema-attributes.ts";

function findType(call: ApiCall): UserType {
  const id = param(call, "schemaId");
  const type = call.store.userTypes.getBySchema(id);
  if (type === undefined) throw notFound(id, "UserSchema");
  return type;
}

function presentSchema(call: ApiCall, type: UserType): JsonObject {
  const path = `/meta/schemas/user/${type.isDefault ? "default" : type.schemaId}`;
  return {
    id: `${call.orgUrl}${path}`,
    $schema: "http://json-schema.org/draft-04/schema#",
    name: type.name,
    title: type.displayName,
    description: type.description,
    lastUpdated: wholeSeconds(type.lastUpdated),
    created: wholeSeconds(type.created),
    definitions: {
      custom: presentDefinition("custom", type.custom),
      base: presentDefinition("base", type.base),
    },
    type: "object",
    properties: { profile: { allOf: [{ $ref: "#/definitions/custom" }, { $ref: "#/definitions/base" }] } },
    _links: {
      self: {
        rel: "self",
        href: `${call.orgUrl}/api/v1/meta/schemas/user/${type.schemaId}`,
        method: "GET",
      },
      type: { rel: "type", href: `${call.orgUrl}/api/v1/meta/types/user/${type.id}`, method: "GET" },
    },
  };
}

function updateSchema(call: ApiCall): Answer {
  const type = findType(call);
  const { base, custom } = readDefinitions(readBody(call, schemaBody, "schema"));
  const saved = call.store.userTypes.saveSchema(type.id, {
    base: mergeAttributes(type.base, base, { keepAll: true, shape: shapeProfileAttribute }),
    custom: mergeAttributes(type.custom, custom, {
      keepAll: false,
      shape: shapeProfileAttribute,
      taken: type.base,
    }),
  });
  return answerJson(200, presentSchema(call, saved ?? type));
}

/** The schemas of people, one per user type. */
export const USER_SCHEMA_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/meta/schemas/user/:schemaId",
    scopes: ["okta.schemas.read"],
    handle: (call) => answerJson(200, presentSchema(call, findType(call))),
  },
  {
    method: "POST",
    path: "/api/v1/meta/schemas/user/:schemaId",
    scopes: ["okta.schemas.manage"],
    handle: updateSchema,
  },
  {
    method: "GET",
    path: "/api/v1/apps/:appId/user/types",
    scopes: ["okta.apps.read"],
    handle: (call) =>
      answerJson(200, [{ id: param(call, "appId"), name: "default", displayName: "Default" }]),
  },
];
