import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import {
  type ChangeLog,
  type Storage,
  StorageUnavailableError,
} from "../../../scim-server/src/storage/storage.ts";
import { override, RunningServer, readOnlyToken, sha256, tenantsFile } from "./support/running-server.ts";
import { ServerFolder } from "./support/server-process.ts";

const folder = new ServerFolder();
afterAll(() => folder.remove());

/** Opens the stream of events after a position, unread. */
async function openStream(url: string, after: number): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${readOnlyToken}`,
    accept: "text/event-stream",
    "last-event-id": `payroll-${after}`,
  };
  const request = get(`${url}/payroll/changes`, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response.setEncoding("utf8");
}

/** Hands the sequence of each whole event to `take`, until the stream ends or breaks, or `take` answers false. */
async function readSequences(stream: IncomingMessage, take: (sequence: number) => boolean): Promise<void> {
  let text = "";
  try {
    for await (const chunk of stream) {
      text += String(chunk);
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const id = /^id: payroll-(\d+)\n/.exec(event)?.[1];
        if (id !== undefined && !take(Number(id))) return;
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
  }
}

/** The storage with another way to read changes. */
function withAfter(storage: Storage, after: ChangeLog["after"]): Storage {
  const { changeLog } = storage;
  return override(storage, {
    changeLog: {
      after,
      newestOf: changeLog.newestOf.bind(changeLog),
      catchUp: changeLog.catchUp.bind(changeLog),
      bounds: changeLog.bounds.bind(changeLog),
      prune: changeLog.prune.bind(changeLog),
    },
  });
}

describe("event streams", () => {
  it("end for a token that is removed, before it gets another change", async () => {
    const server = await RunningServer.start("sqlite");
    await server.createUser("before@example.com");
    const stream = await openStream(server.url, 0);
    const got: number[] = [];
    const taken = new Promise<void>((resolve) => {
      void readSequences(stream, (sequence) => {
        got.push(sequence);
        resolve();
        return true;
      });
    });
    await taken;
    const ended = once(stream, "close");
    writeFileSync(server.configFile, tenantsFile({ tokens: [{ id: "new", sha256: sha256("another") }] }));
    const headers = { authorization: "Bearer another", "content-type": "application/scim+json" };
    const person = { userName: "after@example.com" };
    const created = await server.request("POST", "/payroll/scim/v2/Users", person, headers);
    expect(created.status).toBe(201);
    await ended;
    expect(got).toEqual([1]);
    await server.stop();
  });

  it("go on without a gap through kill -9 and restarts, from the last event the consumer saw", async () => {
    const seen: number[] = [];
    let answered = 0;
    for (let round = 0; round < 4; round += 1) {
      const server = await folder.start();
      const write = async (writer: number): Promise<void> => {
        for (let index = 0; ; index += 1) {
          const user = { userName: `${round}-${writer}-${index}` };
          const answer = await server.call("POST", "/scim/v2/Users", user).catch(() => undefined);
          if (answer === undefined) return;
          if (answer.status === 201) answered += 1;
        }
      };
      const writers = Array.from({ length: 4 }, (_, writer) => write(writer));
      const stream = await openStream(server.url, seen.at(-1) ?? 0);
      const reading = readSequences(stream, (sequence) => {
        seen.push(sequence);
        return true;
      });
      // Killed while it writes, however slow the machine is.
      const enough = answered + 10;
      await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThanOrEqual(enough);
      await server.stop("SIGKILL");
      await Promise.all([reading, ...writers]);
    }
    const server = await folder.start();
    const page = await (await server.call("GET", `/changes?after=${seen.at(-1)}&limit=1000`)).text();
    const left = (JSON.parse(page) as { changes: { sequence: number }[] }).changes;
    const all = [...seen, ...left.map(({ sequence }) => sequence)];
    expect(all).toEqual(all.map((_, index) => index + 1));
    expect(all.length).toBeGreaterThanOrEqual(answered);
    await server.stop();
  });

  it("are read from the storage as the consumer reads them, and end with the server though it reads nothing", async () => {
    let read = 0;
    const server = await RunningServer.start("sqlite", tenantsFile(), (storage) =>
      withAfter(storage, async (tenant, query) => {
        const changes = await storage.changeLog.after(tenant, query);
        read += changes.length;
        return changes;
      }),
    );
    // More than the connection itself can hold.
    const count = 120;
    const title = "x".repeat(200_000);
    for (let index = 0; index < count; index += 1) await server.createUser(`large-${index}`, { title });
    const stream = await openStream(server.url, 0);
    const settled = async (): Promise<number> => {
      const before = read;
      await sleep(300);
      return read - before;
    };
    await expect.poll(settled, { timeout: 10_000 }).toBe(0);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(count);
    const seen: number[] = [];
    await readSequences(stream, (sequence) => seen.push(sequence) < count);
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => index + 1));

    const stuck = await openStream(server.url, 0);
    stuck.on("error", () => {});
    await expect.poll(settled, { timeout: 10_000 }).toBe(0);
    await server.stop();
  });

  it("answer at once, though nothing happens", async () => {
    const server = await RunningServer.start("sqlite");
    const stream = await openStream(server.url, 0);
    expect([stream.statusCode, stream.headers["content-type"]]).toEqual([200, "text/event-stream"]);
    stream.destroy();
    await server.stop();
  });

  it("end when the storage fails, so that the consumer comes again", async () => {
    let failing = false;
    const server = await RunningServer.start("sqlite", tenantsFile(), (storage) =>
      withAfter(storage, async (tenant, query) => {
        if (failing) throw new StorageUnavailableError(new Error("gone"));
        return storage.changeLog.after(tenant, query);
      }),
    );
    await server.createUser("before@example.com");
    const stream = await openStream(server.url, 0);
    const seen: number[] = [];
    const reading = readSequences(stream, (sequence) => {
      failing = true;
      return seen.push(sequence) > 0;
    });
    await reading;
    expect(seen).toEqual([1]);
    failing = false;
    await server.stop();
  });

  it("long polls one after the other leave nothing behind on their connection", async () => {
    const server = await RunningServer.start("sqlite");
    const warnings: string[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning.message);
    };
    process.on("warning", note);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = 0; index < 15; index += 1) {
      const request = get(`${server.url}/payroll/changes?after=0`, {
        agent,
        headers: { authorization: `Bearer ${readOnlyToken}` },
      });
      const [response] = (await once(request, "response")) as [IncomingMessage];
      response.resume();
      await once(response, "end");
    }
    await sleep(50);
    process.off("warning", note);
    agent.destroy();
    expect(warnings).toEqual([]);
    await server.stop();
  });
});

describe("pages of large changes", () => {
  it("have fewer entries than asked for, and none is lost", async () => {
    const server = await RunningServer.start("sqlite");
    const title = "x".repeat(900_000);
    for (let index = 0; index < 7; index += 1) await server.createUser(`page-${index}`, { title });
    const authorization = { authorization: `Bearer ${readOnlyToken}` };
    const sequences: number[] = [];
    const sizes: number[] = [];
    for (;;) {
      const after = sequences.at(-1) ?? 0;
      const { text } = await server.request(
        "GET",
        `/payroll/changes?after=${after}`,
        undefined,
        authorization,
      );
      const { changes } = JSON.parse(text) as { changes: { sequence: number }[] };
      if (changes.length === 0) break;
      sizes.push(changes.length);
      sequences.push(...changes.map(({ sequence }) => sequence));
    }
    expect([sizes, sequences]).toEqual([
      [4, 3],
      [1, 2, 3, 4, 5, 6, 7],
    ]);
    const lines = await server.request("GET", "/payroll/audit", undefined, {
      ...authorization,
      accept: "application/x-ndjson",
    });
    expect(lines.text.trim().split("\n")).toHaveLength(7);
    await server.stop();
  });
});
