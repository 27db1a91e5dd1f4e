import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { ServerFolder, type ServerProcess } from "./support/server-process.ts";

const rounds = 50;
const writers = 8;

interface FeedPage {
  readonly last: number;
  readonly changes: readonly {
    readonly sequence: number;
    readonly type: string;
    readonly resource: { readonly id: string };
  }[];
}

function parseFeed(text: string): FeedPage {
  return JSON.parse(text) as FeedPage;
}

function readId(text: string): string {
  return /"id":"([^"]+)"/.exec(text)?.[1] ?? "";
}

/** Writes until the server is gone; what was answered is noted. */
async function write(server: ServerProcess, prefix: string, answered: Set<string>): Promise<void> {
  for (let index = 0; ; index += 1) {
    try {
      const response = await server.call("POST", "/scim/v2/Users", { userName: `${prefix}-${index}` });
      const text = await response.text();
      if (response.status === 201) answered.add(readId(text));
    } catch {
      return;
    }
  }
}

describe("kill -9", () => {
  const folder = new ServerFolder({ variables: { SCIM_SERVER_LOG_LEVEL: "info" } });
  afterAll(() => folder.remove());

  it(`loses no answered write and keeps the feed whole over ${rounds} rounds`, {
    timeout: 600_000,
  }, async () => {
    const answered = new Set<string>();
    const created = new Set<string>();
    let position = 0;
    for (let round = 0; round < rounds; round += 1) {
      const server = await folder.start();
      const work = Array.from({ length: writers }, (_, writer) =>
        write(server, `${round}-${writer}`, answered),
      );
      const before = answered.size;
      while (answered.size === before) await sleep(5);
      await sleep(Math.random() * 150);
      await server.stop("SIGKILL");
      await Promise.all(work);
    }
    const server = await folder.start();
    for (;;) {
      const page = parseFeed(
        await (await server.call("GET", `/changes?after=${position}&limit=1000`)).text(),
      );
      for (const change of page.changes) {
        expect(change.sequence).toBe(position + 1);
        position = change.sequence;
        created.add(change.resource.id);
      }
      if (page.changes.length === 0) break;
    }
    const total = /"totalResults":(\d+)/.exec(
      await (await server.call("GET", "/scim/v2/Users?count=0")).text(),
    )?.[1];
    expect(await server.stop()).toBe(0);
    expect([...answered].filter((id) => !created.has(id))).toEqual([]);
    expect(Number(total)).toBe(created.size);
  });
});
