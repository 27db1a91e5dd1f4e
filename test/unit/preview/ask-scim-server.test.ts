import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { askScimServer } from "../../../src/preview/people/ask-scim-server.ts";
import { ScimClient } from "../../../src/scim/scim-client.ts";

interface Behaviour {
  readonly users: number;
  /** The most users of a page. */
  readonly page?: number;
  readonly token?: string;
  /** Answers this instead of users. */
  readonly status?: number;
  /** What a search that finds nobody answers. */
  readonly none?: 404;
  readonly hangs?: boolean;
}

let server: Server | undefined;
let requests: string[] = [];

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  requests = [];
});

/** A SCIM server with people `user0` (active), `User1` (inactive), `user2` … as far as asking for accounts goes. */
async function start(behaviour: Behaviour): Promise<string> {
  const answering = createServer((request, response) => {
    requests.push(decodeURIComponent(request.url ?? ""));
    if (behaviour.hangs === true) return;
    const [status, body] = answer(behaviour, request);
    response.writeHead(status, { "content-type": "application/scim+json" }).end(JSON.stringify(body));
  });
  server = answering;
  await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
  const address = answering.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/scim/v2`;
}

function answer(behaviour: Behaviour, request: IncomingMessage): [number, object] {
  const { users, page = 100, status, token, none } = behaviour;
  if (status !== undefined) return [status, { detail: "<script>" }];
  if (token !== undefined && request.headers.authorization !== token) return [401, {}];
  const query = new URL(request.url ?? "", "http://x").searchParams;
  const wanted = /"(.+)"/.exec(query.get("filter") ?? "")?.[1]?.toLowerCase();
  const all = Array.from({ length: users }, (_, index) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: `id${index}`,
    userName: index % 2 === 1 ? `User${index}` : `user${index}`,
    active: index % 2 === 0,
  })).filter(({ userName }) => wanted === undefined || userName.toLowerCase() === wanted);
  if (all.length === 0 && none !== undefined) return [none, {}];
  const first = Number(query.get("startIndex") ?? 1) - 1;
  const Resources = all.slice(first, first + Math.min(page, Number(query.get("count") ?? 100)));
  return [
    200,
    {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults: all.length,
      startIndex: first + 1,
      itemsPerPage: Resources.length,
      Resources,
    },
  ];
}

const client = (baseUrl: string, authorization = "Bearer now"): ScimClient =>
  new ScimClient({ baseUrl, authorization });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `user${index}`);

async function found(userNames: readonly string[], behaviour: Behaviour) {
  const answered = await askScimServer([client(await start(behaviour))])(userNames);
  if (answered.kind !== "found") throw new Error(JSON.stringify(answered));
  return answered.accounts;
}

async function silence(behaviour: Behaviour, options: object = {}, userNames = names(20)) {
  const baseUrl = await start(behaviour);
  const answered = await askScimServer([client(baseUrl)], options)(userNames);
  return answered.kind === "silent" ? answered.because : answered.kind;
}

describe("asking a SCIM server who has an account", () => {
  it("searches a few by name as Okta does, without case, and takes 404 for nobody", async () => {
    const accounts = await found(["user0", "USER1", "nobody"], { users: 5000, none: 404 });
    expect([...accounts]).toEqual([
      ["user0", { id: "id0", active: true }],
      ["user1", { id: "id1", active: false }],
    ]);
    expect(requests).toHaveLength(4);
    expect(requests).toContain('/scim/v2/Users?filter=userName eq "USER1"&startIndex=1&count=100');
  });

  it("lists everyone where that takes fewer requests, also a server that gives small pages", async () => {
    const accounts = await found(names(300), { users: 250, page: 30 });
    expect(accounts.size).toBe(250);
    expect(accounts.get("user249")).toEqual({ id: "id249", active: false });
    expect(requests).toHaveLength(9);
  });

  it("searches by name in a server that has many more", async () => {
    const accounts = await found(names(20), { users: 50_000 });
    expect(accounts.get("user19")).toEqual({ id: "id19", active: false });
    expect(requests).toHaveLength(21);
  });

  it("takes the token of before a rotation where the server does not know the new one yet", async () => {
    const baseUrl = await start({ users: 3, token: "Bearer before" });
    const ask = askScimServer([client(baseUrl), client(baseUrl, "Bearer before")]);
    expect(await ask(["user2"])).toMatchObject({ kind: "found" });
    expect(requests).toHaveLength(3);
  });

  it("says why it does not know, in words that are not the server's", async () => {
    expect(await silence({ users: 0, token: "Bearer other" })).toBe(
      "the application's SCIM server refuses the stack's token",
    );
    expect(await silence({ users: 0, status: 500 })).toBe(
      "the application's SCIM server answers 500 Internal Server Error",
    );
    expect(await silence({ users: 5000 }, { callBudget: 10 })).toBe(
      "asking the application's SCIM server would take 20 requests, the budget is 10",
    );
    const nowhere = new ScimClient({ baseUrl: "http://127.0.0.1:1/scim/v2" });
    expect(await askScimServer([nowhere])(["ada"])).toEqual({
      kind: "silent",
      because: "the application's SCIM server can't be reached from here",
    });
    expect(await askScimServer([])(["ada"])).toMatchObject({ because: expect.stringContaining("no token") });
  });

  it("waits no longer than its deadline for a server that hangs", async () => {
    expect(await silence({ users: 0, hangs: true }, { deadlineMs: 200 })).toBe(
      "the application's SCIM server took longer than 0.2 s",
    );
  });
});
