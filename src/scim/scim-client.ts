import type { z } from "zod";
import { ScimAnswerError } from "./scim-errors.ts";
import {
  type ListResponse,
  listResponseSchema,
  type PatchOperation,
  type ScimGroup,
  type ScimUser,
  scimGroupSchema,
  scimUrn,
  scimUserSchema,
} from "./scim-messages.ts";
import { type ScimAnswer, type ScimClientOptions, ScimTransport } from "./scim-transport.ts";

/** Query of a list (RFC 7644 section 3.4.2). Parameters are sent in the order in which they are given. */
export interface ListQuery {
  readonly filter?: string;
  readonly startIndex?: number;
  readonly count?: number;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
  readonly sortBy?: string;
  readonly sortOrder?: "ascending" | "descending";
}

/** Query of a listing that fetches every page; `count` is the page size. */
export type PagedQuery = Omit<ListQuery, "startIndex">;

/** How answers of an endpoint are read. */
interface ResourceSchemas<Resource> {
  readonly resource: z.ZodType<Resource>;
  readonly list: z.ZodType<ListResponse<Resource>>;
}

/** Building a schema costs more than using it, so all clients share them. */
const userSchemas = { resource: scimUserSchema, list: listResponseSchema(scimUserSchema) };
const groupSchemas = { resource: scimGroupSchema, list: listResponseSchema(scimGroupSchema) };

/** A resource endpoint (`/Users` or `/Groups`) of a SCIM server. */
export class ScimEndpoint<Resource extends { readonly id: string }> {
  readonly #transport: ScimTransport;
  readonly #path: string;
  readonly #schemas: ResourceSchemas<Resource>;

  constructor(transport: ScimTransport, path: string, schemas: ResourceSchemas<Resource>) {
    this.#transport = transport;
    this.#path = path;
    this.#schemas = schemas;
  }

  /** One page: `GET /Users?…`. */
  async list(query: ListQuery = {}, signal?: AbortSignal): Promise<ListResponse<Resource>> {
    const answer = await this.#transport.send({
      method: "GET",
      path: this.#path + formatQuery(query),
      signal,
    });
    return parseAnswer(answer, this.#schemas.list);
  }

  /** Every resource of all pages, one page in memory at a time. Ends at `totalResults`, or at an empty page. */
  async *all(query: PagedQuery = {}, signal?: AbortSignal): AsyncGenerator<Resource, void, undefined> {
    const { filter, count = 100, ...rest } = query;
    let startIndex = 1;
    while (true) {
      const filtered = filter === undefined ? {} : { filter };
      const page = await this.list({ ...filtered, startIndex, count, ...rest }, signal);
      yield* page.Resources;
      startIndex += page.Resources.length;
      if (page.Resources.length === 0 || startIndex > page.totalResults) return;
    }
  }

  async get(id: string, signal?: AbortSignal): Promise<Resource> {
    return parseAnswer(
      await this.#transport.send({ method: "GET", path: this.#resourcePath(id), signal }),
      this.#schemas.resource,
    );
  }

  async create(body: object, signal?: AbortSignal): Promise<Resource> {
    return parseAnswer(
      await this.#transport.send({ method: "POST", path: this.#path, body, signal }),
      this.#schemas.resource,
    );
  }

  async replace(id: string, body: object, signal?: AbortSignal): Promise<Resource> {
    return parseAnswer(
      await this.#transport.send({ method: "PUT", path: this.#resourcePath(id), body, signal }),
      this.#schemas.resource,
    );
  }

  /** Sends the operations as a PatchOp; answers undefined where the server answers 204. */
  async patch(
    id: string,
    operations: readonly PatchOperation[],
    signal?: AbortSignal,
  ): Promise<Resource | undefined> {
    const body = { schemas: [scimUrn.patchOp], Operations: operations };
    const answer = await this.#transport.send({
      method: "PATCH",
      path: this.#resourcePath(id),
      body,
      signal,
    });
    return answer.body === undefined ? undefined : parseAnswer(answer, this.#schemas.resource);
  }

  async delete(id: string, signal?: AbortSignal): Promise<void> {
    await this.#transport.send({ method: "DELETE", path: this.#resourcePath(id), signal });
  }

  #resourcePath(id: string): string {
    return `${this.#path}/${encodeURIComponent(id)}`;
  }
}

/**
 * A SCIM 2.0 client (RFC 7644) with typed answers. Every method throws a {@link ScimClientError}: ScimTransportError without
 * an answer, ScimResponseError for a status outside 2xx, ScimAnswerError for an answer that is not what the RFC says.
 */
export class ScimClient {
  readonly baseUrl: string;
  readonly users: ScimEndpoint<ScimUser>;
  readonly groups: ScimEndpoint<ScimGroup>;
  readonly #transport: ScimTransport;

  constructor(options: ScimClientOptions) {
    this.#transport = new ScimTransport(options);
    this.baseUrl = this.#transport.baseUrl;
    this.users = new ScimEndpoint(this.#transport, "/Users", userSchemas);
    this.groups = new ScimEndpoint(this.#transport, "/Groups", groupSchemas);
  }
}

/** The filter `attribute eq "value"`, with the value quoted as JSON (RFC 7644 section 3.4.2.2). */
export function filterEquals(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

function formatQuery(query: ListQuery): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

function parseAnswer<Output>(answer: ScimAnswer, schema: z.ZodType<Output>): Output {
  if (answer.body === undefined) {
    throw new ScimAnswerError(answer.call, answer.status, "the body is empty", "", false);
  }
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".");
  throw new ScimAnswerError(
    answer.call,
    answer.status,
    `${where} is wrong: ${issue?.message ?? "invalid"}`,
    "",
    false,
  );
}
