import { type Dispatcher, request as send } from "undici";
import { defaultMaxAnswerBytes, readLimited } from "../scim/read-limited.ts";
import { createCredentialRedactor } from "../scim/redact-credentials.ts";
import { parseJson } from "../spec/json-value.ts";
import { CheckFailure } from "./check.ts";
import { type Exchange, excerpt } from "./exchange.ts";

/** A request as a check wants it, byte by byte where that matters. */
export interface ProbeRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the SCIM base URL with query; or an absolute URL. */
  readonly path: string;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** `undefined`: the app's own credential; `null`: no `Authorization` header; a string: this value. */
  readonly authorization?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProbeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The parsed JSON; `undefined` where the body is none. */
  readonly json: unknown;
  readonly milliseconds: number;
}

/**
 * Sends single requests to a SCIM server as Okta sends them and shows the bare answers. Unlike the SCIM client of src/scim it takes
 * nothing for granted (status, content type, numbers as numbers), since that is what the checks are about.
 */
export class ScimProbe {
  readonly #baseUrl: string;
  readonly #authorization: string;
  readonly #dispatcher: Dispatcher | undefined;
  readonly #signal: AbortSignal;
  readonly #redact: (text: string) => string;
  #last: Exchange | undefined;

  constructor(
    baseUrl: string,
    authorization: string,
    signal: AbortSignal,
    dispatcher: Dispatcher | undefined,
  ) {
    this.#baseUrl = baseUrl.replace(/\/+$/, "");
    this.#authorization = authorization;
    this.#signal = signal;
    this.#dispatcher = dispatcher;
    this.#redact = createCredentialRedactor(authorization);
  }

  /** The last exchange, without credentials and passwords. */
  get lastExchange(): Exchange | undefined {
    return this.#last;
  }

  /** @throws CheckFailure when no answer comes. */
  async send(request: ProbeRequest): Promise<ProbeAnswer> {
    const method = request.method ?? "GET";
    const url = request.path.startsWith("/") ? this.#baseUrl + request.path : request.path;
    const body = encodeBody(request.body);
    const shown = this.#redact(
      `${method} ${decodeForPeople(url)}${body === undefined ? "" : ` ${excerpt(body)}`}`,
    );
    this.#last = { request: shown, answer: "no answer yet" };
    const started = performance.now();
    try {
      const answer = await send(url, {
        method,
        headers: this.#listHeaders(request, body !== undefined),
        body: body ?? null,
        signal: this.#signal,
        ...(this.#dispatcher === undefined ? {} : { dispatcher: this.#dispatcher }),
      });
      const contentType = String(answer.headers["content-type"] ?? "");
      this.#last = {
        request: shown,
        answer: `${answer.statusCode} ${contentType}, and its body has not ended`,
      };
      const text = (await readLimited(answer.body, defaultMaxAnswerBytes)).toString("utf8");
      const { location } = answer.headers;
      const redirect =
        isRedirect(answer.statusCode) && location !== undefined ? ` to ${String(location)}` : "";
      this.#last = {
        request: shown,
        answer: this.#redact(`${answer.statusCode}${redirect} ${contentType} ${excerpt(text)}`.trim()),
      };
      return {
        status: answer.statusCode,
        contentType,
        text,
        json: parseJson(text),
        milliseconds: performance.now() - started,
      };
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      const reason = describe(error);
      this.#last = { request: shown, answer: `no answer: ${reason}` };
      throw new CheckFailure(
        `The SCIM server gave no answer to ${method} ${new URL(url).pathname}: ${reason}.`,
        "Check that the server runs and that host, port and TLS of the base URL are right; then its log.",
      );
    }
  }

  #listHeaders(request: ProbeRequest, hasBody: boolean): Record<string, string> {
    const authorization = request.authorization === undefined ? this.#authorization : request.authorization;
    return {
      accept: "application/scim+json",
      "user-agent": "okta-scim checks",
      ...(authorization === null ? {} : { authorization }),
      ...(hasBody ? { "content-type": "application/scim+json; charset=utf-8" } : {}),
      ...request.headers,
    };
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function encodeBody(body: unknown): string | undefined {
  return body === undefined || typeof body === "string" ? body : JSON.stringify(body);
}

function decodeForPeople(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return "code" in error && error.code === "ECONNREFUSED" ? "the connection was refused" : error.message;
}
