import { withAllowedValues } from "../changes/recorded-values.ts";
import type { JsonObject } from "../json.ts";
import { applyPatch } from "../patch/apply-patch.ts";
import type { MemberMutation } from "../patch/patch-mutation.ts";
import { planPatch } from "../patch/plan-patch.ts";
import { completeDocument, type Document, readResource } from "../schema/document.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { type StoredResource, type Transaction, UniquenessViolation } from "../storage/storage.ts";
import { type Projections, readProjectionParameters } from "./list-parameters.ts";
import { checkPreconditions } from "./preconditions.ts";
import { entityTag, locationOf, readDocument, renderResource, renderResources } from "./representation.ts";
import { describeUpdate, emailsOf, toContent, updateType } from "./resource-content.ts";
import { createResourceId } from "./resource-id.ts";
import { type Answer, requireBody, type ScimRequest } from "./scim-request.ts";

/** A PATCH of a group with more members than this answers 204, unless the client asks for attributes. */
const maxMembersInPatchAnswer = 200;

/** POST /Users and /Groups (RFC 7644 section 3.3). */
export async function createResource(request: ScimRequest, model: ResourceModel): Promise<Answer> {
  const projections = readProjectionParameters(request.tenant, request.query);
  const defaults = model.type === "User" ? { active: true } : {};
  const { document, memberIds } = readResource(model, requireBody(request), defaults);
  const created = await write(request, document, async (transaction) => {
    const revived = await reactivate(request, model, transaction, document);
    if (revived !== undefined) return revived;
    const content = toContent(model, createResourceId(), document);
    const resource = await transaction.insert(content);
    const added = await addMembers(request, transaction, resource, memberIds);
    transaction.record({
      type: model.type === "User" ? "user.created" : "group.created",
      resourceType: model.type,
      resourceId: resource.id,
      details: {
        ...describe(request, {}, document),
        ...(added.length > 0 ? { added: [...added] } : {}),
      },
    });
    return resource;
  });
  return answerResource(request, model, created, 201, projections);
}

/** With `reactivateOnCreate`, creating a person who is there but inactive brings that person back. */
async function reactivate(
  request: ScimRequest,
  model: ResourceModel,
  transaction: Transaction,
  document: Document,
): Promise<StoredResource | undefined> {
  if (model.type !== "User" || !request.tenant.reactivateOnCreate) return undefined;
  const key = toContent(model, "", document).uniqueKey ?? "";
  const existing = await transaction.findByUniqueKey("User", key);
  if (existing === undefined || readDocument(existing)["active"] === true) return undefined;
  return saveDocument(request, transaction, model, existing, document);
}

/** PUT /Users/{id} and /Groups/{id} (RFC 7644 section 3.5.1). */
export async function replaceResource(request: ScimRequest, model: ResourceModel): Promise<Answer> {
  const projections = readProjectionParameters(request.tenant, request.query);
  const input = readResource(model, requireBody(request));
  const replaced = await write(request, input.document, async (transaction) => {
    const existing = await findExisting(request, model, transaction);
    const before = readDocument(existing);
    // A PUT that says nothing of `active` must not bring back who was deactivated, be it by removing the attribute.
    const kept = before["active"] === undefined ? {} : { active: before["active"] };
    const after = completeDocument(model, { ...kept, ...input.document });
    const members: readonly MemberMutation[] =
      model.type === "Group" ? [{ kind: "replaceMembers", ids: input.memberIds }] : [];
    return save(request, transaction, model, existing, after, members);
  });
  return answerResource(request, model, replaced, 200, projections);
}

/** PATCH /Users/{id} and /Groups/{id} (RFC 7644 section 3.5.2). */
export async function patchResource(request: ScimRequest, model: ResourceModel): Promise<Answer> {
  const projections = readProjectionParameters(request.tenant, request.query);
  const plan = planPatch(model, requireBody(request));
  const patched = await write(request, undefined, async (transaction) => {
    const existing = await findExisting(request, model, transaction);
    const after = applyPatch(model, readDocument(existing), plan.document);
    return save(request, transaction, model, existing, after, plan.members);
  });
  const asksForBody = projections.User !== undefined;
  // The body of a large group would cost its whole membership for a change of one; RFC 7644 section 3.5.2 allows 204.
  const isLarge =
    model.type === "Group" && (await request.storage.hasMoreMembers(patched, maxMembersInPatchAnswer));
  if (isLarge && !asksForBody) {
    return { status: 204, headers: headersOf(request, patched) };
  }
  return answerResource(request, model, patched, 200, projections);
}

/** DELETE /Users/{id} and /Groups/{id} (RFC 7644 section 3.6). */
export async function deleteResource(request: ScimRequest, model: ResourceModel): Promise<Answer> {
  await write(request, undefined, async (transaction) => {
    const existing = await findExisting(request, model, transaction);
    const before = readDocument(existing);
    const groupIds = await transaction.remove(existing, emailsOf(model, before));
    for (const groupId of groupIds) {
      transaction.record({
        type: "group.membership-changed",
        resourceType: "Group",
        resourceId: groupId,
        details: { removed: [existing.id] },
      });
    }
    transaction.record({
      type: model.type === "User" ? "user.deleted" : "group.deleted",
      resourceType: model.type,
      resourceId: existing.id,
      details: describe(request, before, {}),
    });
  });
  return { status: 204 };
}

async function write<T>(
  request: ScimRequest,
  document: Document | undefined,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await request.storage.transact(request.tenant.name, request.origin, work);
  } catch (error) {
    if (!(error instanceof UniquenessViolation)) throw error;
    const name = document?.["userName"];
    const which = typeof name === "string" ? `userName ${name}` : "this userName";
    throw ScimError.uniqueness(`A user with ${which} already exists.`);
  }
}

async function findExisting(
  request: ScimRequest,
  model: ResourceModel,
  transaction: Transaction,
): Promise<StoredResource> {
  const existing = await transaction.find(model.type, request.id);
  if (existing === undefined) throw notFound(model, request.id);
  checkPreconditions(request, existing);
  return existing;
}

/** The 404 of a resource. */
export function notFound(model: ResourceModel, id: string): ScimError {
  return ScimError.notFound(`${model.type} ${id} does not exist.`);
}

async function save(
  request: ScimRequest,
  transaction: Transaction,
  model: ResourceModel,
  existing: StoredResource,
  after: Document,
  mutations: readonly MemberMutation[],
): Promise<StoredResource> {
  const [added, removed] = await changeMembers(request, transaction, existing, mutations);
  const saved = await saveDocument(request, transaction, model, existing, after);
  if (added.length + removed.length === 0) return saved;
  transaction.record({
    type: "group.membership-changed",
    resourceType: model.type,
    resourceId: existing.id,
    details: { added: [...added], removed: [...removed] },
  });
  return saved === existing ? transaction.touch(existing) : saved;
}

function describe(request: ScimRequest, before: Document, after: Document): JsonObject {
  return withAllowedValues(describeUpdate(before, after), request.tenant.changes.values);
}

/** Writes a document if it differs; one that does not leaves version and lastModified alone. */
async function saveDocument(
  request: ScimRequest,
  transaction: Transaction,
  model: ResourceModel,
  existing: StoredResource,
  after: Document,
): Promise<StoredResource> {
  const content = toContent(model, existing.id, after);
  if (content.document === existing.document) return existing;
  const before = readDocument(existing);
  const saved = await transaction.update(existing, content, emailsOf(model, before));
  transaction.record({
    type: updateType(model, before, after),
    resourceType: model.type,
    resourceId: existing.id,
    details: describe(request, before, after),
  });
  return saved;
}

async function changeMembers(
  request: ScimRequest,
  transaction: Transaction,
  group: StoredResource,
  mutations: readonly MemberMutation[],
): Promise<readonly [added: readonly string[], removed: readonly string[]]> {
  const net = new Map<string, number>();
  const count = (ids: readonly string[], by: number): void => {
    for (const id of ids) net.set(id, (net.get(id) ?? 0) + by);
  };
  for (const mutation of mutations) {
    switch (mutation.kind) {
      case "addMembers":
        count(await addMembers(request, transaction, group, mutation.ids), 1);
        break;
      case "removeMembers":
        count(await transaction.removeMembers(group, mutation.ids), -1);
        break;
      case "removeMatchingMembers":
        count(await transaction.removeMatchingMembers(group, mutation.filter), -1);
        break;
      case "replaceMembers":
        count(await transaction.retainMembers(group, mutation.ids), -1);
        count(await addMembers(request, transaction, group, mutation.ids), 1);
        break;
    }
  }
  const changed = (by: number): readonly string[] =>
    [...net].filter(([, sum]) => sum === by).map(([id]) => id);
  return [changed(1), changed(-1)];
}

/** Unknown ids are passed over (404 or 400 would fail Okta's push of all the others), but not in silence. */
async function addMembers(
  request: ScimRequest,
  transaction: Transaction,
  group: StoredResource,
  ids: readonly string[],
): Promise<readonly string[]> {
  const added = await transaction.addMembers(group, ids);
  if (added.length < ids.length) {
    const unknown = await transaction.unknownIds(ids);
    if (unknown.length > 0) request.onUnknownMembers(unknown);
  }
  return added;
}

function headersOf(request: ScimRequest, resource: StoredResource): Record<string, string> {
  return {
    Location: locationOf(request.tenant, resource.type, resource.id),
    ETag: entityTag(resource.version),
  };
}

/**
 * Answers with a resource as it was written, and its relations as they are now. The projections are read before the
 * write: parameters that cannot be read must not be answered 400 after it.
 */
async function answerResource(
  request: ScimRequest,
  model: ResourceModel,
  resource: StoredResource,
  status: number,
  projections: Projections,
): Promise<Answer> {
  const isNewUser = status === 201 && model.type === "User" && resource.version === 1;
  const [body] = isNewUser
    ? [renderResource(request.tenant, resource, [], projections.User)]
    : await renderResources(request.storage, request.tenant, [resource], projections);
  return { status, body: body ?? "{}", headers: headersOf(request, resource) };
}
