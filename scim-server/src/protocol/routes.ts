import type { Tenant } from "../config/tenant.ts";
import type { Eventually } from "../eventually.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { executeBulk } from "./bulk.ts";
import {
  getResourceType,
  getSchema,
  getServiceProviderConfig,
  listResourceTypes,
  listSchemas,
  maxBulkBytes,
} from "./discovery.ts";
import {
  getResource,
  listEverything,
  listResources,
  searchEverything,
  searchResources,
} from "./read-resources.ts";
import type { Answer, QueryParameters, ScimRequest } from "./scim-request.ts";
import { createResource, deleteResource, patchResource, replaceResource } from "./write-resources.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One route of the protocol. */
export interface Route {
  readonly method: Method;
  /** Below the SCIM base URL; `:id` is a parameter. */
  readonly path: string;
  /** What the call counts as in the evidence. */
  kind(query: QueryParameters): string;
  /** Whether a read-only token may call it. */
  readonly readOnly: boolean;
  /** Bytes; where it is less than the server's own limit. */
  readonly bodyLimit?: number;
  handle(request: ScimRequest): Eventually<Answer>;
}

type ModelHandler = (request: ScimRequest, model: ResourceModel) => Eventually<Answer>;

function resourceRoutes(
  endpoint: "/Users" | "/Groups",
  noun: "user" | "group",
  modelOf: (tenant: Tenant) => ResourceModel,
): readonly Route[] {
  const route = (method: Method, path: string, action: string, handler: ModelHandler): Route => ({
    method,
    path: `${endpoint}${path}`,
    readOnly: method === "GET" || action === "search",
    kind: () => (action === "search" ? "search" : `${noun}-${action}`),
    handle: (request) => handler(request, modelOf(request.tenant)),
  });
  return [
    { ...route("GET", "", "list", listResources), kind: (query) => listKind(noun, query) },
    route("POST", "", "create", createResource),
    route("POST", "/.search", "search", searchResources),
    route("GET", "/:id", "read", getResource),
    route("PUT", "/:id", "replace", replaceResource),
    route("PATCH", "/:id", "patch", patchResource),
    route("DELETE", "/:id", "delete", deleteResource),
  ];
}

/** Okta's "Test API Credentials" asks for the first two users, without a filter. */
function listKind(noun: "user" | "group", query: QueryParameters): string {
  const names = new Map(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));
  if (names.has("filter")) return `${noun}-lookup`;
  const isTest = noun === "user" && names.get("startindex") === "1" && names.get("count") === "2";
  return isTest ? "connection-test" : `${noun}-list`;
}

function plainRoute(
  method: Method,
  path: string,
  kind: string,
  handle: (request: ScimRequest) => Eventually<Answer>,
): Route {
  return { method, path, readOnly: kind !== "bulk", kind: () => kind, handle };
}

/** RFC 7644 section 3.11: a service provider without an authenticated subject's own resource answers 501. */
async function refuseMe(): Promise<Answer> {
  throw new ScimError(501, "This server has no /Me: its clients are systems, not people.");
}

/** Every route of RFC 7644 that this server has. */
export const routes: readonly Route[] = [
  ...resourceRoutes("/Users", "user", (tenant) => tenant.users),
  ...resourceRoutes("/Groups", "group", (tenant) => tenant.groups),
  plainRoute("GET", "/", "search", listEverything),
  plainRoute("POST", "/.search", "search", searchEverything),
  { ...plainRoute("POST", "/Bulk", "bulk", executeBulk), bodyLimit: maxBulkBytes },
  plainRoute("GET", "/ServiceProviderConfig", "discovery", getServiceProviderConfig),
  plainRoute("GET", "/ResourceTypes", "discovery", listResourceTypes),
  plainRoute("GET", "/ResourceTypes/:id", "discovery", getResourceType),
  plainRoute("GET", "/Schemas", "discovery", listSchemas),
  plainRoute("GET", "/Schemas/:id", "discovery", getSchema),
  ...(["GET", "POST", "PUT", "PATCH", "DELETE"] as const).map((method) =>
    plainRoute(method, "/Me", "discovery", refuseMe),
  ),
];
