import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { maxBulkOperations } from "./discovery.ts";
import { type Answer, requireBody, type ScimRequest } from "./scim-request.ts";
import { createResource, deleteResource, patchResource, replaceResource } from "./write-resources.ts";

const bulkResponse = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

interface BulkOperation {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly endpoint: string;
  readonly id: string;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  readonly data: JsonValue | undefined;
  /** The bulkIds of other operations in `data` and path. */
  readonly references: ReadonlySet<string>;
}

/**
 * POST /Bulk (RFC 7644 section 3.7). Operations run in the order given, but one that refers to another's bulkId
 * waits for it. Each is a transaction of its own, as the RFC has it; `failOnErrors` ends the request early.
 */
export async function executeBulk(request: ScimRequest): Promise<Answer> {
  const [operations, failOnErrors] = readBulk(requireBody(request));
  const created = new Map<string, string>();
  const failed = new Set<string>();
  const results: JsonObject[] = [];
  let errors = 0;
  let waiting = operations;
  while (waiting.length > 0) {
    const next =
      waiting.find(({ references }) => [...references].every((id) => created.has(id) || failed.has(id))) ??
      waiting[0];
    if (next === undefined) break;
    waiting = waiting.filter((operation) => operation !== next);
    const result = await executeOperation(request, next, created);
    results.push(result);
    if (Number(result["status"]) < 400) continue;
    if (next.bulkId !== undefined) failed.add(next.bulkId);
    errors += 1;
    if (failOnErrors !== undefined && errors >= failOnErrors) break;
  }
  return { status: 200, body: JSON.stringify({ schemas: [bulkResponse], Operations: results }) };
}

async function executeOperation(
  request: ScimRequest,
  operation: BulkOperation,
  created: Map<string, string>,
): Promise<JsonObject> {
  const head: JsonObject = {
    method: operation.method,
    ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }),
  };
  const path = operation.id === "" ? operation.endpoint : `${operation.endpoint}/${operation.id}`;
  const requested = { location: `${request.tenant.scimUrl}${path}` };
  try {
    const answer = await runOperation(request, operation, created);
    const location = answer.headers?.["Location"] ?? requested.location;
    const version = answer.headers?.["ETag"];
    if (operation.bulkId !== undefined) created.set(operation.bulkId, location.split("/").at(-1) ?? "");
    return {
      ...head,
      location,
      ...(version === undefined ? {} : { version }),
      status: String(answer.status),
    };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    const shown = operation.method === "POST" ? {} : requested;
    const response: JsonValue = JSON.parse(error.toBody());
    return { ...head, ...shown, status: String(error.status), response };
  }
}

function runOperation(
  request: ScimRequest,
  operation: BulkOperation,
  created: ReadonlyMap<string, string>,
): Promise<Answer> {
  const model = modelOf(request, operation.endpoint);
  const inner: ScimRequest = {
    ...request,
    query: {},
    id: resolveText(operation.id, created),
    ifMatch: operation.version,
    ifNoneMatch: undefined,
    body: operation.data === undefined ? undefined : resolveReferences(operation.data, created),
  };
  switch (operation.method) {
    case "POST":
      return createResource(inner, model);
    case "PUT":
      return replaceResource(inner, model);
    case "PATCH":
      return patchResource(inner, model);
    case "DELETE":
      return deleteResource(inner, model);
  }
}

function modelOf(request: ScimRequest, endpoint: string): ResourceModel {
  const { users, groups } = request.tenant;
  const model = [users, groups].find(
    (candidate) => candidate.endpoint.toLowerCase() === endpoint.toLowerCase(),
  );
  if (model === undefined) throw ScimError.invalidPath(`A bulk operation cannot go to ${endpoint}.`);
  return model;
}

function readBulk(body: JsonValue): readonly [readonly BulkOperation[], failOnErrors: number | undefined] {
  const members = isJsonObject(body)
    ? new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]))
    : new Map<string, JsonValue>();
  const operations = members.get("operations");
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax("A bulk request needs a list of Operations.");
  if (operations.length > maxBulkOperations) {
    throw new ScimError(413, `A bulk request may have ${maxBulkOperations} operations.`, "tooMany");
  }
  const failOnErrors = members.get("failonerrors");
  if (failOnErrors !== undefined && failOnErrors !== null && !isPositiveInteger(failOnErrors)) {
    throw ScimError.invalidValue("failOnErrors must be a positive integer.");
  }
  return [operations.map(readOperation), isPositiveInteger(failOnErrors) ? failOnErrors : undefined];
}

function isPositiveInteger(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

function readOperation(value: JsonValue): BulkOperation {
  const members = isJsonObject(value)
    ? new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]))
    : new Map<string, JsonValue>();
  const text = (name: string): string | undefined => {
    const member = members.get(name);
    return typeof member === "string" ? member : undefined;
  };
  const method = text("method")?.toUpperCase();
  if (method !== "POST" && method !== "PUT" && method !== "PATCH" && method !== "DELETE") {
    throw ScimError.invalidSyntax("The method of a bulk operation must be POST, PUT, PATCH or DELETE.");
  }
  const [, endpoint = "", id = ""] = (text("path") ?? "").split("/");
  const bulkId = text("bulkid");
  if (method === "POST" && (bulkId === undefined || bulkId === "")) {
    throw ScimError.invalidSyntax("A bulk POST needs a bulkId.");
  }
  const data = members.get("data");
  const references = new Set<string>();
  collectReferences(id, references);
  if (data !== undefined) collectReferences(data, references);
  return { method, endpoint: `/${endpoint}`, id, bulkId, version: text("version"), data, references };
}

function collectReferences(value: JsonValue, found: Set<string>): void {
  if (typeof value === "string") {
    if (value.startsWith("bulkId:")) found.add(value.slice("bulkId:".length));
  } else if (Array.isArray(value)) {
    for (const item of value) collectReferences(item, found);
  } else if (isJsonObject(value)) {
    for (const item of Object.values(value)) collectReferences(item, found);
  }
}

function resolveText(text: string, created: ReadonlyMap<string, string>): string {
  if (!text.startsWith("bulkId:")) return text;
  const id = created.get(text.slice("bulkId:".length));
  if (id === undefined)
    throw new ScimError(409, `${text} names no operation that succeeded before this one.`);
  return id;
}

function resolveReferences(value: JsonValue, created: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === "string") return resolveText(value, created);
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, created));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveReferences(item, created)]),
  );
}
