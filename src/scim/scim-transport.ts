import { STATUS_CODES } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { type Dispatcher, request } from "undici";
import { defaultMaxAnswerBytes, readLimited } from "./read-limited.ts";
import { createCredentialRedactor } from "./redact-credentials.ts";
import { ScimAnswerError, type ScimCall, ScimResponseError, ScimTransportError } from "./scim-errors.ts";
import { scimErrorBodySchema } from "./scim-messages.ts";

const excerptLength = 200;

export interface ScimClientOptions {
  /** The SCIM root, such as `https://scim.example.com/payroll/scim/v2`; a trailing slash is ignored. */
  readonly baseUrl: string;
  /** The whole `Authorization` header value; no header is sent without it. */
  readonly authorization?: string | undefined;
  readonly userAgent?: string;
  /** Further headers; they win over the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds from sending a request to the last byte of its answer. Default 60,000, which is Okta's limit. */
  readonly timeoutMs?: number;
  /** Bytes an answer may have, before and after decompression. Default 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** The undici dispatcher to send by, such as an Agent with TLS settings or a mock. */
  readonly dispatcher?: Dispatcher;
}

export interface ScimRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the base URL, with query, beginning with `/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface ScimAnswer {
  readonly call: ScimCall;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON; undefined when the body was empty. */
  readonly body: unknown;
}

/** Sends one SCIM request. Knows HTTP, credentials and errors, but no resource. */
export class ScimTransport {
  readonly baseUrl: string;
  readonly #options: ScimClientOptions;
  readonly #redact: (text: string) => string;

  constructor(options: ScimClientOptions) {
    this.#options = options;
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.#redact = createCredentialRedactor(options.authorization);
  }

  /**
   * @throws {ScimTransportError} when no answer arrives in time
   * @throws {ScimResponseError} when the status is outside 2xx
   * @throws {ScimAnswerError} when a 2xx body is not JSON
   */
  async send(scimRequest: ScimRequest): Promise<ScimAnswer> {
    const call: ScimCall = { method: scimRequest.method, url: this.#redact(this.baseUrl + scimRequest.path) };
    const { status, headers, text } = await this.#exchange(scimRequest, call);
    const parsed = parseJson(text);
    if (status < 200 || status > 299) throw this.#responseError(call, status, headers, text, parsed);
    if (parsed.failed) {
      const excerpt = this.#redact(text.slice(0, excerptLength));
      throw new ScimAnswerError(call, status, "the body is not JSON", excerpt, true);
    }
    return { call, status, headers, body: parsed.value };
  }

  async #exchange(scimRequest: ScimRequest, call: ScimCall) {
    const timeoutMs = this.#options.timeoutMs ?? 60_000;
    const ending = new AbortController();
    let timedOut = false;
    // Not AbortSignal.timeout: its timer lives for the whole time limit after the answer, a minute of requests in memory.
    const timer = setTimeout(() => {
      timedOut = true;
      ending.abort();
    }, timeoutMs);
    const abort = (): void => ending.abort();
    scimRequest.signal?.addEventListener("abort", abort);
    if (scimRequest.signal?.aborted === true) abort();
    try {
      const answer = await request(this.baseUrl + scimRequest.path, {
        method: scimRequest.method,
        headers: this.#headers(scimRequest.body !== undefined),
        body: scimRequest.body === undefined ? null : JSON.stringify(scimRequest.body),
        signal: ending.signal,
        ...(this.#options.dispatcher === undefined ? {} : { dispatcher: this.#options.dispatcher }),
      });
      const limit = this.#options.maxAnswerBytes ?? defaultMaxAnswerBytes;
      const raw = await readLimited(answer.body, limit);
      const text = await decode(raw, answer.headers["content-encoding"], limit);
      return { status: answer.statusCode, headers: answer.headers, text };
    } catch (cause) {
      if (scimRequest.signal?.aborted === true) throw scimRequest.signal.reason;
      throw this.#transportError(call, cause, timedOut, timeoutMs);
    } finally {
      clearTimeout(timer);
      scimRequest.signal?.removeEventListener("abort", abort);
    }
  }

  #headers(hasBody: boolean): Record<string, string> {
    const { authorization, userAgent, headers } = this.#options;
    return {
      "User-Agent": userAgent ?? "okta-scim",
      Accept: "application/scim+json",
      "Accept-Encoding": "gzip,deflate",
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(hasBody ? { "Content-Type": "application/scim+json; charset=utf-8" } : {}),
      ...headers,
    };
  }

  #responseError(
    call: ScimCall,
    status: number,
    headers: ScimAnswer["headers"],
    text: string,
    parsed: ParsedJson,
  ): ScimResponseError {
    const body = scimErrorBodySchema.safeParse(parsed.value);
    const retryAfter = headers["retry-after"];
    return new ScimResponseError(call, {
      status,
      reason: STATUS_CODES[status] ?? "Unknown Status",
      scimType: body.data?.scimType ?? undefined,
      detail: body.data?.detail == null ? undefined : this.#redact(body.data.detail),
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
      notJson: parsed.failed ? this.#redact(text.slice(0, excerptLength)) : undefined,
    });
  }

  #transportError(call: ScimCall, cause: unknown, timedOut: boolean, timeoutMs: number): ScimTransportError {
    if (timedOut) {
      return new ScimTransportError("SCIM_TIMEOUT", call, `the time limit of ${timeoutMs / 1000} s passed`);
    }
    const message = this.#redact(cause instanceof Error ? cause.message : String(cause));
    const systemCode = readSystemCode(cause);
    return systemCode === "ECONNREFUSED"
      ? new ScimTransportError("SCIM_REFUSED", call, "the connection was refused", systemCode)
      : new ScimTransportError("SCIM_UNREACHABLE", call, message, systemCode);
  }
}

type ParsedJson =
  | { readonly failed: false; readonly value: unknown }
  | { readonly failed: true; readonly value: undefined };

function parseJson(text: string): ParsedJson {
  if (text.trim() === "") return { failed: false, value: undefined };
  try {
    return { failed: false, value: JSON.parse(text) };
  } catch {
    return { failed: true, value: undefined };
  }
}

const decoders: Readonly<
  Record<string, (raw: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

async function decode(raw: Buffer, encoding: string | string[] | undefined, limit: number): Promise<string> {
  const decoder = typeof encoding === "string" ? decoders[encoding.trim().toLowerCase()] : undefined;
  if (decoder === undefined || raw.length === 0) return raw.toString("utf8");
  return (await decoder(raw, { maxOutputLength: limit })).toString("utf8");
}

function readSystemCode(cause: unknown): string | undefined {
  if (typeof cause !== "object" || cause === null) return undefined;
  if (cause instanceof AggregateError && cause.errors.length > 0) return readSystemCode(cause.errors[0]);
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return "cause" in cause ? readSystemCode(cause.cause) : undefined;
}
