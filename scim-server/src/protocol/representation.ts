import type { Tenant } from "../config/tenant.ts";
import { andThen, type Eventually } from "../eventually.ts";
import { type JsonObject, parseJsonObject } from "../json.ts";
import type { Document } from "../schema/document.ts";
import { schemasOf } from "../schema/document.ts";
import { includesAttribute, type Projection, projectResource } from "../schema/projection.ts";
import type { ResourceModel, ResourceTypeName } from "../schema/resource-model.ts";
import type { Relation, Storage, StoredResource } from "../storage/storage.ts";

/** The entity tag of a version (RFC 7644 section 3.14). */
export function entityTag(version: number): string {
  return `W/"${version}"`;
}

/** Characters that URIs and JSON take as they are. Every id this server makes is of them; an imported one may not be. */
const plainId = /^[\w.~-]+$/;

/** A resource's URI, which is also what a header can hold. */
export function locationOf(tenant: Tenant, type: ResourceTypeName, id: string): string {
  return `${tenant.scimUrl}/${type}s/${plainId.test(id) ? id : encodeURIComponent(id)}`;
}

/** The text stored for a resource: complete but for groups, members and meta, which are added on the way out. */
export function serialiseDocument(model: ResourceModel, id: string, document: Document): string {
  return JSON.stringify({ schemas: schemasOf(model, document), id, ...document });
}

/** The document in a stored text. */
export function readDocument(stored: StoredResource): Document {
  const { schemas: _schemas, id: _id, ...document } = parseJsonObject(stored.document);
  return document;
}

/**
 * Renders resources as JSON texts, in order. Members and groups are read for all of them in one statement each,
 * and only if the projection asks for them.
 */
export function renderResources(
  storage: Storage,
  tenant: Tenant,
  resources: readonly StoredResource[],
  projections: Readonly<Record<ResourceTypeName, Projection | undefined>>,
): Eventually<readonly string[]> {
  const withGroups = includesAttribute(projections.User, "groups");
  const withMembers = includesAttribute(projections.Group, "members");
  const users: number[] = [];
  const groups: number[] = [];
  for (const { type, ordinal, isMember } of resources) {
    if (type === "Group" && withMembers) groups.push(ordinal);
    if (type === "User" && withGroups && isMember) users.push(ordinal);
  }
  const groupsOf = users.length === 0 ? noRelations : storage.groupsOf(users);
  const membersOf = groups.length === 0 ? noRelations : storage.membersOf(groups);
  return andThen(groupsOf, (ofUsers) =>
    andThen(membersOf, (ofGroups) =>
      resources.map((resource) => {
        const relations = (resource.type === "User" ? ofUsers : ofGroups).get(resource.ordinal) ?? [];
        return renderResource(tenant, resource, relations, projections[resource.type]);
      }),
    ),
  );
}

const noRelations: ReadonlyMap<number, readonly Relation[]> = new Map();

/** Renders one resource. Whole ones are put together as text: the stored part is sent as it was written. */
export function renderResource(
  tenant: Tenant,
  resource: StoredResource,
  relations: readonly Relation[],
  projection: Projection | undefined,
): string {
  const key = resource.type === "User" ? "groups" : "members";
  // The display of members is returned on request, and only a projection can request it.
  const withDisplay = resource.type === "User" || projection !== undefined;
  const items = renderRelations(tenant, resource.type, relations, withDisplay);
  const meta = renderMeta(tenant, resource);
  const text = `${resource.document.slice(0, -1)},"${key}":${items},"meta":${meta}}`;
  if (projection === undefined) return text;
  const model = resource.type === "User" ? tenant.users : tenant.groups;
  const whole: JsonObject = parseJsonObject(text);
  return JSON.stringify(projectResource(model, projection, whole));
}

let formattedSecond = -1;
let formattedPrefix = "";

/** ISO 8601 in UTC. Those of a list often fall into one second, which is then formatted once. */
function formatTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== formattedSecond) {
    formattedPrefix = new Date(second * 1000).toISOString().slice(0, -4);
    formattedSecond = second;
  }
  return `${formattedPrefix}${String(milliseconds - second * 1000).padStart(3, "0")}Z`;
}

function renderMeta(tenant: Tenant, resource: StoredResource): string {
  const created = formatTime(resource.createdAt);
  const lastModified =
    resource.lastModifiedAt === resource.createdAt ? created : formatTime(resource.lastModifiedAt);
  const location = quoteLocation(tenant, resource.type, resource.id);
  return `{"resourceType":"${resource.type}","created":"${created}","lastModified":"${lastModified}","location":${location},"version":"W/\\"${resource.version}\\""}`;
}

/** A resource's URI as a JSON string. What comes before the id is the same for all: it is made once for a tenant. */
function quoteLocation(tenant: Tenant, type: ResourceTypeName, id: string): string {
  if (!plainId.test(id)) return JSON.stringify(locationOf(tenant, type, id));
  let prefixes = locationPrefixes.get(tenant);
  if (prefixes === undefined) {
    const prefixOf = (name: ResourceTypeName): string =>
      JSON.stringify(locationOf(tenant, name, "")).slice(0, -1);
    prefixes = { User: prefixOf("User"), Group: prefixOf("Group") };
    locationPrefixes.set(tenant, prefixes);
  }
  return `${prefixes[type]}${id}"`;
}

const locationPrefixes = new WeakMap<Tenant, Readonly<Record<ResourceTypeName, string>>>();

function renderRelations(
  tenant: Tenant,
  type: ResourceTypeName,
  relations: readonly Relation[],
  withDisplay: boolean,
): string {
  if (relations.length === 0) return "[]";
  return JSON.stringify(
    relations.map((relation) => ({
      value: relation.id,
      $ref: locationOf(tenant, relation.type, relation.id),
      ...(withDisplay && relation.display !== undefined ? { display: relation.display } : {}),
      type: type === "Group" ? relation.type : relation.direct ? "direct" : "indirect",
    })),
  );
}
