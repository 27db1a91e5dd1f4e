import { createHmac } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import {
  describeOnBothEngines,
  type RunningServer,
  readOnlyToken,
  tenantsFile,
} from "./support/running-server.ts";

interface Message {
  readonly id: string;
  readonly sequence: number;
  readonly type: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly changed?: readonly string[];
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly by: { readonly token: string; readonly userAgent: string; readonly requestId: string };
}

function parseMessages(text: string): readonly Message[] {
  return (JSON.parse(text) as { changes: Message[] }).changes;
}

const reader = { authorization: `Bearer ${readOnlyToken}` };

async function changesOf(server: RunningServer, query = ""): Promise<readonly Message[]> {
  return parseMessages((await server.request("GET", `/payroll/changes?${query}`, undefined, reader)).text);
}

describeOnBothEngines("change feed", (start) => {
  const receivers: Server[] = [];
  afterAll(() => {
    for (const receiver of receivers) receiver.close();
  });

  it("has every change in order, with before and after, and nothing for writes that change nothing", async () => {
    const server = await start();
    const id = await server.createUser("feed@example.com", { title: "old" });
    await server.patch(`/Users/${id}`, { op: "replace", path: "title", value: "new" });
    await server.patch(`/Users/${id}`, { op: "replace", path: "title", value: "new" });
    await server.patch(`/Users/${id}`, { op: "replace", value: { active: false } });
    await server.patch(`/Users/${id}`, { op: "replace", value: { active: true } });
    const group = await server.createGroup("g", [id]);
    await server.patch(`/Groups/${group}`, { op: "remove", path: `members[value eq "${id}"]` });
    await server.patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: id }] });
    await server.call("DELETE", `/Users/${id}`);
    const changes = await changesOf(server);
    expect(changes.map(({ sequence, type }) => `${sequence} ${type}`)).toEqual([
      "1 user.created",
      "2 user.updated",
      "3 user.deactivated",
      "4 user.reactivated",
      "5 group.created",
      "6 group.membership-changed",
      "7 group.membership-changed",
      "8 group.membership-changed",
      "9 user.deleted",
    ]);
    expect(changes[1]).toMatchObject({
      changed: ["title"],
      before: { title: "old" },
      after: { title: "new" },
    });
    expect(changes[4]?.added).toEqual([id]);
    expect([changes[5]?.removed, changes[6]?.added, changes[7]?.removed]).toEqual([[id], [id], [id]]);
    expect(changes[0]?.by).toMatchObject({ token: "v1", userAgent: "Okta SCIM Client 1.0.0" });
    expect((await changesOf(server, "after=7&limit=1")).map(({ sequence }) => sequence)).toEqual([8]);
    const audit = await server.request("GET", `/payroll/audit?resource=${group}`, undefined, reader);
    expect(audit.body["entries"]).toHaveLength(4);
    const lines = await server.request("GET", "/payroll/audit", undefined, {
      ...reader,
      accept: "application/x-ndjson",
    });
    expect(lines.text.trim().split("\n")).toHaveLength(9);
    expect((await server.request("GET", "/payroll/changes")).status).toBe(401);
  });

  it("numbers parallel changes without gaps", async () => {
    const server = await start();
    const names = Array.from({ length: 60 }, (_, index) => `parallel-${index}`);
    await Promise.all(names.map((name) => server.createUser(name)));
    const changes = await changesOf(server, "limit=1000");
    expect(changes.map(({ sequence }) => sequence)).toEqual(names.map((_, index) => index + 1));
    expect(new Set(changes.map(({ resource }) => resource.id)).size).toBe(60);
  });

  it("answers a long poll when something changes", async () => {
    const server = await start();
    const waiting = changesOf(server, "after=0&wait=20");
    const id = await server.createUser("poll@example.com");
    expect((await waiting).map(({ resource }) => resource.id)).toEqual([id]);
  });

  it("streams events and continues after the last one a client saw", async () => {
    const server = await start();
    await server.createUser("one@example.com");
    const stream = await readEvents(server, {}, async () => {
      await server.createUser("two@example.com");
    });
    expect(stream.map(({ id }) => id)).toEqual(["payroll-1", "payroll-2"]);
    const continued = await readEvents(server, { "last-event-id": "payroll-1" }, async () => {
      await server.createUser("three@example.com");
    });
    expect(continued.map(({ id }) => id)).toEqual(["payroll-2", "payroll-3"]);
  });

  it("delivers webhooks in order, signed, again after a failure, and replays", async () => {
    const deliveries: { headers: IncomingMessage["headers"]; body: string }[] = [];
    const refused = { left: 1 };
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        refused.left -= 1;
        if (refused.left >= 0) {
          response.writeHead(500).end();
          return;
        }
        deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(204).end();
      });
    });
    receivers.push(receiver);
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", () => resolve()));
    const address = receiver.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const secretFile = join(mkdtempSync(join(tmpdir(), "scim-webhook-")), "secret");
    writeFileSync(secretFile, "signing-secret\n");
    const webhooks = [{ id: "app", url: `http://127.0.0.1:${port}/hook`, secretFile }];
    const server = await start(tenantsFile({ webhooks }));
    await expect.poll(async () => (await webhookStates(server)).length, { timeout: 5000 }).toBe(1);
    const names = Array.from({ length: 5 }, (_, index) => `hook-${index}`);
    for (const name of names) await server.createUser(name);
    const ids = (): readonly unknown[] => deliveries.map(({ headers }) => headers["webhook-id"]);
    const expected = names.map((_, index) => `payroll-${index + 1}`);
    await expect.poll(ids, { timeout: 15_000 }).toEqual(expected);
    const [first] = deliveries;
    const signed = `payroll-1.${first?.headers["webhook-timestamp"]}.${first?.body}`;
    const signature = createHmac("sha256", "signing-secret").update(signed).digest("base64");
    expect(first?.headers["webhook-signature"]).toBe(`v1,${signature}`);
    const replay = (): Promise<number> =>
      server
        .request(
          "POST",
          "/payroll/webhooks/app/replay",
          { after: 3 },
          { authorization: "Bearer a-token-for-tests" },
        )
        .then(({ status }) => status);
    await expect.poll(replay, { timeout: 5000 }).toBe(202);
    await expect.poll(ids, { timeout: 20_000 }).toEqual([...expected, "payroll-4", "payroll-5"]);
  });
});

async function webhookStates(server: RunningServer): Promise<readonly unknown[]> {
  const { body } = await server.request("GET", "/payroll/webhooks", undefined, reader);
  return Array.isArray(body["webhooks"]) ? body["webhooks"] : [];
}

/** Reads events until two have come; `act` runs once the stream is open. */
async function readEvents(
  server: RunningServer,
  headers: Readonly<Record<string, string>>,
  act: () => Promise<void>,
): Promise<readonly Message[]> {
  const controller = new AbortController();
  const response = await fetch(`${server.url}/payroll/changes`, {
    headers: { ...reader, accept: "text/event-stream", ...headers },
    signal: controller.signal,
  });
  await act();
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split("data: ").length > 2 && text.endsWith("\n\n")) break;
  }
  controller.abort();
  const data = text.split("\n").filter((line) => line.startsWith("data: "));
  return parseMessages(`{"changes":[${data.map((line) => line.slice("data: ".length)).join(",")}]}`);
}
