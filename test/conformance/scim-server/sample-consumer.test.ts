import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "./support/postgres.ts";
import { readOnlyToken, tenantsFile } from "./support/running-server.ts";
import { ServerFolder, type ServerProcess } from "./support/server-process.ts";

const sample = join(import.meta.dirname, "../../../docs/sample-consumer.mjs");
const secret = `whsec_${Buffer.from("a key of any bytes").toString("base64")}`;

describe("the sample consumer of docs", () => {
  const children: ChildProcess[] = [];
  const folders: ServerFolder[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const folder of folders.splice(0)) folder.remove();
  });

  function run(
    folder: ServerFolder,
    mode: string,
    variables: Readonly<Record<string, string>>,
  ): ChildProcess {
    const env = {
      PATH: process.env["PATH"] ?? "",
      DATABASE: join(folder.path, "people.sqlite"),
      SCIM_TOKEN: readOnlyToken,
      WEBHOOK_SECRET: secret,
      ...variables,
    };
    const child = spawn(process.execPath, [sample, mode], { env, stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** What the consumer keeps, and how many changes it has dealt with. */
  function kept(folder: ServerFolder): { readonly people: readonly string[]; readonly done: number } {
    const database = new DatabaseSync(join(folder.path, "people.sqlite"), { timeout: 5000 });
    try {
      const people = database.prepare("SELECT user_name, active FROM person ORDER BY user_name").all();
      const done = database.prepare("SELECT COUNT(*) AS done FROM done").get()?.["done"];
      return { people: people.map((row) => `${row["user_name"]} ${row["active"]}`), done: Number(done) };
    } catch {
      // It has not made its tables yet.
      return { people: [], done: 0 };
    } finally {
      database.close();
    }
  }

  async function waitFor(folder: ServerFolder, people: readonly string[]): Promise<void> {
    while (kept(folder).people.join() !== people.join()) await sleep(50);
  }

  async function create(server: ServerProcess, userName: string): Promise<string> {
    const answer = await server.call("POST", "/scim/v2/Users", { userName });
    return /"id":"([^"]+)"/.exec(await answer.text())?.[1] ?? "";
  }

  function deactivate(server: ServerProcess, id: string): Promise<Response> {
    const Operations = [{ op: "replace", path: "active", value: false }];
    return server.call("PATCH", `/scim/v2/Users/${id}`, { Operations });
  }

  it("follows, through the ends of the server and its own, and takes everybody over after a gap", {
    timeout: 30_000,
  }, async () => {
    const port = String(await freePort());
    const folder = new ServerFolder({ variables: { SCIM_SERVER_PORT: port } });
    folders.push(folder);
    const variables = { SCIM_URL: `http://127.0.0.1:${port}/payroll` };
    // It may be there before the server is.
    let consumer = run(folder, "follow", variables);
    let server = await folder.start();
    const ada = await create(server, "ada");
    await waitFor(folder, ["ada 1"]);
    await server.stop("SIGKILL");
    server = await folder.start();
    await deactivate(server, ada);
    await waitFor(folder, ["ada 0"]);
    await kill(consumer);
    await create(server, "bea");
    await server.call("DELETE", `/scim/v2/Users/${ada}`);
    consumer = run(folder, "follow", variables);
    await waitFor(folder, ["bea 1"]);
    expect(kept(folder).done).toBe(4);
    // A position that the server has never had: it was restored from a backup since.
    await kill(consumer);
    const database = new DatabaseSync(join(folder.path, "people.sqlite"));
    database.exec("INSERT INTO done (change_id, sequence) VALUES ('payroll-99', 99); DELETE FROM person");
    database.close();
    run(folder, "follow", variables);
    await waitFor(folder, ["bea 1"]);
    await create(server, "cy");
    await waitFor(folder, ["bea 1", "cy 1"]);
    await server.stop();
  });

  it("receives webhooks, signed by a key in base64, and deals with what comes twice once", {
    timeout: 30_000,
  }, async () => {
    const port = await freePort();
    const webhooks = [
      { id: "hook", url: `http://127.0.0.1:${port}/`, secretFile: "secret", maxAttempts: 100 },
    ];
    const folder = new ServerFolder({ config: tenantsFile({ webhooks }) });
    folders.push(folder);
    writeFileSync(join(folder.path, "secret"), `${secret}\n`);
    const server = await folder.start();
    const state = async (): Promise<string> => (await server.call("GET", "/webhooks")).text();
    // The webhook begins with what happens after it was configured.
    while (!(await state()).includes('"id":"hook"')) await sleep(50);
    const ada = await create(server, "ada");
    let consumer = run(folder, "receive", { PORT: String(port) });
    await waitFor(folder, ["ada 1"]);
    await kill(consumer);
    await deactivate(server, ada);
    consumer = run(folder, "receive", { PORT: String(port) });
    await waitFor(folder, ["ada 0"]);
    while (!(await state()).includes('"deliveredSequence":2')) await sleep(50);
    const replay = await server.call("POST", "/webhooks/hook/replay", { after: 0 });
    expect(replay.status).toBe(202);
    while (!(await state()).includes('"deliveredSequence":2')) await sleep(50);
    expect(kept(folder)).toEqual({ people: ["ada 0"], done: 2 });
    const forged = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: { "webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x" },
      body: "{}",
    });
    expect(forged.status).toBe(401);
    await server.stop();
  });
});
