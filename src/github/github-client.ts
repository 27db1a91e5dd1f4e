import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, request } from "undici";
import { z } from "zod";
import { GitHubError, GitHubUnreachableError } from "./github-error.ts";

/** Where and as whom to call GitHub's REST API. */
export interface GitHubClientOptions {
  /** `https://api.github.com`, or an Enterprise server's `…/api/v3`. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** The longest wait, in milliseconds, for a rate limit to end before giving up. */
  readonly longestWait?: number;
  /** Milliseconds between two tries where GitHub is out of reach or broken. Default 1,000. */
  readonly pause?: number;
}

interface GitHubAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly next: string | undefined;
}

interface Exchanged {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const attempts = 4;
const requestTimeout = 30_000;

/** The few calls to GitHub that comments and issues need, with pages followed and rate limits waited for. */
export class GitHubClient {
  readonly #options: GitHubClientOptions;

  constructor(options: GitHubClientOptions) {
    this.#options = options;
  }

  /**
   * One call below `/repos/{owner}/{name}`.
   * @throws GitHubError for any answer from 400 on that `accepted` does not list.
   */
  async call(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    accepted: readonly number[] = [],
  ): Promise<GitHubAnswer> {
    return this.#send(
      method,
      `${this.#options.apiUrl}/repos/${this.#options.repository}${path}`,
      body,
      accepted,
    );
  }

  /** `owner/name`. */
  get repository(): string {
    return this.#options.repository;
  }

  /** The login of the person whom the token belongs to; undefined for an installation's token, such as a workflow's own. */
  async viewer(): Promise<string | undefined> {
    try {
      const { body } = await this.#send("GET", `${this.#options.apiUrl}/user`, undefined, []);
      return z.looseObject({ login: z.string() }).parse(body).login;
    } catch (error) {
      // "Resource not accessible by integration".
      if (error instanceof GitHubError && error.status === 403) return undefined;
      throw error;
    }
  }

  /**
   * Every element of a list, page after page, by the `Link` header (GitHub REST API, "Using pagination").
   * @param key where the list lies in the answer, when the answer is an object
   */
  async *list<T>(path: string, schema: z.ZodType<T>, key?: string): AsyncGenerator<T> {
    let url: string | undefined = `${this.#options.apiUrl}/repos/${this.#options.repository}${path}`;
    while (url !== undefined) {
      const answer: GitHubAnswer = await this.#send("GET", url, undefined, []);
      const body =
        key === undefined ? answer.body : z.looseObject({ [key]: z.unknown() }).parse(answer.body)[key];
      yield* z.array(schema).parse(body);
      url = answer.next;
    }
  }

  async #send(
    method: Dispatcher.HttpMethod,
    url: string,
    body: unknown,
    accepted: readonly number[],
  ): Promise<GitHubAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#exchange(method, url, body);
      if (answer === undefined) {
        // A creation that may have arrived is not sent twice.
        if (method === "POST" || attempt >= attempts) throw new GitHubUnreachableError(method, url);
        await sleep(this.#pause);
        continue;
      }
      if (answer.statusCode < 400 || accepted.includes(answer.statusCode))
        return {
          status: answer.statusCode,
          body: parseBody(method, url, answer),
          next: nextPage(answer.headers["link"]),
        };
      const message = messageOf(answer.text);
      // A gateway's 502 says as little as a broken connection about whether something was created.
      const isUnclear = answer.statusCode >= 500 && method === "POST";
      const wait = isUnclear ? undefined : this.#waitBeforeRetry(answer, message);
      if (wait === undefined || attempt >= attempts || wait > (this.#options.longestWait ?? 120_000))
        throw new GitHubError(method, url, answer.statusCode, message);
      await sleep(wait);
    }
  }

  /**
   * Milliseconds to wait before the same call is worth repeating; undefined when it is not. A secondary rate limit may come without headers,
   * and is then to be waited for a minute (GitHub REST API, "Rate limits", "Exceeding the rate limit").
   */
  #waitBeforeRetry({ statusCode, headers }: Exchanged, message: string): number | undefined {
    const isUsedUp = headers["x-ratelimit-remaining"] === "0";
    const isSecondary = /secondary rate limit|abuse detection/i.test(message);
    const isLimited =
      statusCode === 429 ||
      (statusCode === 403 && (headers["retry-after"] !== undefined || isUsedUp || isSecondary));
    if (!isLimited) return statusCode >= 500 ? this.#pause : undefined;
    const retryAfter = Number(headers["retry-after"]);
    if (headers["retry-after"] !== undefined && Number.isFinite(retryAfter)) return retryAfter * 1000;
    const reset = Number(headers["x-ratelimit-reset"]);
    return isUsedUp && Number.isFinite(reset) ? Math.max(0, reset * 1000 - Date.now()) + 1000 : 60_000;
  }

  get #pause(): number {
    return this.#options.pause ?? 1000;
  }

  /** One exchange; undefined where no whole answer came. */
  async #exchange(method: Dispatcher.HttpMethod, url: string, body: unknown): Promise<Exchanged | undefined> {
    try {
      const answer = await request(url, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${this.#options.token}`,
          "user-agent": "okta-scim",
          "x-github-api-version": "2022-11-28",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headersTimeout: requestTimeout,
        bodyTimeout: requestTimeout,
      });
      return { statusCode: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    } catch {
      return undefined;
    }
  }
}

function nextPage(link: string | string[] | undefined): string | undefined {
  const header = Array.isArray(link) ? link.join(", ") : (link ?? "");
  return /<([^>]+)>\s*;[^,]*rel="next"/.exec(header)?.[1];
}

/** @throws GitHubError for what is no JSON: the page of a proxy, or of a web server that GITHUB_API_URL names by mistake. */
function parseBody(method: string, url: string, { statusCode, text }: Exchanged): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new GitHubError(method, url, statusCode, `not JSON but ${text.trim().slice(0, 80)}`);
  }
}

function messageOf(text: string): string {
  try {
    return z.looseObject({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return text.slice(0, 200);
  }
}
