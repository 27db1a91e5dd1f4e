import { z } from "zod";

/** Schema URNs of RFC 7643 and RFC 7644. */
export const scimUrn = {
  user: "urn:ietf:params:scim:schemas:core:2.0:User",
  group: "urn:ietf:params:scim:schemas:core:2.0:Group",
  enterpriseUser: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  listResponse: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
  patchOp: "urn:ietf:params:scim:api:messages:2.0:PatchOp",
  error: "urn:ietf:params:scim:api:messages:2.0:Error",
} as const;

const meta = z.looseObject({
  resourceType: z.string().nullish(),
  created: z.string().nullish(),
  lastModified: z.string().nullish(),
  location: z.string().nullish(),
  version: z.string().nullish(),
});

/**
 * A User as a service provider returns it (RFC 7643 section 4.1). Loose, because a replace must send back every attribute
 * the server gave, also those nobody here knows; `null` is accepted where servers send it for "unassigned".
 */
export const scimUserSchema = z.looseObject({
  schemas: z.array(z.string()).nullish(),
  id: z.string().min(1),
  externalId: z.string().nullish(),
  userName: z.string(),
  active: z.boolean().nullish(),
  displayName: z.string().nullish(),
  name: z.looseObject({ givenName: z.string().nullish(), familyName: z.string().nullish() }).nullish(),
  emails: z
    .array(
      z.looseObject({
        value: z.string().nullish(),
        type: z.string().nullish(),
        primary: z.boolean().nullish(),
      }),
    )
    .nullish(),
  meta: meta.nullish(),
});
export type ScimUser = z.infer<typeof scimUserSchema>;

/** A member of a Group (RFC 7643 section 4.2). */
const scimMemberSchema = z.looseObject({ value: z.string(), display: z.string().nullish() });

/** A Group as a service provider returns it (RFC 7643 section 4.2). */
export const scimGroupSchema = z.looseObject({
  schemas: z.array(z.string()).nullish(),
  id: z.string().min(1),
  externalId: z.string().nullish(),
  displayName: z.string(),
  members: z.array(scimMemberSchema).nullish(),
  meta: meta.nullish(),
});
export type ScimGroup = z.infer<typeof scimGroupSchema>;

/** One page of a list (RFC 7644 section 3.4.2). Okta insists on numbers for the three counters. */
export interface ListResponse<Resource> {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: readonly Resource[];
}

/** Builds the schema of a list page of `resource`; `Resources` may be missing when nothing matched. */
export function listResponseSchema<Schema extends z.ZodType>(resource: Schema) {
  return z
    .looseObject({
      schemas: z.array(z.string()).nullish(),
      totalResults: z.number().int().nonnegative(),
      startIndex: z.number().int().optional(),
      itemsPerPage: z.number().int().nonnegative().optional(),
      Resources: z.array(resource).nullish(),
    })
    .transform((page) => {
      const resources = page.Resources ?? [];
      return {
        totalResults: page.totalResults,
        startIndex: page.startIndex ?? 1,
        itemsPerPage: page.itemsPerPage ?? resources.length,
        Resources: resources,
      };
    });
}

/** A SCIM error body (RFC 7644 section 3.12). Servers write `status` as a string (as the RFC says) or as a number. */
export const scimErrorBodySchema = z.looseObject({
  schemas: z.array(z.string()).nullish(),
  status: z.union([z.string(), z.number()]).nullish(),
  scimType: z.string().nullish(),
  detail: z.string().nullish(),
});

/** One operation of a PATCH request (RFC 7644 section 3.5.2). */
export interface PatchOperation {
  readonly op: "add" | "replace" | "remove";
  readonly path?: string;
  readonly value?: unknown;
}

/** `/ServiceProviderConfig` (RFC 7643 section 5), as far as a client decides by it. */
export const serviceProviderConfigSchema = z.looseObject({
  schemas: z.array(z.string()).nullish(),
  patch: z.looseObject({ supported: z.boolean() }),
  bulk: z.looseObject({ supported: z.boolean() }),
  filter: z.looseObject({ supported: z.boolean(), maxResults: z.number().nullish() }),
  changePassword: z.looseObject({ supported: z.boolean() }),
  sort: z.looseObject({ supported: z.boolean() }),
  etag: z.looseObject({ supported: z.boolean() }),
  authenticationSchemes: z.array(z.looseObject({ type: z.string(), name: z.string() })),
});

/** An entry of `/ResourceTypes` (RFC 7643 section 6). */
export const resourceTypeSchema = z.looseObject({
  id: z.string().nullish(),
  name: z.string(),
  endpoint: z.string(),
  schema: z.string(),
  schemaExtensions: z.array(z.looseObject({ schema: z.string(), required: z.boolean() })).nullish(),
});

/** An entry of `/Schemas` (RFC 7643 section 7). */
export const schemaDefinitionSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  attributes: z.array(z.looseObject({ name: z.string(), type: z.string() })),
});
