import { expect, it } from "vitest";
import { describeOnBothEngines, type RunningServer, readOnlyToken } from "./support/running-server.ts";

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
    for (const foreign of ["other-1", "1", "payroll-", "payroll-x", "payroll-payroll-1"]) {
      const headers = { ...reader, accept: "text/event-stream", "last-event-id": foreign };
      expect((await server.request("GET", "/payroll/changes", undefined, headers)).status, foreign).toBe(400);
    }
  });
});

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
