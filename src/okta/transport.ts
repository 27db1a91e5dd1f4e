/** One request to the Management API, before authorization. */
export interface OktaRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path with query, beginning with `/`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** One answer; the body is read completely. */
export interface OktaResponse {
  readonly status: number;
  /** Names in lower case; a header sent on several lines is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends a request. Layers (authorization, retries, limits) are functions from one transport to another. */
export type Transport = (request: OktaRequest) => Promise<OktaResponse>;
export type TransportLayer = (next: Transport) => Transport;

/** Wraps `base` in `layers`; the first layer sees a request first. */
export function composeTransport(base: Transport, layers: readonly TransportLayer[]): Transport {
  return layers.reduceRight((next, layer) => layer(next), base);
}

/** `GET /api/v1/apps?limit=2`: how a request is named in messages. */
export function nameRequest(request: OktaRequest): string {
  return `${request.method} ${request.path}`;
}

/** A header's value; of several lines the first. */
export function readHeader(response: OktaResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === "string" ? value : value?.[0];
}
