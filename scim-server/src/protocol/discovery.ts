import type { Tenant } from "../config/tenant.ts";
import type { Attribute, Schema } from "../schema/attribute.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { cursorTimeoutSeconds } from "./cursor.ts";
import { defaultPageSize, maxPageSize } from "./list-parameters.ts";
import { type Answer, readParameter, type ScimRequest } from "./scim-request.ts";

export const maxBulkOperations = 1000;
export const maxBulkBytes = 1_048_576;

const listResponse = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/** GET /ServiceProviderConfig (RFC 7643 section 5, RFC 9865 section 4). */
export async function getServiceProviderConfig(request: ScimRequest): Promise<Answer> {
  const { tenant } = request;
  refuseFilter(request);
  const basic = tenant.authentication === "basic";
  return answer({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: maxBulkOperations, maxPayloadSize: maxBulkBytes },
    filter: { supported: true, maxResults: maxPageSize },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize,
      maxPageSize,
      cursorTimeout: cursorTimeoutSeconds,
    },
    authenticationSchemes: [
      {
        type: basic ? "httpbasic" : "oauthbearertoken",
        name: basic ? "HTTP Basic" : "Bearer token",
        description: basic
          ? "A user name and password in the Authorization header"
          : "A token in the Authorization header, after the word Bearer",
        specUri: basic
          ? "https://www.rfc-editor.org/info/rfc7617"
          : "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
    ],
    meta: {
      resourceType: "ServiceProviderConfig",
      location: `${tenant.scimUrl}/ServiceProviderConfig`,
    },
  });
}

/** GET /ResourceTypes (RFC 7643 section 6). */
export async function listResourceTypes(request: ScimRequest): Promise<Answer> {
  refuseFilter(request);
  const { tenant } = request;
  return answerAll([tenant.users, tenant.groups].map((model) => describeResourceType(tenant, model)));
}

/** GET /ResourceTypes/{id}. */
export async function getResourceType(request: ScimRequest): Promise<Answer> {
  const { tenant, id } = request;
  const model = [tenant.users, tenant.groups].find(({ type }) => type.toLowerCase() === id.toLowerCase());
  if (model === undefined) throw ScimError.notFound(`There is no resource type ${id}.`);
  return answer(describeResourceType(tenant, model));
}

/** GET /Schemas (RFC 7643 section 7). */
export async function listSchemas(request: ScimRequest): Promise<Answer> {
  refuseFilter(request);
  return answerAll(schemasOf(request.tenant).map((schema) => describeSchema(request.tenant, schema)));
}

/** GET /Schemas/{id}. */
export async function getSchema(request: ScimRequest): Promise<Answer> {
  const id = request.id.toLowerCase();
  const schema = schemasOf(request.tenant).find((candidate) => candidate.id.toLowerCase() === id);
  if (schema === undefined) throw ScimError.notFound(`There is no schema ${request.id}.`);
  return answer(describeSchema(request.tenant, schema));
}

/** Discovery ignores no filter: it refuses one (RFC 7644 section 4). */
function refuseFilter(request: ScimRequest): void {
  if (readParameter(request.query, "filter") !== undefined) {
    throw new ScimError(403, "Discovery endpoints cannot be filtered.");
  }
}

function schemasOf(tenant: Tenant): readonly Schema[] {
  return [tenant.users, tenant.groups].flatMap((model) => [
    model.schema,
    ...model.extensions.map(({ schema }) => schema),
  ]);
}

function describeResourceType(tenant: Tenant, model: ResourceModel): object {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: model.type,
    name: model.type,
    description: model.schema.description,
    endpoint: model.endpoint,
    schema: model.schema.id,
    schemaExtensions: model.extensions.map(({ schema }) => ({ schema: schema.id, required: false })),
    meta: { resourceType: "ResourceType", location: `${tenant.scimUrl}/ResourceTypes/${model.type}` },
  };
}

function describeSchema(tenant: Tenant, schema: Schema): object {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(describeAttribute),
    meta: { resourceType: "Schema", location: `${tenant.scimUrl}/Schemas/${schema.id}` },
  };
}

function describeAttribute(attribute: Attribute): object {
  return {
    name: attribute.name,
    type: attribute.type,
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(attribute.type === "complex" || attribute.type === "boolean"
      ? {}
      : { caseExact: attribute.caseExact }),
    mutability: attribute.mutability,
    returned: attribute.returned,
    ...(attribute.type === "boolean" ? {} : { uniqueness: attribute.uniqueness }),
    ...(attribute.canonicalValues.length > 0 ? { canonicalValues: attribute.canonicalValues } : {}),
    ...(attribute.referenceTypes.length > 0 ? { referenceTypes: attribute.referenceTypes } : {}),
    ...(attribute.type === "complex"
      ? { subAttributes: attribute.subAttributes.map(describeAttribute) }
      : {}),
  };
}

function answer(resource: object): Answer {
  return { status: 200, body: JSON.stringify(resource) };
}

function answerAll(resources: readonly object[]): Answer {
  return answer({
    schemas: [listResponse],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  });
}
