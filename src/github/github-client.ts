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
  /** Milliseconds between two tries to reach GitHub. Default 1,000. */
  readonly pause?: number;
}

interface GitHubAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly next: string | undefined;
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
        await sleep(this.#options.pause ?? 1000);
        continue;
      }
      if (answer.statusCode < 400 || accepted.includes(answer.statusCode))
        return {
          status: answer.statusCode,
          body: parseBody(answer.text),
          next: nextPage(answer.headers["link"]),
        };
      const message = messageOf(answer.text);
      const wait = waitBeforeRetry(answer.statusCode, answer.headers, message);
      if (wait === undefined || attempt >= attempts || wait > (this.#options.longestWait ?? 120_000))
        throw new GitHubError(method, url, answer.statusCode, message);
      await sleep(wait);
    }
  }

  /** One exchange; undefined where no whole answer came. */
  async #exchange(method: Dispatcher.HttpMethod, url: string, body: unknown) {
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

/**
 * Milliseconds to wait before the same call is worth repeating; undefined when it is not. A secondary rate limit may come without headers,
 * and is then to be waited for a minute (GitHub REST API, "Rate limits", "Exceeding the rate limit").
 */
function waitBeforeRetry(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  message: string,
): number | undefined {
  const isUsedUp = headers["x-ratelimit-remaining"] === "0";
  const isSecondary = /secondary rate limit|abuse detection/i.test(message);
  const limited =
    status === 429 || (status === 403 && (headers["retry-after"] !== undefined || isUsedUp || isSecondary));
  if (limited) {
    const retryAfter = Number(headers["retry-after"]);
    if (headers["retry-after"] !== undefined && Number.isFinite(retryAfter)) return retryAfter * 1000;
    const reset = Number(headers["x-ratelimit-reset"]);
    return isUsedUp && Number.isFinite(reset) ? Math.max(0, reset * 1000 - Date.now()) + 1000 : 60_000;
  }
  return status >= 500 ? 1000 : undefined;
}

function nextPage(link: string | string[] | undefined): string | undefined {
  const header = Array.isArray(link) ? link.join(", ") : (link ?? "");
  return /<([^>]+)>\s*;[^,]*rel="next"/.exec(header)?.[1];
}

function parseBody(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}

function messageOf(text: string): string {
  try {
    return z.looseObject({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return text.slice(0, 200);
  }
}
