import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface StoredItem {
  id: number;
  number: number;
  body: string;
  state: "open" | "closed";
  title?: string;
  labels?: string[];
  user?: { login: string; type: string };
}

/** A small GitHub: comments and issues with pages, and faults on demand. */
export interface GitHubDouble {
  readonly apiUrl: string;
  readonly comments: StoredItem[];
  readonly issues: StoredItem[];
  /** Other lists by their path below the repository, with the key under which GitHub answers them. */
  readonly lists: Map<string, { readonly key?: string; readonly items: readonly unknown[] }>;
  readonly requests: string[];
  /** Whose the token is; undefined for a workflow's own. */
  viewer: string | undefined;
  /** Breaks the connection of the next requests. */
  breakNext: (count: number) => void;
  /** Answers the next request with this instead. */
  readonly failNext: (status: number, headers?: Record<string, string>, message?: string) => void;
  /** Answers the next request with a page, as a proxy does that wants a log-in. */
  readonly showPageNext: (html: string) => void;
  /** Called before a PATCH is answered, to race it. */
  onPatch: () => void;
  readonly close: () => Promise<void>;
}

const pageSize = 100;

export async function startGitHubDouble(): Promise<GitHubDouble> {
  const comments: StoredItem[] = [];
  const issues: StoredItem[] = [];
  const requests: string[] = [];
  const lists: GitHubDouble["lists"] = new Map();
  const failures: { status: number; headers: Record<string, string>; message: string }[] = [];
  let nextId = 1000;
  let breaking = 0;
  let page: string | undefined;
  const author = (): { login: string; type: string } =>
    double.viewer === undefined
      ? { login: "github-actions[bot]", type: "Bot" }
      : { login: double.viewer, type: "User" };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://double");
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (breaking > 0) {
      breaking -= 1;
      request.socket.destroy();
      return;
    }
    if (page !== undefined) {
      response.writeHead(200, { "content-type": "text/html" }).end(page);
      page = undefined;
      return;
    }
    const failure = failures.shift();
    if (failure !== undefined)
      return answer(response, failure.status, { message: failure.message }, failure.headers);
    if (request.headers.authorization !== "Bearer test-token")
      return answer(response, 401, { message: "Bad credentials" });
    const body = await readJson(request);
    const path = url.pathname.replace("/repos/acme/identity", "");
    if (path === "/user")
      return double.viewer === undefined
        ? answer(response, 403, { message: "Resource not accessible by integration" })
        : answer(response, 200, { login: double.viewer });
    const list = lists.get(path);
    if (list !== undefined) return answerPage(list.items, url, response, list.key);
    const comment = /^\/issues\/comments\/(\d+)$/.exec(path);
    if (comment !== null) return changeComment(request.method ?? "", Number(comment[1]), body, response);
    const issueComments = /^\/issues\/(\d+)\/comments$/.exec(path);
    if (issueComments !== null && request.method === "GET") return answerPage(comments, url, response);
    if (issueComments !== null) {
      const created: StoredItem = {
        id: nextId++,
        number: 0,
        body: String(body["body"]),
        state: "open",
        user: author(),
      };
      comments.push(created);
      return answer(response, 201, created);
    }
    if (path === "/issues" && request.method === "GET")
      return answerPage(
        issues.filter((issue) => issue.state === "open"),
        url,
        response,
      );
    if (path === "/issues") {
      const created: StoredItem = {
        id: nextId++,
        number: nextId,
        body: String(body["body"]),
        title: String(body["title"]),
        state: "open",
      };
      issues.push(created);
      return answer(response, 201, created);
    }
    const issue = issues.find((candidate) => `/issues/${candidate.number}` === path);
    if (issue === undefined) return answer(response, 404, { message: "Not Found" });
    Object.assign(issue, body);
    return answer(response, 200, issue);
  });

  function changeComment(
    method: string,
    id: number,
    body: Record<string, unknown>,
    response: ServerResponse,
  ): void {
    if (method === "PATCH") double.onPatch();
    const index = comments.findIndex((candidate) => candidate.id === id);
    const found = comments[index];
    if (found === undefined) {
      answer(response, 404, { message: "Not Found" });
      return;
    }
    if (method === "DELETE") {
      comments.splice(index, 1);
      answer(response, 204, undefined);
      return;
    }
    found.body = String(body["body"]);
    answer(response, 200, found);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  const double: GitHubDouble = {
    apiUrl: `http://127.0.0.1:${port}`,
    comments,
    issues,
    lists,
    requests,
    viewer: undefined,
    breakNext: (count) => {
      breaking = count;
    },
    failNext: (status, headers = {}, message = "as told") => {
      failures.push({ status, headers, message });
    },
    showPageNext: (html) => {
      page = html;
    },
    onPatch: () => undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return double;
}

function answerPage(items: readonly unknown[], url: URL, response: ServerResponse, key?: string): void {
  const page = Number(url.searchParams.get("page") ?? "1");
  const start = (page - 1) * pageSize;
  const next = new URL(url);
  next.searchParams.set("page", String(page + 1));
  const host = `http://${response.req.headers.host}`;
  const link: Record<string, string> =
    start + pageSize < items.length
      ? { link: `<${host}${next.pathname}${next.search}>; rel="next", <${host}>; rel="last"` }
      : {};
  const shown = items.slice(start, start + pageSize);
  answer(response, 200, key === undefined ? shown : { total_count: items.length, [key]: shown }, link);
}

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
