/**
 * The shape in which every part of the emulated org (Management API, console, control) sees a request and gives its answer.
 * `server.ts` turns node:http requests into these and back, so that a route group is a plain async function.
 */

/** One HTTP request as route groups see it: target already resolved (absolute-form included), body read completely. */
export interface IncomingRequest {
  /** Upper case. */
  readonly method: string;
  /** Path of the request target, percent-encoded as it arrived, without the query. */
  readonly path: string;
  /** `path` cut at `/`, each part percent-decoded, without empty parts. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined as node:http does. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** IP address of the peer. */
  readonly remoteAddress: string;
  /** Sent back as `X-Okta-Request-Id`. */
  readonly requestId: string;
  /** The org's own address without a trailing slash; every link is built from it, never from `Host` (proxied clients drop the port). */
  readonly orgUrl: string;
}

/** What a route group answers. A header given as a list becomes one header line per element (Okta's `Link`). */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** A part of the org that answers the requests it knows and returns undefined for all others. */
export type RouteGroup = (request: IncomingRequest) => Promise<Answer | undefined>;

/** An answer with a JSON body. */
export function answerJson(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  };
}

/** The redirect after a form was taken (303 See Other). */
export function redirectTo(location: string): Answer {
  return { status: 303, headers: { location } };
}

/** The request's body as text. */
export function readText(request: IncomingRequest): string {
  return new TextDecoder().decode(request.body);
}

/** The request's body as the fields of an HTML form. */
export function readForm(request: IncomingRequest): URLSearchParams {
  return new URLSearchParams(readText(request));
}
