import { z } from "zod";
import { type Answer, answerJson } from "../http.ts";
import type { LinkedObject } from "../store/linked-objects.ts";
import type { JsonObject, User } from "../store/model.ts";
import { type ApiCall, type Endpoint, param, readBody } from "./api-call.ts";
import { findUser } from "./find-user.ts";
import { duplicateField, invalid, notFound } from "./okta-error.ts";

const side = z.object({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, "must be a variable name"),
  title: z.string().min(1),
  description: z.string().nullish(),
  type: z.literal("USER"),
});
const definitionBody = z.looseObject({ primary: side, associated: side });

function presentDefinition(call: ApiCall, definition: LinkedObject): JsonObject {
  const href = `${call.orgUrl}/api/v1/meta/schemas/user/linkedObjects/${definition.primaryName}`;
  return { ...definition.document, _links: { self: { href } } };
}

function createDefinition(call: ApiCall): Answer {
  const { primary, associated } = readBody(call, definitionBody, "linkedObject");
  if (primary.name === associated.name) {
    throw invalid("name", "name: The primary and associated names must differ");
  }
  for (const { name } of [primary, associated]) {
    if (call.store.linkedObjects.find(name) !== undefined) throw duplicateField("name");
  }
  const show = ({ name, title, description, type }: z.infer<typeof side>): JsonObject => ({
    name,
    title,
    ...(description === undefined || description === null ? {} : { description }),
    type,
  });
  const definition: LinkedObject = {
    primaryName: primary.name,
    associatedName: associated.name,
    document: { primary: show(primary), associated: show(associated) },
  };
  call.store.linkedObjects.define(definition);
  return answerJson(201, presentDefinition(call, definition));
}

/** The relationship of a call's `name`, by either of its names. Throws 404. */
function findDefinition(call: ApiCall): LinkedObject {
  const name = param(call, "name");
  const definition = call.store.linkedObjects.find(name);
  if (definition === undefined) throw notFound(name, "LinkedObject");
  return definition;
}

function deleteDefinition(call: ApiCall): Answer {
  call.store.linkedObjects.delete(findDefinition(call).primaryName);
  return { status: 204 };
}

/** The relationship of a call's `name`, which has to be the primary one. Throws 404. */
function findByPrimaryName(call: ApiCall): LinkedObject {
  const definition = findDefinition(call);
  if (definition.primaryName !== param(call, "name")) throw notFound(param(call, "name"), "LinkedObject");
  return definition;
}

function link(call: ApiCall): Answer {
  const associate: User = findUser(call);
  const { primaryName } = findByPrimaryName(call);
  const primary = call.store.users.find(param(call, "primaryUserId"));
  if (primary === undefined) throw notFound(param(call, "primaryUserId"), "User");
  if (primary.id === associate.id) throw invalid("linkedObjects", "A user cannot be linked to themselves.");
  call.store.linkedObjects.link(primaryName, associate.id, primary.id);
  return { status: 204 };
}

function unlink(call: ApiCall): Answer {
  const associate = findUser(call);
  call.store.linkedObjects.unlink(findByPrimaryName(call).primaryName, associate.id);
  return { status: 204 };
}

function listRelated(call: ApiCall): Answer {
  const user = findUser(call);
  findDefinition(call);
  const ids = call.store.linkedObjects.related(user.id, param(call, "name"));
  return answerJson(
    200,
    ids.map((id) => ({ _links: { self: { href: `${call.orgUrl}/api/v1/users/${id}` } } })),
  );
}

/** Linked objects: relationships between people. */
export const LINKED_OBJECT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/meta/schemas/user/linkedObjects",
    scopes: ["okta.linkedObjects.read"],
    handle: (call) =>
      answerJson(
        200,
        call.store.linkedObjects.list().map((definition) => presentDefinition(call, definition)),
      ),
  },
  {
    method: "POST",
    path: "/api/v1/meta/schemas/user/linkedObjects",
    scopes: ["okta.linkedObjects.manage"],
    handle: createDefinition,
  },
  {
    method: "GET",
    path: "/api/v1/meta/schemas/user/linkedObjects/:name",
    scopes: ["okta.linkedObjects.read"],
    handle: (call) => answerJson(200, presentDefinition(call, findDefinition(call))),
  },
  {
    method: "DELETE",
    path: "/api/v1/meta/schemas/user/linkedObjects/:name",
    scopes: ["okta.linkedObjects.manage"],
    handle: deleteDefinition,
  },
  {
    method: "GET",
    path: "/api/v1/users/:userId/linkedObjects/:name",
    scopes: ["okta.users.read"],
    handle: listRelated,
  },
  {
    method: "DELETE",
    path: "/api/v1/users/:userId/linkedObjects/:name",
    scopes: ["okta.users.manage"],
    handle: unlink,
  },
  {
    method: "PUT",
    path: "/api/v1/users/:userId/linkedObjects/:name/:primaryUserId",
    scopes: ["okta.users.manage"],
    handle: link,
  },
];
