import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { ServerFolder } from "./support/server-process.ts";

const programs = findPostgres();
const folders: ServerFolder[] = [];

afterAll(() => {
  for (const folder of folders) folder.remove();
});

describe.skipIf(programs === undefined)("a PostgreSQL that breaks its connections", () => {
  it("leaves the server running: 503 with Retry-After meanwhile, and every answered write is there", async () => {
    const postgres = await TemporaryPostgres.start(programs ?? "");
    const storageUrl = await postgres.createDatabase();
    const folder = new ServerFolder({ storageUrl });
    folders.push(folder);
    const server = await folder.start();
    const administrator = new pg.Client(storageUrl);
    await administrator.connect();

    const created: string[] = [];
    const refusals = new Set<string>();
    let writing = true;
    const write = async (writer: number): Promise<void> => {
      for (let number = 0; writing; number += 1) {
        const userName = `outage-${writer}-${number}`;
        const answer = await server.call("POST", "/scim/v2/Users", { userName });
        await answer.text();
        if (answer.status === 201) created.push(userName);
        else refusals.add(`${answer.status} retry after ${answer.headers.get("retry-after")}`);
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    // As when a database is restarted or fails over: connections end between the statements of transactions.
    const end =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scim-server'";
    for (let round = 0; round < 10; round += 1) {
      await sleep(60);
      await administrator.query(end);
    }
    writing = false;
    await writers;

    expect([...refusals]).toEqual(["503 retry after 5"]);
    expect((await server.call("GET", "/scim/v2/Users?count=0")).status).toBe(200);
    const { rows } = await administrator.query<{ unique_key: string }>("SELECT unique_key FROM resource");
    const stored = new Set(rows.map((row) => row.unique_key));
    expect(created.filter((userName) => !stored.has(userName))).toEqual([]);
    await administrator.end();
    expect(await server.stop()).toBe(0);
    await postgres.stop();
  });
});
