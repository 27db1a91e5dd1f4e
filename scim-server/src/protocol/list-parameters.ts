import type { Tenant } from "../config/tenant.ts";
import { type BoundFilter, bindFilter } from "../filter/bind-filter.ts";
import { type FilterLimits, queryFilterLimits, searchFilterLimits } from "../filter/filter-node.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { type Projection, readProjection } from "../schema/projection.ts";
import type { ResourceModel, ResourceTypeName } from "../schema/resource-model.ts";
import { ScimError, type ScimType } from "../scim-error.ts";
import { type QueryParameters, readParameter } from "./scim-request.ts";

export const defaultPageSize = 100;
export const maxPageSize = 1000;

/** What a list or search asks for, before it is resolved against a resource type. */
export interface ListParameters {
  readonly filter: string | undefined;
  readonly filterLimits: FilterLimits;
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  /** 1-based (RFC 7644 section 3.4.2.4). */
  readonly startIndex: number;
  readonly count: number;
  /** RFC 9865: present, also when empty, in cursor-based paging. */
  readonly cursor: string | undefined;
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

export type Projections = Readonly<Record<ResourceTypeName, Projection | undefined>>;

/** Reads the parameters of a GET. Throws 400 invalidValue or invalidCount. */
export function readListQuery(query: QueryParameters): ListParameters {
  return {
    filter: readParameter(query, "filter"),
    filterLimits: queryFilterLimits,
    sortBy: readParameter(query, "sortBy"),
    descending: readSortOrder(readParameter(query, "sortOrder")),
    startIndex: Math.max(1, readInteger(readParameter(query, "startIndex"), "startIndex", 1)),
    ...readPage(readParameter(query, "count"), readParameter(query, "cursor")),
    attributes: readNames(readParameter(query, "attributes")),
    excludedAttributes: readNames(readParameter(query, "excludedAttributes")),
  };
}

/** Reads the body of a POST /.search (RFC 7644 section 3.4.3). Throws 400 invalidSyntax, invalidValue or invalidCount. */
export function readSearchBody(body: JsonValue): ListParameters {
  if (!isJsonObject(body)) throw ScimError.invalidSyntax("The search must be a JSON object.");
  const members = new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]));
  const text = (name: string): string | undefined => {
    const value = members.get(name.toLowerCase());
    if (value === undefined || value === null) return undefined;
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") throw ScimError.invalidValue(`${name} of the search must be text.`);
    return value;
  };
  const names = (name: string): readonly string[] => {
    const value = members.get(name.toLowerCase());
    if (Array.isArray(value)) return value.filter((item) => typeof item === "string");
    return readNames(text(name));
  };
  return {
    filter: text("filter"),
    filterLimits: searchFilterLimits,
    sortBy: text("sortBy"),
    descending: readSortOrder(text("sortOrder")),
    startIndex: Math.max(1, readInteger(text("startIndex"), "startIndex", 1)),
    ...readPage(text("count"), text("cursor")),
    attributes: names("attributes"),
    excludedAttributes: names("excludedAttributes"),
  };
}

function readPage(
  count: string | undefined,
  cursor: string | undefined,
): Pick<ListParameters, "count" | "cursor"> {
  // RFC 9865 section 2.1 has a word of its own for it, where there is a cursor.
  const scimType = cursor === undefined ? "invalidValue" : "invalidCount";
  const asked = readInteger(count, "count", defaultPageSize, scimType);
  return { count: Math.min(maxPageSize, Math.max(0, asked)), cursor };
}

function readInteger(
  text: string | undefined,
  name: string,
  otherwise: number,
  scimType: ScimType = "invalidValue",
): number {
  if (text === undefined || text === "") return otherwise;
  if (!/^[+-]?\d+$/.test(text)) throw new ScimError(400, `${name} must be an integer.`, scimType);
  // A number beyond what is exact is beyond everything there is as well.
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(text)));
}

function readSortOrder(text: string | undefined): boolean {
  const order = text?.toLowerCase() ?? "ascending";
  if (order !== "ascending" && order !== "descending") {
    throw ScimError.invalidValue("sortOrder must be ascending or descending.");
  }
  return order === "descending";
}

function readNames(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The projections of both resource types for `attributes` and `excludedAttributes`. */
export function toProjections(
  tenant: Tenant,
  attributes: readonly string[],
  excludedAttributes: readonly string[],
): Projections {
  return {
    User: readProjection(tenant.users, attributes, excludedAttributes),
    Group: readProjection(tenant.groups, attributes, excludedAttributes),
  };
}

/** Reads `attributes` and `excludedAttributes` of a request for one resource. */
export function readProjectionParameters(tenant: Tenant, query: QueryParameters): Projections {
  const attributes = readNames(readParameter(query, "attributes"));
  return toProjections(tenant, attributes, readNames(readParameter(query, "excludedAttributes")));
}

/** The filter resolved against a type; undefined without one. Throws 400 invalidFilter. */
export function bindListFilter(
  model: ResourceModel,
  parameters: ListParameters,
  unknownIsAbsent: boolean,
): BoundFilter | undefined {
  if (parameters.filter === undefined) return undefined;
  return bindFilter(model, parseFilter(parameters.filter, parameters.filterLimits), unknownIsAbsent);
}
