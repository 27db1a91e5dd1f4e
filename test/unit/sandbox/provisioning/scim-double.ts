import { type RecordedRequest, RecordingServer, type ScriptedAnswer } from "../../scim/recording-server.ts";

type Resource = { id: string; [attribute: string]: unknown };
type Kind = "Users" | "Groups";

/** A small SCIM server in memory that understands exactly what Okta sends, and keeps every request. */
export class ScimDouble implements AsyncDisposable {
  readonly users = new Map<string, Resource>();
  readonly groups = new Map<string, Resource>();
  /** Answers in place of the double when it returns one. */
  intercept: (request: RecordedRequest) => ScriptedAnswer | undefined = () => undefined;
  /** Told of each request; may slow its answer down and learn when it goes out. */
  watch: (request: RecordedRequest) => Pick<ScriptedAnswer, "delayMs" | "onAnswer"> = () => ({});
  readonly server: RecordingServer;
  #count = 0;

  private constructor(server: RecordingServer) {
    this.server = server;
    server.respond = (request) => ({
      ...(this.intercept(request) ?? this.#answer(request)),
      ...this.watch(request),
    });
  }

  static async start(): Promise<ScimDouble> {
    return new ScimDouble(await RecordingServer.start());
  }

  /** The requests since the last call, as lines of method, path and body. */
  takeRequests(): string[] {
    const lines = this.server.requests.map(({ method, path, body }) => {
      const target = decodeURIComponent(path.replace("/scim/v2", ""));
      return body === undefined ? `${method} ${target}` : `${method} ${target} ${JSON.stringify(body)}`;
    });
    this.server.requests.length = 0;
    return lines;
  }

  userNamed(userName: string): Resource | undefined {
    return [...this.users.values()].find((user) => user["userName"] === userName);
  }

  groupNamed(displayName: string): Resource | undefined {
    return [...this.groups.values()].find((group) => group["displayName"] === displayName);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }

  #answer({ method, path, body }: RecordedRequest): ScriptedAnswer {
    const url = new URL(path, "http://localhost");
    const [, kind, id] = /\/scim\/v2\/(Users|Groups)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (kind !== "Users" && kind !== "Groups") return { status: 404, body: { detail: "no such endpoint" } };
    const resources = kind === "Users" ? this.users : this.groups;
    if (id === undefined)
      return method === "POST" ? this.#create(kind, body) : list(resources, url.searchParams);
    const resource = resources.get(decodeURIComponent(id));
    if (resource === undefined)
      return { status: 404, body: { status: "404", detail: `Resource ${id} not found` } };
    if (method === "DELETE") {
      resources.delete(resource.id);
      return { status: 204 };
    }
    if (method === "PUT" && isRecord(body)) resources.set(resource.id, { ...store(body), id: resource.id });
    if (method === "PATCH" && isRecord(body))
      for (const operation of readOperations(body)) patch(resource, operation);
    return { status: 200, body: resources.get(resource.id) ?? {} };
  }

  #create(kind: Kind, body: unknown): ScriptedAnswer {
    if (!isRecord(body)) return { status: 400, body: { detail: "no body" } };
    const taken = kind === "Users" && this.userNamed(String(body["userName"])) !== undefined;
    if (taken)
      return { status: 409, body: { status: "409", scimType: "uniqueness", detail: "userName is taken" } };
    this.#count += 1;
    const resource = { ...store(body), id: `${kind === "Users" ? "u" : "g"}${this.#count}` };
    (kind === "Users" ? this.users : this.groups).set(resource.id, resource);
    return { status: 201, body: resource };
  }
}

function list(resources: ReadonlyMap<string, Resource>, query: URLSearchParams): ScriptedAnswer {
  const [, attribute, value] = /^(\w+) eq (".*")$/.exec(query.get("filter") ?? "") ?? [];
  const wanted = value === undefined ? undefined : String(JSON.parse(value)).toLowerCase();
  const found = [...resources.values()].filter(
    (resource) => attribute === undefined || String(resource[attribute]).toLowerCase() === wanted,
  );
  const startIndex = Number(query.get("startIndex"));
  const Resources = found.slice(startIndex - 1, startIndex - 1 + Number(query.get("count")));
  return {
    status: 200,
    body: { totalResults: found.length, startIndex, itemsPerPage: Resources.length, Resources },
  };
}

function patch(resource: Resource, operation: Record<string, unknown>): void {
  const { op, path, value } = operation;
  const members = Array.isArray(resource["members"]) ? resource["members"].filter(isRecord) : [];
  if (path === undefined && isRecord(value)) Object.assign(resource, store(value));
  else if (op === "add" && Array.isArray(value)) resource["members"] = [...members, ...value];
  else if (op === "replace") resource["members"] = value;
  else {
    const [, id] = /^members\[value eq "(.+)"\]$/.exec(String(path)) ?? [];
    resource["members"] = members.filter((member) => member["value"] !== id);
  }
}

/** Passwords are taken and never kept. */
function store(body: Record<string, unknown>): Record<string, unknown> {
  const { password: _, ...kept } = body;
  return kept;
}

function readOperations(body: Record<string, unknown>): Record<string, unknown>[] {
  const operations = body["Operations"];
  return Array.isArray(operations) ? operations.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
