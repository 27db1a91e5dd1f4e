import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOnBothEngines, type RunningServer, tenantsFile, token } from "./support/running-server.ts";
import { WebhookReceiver } from "./support/webhook-receiver.ts";

interface WebhookReport {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly webhooks: readonly {
    readonly id: string;
    readonly deliveredSequence: number;
    readonly lastError?: string;
  }[];
  readonly deadLetters: readonly { readonly sequence: number; readonly reason: string }[];
}

const credential = { authorization: `Bearer ${token}` };

async function report(server: RunningServer): Promise<WebhookReport> {
  const { text } = await server.request("GET", "/payroll/webhooks", undefined, credential);
  return JSON.parse(text) as WebhookReport;
}

async function startWith(
  start: (config: string) => Promise<RunningServer>,
  webhook: object,
): Promise<RunningServer> {
  const server = await start(tenantsFile({ webhooks: [webhook] }));
  await expect.poll(async () => (await report(server)).webhooks.length, { timeout: 10_000 }).toBe(1);
  return server;
}

const replay = async (server: RunningServer, after: number): Promise<number> =>
  (await server.request("POST", "/payroll/webhooks/app/replay", { after }, credential)).status;

describeOnBothEngines("webhooks", (start) => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = new WebhookReceiver();
    await receiver.start();
  });
  afterAll(() => receiver.stop());

  it("deliver in order, signed, again after a failure; what is refused for good becomes a dead letter, and is delivered by a replay", async () => {
    const server = await startWith(
      start,
      receiver.webhook("app", { maxAttempts: 3, firstPauseMilliseconds: 10 }),
    );
    receiver.refused.add("payroll-2");
    for (const name of ["one", "two", "three"]) await server.createUser(name);
    await expect.poll(() => receiver.acceptedIds, { timeout: 20_000 }).toEqual(["payroll-1", "payroll-3"]);
    expect(receiver.deliveries.map(({ id }) => id)).toEqual([
      "payroll-1",
      "payroll-2",
      "payroll-2",
      "payroll-2",
      "payroll-3",
    ]);
    await expect
      .poll(async () => (await report(server)).webhooks[0]?.deliveredSequence, { timeout: 20_000 })
      .toBe(3);
    expect((await report(server)).deadLetters).toMatchObject([
      { webhookId: "app", sequence: 2, reason: "the receiver answered 500" },
    ]);
    receiver.refused.clear();
    await expect.poll(() => replay(server, 1), { timeout: 10_000 }).toBe(202);
    await expect
      .poll(() => receiver.acceptedIds, { timeout: 20_000 })
      .toEqual(["payroll-1", "payroll-3", "payroll-2", "payroll-3"]);
    await expect.poll(async () => (await report(server)).deadLetters, { timeout: 5000 }).toEqual([]);
    const replayed = receiver.deliveries
      .slice(-2)
      .map(({ message }) => `${message.sequence} ${message.type}`);
    expect(replayed).toEqual(["2 user.created", "3 user.created"]);
    expect(receiver.forged).toBe(0);
  });

  it("refuse a replay of what never was, by 410, and one of a webhook that there is not", async () => {
    const server = await startWith(start, receiver.webhook("app"));
    expect(await replay(server, 7)).toBe(410);
    const unknown = await server.request("POST", "/payroll/webhooks/other/replay", { after: 0 }, credential);
    expect(unknown.status).toBe(404);
  });

  it("wait for a secret that cannot be read, and say so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "scim-secret-"));
    const secretFile = join(folder, "secret");
    const before = receiver.acceptedIds.length;
    const server = await startWith(start, receiver.webhook("app", { secretFile }));
    await server.createUser("one");
    await expect
      .poll(async () => (await report(server)).webhooks[0]?.lastError, { timeout: 20_000 })
      .toBe("its secret cannot be read (ENOENT)");
    writeFileSync(secretFile, "signing-secret\n");
    await expect.poll(() => receiver.acceptedIds.slice(before), { timeout: 20_000 }).toEqual(["payroll-1"]);
    await expect
      .poll(async () => (await report(server)).webhooks[0]?.lastError, { timeout: 20_000 })
      .toBeUndefined();
    rmSync(folder, { recursive: true });
  });

  it("that hang hold up neither another webhook nor the end of the server", async () => {
    let asked = 0;
    const hanging = createServer((socket) => {
      socket.unref().on("error", () => {});
      socket.once("data", () => {
        asked += 1;
      });
    });
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    const address = hanging.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const prompt = new WebhookReceiver();
    await prompt.start();
    const stuck = { ...receiver.webhook("stuck"), url: `http://127.0.0.1:${port}/` };
    const server = await start(tenantsFile({ webhooks: [stuck, prompt.webhook("prompt")] }));
    await expect.poll(async () => (await report(server)).webhooks.length, { timeout: 10_000 }).toBe(2);
    for (const name of ["one", "two"]) await server.createUser(name);
    await expect.poll(() => prompt.acceptedIds, { timeout: 10_000 }).toEqual(["payroll-1", "payroll-2"]);
    await expect.poll(() => asked, { timeout: 10_000 }).toBe(1);
    const states = (await report(server)).webhooks.map(({ id, deliveredSequence }) => [
      id,
      deliveredSequence,
    ]);
    expect(Object.fromEntries(states)).toMatchObject({ stuck: 0 });
    prompt.stop();
    // Afterwards the server is stopped while the delivery hangs, which must not take until that is given up.
    hanging.unref();
  });
});
