import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, Pool } from "undici";
import { z } from "zod";
import { isJsonObject } from "../protocol/properties.ts";
import type { JsonObject, JsonValue } from "../protocol/property-value.ts";
import type { OktaConfig } from "./config.ts";
import { buildTokenRequest } from "./oauth-token.ts";
import { OktaApiError } from "./okta-error.ts";

/** The SDK generations inside the official plugin; they differ in their User-Agent, Host line and token cache. */
export type SdkGeneration = "v2" | "v4" | "v5" | "v6";
const sdkVersions: Record<SdkGeneration, string> = { v2: "2.20.0", v4: "4.1.2", v5: "5.0.6", v6: "6.1.6" };

/** One call. */
export interface OktaCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path without the query, such as `/api/v1/apps`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonValue;
}

interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly text: string;
}

const tokenAnswer = z.object({ access_token: z.string(), token_type: z.string(), expires_in: z.number() });

/** The Management API as one of the official plugin's SDKs calls it. */
export class OktaApi {
  readonly config: OktaConfig;
  private readonly generation: SdkGeneration;
  private readonly pool: Pool;
  private readonly signal: AbortSignal;
  private token: { readonly header: string; readonly expiresAt: number } | undefined;

  constructor(config: OktaConfig, generation: SdkGeneration, pool: Pool, signal: AbortSignal) {
    this.config = config;
    this.generation = generation;
    this.pool = pool;
    this.signal = signal;
  }

  /** @throws OktaApiError */
  async get(path: string, query?: Readonly<Record<string, string>>): Promise<JsonObject> {
    return asObject(await this.call({ method: "GET", path, ...(query && { query }) }), path);
  }

  /** A list with all its pages, following `Link: <…>; rel="next"`. @throws OktaApiError */
  async list(path: string, query: Readonly<Record<string, string>>): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    let target: string | undefined = withQuery(path, query);
    while (target !== undefined) {
      const answer: Answer = await this.send({ method: "GET", path: target });
      const page = parseJson(answer.text);
      if (!Array.isArray(page)) throw new TypeError(`Okta's answer to GET ${path} is not a list.`);
      items.push(...page.filter(isJsonObject));
      target = findNextPage(answer.headers["link"]);
    }
    return items;
  }

  /** @returns the answer's body, or undefined when it is empty. @throws OktaApiError */
  async call(call: OktaCall): Promise<JsonValue | undefined> {
    const answer = await this.send({ ...call, path: withQuery(call.path, call.query ?? {}) });
    return parseJson(answer.text);
  }

  /** The same for an answer that must be an object. @throws OktaApiError */
  async callForObject(call: OktaCall): Promise<JsonObject> {
    return asObject(await this.call(call), call.path);
  }

  /** An answer that is no JSON, such as SAML metadata. @throws OktaApiError */
  async getText(path: string, query: Readonly<Record<string, string>>): Promise<string> {
    return (await this.send({ method: "GET", path: withQuery(path, query) })).text;
  }

  private async send(call: OktaCall): Promise<Answer> {
    let retry: { readonly count: number; readonly requestId: string } | undefined;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.sendOnce(call, retry).catch((error: unknown) =>
        describeFailure(error, this.config),
      );
      if (answer instanceof Error) {
        if (this.config.viaProxy || !this.canRetry(attempt)) throw answer;
        await this.pause(this.backoffSeconds(attempt));
        continue;
      }
      const requestId = header(answer, "x-okta-request-id") ?? "";
      const wait = this.retryAfter(answer, attempt);
      if (wait === undefined) {
        if (answer.status < 400) return answer;
        throw new OktaApiError(
          answer.status,
          parseJson(answer.text),
          requestId === "" ? undefined : requestId,
          `${call.method} ${call.path}`,
        );
      }
      await this.pause(wait);
      retry = { count: attempt + 1, requestId };
    }
  }

  private async sendOnce(
    call: OktaCall,
    retry: { readonly count: number; readonly requestId: string } | undefined,
  ): Promise<Answer> {
    const { orgUrl, viaProxy } = this.config;
    const timeout = this.config.requestTimeoutSeconds;
    const host = new URL(orgUrl);
    // Behind httpProxy the newer SDKs build the URL from the host name alone.
    const authority = this.generation === "v2" ? host.host : host.hostname;
    const hasBody = call.body !== undefined;
    const answer = await this.pool.request({
      method: call.method,
      path: viaProxy ? `${host.protocol}//${authority}${call.path}` : call.path,
      headers: {
        accept: "application/json",
        "user-agent": `okta-sdk-golang/${sdkVersions[this.generation]} okta-terraform/6.12.0 okta-scim-sandbox-plugin`,
        authorization: await this.authorize(),
        ...(viaProxy && { host: authority, "proxy-authorization": "Basic Og==" }),
        ...(hasBody && { "content-type": "application/json" }),
        ...(retry && { "x-okta-retry-for": retry.requestId, "x-okta-retry-count": String(retry.count) }),
      },
      body: hasBody ? JSON.stringify(call.body) : null,
      signal: timeout > 0 ? AbortSignal.any([this.signal, AbortSignal.timeout(timeout * 1000)]) : this.signal,
    });
    const received = { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    await this.keepCapacity(received);
    return received;
  }

  private async authorize(): Promise<string> {
    const { credentials, orgUrl } = this.config;
    if (credentials.kind === "apiToken") return `SSWS ${credentials.apiToken}`;
    if (credentials.kind === "accessToken") return `Bearer ${credentials.accessToken}`;
    const now = Math.floor(Date.now() / 1000);
    if (this.token !== undefined && this.token.expiresAt > now) return this.token.header;
    const host = new URL(orgUrl);
    const answer = await this.pool.request({
      method: "POST",
      path: this.config.viaProxy ? `${host.protocol}//${host.host}/oauth2/v1/token` : "/oauth2/v1/token",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: buildTokenRequest(credentials, orgUrl, now).toString(),
      signal: this.signal,
    });
    const body = parseJson(await answer.body.text());
    if (answer.statusCode !== 200) {
      throw new OktaApiError(answer.statusCode, body, undefined, "POST /oauth2/v1/token");
    }
    const token = tokenAnswer.parse(body);
    this.token = {
      header: `${token.token_type} ${token.access_token}`,
      expiresAt: now + token.expires_in - 2,
    };
    return this.token.header;
  }

  /** Seconds to wait before the call is tried again, or undefined when its answer is final. */
  private retryAfter(answer: Answer, attempt: number): number | undefined {
    if (answer.status < 429 || !this.canRetry(attempt)) return undefined;
    if (answer.status === 429) {
      const date = Date.parse(header(answer, "date") ?? "") / 1000;
      const reset = Number(header(answer, "x-rate-limit-reset"));
      // The SDK gives up when it can't tell how long to wait.
      if (Number.isNaN(date) || Number.isNaN(reset)) return undefined;
      return Math.min(Math.max(reset - date, 0) + 1, this.config.maxWaitSeconds);
    }
    const isFinal = answer.status < 500 || answer.status === 500 || answer.status === 501;
    return isFinal || this.config.viaProxy ? undefined : this.backoffSeconds(attempt);
  }

  private canRetry(attempt: number): boolean {
    return this.config.backoff && attempt < this.config.maxRetries;
  }

  private backoffSeconds(attempt: number): number {
    return Math.min(this.config.minWaitSeconds * 2 ** attempt, this.config.maxWaitSeconds);
  }

  /** `maxApiCapacity`: with less than 100 percent, waits for the bucket's reset once that share is used up. */
  private async keepCapacity(answer: Answer): Promise<void> {
    if (this.config.maxApiCapacity >= 100) return;
    const limit = Number(header(answer, "x-rate-limit-limit"));
    const used = limit - Number(header(answer, "x-rate-limit-remaining"));
    const reset = Number(header(answer, "x-rate-limit-reset"));
    if (!(limit > 0) || Number.isNaN(used) || Number.isNaN(reset)) return;
    if ((used / limit) * 100 > this.config.maxApiCapacity) {
      await this.pause(Math.max(reset - Date.now() / 1000, 0) + 1);
    }
  }

  private async pause(seconds: number): Promise<void> {
    await sleep(seconds * 1000, undefined, { signal: this.signal });
  }
}

/** Every SDK generation over one connection pool. */
export interface OktaClient {
  readonly v2: OktaApi;
  readonly v4: OktaApi;
  readonly v5: OktaApi;
  readonly v6: OktaApi;
}

/** @param signal ends whatever is under way */
export function createOktaClient(config: OktaConfig, signal: AbortSignal): OktaClient {
  const pool = new Pool(new URL(config.orgUrl).origin, { connections: 10 });
  const api = (generation: SdkGeneration) => new OktaApi(config, generation, pool, signal);
  return { v2: api("v2"), v4: api("v4"), v5: api("v5"), v6: api("v6") };
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? path : `${path}?${text}`;
}

function findNextPage(links: string | string[] | undefined): string | undefined {
  // One relation per header line; see okta-sdk-golang's buildResponse.
  for (const line of links === undefined ? [] : [links].flat()) {
    const target = /^\s*<([^>]*)>\s*;(.*)$/.exec(line);
    if (target?.[1] !== undefined && target[2]?.includes('rel="next"')) {
      const url = new URL(target[1], "http://org.invalid");
      return `${url.pathname}${url.search}`;
    }
  }
  return undefined;
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseJson(text: string): JsonValue | undefined {
  if (text.trim() === "") return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

function asObject(value: JsonValue | undefined, path: string): JsonObject {
  if (!isJsonObject(value)) throw new TypeError(`Okta's answer to ${path} is not an object.`);
  return value;
}

function describeFailure(error: unknown, config: OktaConfig): Error {
  if (error instanceof OktaApiError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${config.orgUrl} can't be reached: ${reason}`, { cause: error });
}
