import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { JsonObject } from "../store/model.ts";
import { USER_BASE_SCHEMA } from "../store/user-base-schema.ts";
import type { UserType } from "../store/user-types.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { blankField, duplicateField, invalid, notFound } from "./okta-error.ts";
import { wholeSeconds } from "./okta-time.ts";

const typeBody = z.looseObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a variable name")
    .optional(),
  displayName: z.string().min(1).max(50).optional(),
  description: z.string().max(255).nullish(),
});

/** A user type as the API shows it. */
function presentType(call: ApiCall, type: UserType): JsonObject {
  const { orgUrl, store } = call;
  const okta = `spr${store.orgId.slice(3)}`;
  return {
    id: type.id,
    displayName: type.displayName,
    name: type.name,
    description: type.description,
    createdBy: type.createdBy ?? okta,
    lastUpdatedBy: type.lastUpdatedBy ?? okta,
    created: wholeSeconds(type.created),
    lastUpdated: wholeSeconds(type.lastUpdated),
    default: type.isDefault,
    _links: {
      schema: { rel: "schema", href: `${orgUrl}/api/v1/meta/schemas/user/${type.schemaId}`, method: "GET" },
      self: { rel: "self", href: `${orgUrl}/api/v1/meta/types/user/${type.id}`, method: "GET" },
    },
  };
}

/** The type of a call's `typeId`, which may be `default`. Throws 404; Okta names the object CVDType. */
function findType(call: ApiCall): UserType {
  const id = param(call, "typeId");
  const type = call.store.userTypes.get(id);
  if (type === undefined) throw notFound(id, "CVDType");
  return type;
}

function createType(call: ApiCall): Answer {
  const { name, displayName, description } = readBody(call, typeBody, "userType");
  if (name === undefined) throw blankField("name");
  if (displayName === undefined) throw blankField("displayName");
  if (call.store.userTypes.list().some((type) => type.name === name)) throw duplicateField("name");
  const type = call.store.userTypes.create({
    name,
    displayName,
    description: description ?? null,
    isDefault: false,
    base: USER_BASE_SCHEMA,
    createdBy: call.caller.actor.id,
  });
  return answerJson(200, presentType(call, type));
}

/** POST changes what it names, PUT replaces; the name itself stays. */
function updateType(call: ApiCall, extent: "partial" | "replace"): Answer {
  const type = findType(call);
  const body = readBody(call, typeBody, "userType");
  if (body.name !== undefined && body.name !== type.name) throw invalid("name", "name: cannot be changed");
  const displayName = body.displayName ?? (extent === "partial" ? type.displayName : undefined);
  if (displayName === undefined) throw blankField("displayName");
  const description = body.description ?? (extent === "partial" ? type.description : null);
  const updated = call.store.userTypes.rename(type.id, { displayName, description }, call.caller.actor.id);
  return answerJson(200, presentType(call, updated ?? type));
}

function deleteType(call: ApiCall): Answer {
  const type = findType(call);
  if (type.isDefault) throw invalid("userType", "The default user type cannot be deleted.");
  const members = call.store.users.page({ where: { sql: "type_id = ?", values: [type.id] }, limit: 1 });
  if (members.length > 0) throw invalid("userType", "The user type has users and cannot be deleted.");
  call.store.userTypes.delete(type.id);
  return { status: 204 };
}

/** The types that people have. */
export const USER_TYPE_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/meta/types/user",
    scopes: ["okta.userTypes.read"],
    handle: (call) =>
      answerJson(
        200,
        call.store.userTypes.list().map((type) => presentType(call, type)),
      ),
  },
  {
    method: "POST",
    path: "/api/v1/meta/types/user",
    scopes: ["okta.userTypes.manage"],
    handle: createType,
  },
  {
    method: "GET",
    path: "/api/v1/meta/types/user/:typeId",
    scopes: ["okta.userTypes.read"],
    handle: (call) => answerJson(200, presentType(call, findType(call))),
  },
  {
    method: "POST",
    path: "/api/v1/meta/types/user/:typeId",
    scopes: ["okta.userTypes.manage"],
    handle: (call) => updateType(call, "partial"),
  },
  {
    method: "PUT",
    path: "/api/v1/meta/types/user/:typeId",
    scopes: ["okta.userTypes.manage"],
    handle: (call) => updateType(call, "replace"),
  },
  {
    method: "DELETE",
    path: "/api/v1/meta/types/user/:typeId",
    scopes: ["okta.userTypes.manage"],
    handle: deleteType,
  },
];
