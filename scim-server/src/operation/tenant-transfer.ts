import { withAllowedValues } from "../changes/recorded-values.ts";
import type { Tenant } from "../config/tenant.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { readDocument } from "../protocol/representation.ts";
import { describeUpdate, emailsOf, toContent, updateType } from "../protocol/resource-content.ts";
import { type Attribute, defineAttribute, type Schema } from "../schema/attribute.ts";
import { completeDocument, readResource } from "../schema/document.ts";
import { groupSchema } from "../schema/group-schema.ts";
import { buildResourceModel, type ResourceModel } from "../schema/resource-model.ts";
import { enterpriseUserSchema, userSchema } from "../schema/user-schema.ts";
import { BackupError } from "../storage/sql/table-dump.ts";
import type { ListPosition, Storage, StoredResource } from "../storage/storage.ts";

const pageSize = 500;
const maxIdLength = 200;

/** A tenant's people, then its groups with their members' ids: in that order everything refers to what came before. */
export async function* exportTenant(storage: Storage, tenant: string): AsyncGenerator<JsonObject> {
  for (const type of ["User", "Group"] as const) {
    let after: ListPosition | undefined;
    for (;;) {
      const selections = [{ type, filter: undefined }];
      const query = { selections, sort: undefined, offset: 0, limit: pageSize, after };
      const { resources, last } = await storage.list(tenant, query);
      const members = await storage.membersOf(
        type === "Group" ? resources.map(({ ordinal }) => ordinal) : [],
      );
      for (const resource of resources) {
        yield toLine(resource, members.get(resource.ordinal)?.map(({ id }) => id) ?? []);
      }
      if (last === undefined) break;
      after = last;
    }
  }
}

function toLine(resource: StoredResource, memberIds: readonly string[]): JsonObject {
  return {
    type: resource.type,
    id: resource.id,
    document: readDocument(resource),
    ...(resource.type === "Group" ? { members: [...memberIds] } : {}),
  };
}

/**
 * Creates or updates one exported resource under its own id, in a tenant that may be configured. Answers whether all its members were there; a group may
 * be in one that was created before it. Throws {@link BackupError} for anything else, and ScimError for what no request
 * could bring either.
 */
export async function importResource(
  storage: Storage,
  tenant: string,
  line: JsonValue,
  configured: Tenant | undefined,
): Promise<boolean> {
  const { type, id, document: given, members } = isJsonObject(line) ? line : {};
  if ((type !== "User" && type !== "Group") || typeof id !== "string" || !isJsonObject(given)) {
    throw new BackupError("A line is no exported resource.", "Give a file that export wrote.");
  }
  if (id === "" || id.length > maxIdLength) {
    throw new BackupError("The id is empty or too long.", `Ids have 1 to ${maxIdLength} characters.`);
  }
  const known = type === "Group" ? groupModel : (configured?.users ?? plainUserModel);
  const checked = readKnown(known, given);
  const model = type === "Group" ? groupModel : modelFor(known, checked);
  const document = completeDocument(model, checked);
  const values = configured?.changes.values ?? "all";
  const origin = { tokenId: "import", requestId: id, userAgent: "import" };
  return storage.transact(tenant, origin, async (transaction) => {
    const existing = await transaction.find(type, id);
    const content = toContent(model, id, document);
    const isSame = existing?.document === content.document;
    const before = existing === undefined ? {} : readDocument(existing);
    const saved =
      existing === undefined
        ? await transaction.insert(content)
        : isSame
          ? existing
          : await transaction.update(existing, content, emailsOf(model, before));
    if (!isSame) {
      const created = type === "User" ? "user.created" : "group.created";
      transaction.record({
        type: existing === undefined ? created : updateType(model, before, document),
        resourceType: type,
        resourceId: id,
        details: withAllowedValues(describeUpdate(before, document), values),
      });
    }
    if (type === "User") return true;
    const ids = textsOf(members);
    const removed = await transaction.retainMembers(saved, ids);
    const added = await transaction.addMembers(saved, ids);
    const isWhole = (await transaction.unknownIds(ids)).length === 0;
    if (added.length + removed.length === 0) return isWhole;
    transaction.record({
      type: "group.membership-changed",
      resourceType: "Group",
      resourceId: id,
      details: { added: [...added], removed: [...removed] },
    });
    if (isSame) await transaction.touch(saved);
    return isWhole;
  });
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

const groupModel = buildResourceModel(groupSchema, []);
const plainUserModel = buildResourceModel(userSchema, [enterpriseUserSchema]);

/**
 * What the schema knows, as if a request had brought it: checked, and without passwords. What it does not know stays as
 * it is. Throws ScimError.
 */
function readKnown(known: ResourceModel, given: JsonObject): JsonObject {
  const isUnknown = ([key]: readonly [string, JsonValue]): boolean =>
    !known.attributes.has(key.toLowerCase()) && !known.extensionByUrn.has(key.toLowerCase());
  const { document } = readResource(known, given);
  const read: JsonObject = { ...Object.fromEntries(Object.entries(given).filter(isUnknown)), ...document };
  for (const [key, value] of Object.entries(given)) {
    const extension = known.extensionByUrn.get(key.toLowerCase());
    if (extension === undefined || !isJsonObject(value)) continue;
    const { schema, attributes } = extension;
    const others = Object.entries(value).filter(([name]) => !attributes.has(name.toLowerCase()));
    const own = document[schema.id];
    if (others.length > 0) {
      read[schema.id] = { ...Object.fromEntries(others), ...(isJsonObject(own) ? own : {}) };
    }
  }
  return read;
}

/**
 * The tenant's own model, so that people are found by its attributes as if they had been created by requests. What the
 * file has beyond it is kept as well, by attributes that say no more than the values do.
 */
function modelFor(known: ResourceModel, document: JsonObject): ResourceModel {
  const core = withUnknown(known.schema, known.attributes, document);
  const extensions = known.extensions.map(({ schema, attributes }) =>
    withUnknown(schema, attributes, document[schema.id]),
  );
  const others = Object.entries(document).flatMap(([urn, content]): readonly Schema[] => {
    if (!urn.startsWith("urn:") || known.extensionByUrn.has(urn.toLowerCase())) return [];
    return [withUnknown({ id: urn, name: urn, description: "", attributes: [] }, new Map(), content)];
  });
  const schemas = [...extensions, ...others];
  const isKnown =
    core === known.schema &&
    schemas.length === known.extensions.length &&
    schemas.every((schema, index) => schema === known.extensions[index]?.schema);
  return isKnown ? known : buildResourceModel(core, schemas);
}

function withUnknown(
  schema: Schema,
  known: ReadonlyMap<string, Attribute>,
  content: JsonValue | undefined,
): Schema {
  const unknown = Object.entries(isJsonObject(content) ? content : {}).filter(
    ([name]) => !name.startsWith("urn:") && !known.has(name.toLowerCase()),
  );
  if (unknown.length === 0) return schema;
  const attributes = unknown.map(([name, value]) =>
    defineAttribute(name, "", { multiValued: Array.isArray(value) }),
  );
  return { ...schema, attributes: [...schema.attributes, ...attributes] };
}
