import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ResourceModel } from "../schema/resource-model.ts";
import { ScimError } from "../scim-error.ts";
import { referencesIn, resolveReferences, resolveText, splitData } from "./bulk-references.ts";
import { maxBulkOperations } from "./discovery.ts";
import { toScimError } from "./error-answer.ts";
import { locationOf } from "./representation.ts";
import { type Answer, requireBody, type ScimRequest } from "./scim-request.ts";
import { createResource, deleteResource, patchResource, replaceResource } from "./write-resources.ts";

const bulkResponse = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

interface BulkOperation {
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** As the client sent it. */
  readonly path: string;
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
  const run = new BulkRun(request, operations);
  while (run.canGoOn && (failOnErrors === undefined || run.errors < failOnErrors)) await run.step();
  await run.finish();
  return { status: 200, body: JSON.stringify({ schemas: [bulkResponse], Operations: run.results }) };
}

/** A resource that was created without some of its references, for their targets did not exist yet. */
interface Unfinished {
  readonly operation: BulkOperation;
  readonly later: JsonObject;
}

class BulkRun {
  readonly results: JsonObject[] = [];
  errors = 0;
  readonly #request: ScimRequest;
  readonly #created = new Map<string, string>();
  /** The bulkIds of operations still to come. */
  readonly #expected: Set<string>;
  readonly #unfinished = new Set<Unfinished>();
  #waiting: readonly BulkOperation[];

  constructor(request: ScimRequest, operations: readonly BulkOperation[]) {
    this.#request = request;
    this.#waiting = operations;
    this.#expected = new Set(operations.flatMap(({ bulkId }) => bulkId ?? []));
  }

  get canGoOn(): boolean {
    return this.#waiting.length > 0;
  }

  /** Runs the next operation that waits for no other; else one of those that wait for each other in a circle. */
  async step(): Promise<void> {
    const ready = this.#waiting.find((operation) => this.#isSettled(operation.references));
    const next =
      ready ??
      this.#waiting.find(({ method, data }) => method === "POST" && isJsonObject(data)) ??
      this.#waiting[0];
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((operation) => operation !== next);
    if (ready === undefined && next.method === "POST" && isJsonObject(next.data)) {
      await this.#beginCircle(next, next.data);
    } else {
      await this.#execute(next);
    }
    await this.#finishSettled();
  }

  /** Settles what is unfinished when the request ends, early or not: what can no longer be complete is undone. */
  async finish(): Promise<void> {
    this.#expected.clear();
    await this.#finishSettled();
  }

  #isSettled(references: ReadonlySet<string>): boolean {
    return [...references].every((bulkId) => this.#created.has(bulkId) || !this.#expected.has(bulkId));
  }

  async #execute(operation: BulkOperation): Promise<void> {
    this.#report(operation, await executeOperation(this.#request, operation, this.#created));
  }

  /** RFC 7644 section 3.7.1: circular references must be attempted. */
  async #beginCircle(operation: BulkOperation, data: JsonObject): Promise<void> {
    const { first, later } = splitData(data, this.#created);
    const result = await executeOperation(this.#request, { ...operation, data: first }, this.#created);
    if (isError(result)) this.#report(operation, result);
    else this.#unfinished.add({ operation, later });
  }

  async #finishSettled(): Promise<void> {
    for (const unfinished of this.#unfinished) {
      const { operation, later } = unfinished;
      if (!this.#isSettled(operation.references)) continue;
      this.#unfinished.delete(unfinished);
      const id = this.#created.get(operation.bulkId ?? "") ?? "";
      const data: JsonObject = { Operations: [{ op: "add", value: later }] };
      const completion: BulkOperation = {
        ...operation,
        method: "PATCH",
        path: `${operation.path}/${id}`,
        id,
        data,
        version: undefined,
      };
      const completed = await executeOperation(this.#request, completion, this.#created);
      const head: JsonObject = { ...completed, method: operation.method };
      if (isError(completed)) {
        this.#created.delete(operation.bulkId ?? "");
        const removal: BulkOperation = {
          ...completion,
          method: "DELETE",
          bulkId: undefined,
          data: undefined,
        };
        await executeOperation(this.#request, removal, this.#created);
        const { location: _gone, ...refused } = head;
        this.#report(operation, refused);
      } else {
        this.#report(operation, { ...head, status: "201" });
      }
    }
  }

  #report(operation: BulkOperation, result: JsonObject): void {
    this.results.push(result);
    if (operation.bulkId !== undefined) this.#expected.delete(operation.bulkId);
    if (isError(result)) this.errors += 1;
  }
}

function isError(result: JsonObject): boolean {
  return Number(result["status"]) >= 400;
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
  let requested = `${request.tenant.scimUrl}/${operation.path.replace(/^\/+/, "")}`;
  try {
    const model = modelOf(request, operation);
    const id = resolveText(operation.id, created);
    requested = locationOf(request.tenant, model.type, id);
    const answer = await runOperation({ ...request, id }, model, operation, created);
    const location = answer.headers?.["Location"] ?? requested;
    const version = answer.headers?.["ETag"];
    if (operation.bulkId !== undefined) created.set(operation.bulkId, location.split("/").at(-1) ?? "");
    return {
      ...head,
      location,
      ...(version === undefined ? {} : { version }),
      status: String(answer.status),
    };
  } catch (error) {
    const refusal = toScimError(error);
    // A fault of the server is for its log; a database that is away for a moment is for the client to try again.
    if (refusal.status === 500) throw error;
    const shown = operation.method === "POST" ? {} : { location: requested };
    const response: JsonValue = JSON.parse(refusal.toBody());
    return { ...head, ...shown, status: String(refusal.status), response };
  }
}

function runOperation(
  request: ScimRequest,
  model: ResourceModel,
  operation: BulkOperation,
  created: ReadonlyMap<string, string>,
): Promise<Answer> {
  const inner: ScimRequest = {
    ...request,
    query: {},
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

/** A path with anything before or after endpoint and id is refused: it does not mean the resource in its middle. */
function modelOf(request: ScimRequest, operation: BulkOperation): ResourceModel {
  const { users, groups } = request.tenant;
  const { method, path, endpoint, id } = operation;
  const model = [users, groups].find(
    (candidate) => candidate.endpoint.toLowerCase() === endpoint.toLowerCase(),
  );
  const isWhole = path === (id === "" ? endpoint : `${endpoint}/${id}`);
  if (model === undefined || !isWhole || (method === "POST") !== (id === "")) {
    throw ScimError.invalidPath(`A bulk ${method} cannot go to ${path === "" ? "an empty path" : path}.`);
  }
  return model;
}

function readBulk(body: JsonValue): readonly [readonly BulkOperation[], failOnErrors: number | undefined] {
  const members = isJsonObject(body)
    ? new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]))
    : new Map<string, JsonValue>();
  const operations = members.get("operations");
  if (!Array.isArray(operations)) throw ScimError.invalidSyntax("A bulk request needs a list of Operations.");
  if (operations.length > maxBulkOperations) {
    throw new ScimError(413, `A bulk request may have ${maxBulkOperations} operations.`);
  }
  const failOnErrors = members.get("failonerrors");
  if (failOnErrors !== undefined && failOnErrors !== null && !isPositiveInteger(failOnErrors)) {
    throw ScimError.invalidValue("failOnErrors must be a positive integer.");
  }
  const read = operations.map(readOperation);
  const bulkIds = read.flatMap(({ bulkId }) => bulkId ?? []);
  if (new Set(bulkIds).size < bulkIds.length) {
    throw ScimError.invalidValue("Each bulkId may be given to one operation only.");
  }
  return [read, isPositiveInteger(failOnErrors) ? failOnErrors : undefined];
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
  const path = text("path") ?? "";
  const [, endpoint = "", id = ""] = path.split("/");
  const bulkId = text("bulkid");
  if (method === "POST" && (bulkId === undefined || bulkId === "")) {
    throw ScimError.invalidSyntax("A bulk POST needs a bulkId.");
  }
  const data = members.get("data");
  const references = referencesIn(id, data ?? null);
  return { method, path, endpoint: `/${endpoint}`, id, bulkId, version: text("version"), data, references };
}
