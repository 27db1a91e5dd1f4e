import { z } from "zod";
import { parseJson } from "../spec/json-value.ts";
import { findNextPage } from "./link-header.ts";
import { OktaAnswerError, OktaApiError } from "./okta-error.ts";
import { nameRequest, type OktaRequest, type OktaResponse, readHeader, type Transport } from "./transport.ts";

const errorBodySchema = z.looseObject({
  errorCode: z.string().optional(),
  errorSummary: z.string().optional(),
  errorCauses: z.array(z.looseObject({ errorSummary: z.string().optional() })).optional(),
});

/** More pages than any real list has: a `next` link that never ends is cut off here. */
const maxPages = 100_000;

/** What the resource families are written with: requests in, checked values out. */
export class OktaHttp {
  readonly #transport: Transport;
  readonly #redact: (text: string) => string;

  constructor(transport: Transport, redact: (text: string) => string) {
    this.#transport = transport;
    this.#redact = redact;
  }

  /**
   * One exchange whose answer has a body.
   * @throws OktaApiError when Okta refuses; OktaAnswerError when the answer has another shape; OktaUnreachableError.
   */
  async fetch<Output>(request: OktaRequest, schema: z.ZodType<Output>): Promise<Output> {
    return this.#parse(request, await this.#exchange(request), schema);
  }

  /** One exchange whose answer's body does not matter. */
  async send(request: OktaRequest): Promise<void> {
    await this.#exchange(request);
  }

  /** Like {@link fetch}, but `undefined` for 404. */
  async find<Output>(request: OktaRequest, schema: z.ZodType<Output>): Promise<Output | undefined> {
    try {
      return await this.fetch(request, schema);
    } catch (error) {
      if (error instanceof OktaApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The elements of a list, page after page along the `next` links; one page in memory at a time. */
  async *list<Output>(
    request: Omit<OktaRequest, "method">,
    schema: z.ZodType<Output>,
  ): AsyncGenerator<Output, void, undefined> {
    const page = z.array(schema);
    let path: string | undefined = request.path;
    const seen = new Set<string>();
    while (path !== undefined) {
      const pageRequest: OktaRequest = { ...request, method: "GET", path };
      if (seen.has(path) || seen.size >= maxPages) {
        throw new OktaAnswerError(
          nameRequest(pageRequest),
          "its next link leads back to a page that was read already",
        );
      }
      seen.add(path);
      const response = await this.#exchange(pageRequest);
      yield* this.#parse(pageRequest, response, page);
      path = findNextPage(response.headers["link"]);
    }
  }

  async #exchange(request: OktaRequest): Promise<OktaResponse> {
    const response = await this.#transport(request);
    if (response.status >= 200 && response.status < 300) return response;
    throw this.#describeRefusal(request, response);
  }

  #parse<Output>(request: OktaRequest, response: OktaResponse, schema: z.ZodType<Output>): Output {
    const value = parseJson(response.text);
    if (value === undefined) throw new OktaAnswerError(nameRequest(request), "it is not JSON");
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? "the body" : issue.path.join(".");
    throw new OktaAnswerError(nameRequest(request), this.#redact(`${where}: ${issue?.message ?? "invalid"}`));
  }

  #describeRefusal(request: OktaRequest, response: OktaResponse): OktaApiError {
    const body = errorBodySchema.safeParse(parseJson(response.text)).data;
    const causes = (body?.errorCauses ?? []).flatMap((cause) => cause.errorSummary ?? []).map(this.#redact);
    const requestId = readHeader(response, "x-okta-request-id");
    const challenge = readHeader(response, "www-authenticate");
    return new OktaApiError({
      request: nameRequest(request),
      status: response.status,
      errorCauses: causes,
      ...(body?.errorCode === undefined ? {} : { errorCode: body.errorCode }),
      ...(body?.errorSummary === undefined ? {} : { errorSummary: this.#redact(body.errorSummary) }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(challenge === undefined ? {} : { challenge }),
    });
  }
}

/** `?a=1&b=2` of the parameters that have a value; empty without any. */
export function formatQuery(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const entries = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}
