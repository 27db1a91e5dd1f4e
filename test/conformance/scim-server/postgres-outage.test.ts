import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStorage } from "../../../scim-server/src/storage/open-storage.ts";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { ServerFolder, type ServerProcess } from "./support/server-process.ts";

const programs = findPostgres();
const folders: ServerFolder[] = [];
let postgres: TemporaryPostgres;

beforeAll(async () => {
  if (programs !== undefined) postgres = await TemporaryPostgres.start(programs);
});

afterAll(async () => {
  for (const folder of folders) folder.remove();
  if (programs !== undefined) await postgres.stop();
});

function startOn(storageUrl: string): Promise<ServerProcess> {
  const folder = new ServerFolder({ storageUrl });
  folders.push(folder);
  return folder.start();
}

async function administer(storageUrl: string): Promise<pg.Client> {
  const administrator = new pg.Client(storageUrl);
  await administrator.connect();
  return administrator;
}

const endConnections =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scim-server'";

/** Between server and database; once cut, no byte comes through, and nobody is told. */
async function cable(port: number): Promise<{ readonly port: number; cut(): void; close(): void }> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const middle = createServer((client) => {
    const database = dial(port, "127.0.0.1");
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (bytes) => {
        if (!isCut) to.write(bytes);
      });
      from.once("close", () => isCut || to.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(middle, "listening");
  const address = middle.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut: () => {
      isCut = true;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      middle.close();
    },
  };
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
}

/** Creates people until one is there, as Okta does. */
async function createAtLast(server: ServerProcess): Promise<boolean> {
  for (let number = 0; number < 40; number += 1) {
    const answer = server.call("POST", "/scim/v2/Users", { userName: `later-${number}` });
    if ((await statusOf(answer)) === 201) return true;
  }
  return false;
}

describe.skipIf(programs === undefined)("a PostgreSQL that breaks its connections", () => {
  it("leaves the server running: 503 with Retry-After meanwhile, and every answered write is there", async () => {
    const storageUrl = await postgres.createDatabase();
    const server = await startOn(storageUrl);
    const administrator = await administer(storageUrl);

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
    for (let round = 0; round < 10; round += 1) {
      await sleep(60);
      await administrator.query(endConnections);
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
    // What the driver knows of its connections, keys included, is nobody's to read.
    expect(server.log.filter((line) => line.includes("secretKey"))).toEqual([]);
  });

  it("is not waited for once nothing comes from it, by neither requests, probes, nor the end", async () => {
    const storageUrl = new URL(await postgres.createDatabase());
    const line = await cable(Number(storageUrl.port));
    storageUrl.port = String(line.port);
    storageUrl.searchParams.set("query_timeout", "300");
    const server = await startOn(storageUrl.href);
    expect(await statusOf(server.call("GET", "/scim/v2/Users?count=0"))).toBe(200);
    expect(await statusOf(server.call("GET", "/evidence"))).toBe(200);
    line.cut();
    const refused = await server.call("GET", "/scim/v2/Users?count=0");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await statusOf(fetch(`${server.url}/readyz`))).toBe(503);
    const metrics = await fetch(`${server.url}/metrics`);
    expect([metrics.status, await metrics.text()]).toEqual([
      200,
      expect.stringContaining("scim_storage_up 0"),
    ]);
    const stopped = server.stop();
    line.close();
    expect(await stopped).toBe(0);
    expect(server.log.join("\n")).toContain('"reason":"The database is not available: ');
  });

  it("may become read-only, or refuse to log anybody in: 503, and back as soon as it is", async () => {
    const storageUrl = await postgres.createDatabase();
    const server = await startOn(storageUrl);
    const administrator = await administer(storageUrl);
    const database = new URL(storageUrl).pathname.slice(1);
    const create = (): Promise<number> =>
      statusOf(server.call("POST", "/scim/v2/Users", { userName: "ada@example.com" }));

    await administrator.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    await administrator.query(endConnections);
    expect(await create()).toBe(503);
    expect(await statusOf(server.call("GET", "/scim/v2/Users"))).toBe(200);
    await administrator.query(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
    expect(await createAtLast(server)).toBe(true);

    await administrator.query("CREATE ROLE keeper SUPERUSER LOGIN");
    await administrator.query("ALTER ROLE scim NOLOGIN");
    await administrator.query(endConnections);
    expect(await create()).toBe(503);
    await administrator.query("ALTER ROLE scim LOGIN");
    expect(await create()).toBe(201);
    await administrator.end();
    expect(await server.stop()).toBe(0);
  });

  it("may have no connection left: who has one shares it", async () => {
    const storageUrl = await postgres.createDatabase();
    const administrator = await administer(storageUrl);
    const server = await startOn(storageUrl);
    const database = new URL(storageUrl).pathname.slice(1);
    await administrator.query("CREATE ROLE clerk LOGIN CONNECTION LIMIT 2");
    await administrator.query(`ALTER DATABASE ${database} OWNER TO clerk`);
    await administrator.query("GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk");
    await administrator.query("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk");
    await administrator.query("GRANT ALL ON SCHEMA public TO clerk");
    expect(await server.stop()).toBe(0);
    const limited = new URL(storageUrl);
    limited.username = "clerk";
    const small = await startOn(limited.href);
    const answers = Array.from({ length: 12 }, (_, number) =>
      statusOf(small.call("POST", "/scim/v2/Users", { userName: `crowd-${number}` })),
    );
    expect(new Set(await Promise.all(answers))).toEqual(new Set([201]));
    expect(await small.stop()).toBe(0);
    await administrator.end();
  });

  it("has the clock by which webhooks are leased, also when it is set back", async () => {
    const storageUrl = await postgres.createDatabase();
    const storage = await openStorage(storageUrl, () => {});
    const { webhooks } = storage;
    expect(await webhooks.lease("payroll", "hook", "one", 30_000, 0)).toBeDefined();
    expect(await webhooks.lease("payroll", "hook", "other", 30_000, 0)).toBeUndefined();
    const administrator = await administer(storageUrl);
    await administrator.query("UPDATE webhook SET lease_until = lease_until + 3600000");
    await administrator.end();
    expect(await webhooks.lease("payroll", "hook", "other", 30_000, 0)).toBeDefined();
    await storage.close();
  });
});
