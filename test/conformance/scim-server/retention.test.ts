import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPostgres, TemporaryPostgres } from "./support/postgres.ts";
import { enterprise, RunningServer, tenantsFile, token } from "./support/running-server.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

const credential = { authorization: `Bearer ${token}` };

interface Feed {
  readonly changes: readonly { readonly sequence: number }[];
}

async function sequences(server: RunningServer, path: string): Promise<readonly number[]> {
  const { text } = await server.request("GET", `/payroll/${path}`, undefined, credential);
  return (JSON.parse(text) as Feed).changes.map(({ sequence }) => sequence);
}

const postgresPrograms = findPostgres();
const engines = ["sqlite", "postgres"] as const;

describe.each(engines)("change retention on %s", (engine) => {
  const folder = mkdtempSync(join(tmpdir(), "scim-retention-"));
  let postgres: TemporaryPostgres | undefined;
  let count = 0;
  beforeAll(async () => {
    if (engine === "postgres" && postgresPrograms !== undefined) {
      postgres = await TemporaryPostgres.start(postgresPrograms);
    }
  });
  afterAll(async () => {
    await postgres?.stop();
    rmSync(folder, { recursive: true });
  });
  const isMissing = engine === "postgres" && postgresPrograms === undefined;

  /** Ten people are created; then the server starts again with other settings, which it applies at once. */
  async function restart(
    changes: object,
    webhooks: readonly object[] = [],
    act: (server: RunningServer) => Promise<void> = async () => {},
  ): Promise<RunningServer> {
    const url = (await postgres?.createDatabase()) ?? `sqlite://${join(folder, `${++count}.sqlite`)}`;
    const first = await RunningServer.start(url, tenantsFile({ webhooks }));
    await act(first);
    for (let index = 1; index <= 10; index += 1) await first.createUser(`p${index}`);
    await first.stop();
    return RunningServer.start(url, tenantsFile({ webhooks, changes }));
  }

  it.skipIf(isMissing)(
    "keeps as many as it says; who stands before them is told how to begin again",
    async () => {
      const server = await restart({ keepCount: 4 });
      await expect
        .poll(() => sequences(server, "changes?after=6"), { timeout: 10_000 })
        .toEqual([7, 8, 9, 10]);
      await expect
        .poll(
          async () => (await server.request("GET", "/payroll/changes?after=5", undefined, credential)).status,
        )
        .toBe(410);
      const gone = await server.request("GET", "/payroll/changes", undefined, credential);
      expect(gone.status).toBe(410);
      expect(gone.headers.get("content-type")).toContain("application/scim+json");
      expect([gone.headers.get("x-first-sequence"), gone.headers.get("x-last-sequence")]).toEqual([
        "7",
        "10",
      ]);
      expect(gone.body.detail).toMatch(
        /read all of \/Users and \/Groups, then ask for the changes after 10\./,
      );
      const stream = { ...credential, accept: "text/event-stream", "last-event-id": "payroll-2" };
      expect((await server.request("GET", "/payroll/changes", undefined, stream)).status).toBe(410);
      const audit = await server.request("GET", "/payroll/audit", undefined, credential);
      expect(audit.text).toContain('"sequence":7');
      expect((await server.request("GET", "/payroll/audit?after=3", undefined, credential)).status).toBe(410);
      const future = await server.request("GET", "/payroll/changes?after=11", undefined, credential);
      expect(future.status).toBe(410);
      await server.createUser("later");
      expect(await sequences(server, "changes?after=10")).toEqual([11]);
      await server.stop();
    },
  );

  it.skipIf(isMissing)("keeps what is young, and everything unless told otherwise", async () => {
    const young = await restart({ keepDays: 1 });
    expect(await sequences(young, "changes?after=0")).toHaveLength(10);
    await young.stop();
    const unlimited = await restart({});
    expect(await sequences(unlimited, "changes?after=0")).toHaveLength(10);
    await unlimited.stop();
  });

  it.skipIf(isMissing)("keeps what a webhook has not got yet", async () => {
    const receiver = new WebhookReceiver();
    await receiver.start();
    const refused = Array.from({ length: 10 }, (_, index) => `payroll-${index + 1}`);
    for (const id of refused) receiver.refused.add(id);
    const webhooks = [receiver.webhook("app", { firstPauseMilliseconds: 10, maxAttempts: 100 })];
    const server = await restart({ keepCount: 1 }, webhooks, async (first) => {
      const registered = async (): Promise<boolean> =>
        (await first.request("GET", "/payroll/webhooks", undefined, credential)).text.includes('"id":"app"');
      await expect.poll(registered, { timeout: 10_000 }).toBe(true);
    });
    await expect.poll(() => receiver.deliveries.length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(await sequences(server, "changes?after=0")).toHaveLength(10);
    receiver.refused.clear();
    await expect.poll(() => receiver.acceptedIds, { timeout: 20_000 }).toEqual(refused);
    await server.stop();
    receiver.stop();
  });
});

describe("recorded values", () => {
  it("are those that the tenant allows, in the feed and in the audit trail, also of what was recorded before", async () => {
    const values = ["userName", `${enterprise}:department`];
    const server = await RunningServer.start("sqlite", tenantsFile({ changes: { values } }));
    const id = await server.createUser("ada", { title: "secret", [enterprise]: { department: "D" } });
    await server.patch(`/Users/${id}`, { op: "replace", path: "title", value: "other secret" });
    for (const path of ["changes", "audit"]) {
      const { text } = await server.request("GET", `/payroll/${path}`, undefined, credential);
      expect(text).not.toContain("secret");
      expect(text).toContain('"changed":["title"],"before":{},"after":{}');
      expect(text).toContain(`"after":{"userName":"ada","${enterprise}:department":"D"}`);
    }
    writeFileSync(server.configFile, tenantsFile({ changes: { values: "none" } }));
    const read = async (): Promise<string> =>
      (await server.request("GET", "/payroll/changes", undefined, credential)).text;
    await expect.poll(read, { timeout: 10_000 }).not.toContain("ada");
    expect(await read()).toContain('"changed":["userName","title","active"');
    await server.stop();
  });
});
