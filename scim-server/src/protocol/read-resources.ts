import { andThen, type Eventually } from "../eventually.ts";
import { compileSort } from "../filter/compile-sort.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import type { ListPage, StoredResource } from "../storage/storage.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import {
  bindListFilter,
  type ListParameters,
  readListQuery,
  readProjectionParameters,
  readSearchBody,
  toProjections,
} from "./list-parameters.ts";
import { checkIfMatch, isNotModified } from "./preconditions.ts";
import { entityTag, locationOf, renderResources } from "./representation.ts";
import { type Answer, requireBody, type ScimRequest } from "./scim-request.ts";
import { notFound } from "./write-resources.ts";

const listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** GET /Users/{id} and /Groups/{id}. */
export function getResource(request: ScimRequest, model: ResourceModel): Eventually<Answer> {
  const found = request.storage.find(request.tenant.name, model.type, request.id);
  return andThen(found, (resource) => answerResource(request, model, resource));
}

function answerResource(
  request: ScimRequest,
  model: ResourceModel,
  resource: StoredResource | undefined,
): Eventually<Answer> {
  if (resource === undefined) throw notFound(model, request.id);
  checkIfMatch(request.ifMatch, resource);
  const headers = {
    ETag: entityTag(resource.version),
    Location: locationOf(request.tenant, model.type, resource.id),
  };
  if (isNotModified(request.ifNoneMatch, resource)) return { status: 304, headers };
  const projections = readProjectionParameters(request.tenant, request.query);
  const rendered = renderResources(request.storage, request.tenant, [resource], projections);
  return andThen(rendered, ([body = ""]) => ({ status: 200, body, headers }));
}

/** GET /Users and /Groups. */
export function listResources(request: ScimRequest, model: ResourceModel): Eventually<Answer> {
  return answerList(request, [model], readListQuery(request.query));
}

/** POST /Users/.search and /Groups/.search. */
export function searchResources(request: ScimRequest, model: ResourceModel): Eventually<Answer> {
  return answerList(request, [model], readSearchBody(requireBody(request)));
}

/** GET / : all types (RFC 7644 section 3.4.2.1). */
export function listEverything(request: ScimRequest): Eventually<Answer> {
  const { users, groups } = request.tenant;
  return answerList(request, [users, groups], readListQuery(request.query));
}

/** POST /.search: all types (RFC 7644 section 3.4.3). */
export function searchEverything(request: ScimRequest): Eventually<Answer> {
  const { users, groups } = request.tenant;
  return answerList(request, [users, groups], readSearchBody(requireBody(request)));
}

function answerList(
  request: ScimRequest,
  models: readonly ResourceModel[],
  parameters: ListParameters,
): Eventually<Answer> {
  const { storage, tenant } = request;
  return andThen(readPage(request, models, parameters), (page) => {
    const projections = toProjections(tenant, parameters.attributes, parameters.excludedAttributes);
    const rendered = renderResources(storage, tenant, page.resources, projections);
    return andThen(rendered, (resources) => renderList(parameters, page, resources));
  });
}

function renderList(parameters: ListParameters, page: ListPage, resources: readonly string[]): Answer {
  const position =
    parameters.cursor === undefined
      ? `"startIndex":${parameters.startIndex},`
      : page.last !== undefined
        ? `"nextCursor":"${writeCursor(parameters, page.last, Date.now())}",`
        : "";
  const head = `{"schemas":["${listResponse}"],"totalResults":${page.total},${position}`;
  return {
    status: 200,
    body: `${head}"itemsPerPage":${resources.length},"Resources":[${resources.join(",")}]}`,
  };
}

function readPage(
  request: ScimRequest,
  models: readonly ResourceModel[],
  parameters: ListParameters,
): Eventually<ListPage> {
  const { storage, tenant } = request;
  const selections = models.map((model) => ({
    type: model.type,
    filter: bindListFilter(model, parameters, models.length > 1),
  }));
  const { cursor, sortBy, descending } = parameters;
  const sort = sortBy === undefined ? undefined : compileSort(storage.dialect, models, sortBy, descending);
  return storage.list(tenant.name, {
    selections,
    sort,
    offset: cursor === undefined ? parameters.startIndex - 1 : 0,
    limit: parameters.count,
    // An empty cursor asks for the first page (RFC 9865 section 2).
    after:
      cursor === undefined || cursor === "" ? undefined : readCursor(parameters, sort, cursor, Date.now()),
  });
}
